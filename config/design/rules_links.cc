// D006 of peers and of routing policies, D104 and D005 of the gateway's links, D206, D207: what is
// wired to what, and which zones get through.
#include <algorithm>
#include <array>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

/// Why a peer that names a known device names none of its ends, or nothing.
std::string dangling_end(const Model& model, const Peer& peer) {
  if (model.is_switch(peer.device)) {
    if (peer.port.empty()) return "names a switch but none of its ports";
    if (model.port(peer) == nullptr) {
      return fmt::format("names port '{}', which the design of '{}' does not have", peer.port,
                         peer.device);
    }
  } else if (model.is_gateway(peer.device)) {
    if (peer.port.empty()) return "names the gateway but none of its links";
    if (model.gateway_link(peer.port) == nullptr) {
      return fmt::format("names link '{}', which the gateway does not use", peer.port);
    }
  } else if (model.is_ap(peer.device) && !peer.port.empty()) {
    return "names a port of an access point, which has only one";
  }
  return {};
}

std::string remedy_of(const Model& model, const Peer& peer) {
  if (model.is_ap(peer.device)) return fmt::format("write '{}'", peer.device);
  if (!model.is_gateway(peer.device)) return fmt::format("write '{}/<port>'", peer.device);
  return "use one of 'gateway: lan: interfaces' or the 'interface' of a zone";
}

void check_peer_ends(const Model& model, Findings& findings) {
  for (const PortView& view : model.ports()) {
    const Peer peer = Peer::split(view.port->peer);
    const std::string why = dangling_end(model, peer);
    if (why.empty()) continue;
    findings.error("D006", model.place(view.port->position, "peer"),
                   fmt::format("the peer '{}' of port '{}' {}", view.port->peer, view.name(), why),
                   remedy_of(model, peer));
  }
}

void check_zone_carrier(const Model& model, Findings& findings) {
  constexpr std::size_t kMaxLinkName = 15;  // IFNAMSIZ less the NUL
  const auto& gateway = model.design().gateway;
  if (!gateway) return;
  for (const Zone& zone : model.design().zones) {
    if (!zone.gateway || !zone.interface.empty()) continue;
    if (gateway->bridge.empty()) {
      findings.error("D104", model.place(zone.position, "gateway"),
                     fmt::format("gateway '{}' of zone '{}' is on no link: there is no LAN bridge",
                                 zone.gateway->to_string(), zone.id),
                     "add 'gateway: lan: bridge', or an 'interface' to the zone",
                     gateway->position);
      continue;
    }
    const std::string link = fmt::format("{}.{}", gateway->bridge, zone.vid.number());
    if (link.size() <= kMaxLinkName) continue;
    findings.error("D005", model.place(zone.position, "vid"),
                   fmt::format("the link '{}' of zone '{}' has a name of more than {} bytes", link,
                               zone.id, kMaxLinkName),
                   "shorten the name of the bridge", gateway->position);
  }
}

/// Why a routing policy sends nothing anywhere, and what to do.
std::pair<std::string, std::string> routing_fault(const Model& model, const RoutingPolicy& policy) {
  const Zone* zone = policy.from_zone.empty() ? nullptr : model.zone(policy.from_zone);
  if (zone != nullptr && !zone->prefix) {
    return {fmt::format("zone '{}' has no prefix, so nothing comes from it", zone->id),
            "name a zone with a prefix"};
  }
  const auto is_v6 = [](const std::optional<IpPrefix>& prefix) {
    return prefix && !prefix->network().is_v4();
  };
  if (is_v6(policy.from_prefix) || is_v6(policy.to) || (zone != nullptr && is_v6(zone->prefix))) {
    return {"a routing policy is for IPv4", "leave IPv6 to the routes"};
  }
  const auto& routes = model.design().gateway->uplink_routes;
  const bool led = std::any_of(routes.begin(), routes.end(),
                               [&](const Route& route) { return route.table == policy.table; });
  if (led) return {};
  return {fmt::format("no route has table {}", policy.table),
          fmt::format("add one to 'uplink: routes', with 'table: {}'", policy.table)};
}

