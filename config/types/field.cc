#include "config/types/field.h"

namespace market {
namespace {

struct Printer {
  std::string operator()(Absent) const { return "absent"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return "'" + value + "'"; }
};

/// Cuts "word[key]" off the front of `rest`; the key is empty when there are no brackets.
void take(std::string& rest, std::string& word, std::string& key) {
  const auto open = rest.find('[');
  const auto dot = rest.find('.');
  if (open != std::string::npos && (dot == std::string::npos || open < dot)) {
    const auto close = rest.find(']', open);
    word = rest.substr(0, open);
    key = rest.substr(open + 1, close == std::string::npos ? close : close - open - 1);
    rest = close == std::string::npos ? "" : rest.substr(close + 1);
    if (rest.starts_with('.')) rest.erase(0, 1);
    return;
  }
  word = rest.substr(0, dot);
  rest = dot == std::string::npos ? "" : rest.substr(dot + 1);
}

}  // namespace

std::string to_string(const FieldValue& value) { return std::visit(Printer{}, value); }

FieldName FieldName::split(const std::string& name) {
  FieldName parts;
  std::string rest = name;
  take(rest, parts.group, parts.key);
  if (!rest.empty()) take(rest, parts.leaf, parts.subkey);
  return parts;
}

}  // namespace market
