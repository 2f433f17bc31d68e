// From rtnetlink messages to the plain structs of kernel.h. Names of links are not in most
// messages: the indexes stand beside the structs until a dump of links gives them names.
//
// Pure: no socket. A message that is cut short or of another family gives nothing.
// Sources:  rtnetlink(7), linux/if_link.h, linux/rtnetlink.h, linux/if_addr.h, linux/neighbour.h.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "probes/netlink/kernel.h"

struct nlmsghdr;

namespace market::netlink {

/// IFLA_GROUP of a link of ours between its creation and its alias ("mktd").
inline constexpr std::uint32_t kBirthMark = 0x6d6b7464;

struct LinkObject {
  Link link;  ///< `master` and `parent` not filled yet
  int master = 0;
  int parent = 0;
};

/// A struct of kernel.h and the index of the link it is on.
template <class T>
struct OnLink {
  T object;  ///< `link` not filled yet
  int index = 0;
};

[[nodiscard]] std::optional<LinkObject> parse_link(nlmsghdr* header);
/// Of an AF_BRIDGE message, asked for with RTEXT_FILTER_BRVLAN.
[[nodiscard]] std::vector<OnLink<BridgeVlan>> parse_bridge_vlans(nlmsghdr* header);
/// Nothing for IPv6 link-local addresses.
[[nodiscard]] std::optional<OnLink<LinkAddress>> parse_address(nlmsghdr* header);
/// One per next hop; nothing unless unicast and in the main table or one that is nobody's.
[[nodiscard]] std::vector<OnLink<KernelRoute>> parse_route(nlmsghdr* header);
/// Nothing for the kernel's own, and for those that choose by more than addresses.
[[nodiscard]] std::optional<RoutingRule> parse_routing_rule(nlmsghdr* header);
/// Of RTM_NEWNEIGH and RTM_DELNEIGH alike.
[[nodiscard]] std::optional<OnLink<Neighbour>> parse_neighbour(nlmsghdr* header);

}  // namespace market::netlink
