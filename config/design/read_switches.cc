// port-roles, switches.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::Entry;
using yaml::Kind;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

PoeDemand read_poe(const Node& node, const std::string& owner, Reading& reading) {
  MapReader map{node, owner + " poe", reading.findings};
  PoeDemand poe;
  poe.enabled = map.flag("enabled", Need::Required).value_or(false);
  // Without a draw the budget of a switch could not be judged.
  poe.draw = map.parsed("draw", poe.enabled ? Need::Required : Need::Optional, parse_draw)
                 .value_or(Milliwatts{});
  poe.priority = map.word("priority", Need::Optional, {"critical", "high", "low"});
  return poe;
}

/// One zone. A list of them is the mistake D205: frames without a tag belong to one VLAN.
std::string read_untagged(MapReader& map, Need need, Reading& reading) {
  const Node* node = map.find("untagged", need);
  if (node != nullptr && node->kind == Kind::Sequence) {
    map.refuse("D205", *node, "untagged", "must be one zone: a port has one untagged VLAN",
               "move the others to 'tagged'");
    return {};
  }
  return reading.reference(map, "untagged", need, Part::Zones, Part::Roles);
}

void read_role(const Entry& entry, Reading& reading) {
  const SourcePosition& position = entry.key_position;
  MapReader map{entry.value, fmt::format("port role '{}'", entry.key), reading.findings, position};
  PortRole role;
  role.id = entry.key;
  role.position = position;
  const std::string mode = map.word("mode", Need::Required, {"access", "tagged"});
  role.tagged_mode = mode == "tagged";
  role.untagged = read_untagged(map, mode == "access" ? Need::Required : Need::Optional, reading);
  role.tagged = reading.references(
      map, "tagged", role.tagged_mode ? Need::Required : Need::Optional, Part::Zones, Part::Roles);
  if (mode == "access" && !role.tagged.empty()) {
    map.refuse(map.findings().rules().type, *map.find("tagged", Need::Optional), "tagged",
               "does not go with 'mode: access'", "write 'mode: tagged' or remove the zones");
    role.tagged.clear();
  }
  if (const Node* poe = map.find("poe", Need::Optional)) {
    role.poe = read_poe(*poe, map.what(), reading);
  }
  role.enabled = map.flag("enabled", Need::Optional).value_or(true);
  role.frames = map.word("frames", Need::Optional, {"all", "tagged-only"});
  role.ingress_filter = map.flag("ingress-filter", Need::Optional).value_or(true);
  if (reading.declare(role.id, position, Part::Roles)) {
    reading.design.port_roles.push_back(std::move(role));
  }
}

/// A number such as 12.5; metres. Both coordinates or none.
Result<double> parse_metres(std::string_view text) {
  double metres = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), metres);
  const bool plain = text.find_first_not_of("0123456789.-") == std::string_view::npos;
  if (error != std::errc{} || end != text.data() + text.size() || !plain || metres > 10'000 ||
      metres < -10'000) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is not a number of metres such as 12.5", text));
  }
  return metres;
}

Place read_place(const Node& node, const std::string& owner, Reading& reading) {
  MapReader map{node, owner + " place", reading.findings};
  Place place;
  place.building = map.text("building", Need::Optional);
  place.floor = map.text("floor", Need::Optional);
  place.spot = map.text("spot", Need::Optional);
  place.x = map.parsed("x", Need::Optional, parse_metres);
  place.y = map.parsed("y", Need::Optional, parse_metres);
  const Node* x = map.find("x", Need::Optional);
  const Node* y = map.find("y", Need::Optional);
  if ((x == nullptr) != (y == nullptr)) {
    const std::string_view there = x == nullptr ? "y" : "x";
    map.refuse(map.findings().rules().type, x == nullptr ? *y : *x, there,
               "needs the other coordinate too", "give both x and y, or none");
  }
  return place;
}

