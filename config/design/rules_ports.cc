// D203..D205, D210, D212: power, VLANs, waste and labels of ports.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

/// ifAlias, SIZE (0..64), RFC 2863.
constexpr std::size_t kMaxLabel = 64;
/// sysLocation is a DisplayString, SIZE (0..255), RFC 3418.
constexpr std::size_t kMaxLocation = 255;

void check_power(const Model& model, Findings& findings) {
  std::map<const Switch*, std::int64_t> draws;  // in mW
  for (const PortView& view : model.ports()) {
    const bool powered =
        view.role != nullptr && view.role->enabled && view.role->poe && view.role->poe->enabled;
    if (powered) draws[view.device] += view.role->poe->draw.count();
  }
  const auto& reserve = model.design().acceptance.poe_headroom_min;
  for (const Switch& device : model.design().switches) {
    if (!device.poe_budget) continue;
    const std::int64_t draw = draws[&device];
    const std::int64_t budget = device.poe_budget->count();
    const std::string sum =
        fmt::format("switch '{}' has a PoE budget of {} and is to deliver {}", device.id,
                    to_string(*device.poe_budget), to_string(Milliwatts{draw}));
    const SourcePosition& place = model.place(device.position, "poe-budget");
    if (draw > budget) {
      findings.error("D203", place, sum, "move powered devices to another switch");
    } else if (reserve && (budget - draw) * 1'000'000 < reserve->count() * budget) {
      findings.warning("D203", place,
                       fmt::format("{}, which leaves less than {}", sum, to_string(*reserve)),
                       "move powered devices to another switch");
    }
  }
}

void check_tagged_and_untagged(const Model& model, Findings& findings) {
  for (const PortRole& role : model.design().port_roles) {
    for (const std::string& zone : role.tagged) {
      if (role.untagged != zone) continue;
      findings.error(
          "D204", model.place(role.position, "tagged=" + zone),
          fmt::format("port role '{}' carries zone '{}' both tagged and untagged", role.id, zone),
          "keep one of the two", model.place(role.position, "untagged"));
    }
  }
}

/// A link of the gateway carries at most one zone without tags, and a bridge's port none by itself.
void check_zone_links(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  std::map<std::string_view, const Zone*> seen;
  for (const Zone& zone : model.design().zones) {
    if (zone.interface.empty()) continue;
    const SourcePosition& place = model.place(zone.position, "interface");
    const std::string who = fmt::format("zone '{}' has interface '{}'", zone.id, zone.interface);
    if (const auto [first, fresh] = seen.emplace(zone.interface, &zone); !fresh) {
      findings.error("D205", place,
                     fmt::format("{}, which zone '{}' has already", who, first->second->id),
                     "a link carries one zone without tags",
                     model.place(first->second->position, "interface"));
    }
    if (!gateway) continue;
    const auto& members = gateway->interfaces;
    if (std::find(members.begin(), members.end(), zone.interface) != members.end()) {
      findings.error("D205", place,
                     fmt::format("{}, which is a port of bridge '{}'", who, gateway->bridge),
                     fmt::format("name the bridge, or take '{}' out of it", zone.interface),
                     gateway->position);
    } else if (zone.interface == gateway->uplink_interface) {
      findings.error("D205", place, who + ", which is the uplink", "use a link of the LAN side",
                     gateway->position);
    }
  }
}

void check_bridge_ports(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway) return;
  for (const std::string& link : gateway->interfaces) {
    if (link != gateway->uplink_interface && link != gateway->bridge) continue;
    findings.error("D205", gateway->position,
                   fmt::format("bridge '{}' cannot have '{}' as a port", gateway->bridge, link),
                   "the uplink and the LAN bridge stay apart");
  }
}

