#include "daemon/takeover/write.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/yaml/emit.h"
#include "daemon/takeover/names.h"

namespace market::takeover {
namespace {

using yaml::Kind;
using yaml::Node;

Node scalar(std::string text, bool quoted = false) {
  Node node;
  node.kind = Kind::Scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}
Node flag(bool value) { return scalar(value ? "true" : "false"); }
/// Text that no reader takes for anything else: in quotes unless it is plainly a name.
Node text(const std::string& value) {
  constexpr std::array<std::string_view, 8> kWords{"null", "true", "false", "yes",
                                                   "no",   "on",   "off",   "y"};
  std::string lower = value;
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const bool letter = !lower.empty() && lower.front() >= 'a' && lower.front() <= 'z';
  const bool word = std::find(kWords.begin(), kWords.end(), lower) != kWords.end();
  auto plain = value;
  std::replace(plain.begin(), plain.end(), '/', '-');  // of a peer, "sw-a1/24"
  return scalar(value, !letter || word || !is_id(plain, plain.size()));
}
Node list(const std::vector<std::string>& values) {
  Node node;
  node.kind = Kind::Sequence;
  for (const auto& value : values) node.items.push_back(text(value));
  return node;
}
Node sequence() {
  Node node;
  node.kind = Kind::Sequence;
  return node;
}

class Map {
 public:
  Map() { node_.kind = Kind::Map; }
  Map& add(std::string key, Node value) {
    node_.entries.push_back({std::move(key), {}, std::move(value)});
    return *this;
  }
  Map& add_text(std::string key, const std::string& value) {
    return value.empty() ? *this : add(std::move(key), text(value));
  }
  Map& add_verbatim(std::string key, const std::optional<std::string>& value) {
    return value ? add(std::move(key), scalar(*value, true)) : *this;
  }
  template <class T>
  Map& add_plain(std::string key, const std::optional<T>& value) {
    return value ? add(std::move(key), scalar(value->to_string())) : *this;
  }
  [[nodiscard]] bool empty() const { return node_.entries.empty(); }
  Node done() { return std::move(node_); }

