// D101..D109: VLANs, prefixes and who has which address.
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

void check_same_vid(const Model& model, Findings& findings) {
  std::map<VlanId, const Zone*> seen;
  for (const Zone& zone : model.design().zones) {
    const auto [first, fresh] = seen.emplace(zone.vid, &zone);
    if (fresh) continue;
    findings.error("D101", model.place(zone.position, "vid"),
                   fmt::format("zone '{}' has vid {}, which zone '{}' has already", zone.id,
                               zone.vid.number(), first->second->id),
                   "give each zone its own vid", model.place(first->second->position, "vid"));
  }
}

void check_prefixes_overlap(const Model& model, Findings& findings) {
  std::vector<const Zone*> sorted;
  for (const Zone& zone : model.design().zones) {
    if (zone.prefix) sorted.push_back(&zone);
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Zone* a, const Zone* b) { return *a->prefix < *b->prefix; });
  // Two prefixes are nested or apart: it is enough to compare with the last that was not inside
  // another one.
  const Zone* outer = nullptr;
  for (const Zone* zone : sorted) {
    if (outer == nullptr || !outer->prefix->contains(*zone->prefix)) {
      outer = zone;
      continue;
    }
    const bool in_order = outer->position < zone->position;
    const Zone* later = in_order ? zone : outer;
    const Zone* earlier = in_order ? outer : zone;
    findings.error("D102", model.place(later->position, "prefix"),
                   fmt::format("prefix '{}' of zone '{}' overlaps '{}' of zone '{}'",
                               later->prefix->to_string(), later->id, earlier->prefix->to_string(),
                               earlier->id),
                   "give each zone a prefix of its own", model.place(earlier->position, "prefix"));
  }
}

void check_supernet(const Model& model, Findings& findings) {
  const auto& supernet = model.design().supernet;
  if (!supernet) return;
  for (const Zone& zone : model.design().zones) {
    if (!zone.prefix || supernet->contains(*zone.prefix)) continue;
    findings.error("D103", model.place(zone.position, "prefix"),
                   fmt::format("prefix '{}' of zone '{}' is outside the supernet '{}'",
                               zone.prefix->to_string(), zone.id, supernet->to_string()),
                   "choose a prefix inside 'addressing: supernet'");
  }
}

/// IPv4: the first and last address of a prefix shorter than /31 are no host's (RFC 3021).
bool is_reserved(const IpPrefix& prefix, const IpAddress& address) {
  if (!address.is_v4() || prefix.length() >= 31) return false;
  return address == prefix.network() || address == prefix.last_v4();
}

void check_zone_gateway(const Model& model, Findings& findings) {
  for (const Zone& zone : model.design().zones) {
    if (!zone.gateway) continue;
    const std::string who =
        fmt::format("gateway '{}' of zone '{}'", zone.gateway->to_string(), zone.id);
    const SourcePosition& place = model.place(zone.position, "gateway");
    if (!zone.prefix) {
      findings.error("D104", place, who + " has no prefix to be in", "add the zone's prefix");
    } else if (!zone.prefix->contains(*zone.gateway)) {
      findings.error("D104", place,
                     fmt::format("{} is outside its prefix '{}'", who, zone.prefix->to_string()),
                     "choose an address inside the prefix", model.place(zone.position, "prefix"));
    } else if (is_reserved(*zone.prefix, *zone.gateway)) {
      findings.error("D104", place,
                     fmt::format("{} is the network or broadcast address of '{}'", who,
                                 zone.prefix->to_string()),
                     "choose an address between the two", model.place(zone.position, "prefix"));
    }
  }
}

void check_uplink_routes(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway || gateway->uplink_addresses.empty()) return;
  for (const Route& route : gateway->uplink_routes) {
    const bool on_link = std::any_of(
        gateway->uplink_addresses.begin(), gateway->uplink_addresses.end(),
        [&route](const InterfaceAddress& own) { return IpPrefix::of(own).contains(route.via); });
    if (on_link) continue;
    findings.error(
        "D104", model.place(route.position, "via"),
        fmt::format("next hop '{}' is in no network of the uplink", route.via.to_string()),
        "use an address of the provider's side of the uplink");
  }
}

struct Holder {
  IpAddress address;
  std::string who;
  SourcePosition position;
  bool is_device;  ///< switch or access point: their clash is D202
};

/// Every address that the design gives to somebody, in the file's order.
std::vector<Holder> holders_of(const Model& model) {
  const Design& design = model.design();
  std::vector<Holder> all;
  for (const Zone& zone : design.zones) {
    if (!zone.gateway) continue;
    all.push_back({*zone.gateway, fmt::format("the gateway of zone '{}'", zone.id),
                   model.place(zone.position, "gateway"), false});
  }
  if (design.gateway) {
    for (const InterfaceAddress& own : design.gateway->uplink_addresses) {
      all.push_back({own.address(), "the uplink", design.gateway->position, false});
    }
  }
  for (const Switch& device : design.switches) {
    all.push_back({device.address, fmt::format("switch '{}'", device.id),
                   model.place(device.position, "address"), true});
  }
  for (const AccessPoint& ap : design.aps) {
    all.push_back({ap.address, fmt::format("access point '{}'", ap.id),
                   model.place(ap.position, "address"), true});
  }
  for (const Stall& stall : design.stalls) {
    for (const Terminal& terminal : stall.terminals) {
      if (!terminal.address) continue;
      all.push_back({*terminal.address, fmt::format("terminal '{}'", terminal.serial),
                     model.place(terminal.position, "address"), false});
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Holder& a, const Holder& b) { return a.position < b.position; });
  return all;
}

