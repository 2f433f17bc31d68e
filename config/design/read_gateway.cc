// gateway: uplink, lan, qos.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// "default", or a prefix in its own spelling.
Result<std::string> parse_destination(std::string_view text) {
  if (text == "default") return std::string{text};
  auto prefix = IpPrefix::parse(text);
  if (!prefix) return fail(Errc::InvalidValue, prefix.error().message);
  return prefix->to_string();
}

void read_routes(MapReader& uplink, Gateway& gateway) {
  for (const Node* item : uplink.items("routes", Need::Optional)) {
    MapReader map{*item, "route", uplink.findings()};
    auto to = map.parsed("to", Need::Required, parse_destination);
    const auto via = map.parsed("via", Need::Required, IpAddress::parse);
    if (to && via) gateway.uplink_routes.push_back({std::move(*to), *via, map.position()});
  }
}

void read_addresses(MapReader& uplink, Gateway& gateway) {
  for (const std::string& word : uplink.words("addresses", Need::Optional)) {
    if (auto address = InterfaceAddress::parse(word)) {
      gateway.uplink_addresses.push_back(*address);
    } else {
      uplink.findings().lose();
      uplink.findings().error(uplink.findings().rules().type, uplink.place("addresses=" + word),
                              fmt::format("{}: {}", uplink.what(), address.error().message));
    }
  }
}

void read_uplink(const Node& node, Gateway& gateway, Reading& reading) {
  MapReader map{node, "gateway uplink", reading.findings};
  gateway.uplink_interface = read_link_name(map, "interface", Need::Required);
  read_addresses(map, gateway);
  read_routes(map, gateway);
  // IPv6 asks for 1280 (RFC 8200, 5); few cards take more than 9216.
  if (const auto mtu = map.integer("mtu", Need::Optional, {1280, 9216})) {
    gateway.uplink_mtu = static_cast<int>(*mtu);
  }
  if (const Node* rate = map.find("rate", Need::Optional)) {
    MapReader rates{*rate, "gateway uplink rate", reading.findings};
    gateway.rate_down = rates.parsed("down", Need::Optional, parse_speed);
    gateway.rate_up = rates.parsed("up", Need::Optional, parse_speed);
  }
}

void read_lan(const Node& node, Gateway& gateway, Reading& reading) {
  MapReader map{node, "gateway lan", reading.findings};
  gateway.bridge = read_link_name(map, "bridge", Need::Required);
  gateway.interfaces = map.words("interfaces", Need::Optional);
  for (const std::string& name : gateway.interfaces) {
    if (is_link_name(name)) continue;
    map.findings().lose();
    map.findings().error(
        map.findings().rules().type, map.place("interfaces=" + name),
        fmt::format("{}: '{}' is not a name for a network interface", map.what(), name),
        "use 1..15 bytes without space, '/', ':' or '%'");
  }
}

using ClassPlaces = std::map<std::string, SourcePosition>;

void read_class(const Node& item, Gateway& gateway, ClassPlaces& seen, Reading& reading) {
  MapReader map{item, "qos class", reading.findings};
  QosClass klass;
  klass.zone = reading.reference(map, "zone", Need::Required, Part::Zones, Part::Gateway);
  if (!klass.zone.empty()) map.called(klass.zone);
  klass.min = map.parsed("min", Need::Optional, parse_speed);
  klass.max = map.parsed("max", Need::Optional, parse_speed);
  klass.priority = static_cast<int>(
      map.integer("priority", Need::Optional, {0, 7}).value_or(QosClass{}.priority));
  klass.position = map.position();
  if (klass.min && klass.max && *klass.min > *klass.max) {
    map.refuse(map.findings().rules().range, *map.find("min", Need::Optional), "min",
               fmt::format("is {}, more than 'max'", to_string(*klass.min)));
  }
  const auto [first, fresh] = seen.emplace(klass.zone, klass.position);
  if (!fresh) {
    reading.findings.error("D007", map.position(),
                           fmt::format("zone '{}' has a second qos class", klass.zone),
                           "keep one of the two", first->second);
    return;
  }
  gateway.qos.push_back(std::move(klass));
}

}  // namespace

void read_gateway(MapReader& top, Reading& reading) {
  const Node* node = top.find("gateway", Need::Optional);
  if (node == nullptr) return;
  MapReader map{*node, "gateway", reading.findings};
  Gateway gateway;
  gateway.id = reading.declare(map, Part::Gateway);
  gateway.position = map.position();
  if (const Node* uplink = map.find("uplink", Need::Optional)) {
    read_uplink(*uplink, gateway, reading);
  }
  if (const Node* lan = map.find("lan", Need::Optional)) read_lan(*lan, gateway, reading);
  if (const Node* qos = map.find("qos", Need::Optional)) {
    MapReader classes{*qos, "gateway qos", reading.findings};
    ClassPlaces seen;
    for (const Node* item : classes.items("classes", Need::Required)) {
      read_class(*item, gateway, seen, reading);
    }
  }
  if (!gateway.id.empty()) reading.design.gateway = std::move(gateway);
}

}  // namespace market::design
