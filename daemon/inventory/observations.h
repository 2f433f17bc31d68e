// What everybody in the market says about everybody else, with the time each thing was last said.
//
// Of one device the newest reading of a table counts; a table it could not give stays as it was.
// Where a MAC was before stays known for a while, so that one that jumps between ports is noticed.
//
// Threads:  pure; time is passed in.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/inventory/claim.h"
#include "probes/survey/survey.h"

namespace market::inventory {

/// Key under which this gateway's own interfaces and neighbour table are told.
inline constexpr const char* kSelf = "self";

/// A MAC stayed behind one port, from its first to its last reading there.
struct Stay {
  std::string port;
  std::optional<VlanId> vlan;
  std::int64_t from_ms = 0, to_ms = 0;
};

/// Everything one device told, and when each table was read last (0 = never).
struct Told {
  std::optional<MacAddress> bridge_address, lldp_chassis;
  std::vector<survey::Interface> interfaces;
  std::vector<survey::OwnAddress> addresses;
  std::vector<survey::LinkNeighbor> links;
  std::map<MacAddress, std::vector<Stay>> forwarding;  ///< oldest first, at most kStaysMax
  std::int64_t interfaces_ms = 0, links_ms = 0, forwarding_ms = 0;

  /// Bridge, LLDP chassis and interfaces: each is this device. Sorted, no group addresses.
  [[nodiscard]] std::vector<MacAddress> own_macs() const;
};

inline constexpr std::size_t kStaysMax = 8;

/// "This address is this MAC", by one source.
struct Binding {
  IpAddress address = IpAddress::v4(0);
  Source source;
  std::string name;  ///< of a lease: what the host calls itself
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
};

class Observations {
 public:
  void take(const std::string& device, const survey::DeviceSurvey& survey, std::int64_t now_ms);
  /// A forwarding table alone, as the poller reads it.
  void take_forwarding(const std::string& device,
                       const std::vector<survey::ForwardingEntry>& entries, std::int64_t now_ms);
  /// The same between two surveys, when the table does not tell VLANs: only MACs that a survey has
  /// told before or that are `wanted` count, so that guests stay unrecorded.
  void refresh_forwarding(const std::string& device,
                          const std::map<MacAddress, std::string>& port_of,
                          const std::set<MacAddress>& wanted, std::int64_t now_ms);
  /// What the evidence of a record still tells after a restart.
  void restore(const std::vector<Claim>& claims);
  void take_binding(const MacAddress& mac, const Binding& binding);
  /// A record has another key now, or became part of another.
  void rename(const std::string& from, const std::string& to);
  /// What was not said since then is forgotten.
  void forget_before(std::int64_t time_ms);

  [[nodiscard]] const std::map<std::string, Told>& told() const { return told_; }
  [[nodiscard]] const std::map<MacAddress, std::vector<Binding>>& bindings() const {
    return bindings_;
  }
  /// All that is said about this MAC; of a forwarding table the last stay.
  [[nodiscard]] std::vector<Claim> claims_about(const MacAddress& mac) const;

 private:
  std::map<std::string, Told> told_;
  std::map<MacAddress, std::vector<Binding>> bindings_;
};

/// No host has it: a group address (broadcast and multicast too), or all zero.
[[nodiscard]] bool is_group_or_null(const MacAddress& mac);
/// Shared by several routers by design: VRRP and CARP (RFC 9568, 7.3), HSRP, GLBP.
[[nodiscard]] bool is_virtual_router(const MacAddress& mac);
[[nodiscard]] bool is_locally_administered(const MacAddress& mac);

}  // namespace market::inventory
