// Single values of a profile: OIDs, numbers, durations, expressions. A null removes an inherited
// key; one that reaches a reader had nothing to remove (P011).
//
// Threads:  pure. Errors: P002, P003, P004, P011, P012.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/profile/problems.h"
#include "config/types/oid.h"
#include "config/yaml/document.h"

namespace market::profile {

struct Range {
  std::int64_t min;
  std::int64_t max;
};

/// Reads the keys of one map. Every reader leaves `problems` and gives nothing where a value is
/// missing or wrong; only `required_oid` complains about a missing one.
class MapReader {
 public:
  /// `what` names the map in messages: "attribute 'port.pvid'".
  MapReader(const yaml::Node& map, std::string what, Problems& problems);

  /// False (P004) when the node is no map. Call first, with every key that may occur.
  [[nodiscard]] bool has_only(const std::vector<std::string>& known);

  [[nodiscard]] const yaml::Node* find(std::string_view key) const { return map_.find(key); }
  [[nodiscard]] std::optional<std::string> text(std::string_view key);
  [[nodiscard]] std::optional<std::string> regex(std::string_view key);
  [[nodiscard]] std::optional<std::int64_t> number(std::string_view key, Range range);
  [[nodiscard]] std::optional<std::uint32_t> milliseconds(std::string_view key);
  /// "true" or "false".
  [[nodiscard]] std::optional<std::string> boolean(std::string_view key);
  [[nodiscard]] std::optional<Oid> oid(std::string_view key);
  [[nodiscard]] std::optional<Oid> required_oid(std::string_view key);
  /// Word -> number; empty when the key is not there.
  [[nodiscard]] std::map<std::string, std::int64_t> words(std::string_view key);

  [[nodiscard]] const SourcePosition& position() const { return map_.position; }
  [[nodiscard]] const std::string& what() const { return what_; }
  [[nodiscard]] Problems& problems() { return problems_; }

 private:
  /// The scalar under `key`, or null (P004 when it is no scalar).
  [[nodiscard]] const yaml::Node* scalar(std::string_view key);

  const yaml::Node& map_;
  std::string what_;
  Problems& problems_;
};

[[nodiscard]] std::optional<Oid> read_oid(const yaml::Node& node, Problems& problems);
[[nodiscard]] std::optional<std::int64_t> read_number(const yaml::Node& node, Range range,
                                                      Problems& problems);

}  // namespace market::profile
