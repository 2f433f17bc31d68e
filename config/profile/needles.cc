#include "config/profile/needles.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace market::profile {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Reads an expression from left to right and keeps the longest run of plain characters of each of
/// its alternatives. Groups, classes and what may be left out end a run.
class Scanner {
 public:
  explicit Scanner(std::string_view pattern) : rest_{pattern} {}

  /// Nothing when some alternative needs no text, or cannot be read.
  std::optional<std::vector<std::string>> run() {
    if (rest_.starts_with("(?i)")) rest_.remove_prefix(4);
    while (!rest_.empty()) {
      if (!step()) return std::nullopt;
    }
    if (!end_alternative()) return std::nullopt;
    return std::move(needles_);
  }

 private:
  /// False = not understood.
  bool step() {
    const char c = take();
    switch (c) {
      case '\\':
        return escape();
      case '[':
        end_run();
        return skip_class();
      case '(':
        end_run();
        return skip_group();
      case '|':
        return end_alternative();
      case '.':
      case '^':
      case '$':
      case '+':
        end_run();
        return true;
      case '*':
      case '?':
        drop_last();
        return true;
      case '{':
        drop_last();
        return skip_count();
      case ')':
        return false;
      default:
        add(c);
        return true;
    }
  }

  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  void add(char c) {
    // One of several bytes: what follows may make all of them optional.
    if (static_cast<unsigned char>(c) >= 0x80) return end_run();
    run_ += c;
  }
  void end_run() {
    if (run_.size() > longest_.size()) longest_ = run_;
    run_.clear();
  }
  /// The last one may be left out.
  void drop_last() {
    if (!run_.empty()) run_.pop_back();
    end_run();
  }
  bool end_alternative() {
    end_run();
    if (longest_.size() < kLeastNeedle) return false;
    needles_.push_back(std::exchange(longest_, {}));
    return true;
  }

  /// \. is a dot; \b and \d stand for no text or for one of many. The others go on behind the
  /// letter.
  bool escape() {
    if (rest_.empty()) return false;
    const char c = take();
    if (!is_letter_or_digit(c)) {
      add(c);
      return true;
    }
    end_run();
    return std::string_view{"bBdDsSwW"}.find(c) != std::string_view::npos;
  }

  bool skip_class() {
    if (rest_.starts_with('^')) take();
    if (rest_.starts_with(']')) take();
    while (!rest_.empty()) {
      const char c = take();
      if (c == ']') return true;
      if (c == '[' && rest_.starts_with(':')) return false;
      if (c == '\\' && !skip_escaped()) return false;
    }
    return false;
  }

  /// Behind its parenthesis. Flags in the middle and names are not understood.
  [[nodiscard]] bool is_plain_group() const {
    return !rest_.starts_with('?') || rest_.starts_with("?:");
  }

  bool skip_group() {
    if (!is_plain_group()) return false;
    std::size_t depth = 1;
    while (depth > 0 && !rest_.empty()) {
      const char c = take();
      if (c == ')') --depth;
      if (c == '(') ++depth;
      if (c == '(' && !is_plain_group()) return false;
      if (c == '[' && !skip_class()) return false;
      if (c == '\\' && !skip_escaped()) return false;
    }
    return depth == 0;
  }

  /// \Q would go on to \E.
  bool skip_escaped() { return !rest_.empty() && take() != 'Q'; }

  /// {2}, {2,}, {2,5}.
  bool skip_count() {
    const auto end = rest_.find_first_not_of("0123456789,");
    if (end == std::string_view::npos || rest_[end] != '}') return false;
    rest_.remove_prefix(end + 1);
    return true;
  }

  std::string_view rest_;
  std::string run_;
  std::string longest_;  ///< of this alternative
  std::vector<std::string> needles_;
};

}  // namespace

std::vector<std::string> needles_of(std::string_view pattern) {
  return Scanner{pattern}.run().value_or(std::vector<std::string>{});
}

bool begins_alike(std::string_view text, std::string_view needle) {
  return text.size() >= needle.size() &&
         std::equal(needle.begin(), needle.end(), text.begin(),
                    [](char a, char b) { return folded(a) == folded(b); });
}

bool may_contain(std::string_view text, std::string_view needle) {
  // Where its first character stands in either case, memchr(3) tells faster than any loop.
  const auto first = needle.front();
  const bool is_letter = is_letter_or_digit(first) && first > '9';
  for (const auto wanted : {first, static_cast<char>(first ^ 0x20)}) {
    for (auto at = text.find(wanted); at != std::string_view::npos;
         at = text.find(wanted, at + 1)) {
      if (begins_alike(text.substr(at), needle)) return true;
    }
    if (!is_letter) break;
  }
  return false;
}

bool has_foreign_case(std::string_view text) {
  return text.find("\u017F") != std::string_view::npos ||
         text.find("\u212A") != std::string_view::npos;
}

}  // namespace market::profile
