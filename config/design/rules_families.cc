// D006 of profiles, D201, D203, D211, D304, D307, D406, D504: what the devices' families cannot do.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "config/design/rules.h"
#include "config/yaml/document.h"

namespace market::design {
namespace {

using yaml::Findings;

template <class Device>
void check_profile(const Model& model, const Device& device, Findings& findings) {
  if (device.profile.empty() || model.limits(device.profile) != nullptr) return;
  std::vector<std::string> known;
  for (const auto& [id, limits] : model.families()) known.push_back(id);
  const auto meant = yaml::did_you_mean(device.profile, known);
  findings.error(
      "D006", model.place(device.position, "profile"),
      fmt::format("there is no profile '{}', which '{}' names", device.profile, device.id),
      meant ? fmt::format("did you mean '{}'?", *meant)
            : "see market-profile(5) for how to write one");
}

void check_profiles(const Model& model, Findings& findings) {
  if (model.families().empty()) return;
  for (const Switch& device : model.design().switches) check_profile(model, device, findings);
  for (const AccessPoint& ap : model.design().aps) check_profile(model, ap, findings);
}

/// Calls `visit(switch, limits)` for every switch whose family is known.
template <class Visit>
void for_each_switch(const Model& model, Visit visit) {
  for (const Switch& device : model.design().switches) {
    if (const DeviceLimits* limits = model.limits(device.profile)) visit(device, *limits);
  }
}

void check_port_count(const Model& model, Findings& findings) {
  for_each_switch(model, [&](const Switch& device, const DeviceLimits& limits) {
    if (limits.ports == 0 || device.ports.size() <= limits.ports) return;
    findings.error("D201", device.ports[limits.ports].position,
                   fmt::format("switch '{}' uses {} ports, its profile '{}' has {}", device.id,
                               device.ports.size(), device.profile, limits.ports),
                   "move ports to another switch", model.place(device.position, "profile"));
  });
}

Milliwatts draw_of(const Model& model, std::string_view device, const std::string& port) {
  const PortView* view = model.port({device, port});
  const bool powered = view != nullptr && view->role != nullptr && view->role->enabled &&
                       view->role->poe && view->role->poe->enabled;
  return powered ? view->role->poe->draw : Milliwatts{};
}

void check_pse_groups(const Model& model, Findings& findings) {
  for_each_switch(model, [&](const Switch& device, const DeviceLimits& limits) {
    for (const auto& group : limits.pse_groups) {
      std::int64_t sum = 0;
      for (const auto& port : group.ports) sum += draw_of(model, device.id, port).count();
      if (group.ports.empty() || sum <= group.power.count()) continue;
      findings.error("D203", device.position,
                     fmt::format("ports '{}' to '{}' of switch '{}' share {} of PoE and need {}",
                                 group.ports.front(), group.ports.back(), device.id,
                                 to_string(group.power), to_string(Milliwatts{sum})),
                     "move powered devices to ports of another group");
    }
  });
}

void check_vlan_count(const Model& model, Findings& findings) {
  std::map<const Switch*, std::set<std::string_view>> carried;
  for (const PortView& view : model.ports()) {
    if (view.role == nullptr) continue;
    auto& zones = carried[view.device];
    if (!view.role->untagged.empty()) zones.insert(view.role->untagged);
    zones.insert(view.role->tagged.begin(), view.role->tagged.end());
  }
  for_each_switch(model, [&](const Switch& device, const DeviceLimits& limits) {
    const auto count = carried[&device].size();
    if (limits.vlans == 0 || count <= limits.vlans) return;
    findings.error("D211", device.position,
                   fmt::format("switch '{}' carries {} zones, its profile '{}' has room for {}",
                               device.id, count, device.profile, limits.vlans),
                   "carry fewer zones on its ports, or use another switch");
  });
}

void check_access_points(const Model& model, Findings& findings) {
  for (const AccessPoint& ap : model.design().aps) {
    const DeviceLimits* limits = model.limits(ap.profile);
    if (limits == nullptr) continue;
    if (limits->ssid_slots > 0 && ap.ssids.size() > limits->ssid_slots) {
      findings.error("D304", model.place(ap.position, "ssids"),
                     fmt::format("access point '{}' has {} ssids, its profile '{}' has room for {}",
                                 ap.id, ap.ssids.size(), ap.profile, limits->ssid_slots),
                     "put what shares a zone and a security under one ssid");
    }
    for (const Radio& radio : ap.radios) {
      if (!limits->tx_power || radio.tx_power <= *limits->tx_power) continue;
      findings.error("D307", model.place(radio.position, "tx-power"),
                     fmt::format("access point '{}': {} at {} is more than the {} of its profile "
                                 "'{}'",
                                 ap.id, to_string(radio.tx_power), radio.band,
                                 to_string(*limits->tx_power), ap.profile),
                     "lower 'tx-power'");
    }
  }
}

/// Hosts of such a zone on two ports of a switch that joins them, or on two switches.
void check_isolation(const Model& model, Findings& findings) {
  std::map<const Zone*, std::vector<const PortView*>> access;
  for (const PortView& view : model.ports()) {
    if (view.role == nullptr || view.role->tagged_mode || !view.role->enabled) continue;
    const Zone* zone = model.zone(view.role->untagged);
    if (zone != nullptr && zone->isolate_hosts) access[zone].push_back(&view);
  }
  for (const auto& [zone, views] : access) {
    for (const PortView* view : views) {
      const DeviceLimits* limits = model.limits(view->device->profile);
      if (views.size() < 2 || limits == nullptr || limits->isolates_ports.value_or(true)) continue;
      findings.error("D406", model.place(zone->position, "isolate-hosts"),
                     fmt::format("zone '{}' keeps its hosts apart, but switch '{}' (profile '{}') "
                                 "joins its ports",
                                 zone->id, view->device->id, view->device->profile),
                     "use a switch that isolates ports, or remove 'isolate-hosts'",
                     view->port->position);
      break;  // once for each zone
    }
  }
}

void check_speed_limit(const Model& model, Findings& findings) {
  const auto& least = model.design().acceptance.wired_speed_min;
  if (!least) return;
  for_each_switch(model, [&](const Switch& device, const DeviceLimits& limits) {
    if (!limits.port_speed || *least <= *limits.port_speed) return;
    findings.error("D504", model.place(device.position, "profile"),
                   fmt::format("acceptance asks for {}, but the ports of switch '{}' have {}",
                               to_string(*least), device.id, to_string(*limits.port_speed)),
                   "lower 'acceptance: wired: speed-min', or use another switch");
  });
}

constexpr std::array kFamiliesRules{
    Rule{"D006", check_profiles, {}},      Rule{"D201", check_port_count, {}},
    Rule{"D203", check_pse_groups, {}},    Rule{"D211", check_vlan_count, {}},
    Rule{"D304", check_access_points, {}}, Rule{"D406", check_isolation, {}},
    Rule{"D504", check_speed_limit, {}},
};

}  // namespace

std::span<const Rule> family_rules() { return kFamiliesRules; }

}  // namespace market::design