 private:
  Node node_;
};

Node node_of(const Site& site) {
  Map map;
  map.add_text("id", site.id);
  if (site.name != site.id) map.add_text("name", site.name);
  return map.add_text("timezone", site.timezone).done();
}

Node node_of(const Zone& zone) {
  Map map;
  map.add_text("id", zone.id).add("vid", scalar(std::to_string(zone.vid.number())));
  map.add_plain("prefix", zone.prefix).add_plain("gateway", zone.gateway);
  map.add_text("interface", zone.interface);
  return map.add("trust", scalar(to_string(zone.trust))).done();
}

Node node_of(const Gateway& gateway) {
  Map map;
  map.add_text("id", gateway.id);
  if (!gateway.uplink_interface.empty()) {
    Map uplink;
    uplink.add_text("interface", gateway.uplink_interface);
    std::vector<std::string> addresses;
    for (const auto& each : gateway.uplink_addresses) addresses.push_back(each.to_string());
    if (!addresses.empty()) uplink.add("addresses", list(addresses));
    Node routes = sequence();
    for (const auto& route : gateway.uplink_routes) {
      routes.items.push_back(
          Map{}.add_text("to", route.to).add("via", scalar(route.via.to_string())).done());
    }
    if (!routes.items.empty()) uplink.add("routes", std::move(routes));
    map.add("uplink", uplink.done());
  }
  if (!gateway.bridge.empty()) {
    Map lan;
    lan.add_text("bridge", gateway.bridge);
    if (!gateway.interfaces.empty()) lan.add("interfaces", list(gateway.interfaces));
    map.add("lan", lan.done());
  }
  return map.done();
}

Node node_of(const PortRole& role) {
  Map map;
  map.add("mode", scalar(role.tagged_mode ? "tagged" : "access"))
      .add_text("untagged", role.untagged);
  if (role.tagged_mode) map.add("tagged", list(role.tagged));
  if (role.poe) {
    Map poe;
    poe.add("enabled", flag(role.poe->enabled));
    if (role.poe->enabled) poe.add("draw", scalar(to_string(role.poe->draw)));
    map.add("poe", poe.add_text("priority", role.poe->priority).done());
  }
  if (!role.enabled) map.add("enabled", flag(false));
  map.add_text("frames", role.frames);
  if (!role.ingress_filter) map.add("ingress-filter", flag(false));
  return map.done();
}

bool same_but_for_name(const SwitchPort& a, const SwitchPort& b) {
  return a.role == b.role && a.stall.empty() && b.stall.empty() && a.peer.empty() &&
         b.peer.empty() && a.label == b.label;
}
/// Its number, when it is called by one; 0 = no.
std::uint32_t number_of(const std::string& name) {
  const bool digits = !name.empty() && name.size() < 6 && name.front() != '0' &&
                      name.find_first_not_of("0123456789") == std::string::npos;
  return digits ? static_cast<std::uint32_t>(std::stoul(name)) : 0;
}

/// Ports in a row that are alike are one entry: "6-24".
Node node_of(const std::vector<SwitchPort>& ports) {
  Map map;
  for (auto first = ports.begin(); first != ports.end();) {
    auto last = first;
    while (last + 1 != ports.end() && same_but_for_name(*first, *(last + 1)) &&
           number_of(last->name) != 0 && number_of((last + 1)->name) == number_of(last->name) + 1) {
      ++last;
    }
    Map port;
    port.add_text("role", first->role)
        .add_text("stall", first->stall)
        .add_text("peer", first->peer);
    port.add_verbatim("label", first->label);
    map.add(first == last ? first->name : first->name + "-" + last->name, port.done());
    first = last + 1;
  }
  return map.done();
}

template <class Device>
Map head_of(const Device& device) {
  Map map;
  map.add_text("id", device.id).add_text("profile", device.profile);
  if (!device.serial.empty()) map.add("serial", scalar(device.serial, true));
  map.add_plain("mac", device.mac).add("address", scalar(device.address.to_string()));
  if (!device.place.spot.empty()) {
    map.add("place", Map{}.add("spot", scalar(device.place.spot, true)).done());
  }
  map.add_verbatim("sys-name", device.system.name);
  return std::move(map.add_verbatim("sys-location", device.system.location));
}

Node node_of(const Switch& device) {
  Map map = head_of(device);
  Map names;
  for (const auto& [zone, name] : device.vlan_names) names.add_verbatim(zone, name);
  if (!names.empty()) map.add("vlan-names", names.done());
  return map.add("ports", node_of(device.ports)).done();
}

Node node_of(const AccessPoint& ap) {
  Map map = head_of(ap);
  Node radios = sequence();
  for (const auto& radio : ap.radios) {
    radios.items.push_back(Map{}
                               .add("band", scalar(radio.band))
                               .add("channel", scalar(std::to_string(radio.channel)))
                               .add("channel-width", scalar(std::to_string(radio.channel_width)))
                               .add("tx-power", scalar(to_string(radio.tx_power)))
                               .done());
  }
  if (!radios.items.empty()) map.add("radios", std::move(radios));
  if (!ap.ssids.empty()) map.add("ssids", list(ap.ssids));
  return map.done();
}

Node node_of(const Ssid& ssid) {
  Map map;
  map.add_text("id", ssid.id).add("name", scalar(ssid.name, true)).add_text("zone", ssid.zone);
  map.add("security", scalar(ssid.security));
  if (ssid.isolate_clients) map.add("isolate-clients", flag(true));
  return map.done();
}

Node node_of(const Terminal& terminal) {
  Map map;
  map.add("serial", scalar(terminal.serial, true)).add_plain("mac", terminal.mac);
  map.add_plain("address", terminal.address);
  if (terminal.snmp) map.add("snmp", flag(true));
  return map.done();
}

Node node_of(const Stall& stall) {
  Map map;
  map.add_text("id", stall.id);
  if (!stall.name.empty()) map.add("name", scalar(stall.name, true));
  Node terminals = sequence();
  for (const auto& each : stall.terminals) terminals.items.push_back(node_of(each));
  if (!terminals.items.empty()) map.add("terminals", std::move(terminals));
  return map.done();
}

Node node_of(const Waiver& waiver) {
  Map map;
  map.add_text("id", waiver.rule);
  if (!waiver.at.empty()) map.add("at", scalar(waiver.at, true));
  map.add("reason", scalar(waiver.reason, true)).add("by", scalar(waiver.by, true));
  return map
      .add("until", scalar(fmt::format("{:04}-{:02}-{:02}", static_cast<int>(waiver.until.year()),
                                       static_cast<unsigned>(waiver.until.month()),
                                       static_cast<unsigned>(waiver.until.day()))))
      .done();
}

template <class T>
Node all_of(const std::vector<T>& things) {
  Node node = sequence();
  for (const auto& thing : things) node.items.push_back(node_of(thing));
  return node;
}

class Sections {
 public:
  explicit Sections(const Remarks& remarks) : remarks_{remarks} { remark(""); }

  void add(const std::string& key, Node value) {
    const bool empty = value.items.empty() && value.entries.empty() && value.kind != Kind::Scalar;
    const bool said = remarks_.contains(key);
    if (empty && !said) return;
    if (value.kind != Kind::Scalar) out_ += "\n";
    remark(key);
    if (!empty) out_ += yaml::emit_compact(Map{}.add(key, std::move(value)).done());
  }
  [[nodiscard]] std::string done() { return std::move(out_); }

 private:
  void remark(const std::string& section) {
    const auto lines = remarks_.find(section);
    if (lines == remarks_.end()) return;
    for (const auto& line : lines->second) out_ += line.empty() ? "#\n" : "# " + line + "\n";
  }
  const Remarks& remarks_;
  std::string out_;
};

}  // namespace

std::string write_design(const Design& design, const Remarks& remarks) {
  Sections out{remarks};
  out.add("schema", scalar("1"));
  out.add("kind", scalar("market-design"));
  out.add("site", node_of(design.site));
  out.add("zones", all_of(design.zones));
  out.add("services", sequence());
  out.add("gateway", design.gateway ? node_of(*design.gateway) : sequence());
  Map roles;
  for (const auto& role : design.port_roles) roles.add(role.id, node_of(role));
  out.add("port-roles", roles.done());
  out.add("switches", all_of(design.switches));
  out.add("aps", all_of(design.aps));
  out.add("ssids", all_of(design.ssids));
  out.add("stalls", all_of(design.stalls));
  out.add("acceptance", sequence());
  out.add("waive", all_of(design.waivers));
  return out.done();
}

}  // namespace market::takeover
