// Which ports of a switch lead to the gateway, by the design's `peer` links (pure).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/design/design.h"

namespace market::reconcile {

struct DevicePath {
  std::size_t hops = 0;              ///< links between the gateway and the device
  std::vector<std::string> uplinks;  ///< its ports towards the gateway, in the design's order
};

/// The device of a peer: "gw1" of "gw1/eth1".
[[nodiscard]] std::string peer_device(const std::string& peer);
/// "eth1" of "gw1/eth1"; empty when it names no port.
[[nodiscard]] std::string peer_port(const std::string& peer);

/// Breadth first from the gateway, for every switch and AP. A link counts in both directions,
/// whichever end names it. A device that no chain of links joins to the gateway is farther than
/// all others, and any of its linked ports may be its uplink.
[[nodiscard]] std::map<std::string, DevicePath> paths_of(const Design& design);

}  // namespace market::reconcile
