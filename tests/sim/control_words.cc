#include "tests/sim/control.h"

namespace market::sim {
namespace {

/// Takes one word off the front of `rest`, which begins with a character of it.
Result<std::string> take_word(std::string_view& rest) {
  std::string word;
  bool inside = false;
  while (!rest.empty() && (inside || (rest.front() != ' ' && rest.front() != '\t'))) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') {
      inside = !inside;
      continue;
    }
    if (inside && c == '\\' && !rest.empty()) {
      c = rest.front();
      rest.remove_prefix(1);
    }
    word += c;
  }
  if (inside) return fail(Errc::InvalidValue, "a quote is not closed");
  return word;
}

}  // namespace

Result<std::vector<std::string>> split_words(std::string_view line) {
  std::vector<std::string> words;
  while (true) {
    const auto start = line.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    const auto end = line.find_last_not_of("\r\n");
    line = line.substr(0, end + 1);
    auto word = take_word(line);
    if (!word) return tl::make_unexpected(word.error());
    words.push_back(std::move(*word));
  }
}

std::string quote_word(std::string_view word) {
  std::string out = "\"";
  for (const char c : word) {
    if (c == '"' || c == '\\') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out + '"';
}

}  // namespace market::sim
