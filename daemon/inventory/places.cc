#include "daemon/inventory/places.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace market::inventory {
namespace {

constexpr double kToldByItself = 0.99;
constexpr double kAloneOnThePort = 0.95;
constexpr double kOneOfSeveral = 0.8;
constexpr double kOnALink = 0.6;
constexpr double kBeyond = 0.3;
constexpr double kStaleFactor = 0.5;

/// "This device is behind this port", and how good a word that is.
struct Candidate {
  Socket at;
  std::optional<VlanId> vlan;
  std::int64_t at_ms = 0;
  bool uplink = false, by_itself = false, stale = false;
  std::size_t devices = 1;
  Claim claim;

  [[nodiscard]] auto rank() const {  // smaller is better
    return std::tuple{uplink, !by_itself, stale, devices, -at_ms, at};
  }
};

bool gone_stale(std::int64_t at_ms, std::int64_t newest_ms) { return newest_ms - at_ms > kStaleMs; }

class Placer {
 public:
  Placer(const Ground& ground, const Links& links, const Ports& ports)
      : ground_{ground}, links_{links}, ports_{ports} {
    hear_neighbors();
  }

  Place place(const std::string& id, const DeviceRecord& record) const {
    auto candidates = candidates_of(id, record);
    Place place;
    if (candidates.empty()) return place;
    std::int64_t newest = 0;
    for (const auto& each : candidates) newest = std::max(newest, each.at_ms);
    for (auto& each : candidates) each.stale = gone_stale(each.at_ms, newest);
    std::sort(candidates.begin(), candidates.end(),
              [](const Candidate& a, const Candidate& b) { return a.rank() < b.rank(); });
    const auto& best = candidates.front();
    place.at = best.at;
    place.vlan = best.vlan;
    place.at_ms = best.at_ms;
    place.confidence = best.by_itself      ? kToldByItself
                       : best.uplink       ? kBeyond
                       : best.devices == 1 ? kAloneOnThePort
                                           : kOneOfSeveral;
    if (best.uplink) {
      settle_on_link(candidates, place);
    } else if (const auto port = ports_.find(best.at); port != ports_.end()) {
      const bool is_the_node = port->second.node == id;
      if (!is_the_node && !best.by_itself) place.behind = port->second.node;
      if (is_the_node) place.confidence = std::max(place.confidence, kAloneOnThePort);
    }
    if (best.stale || ground_.now_ms - best.at_ms > 2 * kStaleMs) place.confidence *= kStaleFactor;
    place.stall = ground_.stall_of(place.at);
    if (candidates.size() > kClaimsMax)
      candidates.erase(candidates.begin() + kClaimsMax, candidates.end());
    std::vector<Claim> evidence;
    evidence.reserve(candidates.size());
    for (auto& each : candidates) evidence.push_back(std::move(each.claim));
    place.evidence = std::move(evidence);
    return place;
  }

  /// A bridge that nobody designed: the port of the design that its cable leads to.
  [[nodiscard]] Place hang(const std::string& id) const {
    Place place;
    for (const auto& link : links_.all) {
      const auto is_its = [&id](const Socket& end) { return end.device == id; };
      if (std::none_of(link.ends.begin(), link.ends.end(), is_its)) continue;
      const auto port = std::find_if(link.ends.begin(), link.ends.end(), [&](const Socket& end) {
        return ground_.designed_port(end) != nullptr;
      });
      if (port == link.ends.end() || link.confidence <= place.confidence) continue;
      place.at = *port;
      place.at_ms = link.at_ms;
      place.behind = link.middle;
      place.confidence = link.confidence;
      place.evidence = link.evidence;
      place.stall = ground_.stall_of(place.at);
    }
    return place;
  }

 private:
  /// Seen through uplinks only: on the cable itself when both its ends see it there.
  void settle_on_link(const std::vector<Candidate>& candidates, Place& place) const {
    for (const auto& a : candidates) {
      const auto link = links_.of.find(a.at);
      if (link == links_.of.end()) continue;
      const bool both = std::any_of(candidates.begin(), candidates.end(), [&](const Candidate& b) {
        const auto other = links_.of.find(b.at);
        return b.at.device != a.at.device && other != links_.of.end() &&
               other->second == link->second && !a.stale && !b.stale;
      });
      if (!both) continue;
      const auto& cable = links_.all[link->second];
      place.vlan = a.vlan;
      place.at_ms = a.at_ms;
      place.behind = cable.middle.empty() ? unmanaged_behind(*cable.ends.begin()) : cable.middle;
      place.at = *cable.ends.begin();
      place.confidence = kOnALink;
      return;
    }
  }

  void hear_neighbors() {
    for (const auto& bridge : ground_.bridges) {
      if (bridge.told == nullptr) continue;
      for (const auto& link : bridge.told->links) {
        const auto id = ground_.meant_by(link);
        if (!id.empty() && id != bridge.id) heard_[id].emplace_back(&bridge, &link);
      }
    }
  }

  [[nodiscard]] Candidate candidate(const Bridge& bridge, const std::string& port,
                                    std::int64_t at_ms) const {
    Candidate result;
    result.at = {bridge.id, port};
    result.at_ms = at_ms;
    if (const auto found = ports_.find(result.at); found != ports_.end()) {
      result.uplink = found->second.uplink;
      result.devices = std::max<std::size_t>(1, found->second.devices.size());
    }
    return result;
  }

