#include "config/design/model.h"

#include <algorithm>

namespace market::design {
namespace {

template <class T>
std::map<std::string_view, const T*> index_of(const std::vector<T>& list) {
  std::map<std::string_view, const T*> index;
  for (const T& item : list) index.emplace(item.id, &item);
  return index;
}

template <class T>
const T* look_up(const std::map<std::string_view, const T*>& index, std::string_view id) {
  const auto found = index.find(id);
  return found == index.end() ? nullptr : found->second;
}

template <class T>
bool contains(const std::vector<T>& list, std::string_view word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

}  // namespace

std::string PortView::name() const { return device->id + "/" + port->name; }
bool PortView::carries_tagged(std::string_view zone) const {
  return role != nullptr && contains(role->tagged, zone);
}
bool PortView::carries_untagged(std::string_view zone) const {
  return role != nullptr && !zone.empty() && role->untagged == zone;
}
bool PortView::carries(std::string_view zone) const {
  return carries_tagged(zone) || carries_untagged(zone);
}

Peer Peer::split(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return {text, {}};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

std::string join(const std::set<std::string_view>& words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text.empty() ? "none" : text;
}

const DeviceLimits* Model::limits(std::string_view profile) const {
  const auto found = families_.find(profile);
  return found == families_.end() ? nullptr : &found->second;
}

Model::Model(const Design& design, const yaml::Findings& findings, const DeviceFamilies& families)
    : design_{design},
      findings_{findings},
      families_{families},
      zones_{index_of(design.zones)},
      services_{index_of(design.services)},
      methods_{index_of(design.methods)},
      roles_{index_of(design.port_roles)},
      stalls_{index_of(design.stalls)},
      ssids_{index_of(design.ssids)},
      switches_{index_of(design.switches)},
      aps_{index_of(design.aps)} {
  for (const Zone& zone : design.zones) {
    if (zone.prefix) by_prefix_.push_back(&zone);
  }
  std::sort(by_prefix_.begin(), by_prefix_.end(),
            [](const Zone* a, const Zone* b) { return *a->prefix < *b->prefix; });
  index_ports();
  index_gateway();
}

void Model::index_ports() {
  for (const Switch& device : design_.switches) {
    for (const SwitchPort& port : device.ports) {
      ports_.push_back({&device, &port, look_up(roles_, port.role)});
    }
  }
  for (const PortView& view : ports_) {
    by_switch_[view.device->id].emplace(view.port->name, &view);
    if (!view.port->stall.empty()) by_target_[view.port->stall].push_back(&view);
    const Peer peer = Peer::split(view.port->peer);
    if (is_ap(peer.device)) by_target_[peer.device].push_back(&view);
  }
}

void Model::index_gateway() {
  if (!design_.gateway) return;
  const Gateway& gateway = *design_.gateway;
  GatewayLink lan;
  for (const Zone& zone : design_.zones) {
    if (zone.interface.empty()) {
      if (zone.gateway) lan.tagged.insert(zone.id);
    } else if (zone.interface == gateway.bridge) {
      lan.untagged = zone.id;
    } else {
      links_[zone.interface].untagged = zone.id;
    }
  }
  for (const std::string& name : gateway.interfaces) links_[name] = lan;
}

const Zone* Model::zone(std::string_view id) const { return look_up(zones_, id); }
const Service* Model::service(std::string_view id) const { return look_up(services_, id); }
const Method* Model::method(std::string_view id) const { return look_up(methods_, id); }
const Stall* Model::stall(std::string_view id) const { return look_up(stalls_, id); }
const Ssid* Model::ssid(std::string_view id) const { return look_up(ssids_, id); }

const Zone* Model::zone_of(const IpAddress& address) const {
  // Prefixes that do not overlap: only the last that begins at or before the address can hold it.
  const auto after = std::upper_bound(
      by_prefix_.begin(), by_prefix_.end(), address,
      [](const IpAddress& wanted, const Zone* zone) { return wanted < zone->prefix->network(); });
  // Where some do overlap (D102), a wider one a few places before may.
  constexpr std::ptrdiff_t kLookBack = 8;
  const auto end = std::min(kLookBack, std::distance(by_prefix_.begin(), after));
  for (std::ptrdiff_t i = 1; i <= end; ++i) {
    if (const Zone* zone = *(after - i); zone->prefix->contains(address)) return zone;
  }
  return nullptr;
}

const PortView* Model::port(const Peer& peer) const {
  const auto device = by_switch_.find(peer.device);
  if (device == by_switch_.end()) return nullptr;
  const auto port = device->second.find(peer.port);
  return port == device->second.end() ? nullptr : port->second;
}

const std::vector<const PortView*>& Model::ports_to(std::string_view name) const {
  static const std::vector<const PortView*> kNone;
  const auto found = by_target_.find(name);
  return found == by_target_.end() ? kNone : found->second;
}

bool Model::is_gateway(std::string_view id) const {
  return design_.gateway && design_.gateway->id == id;
}

const GatewayLink* Model::gateway_link(std::string_view name) const {
  const auto found = links_.find(name);
  return found == links_.end() ? nullptr : &found->second;
}

std::vector<const Zone*> Model::sources(const PolicyRule& rule) const {
  std::vector<const Zone*> zones;
  if (const Zone* from = zone(rule.from_zone)) zones.push_back(from);
  if (!rule.from_prefix) return zones;
  for (const Zone* candidate : by_prefix_) {
    if (candidate->prefix->overlaps(*rule.from_prefix)) zones.push_back(candidate);
  }
  return zones;
}

std::vector<const Zone*> Model::targets(const PolicyRule& rule) const {
  std::vector<const Zone*> zones;
  if (const Zone* to = zone(rule.to_zone)) zones.push_back(to);
  for (const std::string& id : rule.to_services) {
    const Service* found = service(id);
    if (found == nullptr) continue;
    for (const std::string& host : found->to) {
      const auto address = IpAddress::parse(host);
      const Zone* inside = address ? zone_of(*address) : nullptr;
      if (inside != nullptr) zones.push_back(inside);
    }
  }
  return zones;
}

std::set<const Zone*> Model::zones_of(const Stall& stall) const {
  std::set<const Zone*> zones;
  for (const PortView* view : ports_to(stall.id)) {
    if (view->role == nullptr || view->role->untagged.empty()) continue;
    if (const Zone* found = zone(view->role->untagged)) zones.insert(found);
  }
  return zones;
}

bool Model::rule_reaches(const PolicyRule& rule, const Zone& zone, const Service& service) const {
  const bool from_here = rule.from_zone == zone.id || (rule.from_prefix && zone.prefix &&
                                                       rule.from_prefix->contains(*zone.prefix));
  if (!from_here) return false;
  const bool port_passes = rule.ports.empty() || std::find(rule.ports.begin(), rule.ports.end(),
                                                           service.port) != rule.ports.end();
  if (!port_passes) return false;
  if (contains(rule.to_services, service.id)) return true;
  return std::all_of(service.to.begin(), service.to.end(), [&](const std::string& host) {
    const auto address = IpAddress::parse(host);
    const Zone* inside = address ? zone_of(*address) : nullptr;
    if (inside == nullptr) return rule.to_zone == "internet";
    return rule.to_zone == inside->id || inside->id == zone.id;
  });
}

bool Model::reaches(const Zone& zone, const Service& service) const {
  const bool at_home = std::all_of(service.to.begin(), service.to.end(), [&](const auto& host) {
    const auto address = IpAddress::parse(host);
    return address && zone.prefix && zone.prefix->contains(*address);
  });
  if (at_home) return true;  // no gateway in between
  return std::any_of(design_.policy.begin(), design_.policy.end(),
                     [&](const PolicyRule& rule) { return rule_reaches(rule, zone, service); });
}

}  // namespace market::design
