// gateway: uplink, lan, qos.
#include <algorithm>

#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// Routing tables that are nobody's: 0 is none, 253 to 255 the kernel's own (rtnetlink(7)).
constexpr yaml::Bounds kTables{1, 252};

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
    const auto table = map.integer("table", Need::Optional, kTables);
    if (!to || !via || (!table && map.find("table", Need::Optional) != nullptr)) continue;
    Route route{std::move(*to), *via, map.position(),
                static_cast<std::uint32_t>(table.value_or(0))};
    const auto first = std::find_if(
        gateway.uplink_routes.begin(), gateway.uplink_routes.end(),
        [&](const Route& one) { return one.to == route.to && one.table == route.table; });
    if (first != gateway.uplink_routes.end()) {
      uplink.findings().error("D007", map.position(),
                              fmt::format("there is a second route to '{}'", route.to),
                              "keep one of the two, or give one a 'table'", first->position);
      continue;
    }
    gateway.uplink_routes.push_back(std::move(route));
  }
}

void read_routing_policy(MapReader& gateway_map, Gateway& gateway, Reading& reading) {
  for (const Node* item : gateway_map.items("routing-policy", Need::Optional)) {
    MapReader map{*item, "routing policy", reading.findings};
    RoutingPolicy policy;
    auto source = read_source(map, reading, Part::Gateway);
    policy.from_zone = std::move(source.zone);
    policy.from_prefix = source.prefix;
    policy.to = map.parsed("to", Need::Optional, IpPrefix::parse);
    policy.table =
        static_cast<std::uint32_t>(map.integer("table", Need::Required, kTables).value_or(0));
    policy.position = map.position();
    gateway.routing_policy.push_back(std::move(policy));
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
  read_routing_policy(map, gateway, reading);
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
