// What somebody says about a device: "02:.. is behind port 7, VLAN 20", by whom and when.
//
// Claims are kept beside each other when they disagree: who decides shows what it decided on.
//
// Threads:  pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "config/types/shared_text.h"
#include "config/types/vlan_id.h"

namespace market::inventory {

enum class SourceKind : std::uint8_t {
  SnmpSweep,       ///< the device answered our sweep
  Interfaces,      ///< its own interface and address tables
  KernelNeighbor,  ///< the neighbour table of this gateway
  ArpTable,        ///< the neighbour table of a router
  Fdb,             ///< the forwarding table of a bridge
  Lldp,
  Cdp,
  Dhcp,        ///< a lease of this gateway
  ApStations,  ///< the station table of an access point
  Icmp,
  WlanController,  ///< the list of access points of a wireless controller
};
[[nodiscard]] std::string_view to_string(SourceKind kind);  ///< "snmp-sweep", "fdb", ...
[[nodiscard]] std::optional<SourceKind> parse_source_kind(std::string_view text);

struct Source {
  SourceKind kind = SourceKind::SnmpSweep;
  SharedText by;  ///< key of the device that says so; empty = this gateway
  friend auto operator<=>(const Source&, const Source&) = default;
};

struct Claim {
  Source source;
  std::optional<MacAddress> mac;
  std::optional<IpAddress> address;
  SharedText port;  ///< of `source.by`
  std::optional<VlanId> vlan;
  SharedText name;
  std::int64_t first_seen_ms = 0;  ///< Unix time, ms
  std::int64_t last_seen_ms = 0;

  /// "02:00:00:00:0c:01 at 10.64.20.9, port 7, VLAN 20": without source and time.
  [[nodiscard]] std::string text() const;
  /// Says the same, whenever it was said.
  [[nodiscard]] bool same_as(const Claim& other) const;
};

/// A list of claims that is never changed, held once by all that show it: the record in one
/// inventory and in the next, its place, the edge to it.
class Claims {
 public:
  Claims() = default;
  Claims(std::vector<Claim> list)  // NOLINT(google-explicit-constructor): it is the same list
      : list_{list.empty() ? nullptr
                           : std::make_shared<const std::vector<Claim>>(std::move(list))} {}
  Claims(std::initializer_list<Claim> list) : Claims(std::vector<Claim>(list)) {}

  [[nodiscard]] const std::vector<Claim>& list() const { return list_ ? *list_ : kNone; }
  [[nodiscard]] auto begin() const { return list().begin(); }
  [[nodiscard]] auto end() const { return list().end(); }
  [[nodiscard]] std::size_t size() const { return list().size(); }
  [[nodiscard]] bool empty() const { return !list_; }

 private:
  static inline const std::vector<Claim> kNone;
  std::shared_ptr<const std::vector<Claim>> list_;  ///< null = empty
};

/// The most a record keeps: a device with 30 sources has more than any market needs.
inline constexpr std::size_t kClaimsMax = 32;

/// Both lists as one: the same words once, with the longest span of time; freshest first, then by
/// their words; at most kClaimsMax. The order of the arguments does not matter.
[[nodiscard]] std::vector<Claim> merged(std::vector<Claim> claims, const std::vector<Claim>& more);

}  // namespace market::inventory