void check_routing_policy(const Model& model, Findings& findings) {
  if (!model.design().gateway) return;
  for (const RoutingPolicy& policy : model.design().gateway->routing_policy) {
    const auto [fault, remedy] = routing_fault(model, policy);
    if (fault.empty()) continue;
    findings.error("D006", policy.position, "routing policy: " + fault, remedy,
                   model.design().gateway->position);
  }
}

/// What one end of a link says about VLANs that the other end does not, or nothing.
std::string switch_mismatch(const PortView& here, const PortView& there) {
  if (here.role == nullptr || there.role == nullptr) return {};
  if (here.role->untagged != there.role->untagged) {
    const auto named = [](const std::string& zone) { return zone.empty() ? "none" : zone; };
    return fmt::format("has '{}' untagged, port '{}' has '{}'", named(here.role->untagged),
                       there.name(), named(there.role->untagged));
  }
  const std::set<std::string_view> ours(here.role->tagged.begin(), here.role->tagged.end());
  const std::set<std::string_view> theirs(there.role->tagged.begin(), there.role->tagged.end());
  if (ours == theirs) return {};
  return fmt::format("tags '{}', port '{}' tags '{}'", join(ours), there.name(), join(theirs));
}

void check_switch_link(const Model& model, const PortView& here, const PortView& there,
                       Findings& findings) {
  const SourcePosition& place = model.place(here.port->position, "peer");
  if (&here == &there) {
    findings.error("D206", place, fmt::format("port '{}' leads to itself", here.name()));
  } else if (there.port->peer != here.name()) {
    const std::string& said = there.port->peer;
    findings.error("D206", place,
                   fmt::format("port '{}' leads to '{}', which leads to {}", here.name(),
                               there.name(), said.empty() ? "nothing" : "'" + said + "'"),
                   "make both ends of the link name each other", there.port->position);
  } else if (here.port->position < there.port->position) {  // once for each link
    const std::string why = switch_mismatch(here, there);
    if (why.empty()) return;
    findings.error("D206", place, fmt::format("port '{}' {}", here.name(), why),
                   "give both ends the same role", there.port->position);
  }
}

std::string gateway_mismatch(const Model& model, const PortView& here, const GatewayLink& link) {
  if (here.role == nullptr) return {};
  if (!link.untagged.empty() && here.role->untagged != link.untagged) {
    return fmt::format("has '{}' untagged, the gateway has '{}'", here.role->untagged,
                       link.untagged);
  }
  if (link.tagged.contains(here.role->untagged)) {
    return fmt::format("has '{}' untagged, the gateway expects it tagged", here.role->untagged);
  }
  for (const std::string& id : here.role->tagged) {
    const Zone* zone = model.zone(id);
    if (zone == nullptr || !zone->gateway || link.tagged.contains(id)) continue;
    return fmt::format("tags '{}', which the gateway does not carry tagged there", id);
  }
  return {};
}

void check_link_ends(const Model& model, Findings& findings) {
  std::map<std::string_view, const PortView*> taken;
  for (const PortView& view : model.ports()) {
    if (view.port->peer.empty()) continue;
    const Peer peer = Peer::split(view.port->peer);
    const SourcePosition& place = model.place(view.port->position, "peer");
    if (const PortView* there = model.port(peer)) {
      check_switch_link(model, view, *there, findings);
      continue;
    }
    const auto [first, fresh] = taken.emplace(view.port->peer, &view);
    if (!fresh) {
      findings.error("D206", place,
                     fmt::format("port '{}' leads to '{}', as port '{}' does", view.name(),
                                 view.port->peer, first->second->name()),
                     "a link has two ends", first->second->port->position);
    }
    const GatewayLink* link =
        model.is_gateway(peer.device) ? model.gateway_link(peer.port) : nullptr;
    const std::string why = link == nullptr ? "" : gateway_mismatch(model, view, *link);
    if (why.empty()) continue;
    findings.error("D206", place, fmt::format("port '{}' {}", view.name(), why),
                   "let the port's role and the gateway's link carry the same zones");
  }
}

