// Bindings of any order as tables: the rows of one column by index, and an index cut into its
// parts.
//
// Threads:  pure. Errors: what does not fit is nothing; never more than kMaxRows of a column.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "config/profile/wireless.h"
#include "config/types/mac_address.h"
#include "probes/snmp/client.h"

namespace market::wireless {

/// What an index tells. Empty parts were not in it.
struct Keys {
  std::string access_point;  ///< a MAC as text, a string, or dotted arcs
  std::string radio;
  std::string ssid;
  std::optional<MacAddress> bssid, client;
  std::optional<int> channel;
};

/// Nothing when the index has not exactly these parts.
[[nodiscard]] std::optional<Keys> cut(const Oid& index, std::span<const WirelessIndexPart> parts);

class Rows {
 public:
  static constexpr std::size_t kMaxRows = 4096;

  /// Keeps pointers into `bindings`, which must live as long.
  explicit Rows(std::span<const snmp::VarBind> bindings);

  /// Indexes that any of these columns but `id` has, in order.
  [[nodiscard]] std::set<Oid> indexes(std::span<const WirelessColumn> columns);
  [[nodiscard]] const snmp::Value* at(const Oid& column, const Oid& index) const;
  /// A column had more than kMaxRows.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  std::map<Oid, const snmp::Value*> values_;
  bool truncated_ = false;
};

}  // namespace market::wireless
