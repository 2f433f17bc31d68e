#include "config/hints/ieee_csv.h"

#include <array>

namespace market {
namespace {

constexpr std::size_t kAssignment = 1;
constexpr std::size_t kOrganisation = 2;
constexpr std::size_t kKept = 3;  // the address behind them is of no use here

class Reader {
 public:
  explicit Reader(std::string_view text) : text_{text} {}

  /// False at the end. `fields` are the first three of the row.
  bool row(std::array<std::string, kKept>& fields) {
    if (text_.empty()) return false;
    for (auto& field : fields) field.clear();
    std::size_t index = 0;
    std::string beyond;
    while (true) {
      auto& into = index < kKept ? fields[index] : beyond;
      if (!field(into)) return true;
      ++index;
    }
  }

 private:
  /// True when another field of the row follows.
  bool field(std::string& into) {
    bool quoted = false;
    while (!text_.empty()) {
      const char c = text_.front();
      text_.remove_prefix(1);
      if (c == '"') {
        const bool doubled = quoted && text_.starts_with('"');
        if (doubled) {
          into.push_back('"');
          text_.remove_prefix(1);
        } else {
          quoted = !quoted;
        }
      } else if (!quoted && c == ',') {
        return true;
      } else if (!quoted && c == '\n') {
        return false;
      } else if (c != '\r') {
        into.push_back(c);
      }
    }
    return false;
  }

  std::string_view text_;
};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\n") - first + 1);
}

}  // namespace

void read_ieee_csv(std::string_view text,
                   const std::function<void(std::string_view, const std::string&)>& take) {
  Reader reader{text};
  std::array<std::string, kKept> fields;
  while (reader.row(fields)) {
    if (fields[kAssignment].empty() || fields[kAssignment] == "Assignment") continue;
    take(fields[kAssignment], trimmed(fields[kOrganisation]));
  }
}

}  // namespace market