  [[nodiscard]] std::vector<Candidate> candidates_of(const std::string& id,
                                                     const DeviceRecord& record) const {
    std::vector<Candidate> all;
    std::map<std::size_t, std::pair<const Stay*, const MacAddress*>> newest_of;  // by bridge
    for (const auto& mac : record.macs) {
      if (ground_.holder_of(mac) != id) continue;
      for (const auto& [bridge, stay] : ground_.sightings(mac)) {
        auto& [newest, which] = newest_of[bridge];
        if (newest == nullptr || stay->to_ms > newest->to_ms) {
          newest = stay;
          which = &mac;
        }
      }
    }
    for (const auto& [place, seen] : newest_of) {
      const auto& bridge = ground_.bridges[place];
      if (bridge.id == id) continue;
      const auto& [newest, which] = seen;
      auto each = candidate(bridge, newest->port, newest->to_ms);
      each.vlan = newest->vlan;
      each.claim = {{SourceKind::Fdb, ground_.key_of(bridge)},
                    *which,
                    {},
                    newest->port,
                    newest->vlan,
                    {},
                    newest->from_ms,
                    newest->to_ms};
      all.push_back(std::move(each));
    }
    const auto heard = heard_.find(id);
    if (heard == heard_.end()) return all;
    for (const auto& [bridge, link] : heard->second) {
      auto each = candidate(*bridge, link->local_port, bridge->told->links_ms);
      each.by_itself = true;
      const bool lldp = link->protocol == survey::LinkNeighbor::Protocol::Lldp;
      each.claim = {{lldp ? SourceKind::Lldp : SourceKind::Cdp, ground_.key_of(*bridge)},
                    link->chassis,
                    {},
                    link->local_port,
                    {},
                    link->sys_name,
                    bridge->told->links_ms,
                    bridge->told->links_ms};
      all.push_back(std::move(each));
    }
    return all;
  }

  const Ground& ground_;
  const Links& links_;
  const Ports& ports_;
  std::map<std::string, std::vector<std::pair<const Bridge*, const survey::LinkNeighbor*>>> heard_;
};

std::map<std::string, Place> expected_places(const Design& design) {
  std::map<std::string, Place> expected;
  for (const auto& device : design.switches) {
    for (const auto& port : device.ports) {
      const auto peer = port.peer.substr(0, port.peer.find('/'));
      if (design.ap(peer) != nullptr) expected[peer].expected.push_back({device.id, port.name});
    }
  }
  const auto all_drops = design.drops();
  for (const auto& stall : design.stalls) {
    std::vector<Socket> drops;
    if (const auto found = all_drops.find(stall.id); found != all_drops.end()) {
      for (const auto& drop : found->second) drops.push_back({drop.switch_id, drop.port});
    }
    for (const auto& terminal : stall.terminals) {
      auto& place = expected[terminal.serial];
      place.expected = drops;
      place.expected_stall = stall.id;
    }
  }
  return expected;
}

Agreement agreement_of(const Place& place) {
  if (place.expected.empty()) return Agreement::NotDesigned;
  if (place.at.device.empty()) return Agreement::NotSeen;
  const bool right =
      std::find(place.expected.begin(), place.expected.end(), place.at) != place.expected.end();
  if (right) return Agreement::AsDesigned;
  return place.confidence <= kBeyond ? Agreement::Unproven : Agreement::WrongPort;
}

}  // namespace

Ports find_ports(const Ground& ground, const Links& links) {
  Ports ports;
  for (const auto& bridge : ground.bridges) {
    if (bridge.told == nullptr) continue;
    for (const auto& [mac, stays] : bridge.told->forwarding) {
      const auto holder = ground.holder_of(mac);
      if (!ground.is_current(bridge, stays.back()) || holder == bridge.id) continue;
      auto& port = ports[{bridge.id, stays.back().port}];
      port.devices.insert(holder);
      const auto trade = ground.trade.find(holder);
      if (trade != ground.trade.end() && trade->second == Trade::AccessPoint) {
        port.access_points.insert(holder);
      }
    }
  }
  for (const auto& [socket, bridges] : links.leads_to) {
    auto& port = ports[socket];
    for (const auto& id : bridges) {
      if (ground.bridges[ground.bridge_of.at(id)].knows()) {
        port.uplink = true;
      } else {
        port.bridges.insert(id);
        port.devices.insert(id);
      }
    }
  }
  for (auto& [socket, port] : ports) {
    if (port.uplink) continue;
    if (port.bridges.size() == 1) {
      port.node = *port.bridges.begin();
    } else if (port.access_points.size() == 1 && port.bridges.empty()) {
      port.node = *port.access_points.begin();
    } else if (port.devices.size() > 1) {
      port.node = unmanaged_behind(socket);
    }
  }
  return ports;
}

std::map<std::string, Place> find_places(const Ground& ground, const Links& links,
                                         const Ports& ports) {
  const Placer placer{ground, links, ports};
  auto places = expected_places(ground.design);
  for (const auto& [id, record] : ground.by_id) {
    const auto bridge = ground.bridge_of.find(id);
    const bool knows = bridge != ground.bridge_of.end() && ground.bridges[bridge->second].knows();
    // Bridges of the design are places themselves: the graph says how they hang together.
    if (knows && !record->design_id.empty()) continue;
    auto found = knows ? placer.hang(id) : placer.place(id, *record);
    if (knows && found.at.device.empty()) continue;
    auto& place = places[id];
    found.expected = std::move(place.expected);
    found.expected_stall = std::move(place.expected_stall);
    place = std::move(found);
  }
  for (auto& [id, place] : places) place.agreement = agreement_of(place);
  return places;
}

}  // namespace market::inventory
