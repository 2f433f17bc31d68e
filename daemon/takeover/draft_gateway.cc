// The kernel's links, addresses and routes, as far as a design has words for them.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/takeover/draft.h"

namespace market::takeover {
namespace {

class GatewayReader {
 public:
  GatewayReader(const FoundGateway& found, const Wiring& wiring, Draft& draft)
      : found_{found}, wiring_{wiring}, draft_{draft}, gateway_{*draft.design.gateway} {}

  void run() {
    read_uplink();
    for (const auto& [field, value] : found_.observed.fields) {
      const auto name = FieldName::split(field);
      if (name.group == "address") read_address(name.key);
    }
    read_bridge();
    for (const auto& [link, why] : nowhere_) {
      draft_.left_out.push_back(fmt::format("gateway: {} on {}: {}", why.first, link, why.second));
    }
  }

 private:
  [[nodiscard]] std::string text(const std::string& field) const {
    return text_in(found_.observed.fields, field).value_or("");
  }

  /// "via 198.18.0.1 dev eth0" of the default route names it.
  void read_uplink() {
    const auto route = text("route[default]");
    const auto dev = route.rfind("dev ");
    if (dev == std::string::npos || route.find(',') != std::string::npos) {
      if (!route.empty()) draft_.left_out.push_back("gateway: the default route " + route);
      return;
    }
    gateway_.uplink_interface = route.substr(dev + 4);
    for (const auto& [field, value] : found_.observed.fields) {
      const auto name = FieldName::split(field);
      const auto* words = std::get_if<std::string>(&value);
      if (words == nullptr) continue;
      if (name.group == "route-rule") {
        draft_.left_out.push_back(fmt::format("gateway: routing rule {}, {}", name.key, *words));
      }
      if (name.group != "route") continue;
      if (name.key.find(" table ") != std::string::npos) {
        draft_.left_out.push_back(fmt::format("gateway: route to {} {}", name.key, *words));
        continue;
      }
      const auto via = words->starts_with("via ")
                           ? IpAddress::parse(words->substr(4, words->find(' ', 4) - 4))
                           : fail(Errc::InvalidValue, "");
      const bool ours = via && *words == fmt::format("via {} dev {}", via->to_string(),
                                                     gateway_.uplink_interface);
      if (ours) {
        gateway_.uplink_routes.push_back({name.key, *via, {}});
      } else {
        draft_.left_out.push_back(fmt::format("gateway: route to {} {}", name.key, *words));
      }
    }
  }

  void read_address(const std::string& key) {
    const auto space = key.find(' ');
    const auto link = key.substr(0, space);
    const auto address = InterfaceAddress::parse(key.substr(space + 1));
    if (!address || link == "lo") return;
    if (link == gateway_.uplink_interface) {
      gateway_.uplink_addresses.push_back(*address);
      return;
    }
    const auto vid = vlan_of(link);
    if (vid == 0) {
      nowhere_.emplace(link, std::pair{address->to_string(), "which VLAN that is, nobody tells"});
      return;
    }
    auto* zone = zone_with(vid);
    const auto prefix = IpPrefix::of(*address);
    if (zone == nullptr || zone->prefix || !uses(link, vid)) {
      nowhere_.emplace(link, std::pair{address->to_string(),
                                       fmt::format("no zone has room for it (VLAN {})", vid)});
      return;
    }
    zone->prefix = prefix;
    zone->gateway = address->address();
    if (kind(link) != fmt::format("vlan {} on {}", vid, gateway_.bridge)) zone->interface = link;
    if (holds_devices(prefix)) zone->trust = Trust::Infrastructure;
  }

  [[nodiscard]] std::string kind(const std::string& link) const {
    return text("link[" + link + "].kind");
  }

  /// By its own tag, by the port at the other end of its cable, by who is behind it.
  [[nodiscard]] std::uint16_t vlan_of(const std::string& link) const {
    for (const auto& each : found_.links) {
      if (each.name == link && each.kind == "vlan" && each.vlan) return each.vlan->number();
    }
    for (const auto& [here, peer] : wiring_.peers) {
      const auto slash = peer.find('/');
      if (slash == std::string::npos || peer.substr(0, slash) != gateway_.id) continue;
      const auto end = peer.substr(slash + 1);
      if (end != link && text("link[" + end + "].master") != link) continue;
      const auto vid = untagged_at(here);
      if (vid != 0) return vid;
    }
    const auto found = wiring_.gateway_vlans.find(link);
    return found == wiring_.gateway_vlans.end() ? std::uint16_t{0} : found->second.number();
  }

  [[nodiscard]] std::uint16_t untagged_at(const PortOf& place) const {
    const auto* device = draft_.design.switch_(place.device);
    if (device == nullptr) return 0;
    for (const auto& port : device->ports) {
      if (port.name != place.port) continue;
      const auto* role = draft_.design.port_role(port.role);
      const auto* zone = role == nullptr ? nullptr : draft_.design.zone(role->untagged);
      if (zone != nullptr) return zone->vid.number();
    }
    return 0;
  }

  [[nodiscard]] Zone* zone_with(std::uint16_t vid) {
    for (auto& zone : draft_.design.zones) {
      if (zone.vid.number() == vid) return &zone;
    }
    return nullptr;
  }

  /// A VLAN link stands on the LAN bridge, whose name it has; any other link carries one zone.
  [[nodiscard]] bool uses(const std::string& link, std::uint16_t vid) {
    const auto what = kind(link);
    if (what.starts_with("vlan ")) {
      const auto parent = what.substr(what.rfind(' ') + 1);
      if (kind(parent) != "bridge" || link != fmt::format("{}.{}", parent, vid)) return false;
      if (gateway_.bridge.empty()) gateway_.bridge = parent;
      return gateway_.bridge == parent;
    }
    if (what == "bridge") {
      if (gateway_.bridge.empty()) gateway_.bridge = link;
      return gateway_.bridge == link;
    }
    return text("link[" + link + "].master").empty();
  }

  void read_bridge() {
    if (gateway_.bridge.empty()) return;
    for (const auto& [field, value] : found_.observed.fields) {
      const auto name = FieldName::split(field);
      const auto* master = std::get_if<std::string>(&value);
      if (name.group == "link" && name.leaf == "master" && master != nullptr &&
          *master == gateway_.bridge) {
        gateway_.interfaces.push_back(name.key);
      }
    }
  }

  [[nodiscard]] bool holds_devices(const IpPrefix& prefix) const {
    const auto inside = [&](const auto& device) { return prefix.contains(device.address); };
    const auto& design = draft_.design;
    return std::any_of(design.switches.begin(), design.switches.end(), inside) ||
           std::any_of(design.aps.begin(), design.aps.end(), inside);
  }

  const FoundGateway& found_;
  const Wiring& wiring_;
  Draft& draft_;
  Gateway& gateway_;
  std::map<std::string, std::pair<std::string, std::string>> nowhere_;  ///< link -> address, why
};

}  // namespace

void draft_gateway(const FoundGateway& gateway, const Wiring& wiring, Draft& draft) {
  GatewayReader{gateway, wiring, draft}.run();
}

}  // namespace market::takeover
