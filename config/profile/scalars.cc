#include "config/profile/scalars.h"

#include <charconv>
#include <limits>

#include "config/profile/pattern.h"
#include "config/types/quantity.h"

namespace market::profile {

using yaml::Kind;
using yaml::Node;

std::optional<Oid> read_oid(const Node& node, Problems& problems) {
  auto oid = node.kind == Kind::Scalar ? Oid::parse(node.text)
                                       : Result<Oid>{fail(Errc::InvalidValue, "not a scalar")};
  if (!oid) {
    problems.add("P004", node.position, "'" + node.text + "' is not an OID",
                 "write numbers and dots, as in 1.3.6.1.2.1.1.5.0");
    return std::nullopt;
  }
  return *std::move(oid);
}

std::optional<std::int64_t> read_number(const Node& node, Range range, Problems& problems) {
  std::int64_t number = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, number);
  const bool parsed = node.kind == Kind::Scalar && error == std::errc{} && stop == end;
  if (!parsed || number < range.min || number > range.max) {
    problems.add("P004", node.position,
                 "'" + node.text + "' is not a number from " + std::to_string(range.min) + " to " +
                     std::to_string(range.max));
    return std::nullopt;
  }
  return number;
}

MapReader::MapReader(const Node& map, std::string what, Problems& problems)
    : map_{map}, what_{std::move(what)}, problems_{problems} {}

bool MapReader::has_only(const std::vector<std::string>& known) {
  if (map_.kind != Kind::Map) {
    problems_.add("P004", map_.position, what_ + " must be a map of keys");
    return false;
  }
  for (const auto& entry : map_.entries) {
    bool is_known = false;
    for (const auto& key : known) is_known = is_known || key == entry.key;
    if (!is_known) problems_.add_unknown(entry.key_position, what_ + ": key", entry.key, known);
    if (entry.value.kind == Kind::Null) {
      problems_.add("P011", entry.key_position,
                    what_ + ": '" + entry.key + "' is null and nothing was inherited to remove",
                    "take the key out, or give it a value");
    }
  }
  return true;
}

const Node* MapReader::scalar(std::string_view key) {
  const Node* node = map_.find(key);
  if (node == nullptr || node->kind == Kind::Null) return nullptr;
  if (node->kind == Kind::Scalar) return node;
  problems_.add("P004", node->position, what_ + ": '" + std::string{key} + "' must be one value");
  return nullptr;
}

std::optional<std::string> MapReader::text(std::string_view key) {
  const Node* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  return node->text;
}

std::optional<std::string> MapReader::regex(std::string_view key) {
  const Node* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  if (!problems_.wants_expressions_checked()) return node->text;
  const auto error = pattern_error(node->text);
  if (!error) return node->text;
  problems_.add("P012", node->position,
                "'" + node->text + "' is not a regular expression (RE2): " + *error);
  return std::nullopt;
}

std::optional<std::int64_t> MapReader::number(std::string_view key, Range range) {
  const Node* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  return read_number(*node, range, problems_);
}

std::optional<std::uint32_t> MapReader::milliseconds(std::string_view key) {
  static constexpr std::chrono::microseconds kMax = std::chrono::minutes{10};
  const Node* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  const auto duration = parse_duration(node->text);
  if (!duration || *duration < std::chrono::microseconds{0} || *duration > kMax) {
    problems_.add("P004", node->position, "'" + node->text + "' is not a duration from 0ms to 10m",
                  "write a number and its unit, as in 200ms");
    return std::nullopt;
  }
  const auto whole = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
  return static_cast<std::uint32_t>(whole.count());
}

std::optional<std::string> MapReader::boolean(std::string_view key) {
  const Node* node = scalar(key);
  if (node == nullptr) return std::nullopt;
  if (!node->quoted && (node->text == "true" || node->text == "false")) return node->text;
  problems_.add("P004", node->position, "'" + node->text + "' is neither true nor false");
  return std::nullopt;
}

std::optional<Oid> MapReader::oid(std::string_view key) {
  const Node* node = map_.find(key);
  if (node == nullptr || node->kind == Kind::Null) return std::nullopt;
  return read_oid(*node, problems_);
}

std::optional<Oid> MapReader::required_oid(std::string_view key) {
  if (map_.find(key) == nullptr) {
    problems_.add("P003", map_.position, what_ + " has no '" + std::string{key} + "'");
  }
  return oid(key);
}

std::map<std::string, std::int64_t> MapReader::words(std::string_view key) {
  std::map<std::string, std::int64_t> result;
  const Node* node = map_.find(key);
  if (node == nullptr || node->kind == Kind::Null) return result;
  if (node->kind != Kind::Map || node->entries.empty()) {
    problems_.add("P004", node->position,
                  what_ + ": '" + std::string{key} + "' must be words with their numbers",
                  "write it as { all: 1, tagged-only: 2 }");
    return result;
  }
  static constexpr Range kInteger{std::numeric_limits<std::int32_t>::min(),
                                  std::numeric_limits<std::uint32_t>::max()};
  for (const auto& entry : node->entries) {
    const auto number = read_number(entry.value, kInteger, problems_);
    if (!number) continue;
    for (const auto& [word, other] : result) {
      if (other == *number) {
        problems_.add("P004", entry.key_position,
                      "'" + entry.key + "' and '" + word + "' have the same number");
      }
    }
    result.emplace(entry.key, *number);
  }
  return result;
}

}  // namespace market::profile
