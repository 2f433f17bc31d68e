#include <algorithm>
#include <cstddef>
#include <deque>
#include <set>
#include <utility>

#include "daemon/health/health.h"

namespace market::health {
namespace {

/// The design's cables, walked from the gateway outwards.
class Wiring {
 public:
  explicit Wiring(const Design& design) {
    if (design.gateway) topology_.gateway = design.gateway->id;
    for (const auto& item : design.switches) {
      for (const auto& port : item.ports) {
        if (!port.peer.empty()) connect(item.id, port.name, port.peer);
      }
    }
  }

  /// `device` hangs on the gateway unless the walk has come by already; so does, directly or not,
  /// all that is linked to it.
  void grow_from(const std::string& device) {
    if (seen_.contains(device)) return;
    topology_.parent[device] = device == topology_.gateway ? "" : topology_.gateway;
    std::deque<std::string> edge{device};
    seen_.insert(device);
    while (!edge.empty()) {
      const std::string at = edge.front();
      edge.pop_front();
      for (const auto& cable : cables_[at]) {
        if (seen_.insert(cable.far_device).second) {
          topology_.parent[cable.far_device] = at;
          edge.push_back(cable.far_device);
        }
        // A link may be written at either end or at both, with the port or without.
        if (topology_.parent[cable.far_device] == at && !cable.near_port.empty()) {
          topology_.port.try_emplace(cable.far_device, at + "/" + cable.near_port);
        }
      }
    }
  }

  void plug_in(const std::string& terminal, const std::string& switch_id, const std::string& port) {
    topology_.parent[terminal] = switch_id;
    topology_.port[terminal] = switch_id + "/" + port;
  }
  void leave_unplugged(const std::string& terminal) {
    topology_.parent[terminal] = topology_.gateway;
  }

  Topology take() && { return std::move(topology_); }

 private:
  struct Cable {
    std::string near_port, far_device;
  };

  /// `peer` is "gw1/eth1" or "ap-a1".
  void connect(const std::string& device, const std::string& port, const std::string& peer) {
    const auto slash = peer.find('/');
    const std::string far = peer.substr(0, slash);
    const std::string far_port = slash == std::string::npos ? "" : peer.substr(slash + 1);
    cables_[device].push_back({port, far});
    cables_[far].push_back({far_port, device});
  }

  Topology topology_;
  std::map<std::string, std::vector<Cable>> cables_;
  std::set<std::string> seen_;
};

}  // namespace

Topology topology_of(const Design& design) {
  Wiring wiring{design};
  if (design.gateway) wiring.grow_from(design.gateway->id);
  for (const auto& item : design.switches) wiring.grow_from(item.id);
  for (const auto& item : design.aps) wiring.grow_from(item.id);

  const auto drops = design.drops();
  for (const auto& stall : design.stalls) {
    const auto found = drops.find(stall.id);
    for (std::size_t i = 0; i < stall.terminals.size(); ++i) {
      const auto& serial = stall.terminals[i].serial;
      if (found == drops.end()) {
        wiring.leave_unplugged(serial);
        continue;
      }
      // The first terminal is in the first drop, and so on; the last drop has whatever is left.
      const auto& drop = found->second[std::min(i, found->second.size() - 1)];
      wiring.plug_in(serial, drop.switch_id, drop.port);
    }
  }
  return std::move(wiring).take();
}

}  // namespace market::health