/// Why this port should not be live, or nothing.
std::string waste_of(const Model& model, const PortView& view) {
  const Zone* zone = model.zone(view.role->untagged);
  if (zone == nullptr || view.role->tagged_mode || !view.role->enabled) return {};
  const Stall* stall = model.stall(view.port->stall);
  if (stall != nullptr && stall->state == StallState::Vacant) {
    return fmt::format("is enabled, but leads to the vacant stall '{}'", stall->id);
  }
  const bool unused = view.port->stall.empty() && view.port->peer.empty();
  if (unused && zone->trust == Trust::Cardholder) {
    return fmt::format("is live in zone '{}', but leads nowhere", zone->id);
  }
  if (unused && !zone->prefix) {
    return fmt::format("is enabled in zone '{}', which is never routed", zone->id);
  }
  return {};
}

void check_unused_ports(const Model& model, Findings& findings) {
  const SourcePosition* reported = nullptr;  // one warning for a range
  for (const PortView& view : model.ports()) {
    if (view.role == nullptr) continue;
    const std::string why = waste_of(model, view);
    if (why.empty() || (reported != nullptr && *reported == view.port->position)) continue;
    reported = &view.port->position;
    findings.warning("D210", view.port->position, fmt::format("port '{}' {}", view.name(), why),
                     "give it a role with 'enabled: false'", view.role->position);
  }
}

void check_role_named_unused(const Model& model, Findings& findings) {
  for (const PortRole& role : model.design().port_roles) {
    const Zone* zone = model.zone(role.untagged);
    if (role.id != "unused" || role.enabled || zone == nullptr || !zone->prefix) continue;
    findings.warning("D210", model.place(role.position, "untagged"),
                     fmt::format("unused ports are in the live zone '{}'", zone->id),
                     "park them in a zone without prefix", zone->position);
  }
}

std::string label_of(const Model& model, const PortView& view) {
  if (view.port->label) return *view.port->label;
  if (!view.port->stall.empty()) {
    const Stall* stall = model.stall(view.port->stall);
    return stall == nullptr || stall->name.empty() ? view.port->stall
                                                   : stall->id + " " + stall->name;
  }
  return view.port->peer.empty() ? view.port->role : view.port->peer;
}

void check_labels(const Model& model, Findings& findings) {
  for (const PortView& view : model.ports()) {
    const std::string label = label_of(model, view);
    const DeviceLimits* limits = model.limits(view.device->profile);
    const bool narrow = limits != nullptr && limits->label_bytes > 0;
    const std::size_t most = narrow ? std::min(limits->label_bytes, kMaxLabel) : kMaxLabel;
    if (label.size() <= most) continue;
    const Stall* stall = model.stall(view.port->stall);
    findings.error("D212",
                   stall == nullptr ? view.port->position : model.place(stall->position, "name"),
                   fmt::format("label '{}' of port '{}' has {} bytes, more than {}", label,
                               view.name(), label.size(), most),
                   "shorten the name; a Korean syllable takes three bytes", view.port->position);
  }
}

template <class Device>
void check_location(const Model& model, const Device& device, Findings& findings) {
  const std::size_t size = device.place.to_string().size();
  if (size <= kMaxLocation) return;
  findings.error(
      "D212", model.place(device.position, "place"),
      fmt::format("the place of '{}' has {} bytes, more than {}", device.id, size, kMaxLocation),
      "shorten it; a Korean syllable takes three bytes");
}

void check_locations(const Model& model, Findings& findings) {
  for (const Switch& device : model.design().switches) check_location(model, device, findings);
  for (const AccessPoint& ap : model.design().aps) check_location(model, ap, findings);
}

constexpr std::array kPortsRules{
    Rule{"D203", check_power, {}},        Rule{"D204", check_tagged_and_untagged, {}},
    Rule{"D205", check_zone_links, {}},   Rule{"D205", check_bridge_ports, {}},
    Rule{"D210", check_unused_ports, {}}, Rule{"D210", check_role_named_unused, {}},
    Rule{"D212", check_labels, {}},       Rule{"D212", check_locations, {}},
};

}  // namespace

std::span<const Rule> port_rules() { return kPortsRules; }

}  // namespace market::design
