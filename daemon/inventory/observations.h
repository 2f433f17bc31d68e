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
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/inventory/claim.h"
#include "probes/survey/survey.h"

namespace market::inventory {

/// Key under which this gateway's own interfaces and neighbour table are told.
inline constexpr const char* kSelf = "self";

/// A MAC stayed behind one port, from its first to its last reading there.
struct Stay {
  SharedText port;
  std::optional<VlanId> vlan;
  std::int64_t from_ms = 0, to_ms = 0;
};

/// Everything one device told, and when each table was read last (0 = never).
struct Told {
  SharedText key;  ///< of the device
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
  SharedText name;  ///< of a lease: what the host calls itself
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
};

/// What a host showed of itself without a question by SNMP.
struct Shown {
  std::string dhcp_options;            ///< option 55 of its last request: "1,3,6,15"
  std::string dhcp_vendor_class;       ///< option 60
  std::string hostname;                ///< option 12
  std::set<std::uint16_t> open_ports;  ///< TCP, at the last look
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
};

/// From the first to the last time.
struct Span {
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
};

/// What a wireless controller says of one of its access points; empty = not told.
struct ManagedAp {
  std::string name, model, serial, firmware;
  std::optional<IpAddress> address;
};
/// The same, as it was said last.
struct Managed {
  ManagedAp is;
  SharedText by;  ///< key of the controller
  Span span;
};

/// Beyond, no further hosts are noted: somebody floods us with invented MACs.
inline constexpr std::size_t kShownMax = 8192;

/// Which devices tell something of a MAC, so that ten thousand MACs are not looked up in the tables
/// of each. Good until what they told changes.
class Tellers {
 public:
  using Teller = const std::pair<const std::string, Told>*;

  explicit Tellers(const std::map<std::string, Told>& told);
  /// In the order of their keys; in their forwarding table, or as the chassis of a neighbour.
  [[nodiscard]] std::span<const Teller> of(const MacAddress& mac) const;

 private:
  std::unordered_map<std::uint64_t, std::vector<Teller>> by_mac_;
};

class Observations {
 public:
  void take(const std::string& device, const survey::DeviceSurvey& survey, std::int64_t now_ms);
  /// True when who answered has none of the MACs that the device had, nor the one it is identified
  /// by ("" = none): between two sweeps, another one has come to its address.
  [[nodiscard]] bool is_of_another(const std::string& device, const std::string& identified,
                                   const survey::DeviceSurvey& survey) const;
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
  /// What a DHCP client says of itself; it need not have got an address. Empty = not told.
  void take_dhcp(const MacAddress& mac, const std::string& options, const std::string& vendor_class,
                 const std::string& hostname, std::int64_t now_ms);
  void take_open_ports(const MacAddress& mac, std::set<std::uint16_t> ports, std::int64_t now_ms);
  /// This address answered an ICMP echo.
  void take_echo(const IpAddress& address, std::int64_t now_ms);
  /// An access point has this station.
  void take_station(const std::string& access_point, const MacAddress& mac, std::int64_t now_ms);
  /// A controller has this access point, which it hears. `mac`: of its radios or its wire, as the
  /// controller tells it.
  void take_managed(const std::string& controller, const MacAddress& mac, ManagedAp ap,
                    std::int64_t now_ms);
  /// A record has another key now, or became part of another.
  void rename(const std::string& from, const std::string& to);
  /// What was not said since then is forgotten.
  void forget_before(std::int64_t time_ms);

  [[nodiscard]] const std::map<std::string, Told>& told() const { return told_; }
  [[nodiscard]] const std::map<MacAddress, std::vector<Binding>>& bindings() const {
    return bindings_;
  }
  [[nodiscard]] const std::map<MacAddress, Shown>& shown() const { return shown_; }
  [[nodiscard]] const std::map<MacAddress, Managed>& managed() const { return managed_; }
  [[nodiscard]] const std::map<IpAddress, Span>& echoes() const { return echoes_; }
  /// All that is said about this MAC; of a forwarding table the last stay.
  [[nodiscard]] std::vector<Claim> claims_about(const MacAddress& mac,
                                                const Tellers& tellers) const;

 private:
  Told& told_by(const std::string& device);
  /// Appends to the last stay, or begins a new one when the port is another.
  void add_stay(std::vector<Stay>& stays, const survey::ForwardingEntry& entry,
                std::int64_t now_ms);
  /// Null when there are too many.
  Shown* shown_by(const MacAddress& mac, std::int64_t now_ms);
  void add_shown(const MacAddress& mac, std::vector<Claim>& claims) const;
  void forget_shown_before(std::int64_t time_ms);

  SharedTexts texts_;  ///< keys and ports: each is in thousands of stays and claims
  std::map<std::string, Told> told_;
  std::map<MacAddress, std::vector<Binding>> bindings_;
  std::map<MacAddress, Shown> shown_;
  std::map<IpAddress, Span> echoes_;
  std::map<MacAddress, std::map<std::string, Span>> stations_;  ///< by access point
  std::map<MacAddress, Managed> managed_;
};

/// No host has it: a group address (broadcast and multicast too), or all zero.
[[nodiscard]] bool is_group_or_null(const MacAddress& mac);
/// Shared by several routers by design: VRRP and CARP (RFC 9568, 7.3), HSRP, GLBP.
[[nodiscard]] bool is_virtual_router(const MacAddress& mac);
[[nodiscard]] bool is_locally_administered(const MacAddress& mac);

}  // namespace market::inventory