/// A "6-24" taken apart; anything else is one port of that very name.
struct PortSpan {
  bool is_range = false;
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

PortSpan span_of(std::string_view name) {
  const auto number = [](std::string_view text, std::uint32_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size();
  };
  PortSpan span;
  const auto dash = name.find('-');
  if (dash == std::string_view::npos) return span;
  span.is_range =
      number(name.substr(0, dash), span.first) && number(name.substr(dash + 1), span.last);
  return span;
}

/// The names an entry of `ports` stands for; empty when it is no good.
std::vector<std::string> port_names(const Entry& entry, const std::string& owner,
                                    yaml::Findings& findings) {
  constexpr std::uint32_t kMostPorts = 1024;  // of one range: more is a slip of the finger
  const auto refuse = [&](const std::string& rule, std::string_view why, std::string fix) {
    findings.lose();
    findings.error(rule, entry.key_position, fmt::format("{}: port '{}' {}", owner, entry.key, why),
                   std::move(fix));
    return std::vector<std::string>{};
  };
  // There are ifNames with a space inside: "gigabitEthernet 1/0/18".
  if (entry.key.empty() || entry.key.size() > 64 || entry.key.front() == ' ' ||
      entry.key.back() == ' ' || entry.key.find_first_of("\t\n[]") != std::string::npos) {
    return refuse(findings.rules().type, "is not a port's name", "use the switch's own ifName");
  }
  const PortSpan span = span_of(entry.key);
  if (!span.is_range) return {entry.key};
  if (entry.key.front() == '0' || entry.key[entry.key.find('-') + 1] == '0') {
    return refuse(findings.rules().decimal, "begins with a zero", "write it like \"6-24\"");
  }
  if (span.last < span.first || span.last - span.first >= kMostPorts) {
    return refuse(findings.rules().range, "is not a range of 1 to 1024 ports",
                  "write it like \"6-24\"");
  }
  std::vector<std::string> names;
  for (std::uint32_t n = span.first; n <= span.last; ++n) names.push_back(std::to_string(n));
  return names;
}

void read_port(const Entry& entry, Switch& device, Reading& reading) {
  const std::string owner = fmt::format("switch '{}'", device.id);
  const std::vector<std::string> names = port_names(entry, owner, reading.findings);
  MapReader map{entry.value, fmt::format("{} port '{}'", owner, entry.key), reading.findings,
                entry.key_position};
  SwitchPort port;
  port.role = reading.reference(map, "role", Need::Required, Part::Roles, Part::Switches);
  port.stall = reading.reference(map, "stall", Need::Optional, Part::Stalls, Part::Switches);
  port.peer = map.text("peer", Need::Optional);
  reading.refer(Part::Devices, Part::Switches, port.peer.substr(0, port.peer.find('/')),
                map.place("peer"), map.what());
  port.label = read_verbatim(map, "label");
  port.position = entry.key_position;
  if (!port.stall.empty() && !port.peer.empty()) {
    map.refuse(map.findings().rules().type, *map.find("stall", Need::Optional), "stall",
               "and 'peer' exclude each other", "a port leads to a stall or to a device");
  }
  if (names.size() > 1 && !port.peer.empty()) {
    map.refuse(map.findings().rules().type, *map.find("peer", Need::Optional), "peer",
               "cannot be given for a range of ports", "name each port");
    port.peer.clear();
  }
  if (port.role.empty()) return;
  for (const std::string& name : names) {
    device.ports.push_back(port);
    device.ports.back().name = name;
  }
}

void read_ports(MapReader& map, Switch& device, Reading& reading) {
  constexpr std::size_t kMostPorts = 4096;  // of one switch, stacks included
  const Node* ports = map.find("ports", Need::Optional);
  if (ports == nullptr) return;
  if (ports->kind != Kind::Map) {
    map.refuse(map.findings().rules().type, *ports, "ports", "must be a map",
               "write \"1\": { role: ... }");
    return;
  }
  for (const Entry& entry : ports->entries) {
    read_port(entry, device, reading);
    if (device.ports.size() > kMostPorts) {
      map.refuse(map.findings().rules().limit, entry.value, "ports",
                 fmt::format("has more than {} ports", kMostPorts));
      return;
    }
  }
}

/// The names of zones' VLANs on this switch: `vlan-names: { payment: "VLAN 20" }`.
void read_vlan_names(MapReader& map, Switch& device, Reading& reading) {
  constexpr std::size_t kMostBytes = 32;  // dot1qVlanStaticName, SIZE (0..32), RFC 4363
  const Node* node = map.find("vlan-names", Need::Optional);
  if (node == nullptr) return;
  MapReader names{*node, map.what() + " vlan-names", reading.findings};
  for (const Entry& entry : node->entries) {
    auto name = read_verbatim(names, entry.key);
    reading.refer(Part::Zones, Part::Switches, entry.key, entry.key_position, names.what());
    if (!name) continue;
    if (name->size() > kMostBytes) {
      names.refuse(names.findings().rules().limit, entry.value, entry.key,
                   fmt::format("has {} bytes, a VLAN's name holds {}", name->size(), kMostBytes));
      continue;
    }
    device.vlan_names.emplace(entry.key, *std::move(name));
  }
}

void read_switch(const Node& item, Reading& reading) {
  MapReader map{item, "switch", reading.findings};
  DeviceHead head = read_device(map, reading, Part::Switches);
  const auto budget = map.parsed("poe-budget", Need::Optional, parse_draw);
  std::string firmware;
  if (const Node* node = map.find("firmware", Need::Optional)) {
    MapReader inner{*node, map.what() + " firmware", reading.findings};
    firmware = inner.text("min", Need::Required);
  }
  std::string stp = map.word("stp", Need::Optional, {"stp", "rstp", "mstp"});
  // The ports of a switch without a good address are read too, for what is wrong with them.
  Switch device{.id = std::move(head.id),
                .profile = std::move(head.profile),
                .serial = std::move(head.serial),
                .mac = head.mac,
                .address = head.address.value_or(IpAddress::v4(0)),
                .place = std::move(head.place),
                .system = std::move(head.system),
                .vlan_names = {},
                .poe_budget = budget,
                .firmware_min = std::move(firmware),
                .stp = std::move(stp),
                .ports = {},
                .position = map.position()};
  read_vlan_names(map, device, reading);
  read_ports(map, device, reading);
  if (!device.id.empty() && head.address) reading.design.switches.push_back(std::move(device));
}

}  // namespace

DeviceHead read_device(MapReader& item, Reading& reading, Part part) {
  DeviceHead head;
  head.id = reading.declare(item, part);
  head.profile = item.text("profile", Need::Required);
  head.serial = item.text("serial", Need::Optional);
  head.mac = item.parsed("mac", Need::Optional, MacAddress::parse);
  head.address = item.parsed("address", Need::Required, IpAddress::parse);
  if (const Node* place = item.find("place", Need::Optional)) {
    head.place = read_place(*place, item.what(), reading);
  }
  head.system.name = read_verbatim(item, "sys-name");
  head.system.location = read_verbatim(item, "sys-location");
  return head;
}

void read_port_roles(MapReader& top, Reading& reading) {
  const Node* roles = top.find("port-roles", Need::Optional);
  if (roles == nullptr) return;
  if (roles->kind != Kind::Map) {
    top.refuse(top.findings().rules().type, *roles, "port-roles", "must be a map",
               "write 'name: { mode: ... }'");
    return;
  }
  for (const Entry& entry : roles->entries) read_role(entry, reading);
}

void read_switches(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("switches", Need::Optional)) read_switch(*item, reading);
}

}  // namespace market::design