/// The devices that frames of `zone` reach from the gateway, through ports that are enabled.
class Reach {
 public:
  Reach(const Model& model, const Zone& zone) : model_{model}, zone_{zone.id} {
    for (const PortView& view : model.ports()) {
      if (view.role == nullptr || !view.role->enabled || view.port->peer.empty()) continue;
      if (view.carries(zone_)) note(view);
    }
    while (!waiting_.empty()) {
      const std::string_view device = waiting_.front();
      waiting_.pop_front();
      for (const std::string_view next : next_[device]) visit(next);
    }
  }
  [[nodiscard]] bool contains(std::string_view device) const { return reached_.contains(device); }

 private:
  void visit(std::string_view device) {
    if (reached_.insert(device).second) waiting_.push_back(device);
  }

  void note(const PortView& view) {
    const Peer peer = Peer::split(view.port->peer);
    if (model_.is_gateway(peer.device)) {
      const GatewayLink* link = model_.gateway_link(peer.port);
      if (link == nullptr) return;
      const bool untagged = view.carries_untagged(zone_) && link->untagged == zone_;
      const bool tagged = view.carries_tagged(zone_) && link->tagged.contains(zone_);
      if (untagged || tagged) visit(view.device->id);
    } else if (const PortView* there = model_.port(peer)) {
      const bool same = (view.carries_tagged(zone_) && there->carries_tagged(zone_)) ||
                        (view.carries_untagged(zone_) && there->carries_untagged(zone_));
      if (same && there->role->enabled) join_devices(view.device->id, peer.device);
    } else {
      join_devices(view.device->id, peer.device);
    }
  }

  void join_devices(std::string_view a, std::string_view b) {
    next_[a].push_back(b);
    next_[b].push_back(a);
  }

  const Model& model_;
  std::string_view zone_;
  std::map<std::string_view, std::vector<std::string_view>> next_;
  std::set<std::string_view> reached_;
  std::deque<std::string_view> waiting_;
};

using Reaches = std::map<const Zone*, Reach>;

template <class Device>
void check_reach(const Model& model, const Device& device, std::string_view what, Reaches& reaches,
                 Findings& findings) {
  const SourcePosition& place = model.place(device.position, "address");
  const Zone* zone = model.zone_of(device.address);
  if (zone == nullptr) {
    findings.error("D207", place,
                   fmt::format("the address '{}' of {} '{}' is in no zone",
                               device.address.to_string(), what, device.id),
                   "use an address of the management zone");
    return;
  }
  const Reach& reach = reaches.try_emplace(zone, model, *zone).first->second;
  if (reach.contains(device.id)) return;
  findings.error(
      "D207", place,
      fmt::format("{} '{}' cannot be reached from the gateway in its zone '{}'", what, device.id,
                  zone->id),
      fmt::format("let every port on the way carry '{}', the gateway's link included", zone->id),
      zone->position);
}

void check_management(const Model& model, Findings& findings) {
  if (!model.design().gateway) return;
  Reaches reaches;
  for (const Switch& device : model.design().switches) {
    check_reach(model, device, "switch", reaches, findings);
  }
  for (const AccessPoint& ap : model.design().aps) {
    check_reach(model, ap, "access point", reaches, findings);
  }
}

constexpr std::array kLinksRules{
    Rule{"D006", check_peer_ends, {Part::Switches, Part::Gateway, Part::Zones}},
    Rule{"D006", check_routing_policy, {Part::Gateway, Part::Zones}},
    Rule{"D104", check_zone_carrier, {Part::Gateway, Part::Zones}},
    Rule{"D206", check_link_ends, {Part::Gateway, Part::Zones, Part::Roles, Part::Switches}},
    Rule{"D207",
         check_management,
         {Part::Gateway, Part::Zones, Part::Roles, Part::Switches, Part::Aps}},
};

}  // namespace

std::span<const Rule> link_rules() { return kLinksRules; }

}  // namespace market::design
