// Which bridges are cabled to each other, and which of their ports that takes.
//
// LLDP says it outright. Without it: A and B are neighbours when no third bridge that sees them on
// two different ports of its own lies on the same side of both. Bridges that are all neighbours
// through the same ports share something that nobody manages.
//
// Private to the inventory.
// Sources:  Y. Breitbart et al., "Topology Discovery in Heterogeneous IP Networks", INFOCOM 2000.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/inventory/ground.h"

namespace market::inventory {

struct Link {
  std::set<Socket> ends;  ///< two; more when `middle` is there. The port may be empty
  std::string middle;     ///< "unmanaged behind sw-a1/7"; empty = a cable
  Claims evidence;
  std::int64_t at_ms = 0;
  double confidence = 0;
};

struct Links {
  std::vector<Link> all;             ///< sorted by their ends
  std::map<Socket, std::size_t> of;  ///< known ends -> place in `all`
  /// Every port through which another bridge is seen, directly or not -> those bridges.
  std::map<Socket, std::set<std::string>> leads_to;
};

[[nodiscard]] Links find_links(const Ground& ground);
[[nodiscard]] std::string unmanaged_behind(const Socket& socket);

}  // namespace market::inventory
