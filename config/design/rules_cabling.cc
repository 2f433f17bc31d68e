// D208, D209: what a cable must not do - close a loop that nobody breaks, or feed a feeder.
#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

/// A link between two bridges, of which the gateway's is one, where both ends are enabled.
struct Link {
  std::string_view a, b;
  const SwitchPort* port;  ///< the end that is written first
};

std::vector<Link> links_of(const Model& model) {
  std::vector<Link> links;
  const auto& gateway = model.design().gateway;
  for (const PortView& view : model.ports()) {
    if (view.role == nullptr || !view.role->enabled || view.port->peer.empty()) continue;
    const Peer peer = Peer::split(view.port->peer);
    if (const PortView* there = model.port(peer)) {
      const bool both = there->role != nullptr && there->role->enabled;
      const bool first = view.port->position < there->port->position;
      if (both && first && there->port->peer == view.name()) {
        links.push_back({view.device->id, peer.device, view.port});
      }
    } else if (model.is_gateway(peer.device) && !gateway->bridge.empty() &&
               std::find(gateway->interfaces.begin(), gateway->interfaces.end(), peer.port) !=
                   gateway->interfaces.end()) {
      links.push_back({view.device->id, peer.device, view.port});
    }
  }
  return links;
}

/// The tree that grows link by link; what would close a circle is told instead of added.
class Forest {
 public:
  /// The bridges from `from` to `to` and both of them; empty when they are not joined yet.
  [[nodiscard]] std::vector<std::string_view> way(std::string_view from,
                                                  std::string_view to) const {
    std::map<std::string_view, std::string_view> came_from{{from, from}};
    std::deque<std::string_view> waiting{from};
    while (!waiting.empty() && !came_from.contains(to)) {
      const auto here = waiting.front();
      waiting.pop_front();
      const auto next = next_.find(here);
      if (next == next_.end()) continue;
      for (const auto there : next->second) {
        if (came_from.emplace(there, here).second) waiting.push_back(there);
      }
    }
    std::vector<std::string_view> bridges;
    if (!came_from.contains(to)) return bridges;
    for (auto here = to; here != from; here = came_from.at(here)) bridges.push_back(here);
    bridges.push_back(from);
    return bridges;
  }
  void join(std::string_view a, std::string_view b) {
    next_[a].push_back(b);
    next_[b].push_back(a);
  }

 private:
  std::map<std::string_view, std::vector<std::string_view>> next_;
};

void check_loops(const Model& model, Findings& findings) {
  Forest forest;
  for (const Link& link : links_of(model)) {
    const auto circle = forest.way(link.a, link.b);
    if (circle.empty()) {
      forest.join(link.a, link.b);
      continue;
    }
    for (const Switch& device : model.design().switches) {
      const bool is_on_it = std::find(circle.begin(), circle.end(), device.id) != circle.end();
      if (!is_on_it || !device.stp.empty()) continue;
      findings.error("D208", model.place(link.port->position, "peer"),
                     fmt::format("this link closes a loop through '{}', and switch '{}' does not "
                                 "state that it runs a spanning tree",
                                 fmt::join(circle, "', '"), device.id),
                     "remove the link, or add 'stp: rstp' to every switch of the loop",
                     device.position);
      break;
    }
  }
}

void check_power_to_bridges(const Model& model, Findings& findings) {
  for (const PortView& view : model.ports()) {
    const bool powered = view.role != nullptr && view.role->poe && view.role->poe->enabled;
    if (!powered || view.port->peer.empty()) continue;
    const Peer peer = Peer::split(view.port->peer);
    if (!model.is_switch(peer.device) && !model.is_gateway(peer.device)) continue;
    findings.error("D209", model.place(view.port->position, "role"),
                   fmt::format("port '{}' feeds power into '{}', which has its own", view.name(),
                               view.port->peer),
                   "use a port role without PoE for uplinks", view.role->position);
  }
}

constexpr std::array kCablingRules{
    Rule{"D208", check_loops, {}},
    Rule{"D209", check_power_to_bridges, {}},
};

}  // namespace

std::span<const Rule> cabling_rules() { return kCablingRules; }

}  // namespace market::design
