// Whole tables of the kernel, read afresh and with the names of their links.
//
// Errors:   Io; also when a table changed kDumpAttempts times while it was read.
#pragma once

#include <vector>

#include "probes/netlink/channel.h"
#include "probes/netlink/kernel.h"

namespace market::netlink {

[[nodiscard]] Result<std::vector<Link>> read_links(Channel& channel);
[[nodiscard]] Result<std::vector<BridgeVlan>> read_bridge_vlans(Channel& channel);
[[nodiscard]] Result<std::vector<LinkAddress>> read_addresses(Channel& channel);
[[nodiscard]] Result<std::vector<KernelRoute>> read_routes(Channel& channel);
[[nodiscard]] Result<std::vector<RoutingRule>> read_routing_rules(Channel& channel);
[[nodiscard]] Result<std::vector<Neighbour>> read_neighbours(Channel& channel);

}  // namespace market::netlink
