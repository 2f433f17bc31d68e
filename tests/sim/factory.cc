#include "tests/sim/factory.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace market::sim {
namespace {

constexpr std::array<std::string_view, 6> kSecurities{
    "open", "owe", "wpa2-personal", "wpa3-personal", "wpa2-enterprise", "wpa3-enterprise"};

RadioSettings factory_radio(const std::string& band) {
  if (band == "6G") return {Band::G6, 5, 80, 20};
  if (band == "5G") return {Band::G5, 36, 80, 20};
  return {Band::G2, 1, 20, 20};
}

/// ifAlias holds 64 octets (IF-MIB); a character of several octets is not torn apart.
std::string fit_alias(std::string text) {
  constexpr std::size_t kLimit = 64;
  if (text.size() <= kLimit) return text;
  std::size_t end = kLimit;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

/// What a port's label says: the stall, or the other end of the cable, else what it is for.
std::string label_of(const Design& design, const SwitchPort& port, const PortRole& role) {
  if (port.label) return fit_alias(*port.label);
  if (!port.stall.empty()) {
    const Stall* const stall = design.stall(port.stall);
    const std::string name = stall == nullptr ? "" : stall->name;
    return fit_alias(name.empty() ? port.stall : fmt::format("{} {}", port.stall, name));
  }
  if (!port.peer.empty()) return fit_alias(port.peer);
  return role.enabled ? fit_alias(role.id) : "";
}

/// Where it hangs and what it is called there.
std::string location_of(const market::Place& place, const std::string& id) {
  const std::string where = place.to_string();
  return where.empty() ? id : fmt::format("{} {}", where, id);
}

void remove_port(std::string& list, std::size_t index) {
  const auto octet = static_cast<unsigned char>(list.at(index / 8));
  list[index / 8] = static_cast<char>(octet & ~(0x80U >> (index % 8)));
}

/// The row of a zone, created on first use.
VlanSettings& vlan_of(Settings& settings, const Zone& zone) {
  const auto [row, fresh] = settings.vlans.try_emplace(zone.vid.number());
  if (fresh) {
    const std::string empty(port_list_size(settings.ports.size()), '\0');
    row->second = {RowState::Active, zone.id, empty, empty, empty};
  }
  return row->second;
}

void build_port(const Design& design, const PortRole& role, std::size_t index, Settings& settings) {
  PortSettings& port = settings.ports[index];
  port.enabled = role.enabled;
  port.ingress_filter = role.ingress_filter;
  const bool only_tagged = role.frames.empty() ? role.tagged_mode && role.untagged.empty()
                                               : role.frames == "tagged-only";
  port.frames = only_tagged ? 2 : 1;
  if (role.poe) {
    port.poe = role.poe->enabled;
    if (role.poe->priority == "critical") port.poe_priority = 1;
    if (role.poe->priority == "high") port.poe_priority = 2;
  }
  if (const Zone* const zone = design.zone(role.untagged)) {
    VlanSettings& vlan = vlan_of(settings, *zone);
    add_port(vlan.egress, index);
    add_port(vlan.untagged, index);
    port.pvid = zone->vid.number();
  }
  for (const std::string& id : role.tagged) {
    const Zone* const zone = design.zone(id);
    if (zone != nullptr) add_port(vlan_of(settings, *zone).egress, index);
  }
}

}  // namespace

Settings factory_switch(std::size_t ports) {
  Settings settings;
  settings.name = "switch";
  settings.ports.resize(ports);
  const std::string none(port_list_size(ports), '\0');
  std::string all = none;
  for (std::size_t i = 0; i < ports; ++i) add_port(all, i);
  settings.vlans.emplace(1, VlanSettings{RowState::Active, "default", all, none, all});
  return settings;
}

Settings factory_access_point(const AccessPoint& ap) {
  Settings settings;
  settings.name = "ap";
  settings.ssids.resize(kSsidSlots);
  for (const Radio& radio : ap.radios) settings.radios.push_back(factory_radio(radio.band));
  if (settings.radios.empty()) settings.radios = {factory_radio("2G"), factory_radio("5G")};
  return settings;
}

Settings as_built(const Design& design, const Switch& device, Settings factory,
                  const std::vector<std::string>& port_names) {
  Settings settings = std::move(factory);
  settings.name = device.system.name.value_or(fmt::format("{}-{}", design.site.id, device.id));
  settings.location = device.system.location.value_or(location_of(device.place, device.id));
  for (const SwitchPort& port : device.ports) {
    const auto found = std::find(port_names.begin(), port_names.end(), port.name);
    const PortRole* const role = design.port_role(port.role);
    if (found == port_names.end() || role == nullptr) continue;
    const auto index = static_cast<std::size_t>(found - port_names.begin());
    settings.ports[index].alias = label_of(design, port, *role);
    remove_port(settings.vlans.at(1).egress, index);
    remove_port(settings.vlans.at(1).untagged, index);
    build_port(design, *role, index, settings);
  }
  for (const auto& [id, name] : device.vlan_names) {
    const Zone* const zone = design.zone(id);
    const auto row =
        zone == nullptr ? settings.vlans.end() : settings.vlans.find(zone->vid.number());
    if (row != settings.vlans.end()) row->second.name = name;
  }
  return settings;
}

Settings as_built(const Design& design, const AccessPoint& ap, Settings factory) {
  Settings settings = std::move(factory);
  settings.name = ap.system.name.value_or(fmt::format("{}-{}", design.site.id, ap.id));
  settings.location = ap.system.location.value_or(location_of(ap.place, ap.id));
  for (std::size_t i = 0; i < ap.radios.size(); ++i) {
    settings.radios[i].channel = ap.radios[i].channel;
    settings.radios[i].width = ap.radios[i].channel_width;
    settings.radios[i].power = ap.radios[i].tx_power.count() / 100;
  }
  for (std::size_t i = 0; i < ap.ssids.size() && i < kSsidSlots; ++i) {
    const Ssid* const ssid = design.ssid(ap.ssids[i]);
    if (ssid == nullptr) continue;
    const Zone* const zone = design.zone(ssid->zone);
    const auto* const security = std::find(kSecurities.begin(), kSecurities.end(), ssid->security);
    settings.ssids[i] = {ssid->name, zone == nullptr ? 1 : zone->vid.number(),
                         security == kSecurities.end()
                             ? 1
                             : static_cast<std::int64_t>(security - kSecurities.begin()) + 1,
                         ssid->isolate_clients, true};
  }
  return settings;
}

}  // namespace market::sim
