// Device -> port -> stall, and the edges that make a graph of it.
//
// Private to the inventory.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/inventory/ground.h"
#include "daemon/inventory/links.h"

namespace market::inventory {

/// Who is behind one port, as the newest table of its bridge says.
struct Behind {
  std::set<std::string> devices;  ///< DeviceRecord::id(), or "mac:.." that nobody owns
  std::set<std::string> access_points;
  std::set<std::string> bridges;  ///< that nobody read the tables of
  bool uplink = false;            ///< leads to a bridge whose tables we know
  /// What is between the port and the devices: an access point, a bridge, something unmanaged.
  /// Empty: nothing.
  std::string node;
};
using Ports = std::map<Socket, Behind>;

[[nodiscard]] Ports find_ports(const Ground& ground, const Links& links);
/// Places of all records, their expected ones with them.
[[nodiscard]] std::map<std::string, Place> find_places(const Ground& ground, const Links& links,
                                                       const Ports& ports);
/// Nodes and edges of `picture`, whose places are there already.
void draw_graph(const Ground& ground, const Links& links, Picture& picture);

}  // namespace market::inventory