void check_address_clash(const Model& model, Findings& findings) {
  std::map<IpAddress, Holder> seen;
  for (const Holder& holder : holders_of(model)) {
    const auto [first, fresh] = seen.emplace(holder.address, holder);
    const Holder& other = first->second;
    if (fresh || (holder.is_device && other.is_device)) continue;
    findings.error("D105", holder.position,
                   fmt::format("{} has address '{}', which {} has already", holder.who,
                               holder.address.to_string(), other.who),
                   "give each its own address", other.position);
  }
}

void check_dhcp_bounds(const Model& model, Findings& findings) {
  for (const Zone& zone : model.design().zones) {
    if (!zone.dhcp_range) continue;
    const IpRange& range = *zone.dhcp_range;
    const std::string who = fmt::format("dhcp range '{}' of zone '{}'", range.to_string(), zone.id);
    const SourcePosition& place = model.place(zone.position, "dhcp");
    if (!zone.prefix) {
      findings.error("D106", place, who + " has no prefix to be in", "add the zone's prefix");
    } else if (!zone.prefix->contains(range.first()) || !zone.prefix->contains(range.last())) {
      findings.error("D106", place,
                     fmt::format("{} is not inside '{}'", who, zone.prefix->to_string()),
                     "keep both ends inside the prefix", model.place(zone.position, "prefix"));
    } else if (is_reserved(*zone.prefix, range.first()) ||
               is_reserved(*zone.prefix, range.last())) {
      findings.error("D106", place, fmt::format("{} holds the network or broadcast address", who),
                     "keep both out of the range");
    }
  }
}

void check_dhcp_statics(const Model& model, Findings& findings) {
  for (const Holder& holder : holders_of(model)) {
    const Zone* zone = model.zone_of(holder.address);
    if (zone == nullptr || !zone->dhcp_range || !zone->dhcp_range->contains(holder.address)) {
      continue;
    }
    findings.error("D106", holder.position,
                   fmt::format("address '{}' of {} is inside the dhcp range of zone '{}'",
                               holder.address.to_string(), holder.who, zone->id),
                   "move the address or the range", model.place(zone->position, "dhcp"));
  }
}

/// Hosts that an IPv4 prefix has room for.
std::uint64_t room_of(const IpPrefix& prefix) {
  const std::uint64_t all = std::uint64_t{1} << (32 - std::min(prefix.length(), 32U));
  return prefix.length() >= 31 ? all : all - 2;
}

void check_prefix_room(const Model& model, Findings& findings) {
  std::map<const Zone*, std::uint64_t> fixed;      // gateways and devices
  std::map<const Zone*, std::uint64_t> at_stalls;  // terminals, at least one for each stall
  for (const Zone& zone : model.design().zones) fixed[&zone] = zone.gateway ? 1 : 0;
  for (const Switch& device : model.design().switches) ++fixed[model.zone_of(device.address)];
  for (const AccessPoint& ap : model.design().aps) ++fixed[model.zone_of(ap.address)];
  for (const Stall& stall : model.design().stalls) {
    const auto hosts = std::max<std::uint64_t>(1, stall.terminals.size());
    for (const Zone* zone : model.zones_of(stall)) at_stalls[zone] += hosts;
  }
  for (const Zone& zone : model.design().zones) {
    if (!zone.prefix || !zone.prefix->network().is_v4()) continue;
    const std::uint64_t now = fixed[&zone] + at_stalls[&zone];
    const std::uint64_t grown = (now * 12 + 9) / 10;  // 20 % more, rounded up
    if (grown <= room_of(*zone.prefix)) continue;
    findings.error(
        "D107", model.place(zone.position, "prefix"),
        fmt::format("prefix '{}' of zone '{}' has room for {} hosts; the design needs {} "
                    "and {} with 20 % growth",
                    zone.prefix->to_string(), zone.id, room_of(*zone.prefix), now, grown),
        "choose a shorter prefix length");
  }
}

void check_vid_one(const Model& model, Findings& findings) {
  for (const Zone& zone : model.design().zones) {
    if (zone.vid.number() != 1) continue;
    findings.error("D108", model.place(zone.position, "vid"),
                   fmt::format("zone '{}' uses vid 1, where every unconfigured port is", zone.id),
                   "choose a vid from 2 on");
  }
}

void check_uplink_overlap(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway) return;
  for (const Zone& zone : model.design().zones) {
    for (const InterfaceAddress& own : gateway->uplink_addresses) {
      if (!zone.prefix || !zone.prefix->overlaps(IpPrefix::of(own))) continue;
      findings.error("D109", model.place(zone.position, "prefix"),
                     fmt::format("prefix '{}' of zone '{}' overlaps the uplink's network '{}'",
                                 zone.prefix->to_string(), zone.id, IpPrefix::of(own).to_string()),
                     "choose another prefix", gateway->position);
    }
  }
}

constexpr std::array kAddressesRules{
    Rule{"D101", check_same_vid, {}},       Rule{"D102", check_prefixes_overlap, {}},
    Rule{"D103", check_supernet, {}},       Rule{"D104", check_zone_gateway, {}},
    Rule{"D104", check_uplink_routes, {}},  Rule{"D105", check_address_clash, {}},
    Rule{"D106", check_dhcp_bounds, {}},    Rule{"D106", check_dhcp_statics, {}},
    Rule{"D107", check_prefix_room, {}},    Rule{"D108", check_vid_one, {}},
    Rule{"D109", check_uplink_overlap, {}},
};

}  // namespace

std::span<const Rule> address_rules() { return kAddressesRules; }

}  // namespace market::design
