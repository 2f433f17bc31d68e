#include "daemon/reconcile/paths.h"

#include <algorithm>
#include <deque>
#include <set>

namespace market::reconcile {
namespace {

/// device -> its port -> devices behind it. APs and the gateway have ports without a name or with.
using Links = std::map<std::string, std::map<std::string, std::set<std::string>>>;

Links links_of(const Design& design) {
  Links links;
  for (const auto& device : design.switches) {
    for (const auto& port : device.ports) {
      if (port.peer.empty()) continue;
      const auto other = peer_device(port.peer);
      links[device.id][port.name].insert(other);
      links[other][peer_port(port.peer)].insert(device.id);
    }
  }
  return links;
}

std::map<std::string, std::size_t> hops_from(const std::string& root, const Links& links) {
  std::map<std::string, std::size_t> hops{{root, 0}};
  std::deque<std::string> queue{root};
  while (!queue.empty()) {
    const auto device = std::move(queue.front());
    queue.pop_front();
    const auto found = links.find(device);
    if (found == links.end()) continue;
    for (const auto& [port, others] : found->second) {
      for (const auto& other : others) {
        if (hops.emplace(other, hops.at(device) + 1).second) queue.push_back(other);
      }
    }
  }
  return hops;
}

DevicePath path_of(const std::string& device, const std::vector<SwitchPort>& ports,
                   const Links& links, const std::map<std::string, std::size_t>& hops) {
  DevicePath path;
  const auto own = hops.find(device);
  path.hops = own == hops.end() ? hops.size() + links.size() : own->second;
  const auto linked = links.find(device);
  if (linked == links.end()) return path;
  const auto towards_gateway = [&](const std::string& other) {
    if (own == hops.end()) return true;
    const auto found = hops.find(other);
    return found != hops.end() && found->second + 1 == own->second;
  };
  for (const auto& port : ports) {
    const auto others = linked->second.find(port.name);
    if (others != linked->second.end() &&
        std::any_of(others->second.begin(), others->second.end(), towards_gateway)) {
      path.uplinks.push_back(port.name);
    }
  }
  return path;
}

}  // namespace

std::string peer_device(const std::string& peer) { return peer.substr(0, peer.find('/')); }

std::string peer_port(const std::string& peer) {
  const auto slash = peer.find('/');
  return slash == std::string::npos ? std::string{} : peer.substr(slash + 1);
}

std::map<std::string, DevicePath> paths_of(const Design& design) {
  const auto links = links_of(design);
  const auto hops =
      design.gateway ? hops_from(design.gateway->id, links) : std::map<std::string, std::size_t>{};
  std::map<std::string, DevicePath> paths;
  for (const auto& device : design.switches) {
    paths[device.id] = path_of(device.id, device.ports, links, hops);
  }
  for (const auto& ap : design.aps) paths[ap.id] = path_of(ap.id, {}, links, hops);
  return paths;
}

}  // namespace market::reconcile
