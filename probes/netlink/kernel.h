// The gateway's own kernel through rtnetlink (rtnetlink(7)): links, addresses, routes, neighbours
// as plain structs. libnl is seen in the .cc files of this folder only, and only as a carrier of
// messages: what is decided rests on fresh dumps that are parsed here, never on its caches.
//
// Writes carry NLM_F_EXCL on creation, so an existing object is an error to look at and not a
// silent success; errors carry the kernel's extended ack text.
//
// Threads:  one thread at a time. Errors: Io, Unsupported (the kernel lacks the feature), Conflict
//           (exists already), NotFound.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/ip_prefix.h"
#include "config/types/mac_address.h"
#include "config/types/result.h"
#include "config/types/vlan_id.h"

namespace market::netlink {

/// Routes of ours carry this protocol number (rtnetlink rtm_protocol): what has it is ours to
/// change and prune, anything else is foreign.
inline constexpr std::uint8_t kRouteProtocol = 150;
/// RT_TABLE_MAIN: where routes are looked up unless a rule says otherwise.
inline constexpr std::uint32_t kMainTable = 254;

struct Link {
  int index = 0;
  std::string name;
  std::string kind;    ///< IFLA_INFO_KIND: "bridge", "vlan", "veth", ...; empty = physical
  std::string master;  ///< name of the bridge (or bond, vrf) it is a port of; empty = none
  std::string parent;  ///< of a VLAN interface
  std::optional<VlanId> vlan;
  bool up = false;              ///< IFF_UP, the administrative state
  bool carrier = false;         ///< IFF_LOWER_UP
  std::uint32_t mtu = 0;        ///< bytes
  bool forwarding = false;      ///< IPv4 packets that come in here are passed on (ip-sysctl.rst)
  bool vlan_filtering = false;  ///< of a bridge: frames of a VLAN pass between its members only
  /// Of a bridge: the VLAN its new ports are members of, untagged; 0 = none. Nothing for other
  /// links, and where the kernel cannot filter VLANs.
  std::optional<std::uint16_t> default_pvid;
  std::optional<MacAddress> mac;
  std::string alias;  ///< IFLA_IFALIAS; "marketd:<site>" = ours
  /// Made by add_bridge or add_vlan of a process that died before it could set the alias: the
  /// kernel takes no alias in the message that creates a link, so a birth mark goes before it.
  bool unfinished = false;
};
struct LinkAddress {
  std::string link;
  InterfaceAddress address;
};
/// One next hop: a route with several gives several of these, with the same `to` and `metric`.
struct KernelRoute {
  std::string to;  ///< "default" (IPv4) or a prefix; the IPv6 default is "::/0"
  std::optional<IpAddress> via;
  std::string link;
  std::uint8_t protocol = 0;
  std::uint32_t metric = 0;
  std::uint32_t table = kMainTable;
};
/// A rule of IPv4 that chooses a table of routes by addresses alone (ip-rule(8)).
struct RoutingRule {
  std::optional<IpPrefix> from, to;  ///< nothing = all
  std::uint32_t priority = 0;        ///< the least is asked first
  std::uint32_t table = kMainTable;
  bool suppress_default = false;  ///< what the table has by its default route is asked on
  std::uint8_t protocol = 0;      ///< kRouteProtocol = ours
  friend bool operator==(const RoutingRule&, const RoutingRule&) = default;
};
/// One VLAN that a port of a bridge, or the bridge itself as a host, is a member of.
struct BridgeVlan {
  std::string link;
  VlanId vid;
  bool pvid = false;      ///< frames that come in without a tag belong to it
  bool untagged = false;  ///< its frames leave without a tag
};
struct Neighbour {
  IpAddress address;
  std::optional<MacAddress> mac;
  std::string link;
  std::string state;  ///< "reachable", "stale", "failed", ...
};

class Kernel {
 public:
  virtual ~Kernel() = default;
  [[nodiscard]] virtual Result<std::vector<Link>> links() = 0;
  [[nodiscard]] virtual Result<std::vector<LinkAddress>> addresses() = 0;  ///< no link-local IPv6
  /// Unicast, of the main table and of those that are nobody's (1..252).
  [[nodiscard]] virtual Result<std::vector<KernelRoute>> routes() = 0;
  /// Without the kernel's own, and without rules that ask for more than addresses.
  [[nodiscard]] virtual Result<std::vector<RoutingRule>> routing_rules() = 0;
  [[nodiscard]] virtual Result<std::vector<Neighbour>> neighbours() = 0;

  [[nodiscard]] virtual Result<std::vector<BridgeVlan>> bridge_vlans() = 0;
  /// Whether a bridge here could filter VLANs, without making one. Io: no right to ask.
  [[nodiscard]] virtual Result<bool> can_filter_vlans() = 0;

  /// Without a default PVID: no port of it is a member of a VLAN that nobody asked for.
  virtual Result<void> add_bridge(const std::string& name, const std::string& alias) = 0;
  virtual Result<void> add_vlan(const std::string& name, const std::string& parent, VlanId vid,
                                const std::string& alias) = 0;
  virtual Result<void> delete_link(const std::string& name) = 0;
  /// Empty `master` releases the link.
  virtual Result<void> set_master(const std::string& name, const std::string& master) = 0;
  virtual Result<void> set_up(const std::string& name, bool up) = 0;
  virtual Result<void> set_mtu(const std::string& name, std::uint32_t bytes) = 0;
  /// IPv4, of this link alone; needs no /proc, which a hardened service cannot write to.
  virtual Result<void> set_forwarding(const std::string& name, bool on) = 0;
  virtual Result<void> set_vlan_filtering(const std::string& bridge, bool on) = 0;
  /// 0 = none. The kernel takes away the memberships that it gave with the former one, and refuses
  /// while the bridge filters.
  virtual Result<void> set_default_pvid(const std::string& bridge, std::uint16_t vid) = 0;
  /// Makes the membership, or gives it these flags.
  virtual Result<void> set_bridge_vlan(const BridgeVlan& membership) = 0;
  virtual Result<void> delete_bridge_vlan(const BridgeVlan& membership) = 0;
  virtual Result<void> add_address(const LinkAddress& address) = 0;
  virtual Result<void> delete_address(const LinkAddress& address) = 0;
  virtual Result<void> add_route(const KernelRoute& route) = 0;  ///< with kRouteProtocol
  /// In one message, so that no packet finds the table without the route. Deletes and adds where
  /// a kernel of another kind (a fake) does not override it.
  virtual Result<void> replace_route(const KernelRoute& before, const KernelRoute& after);
  virtual Result<void> delete_route(const KernelRoute& route) = 0;     ///< exactly this one
  virtual Result<void> add_routing_rule(const RoutingRule& rule) = 0;  ///< with kRouteProtocol
  virtual Result<void> delete_routing_rule(const RoutingRule& rule) = 0;
};

/// Of the network namespace the calling thread is in.
[[nodiscard]] Result<std::unique_ptr<Kernel>> open_kernel();

}  // namespace market::netlink
