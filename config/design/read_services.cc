// services, methods, policy.
#include <algorithm>

#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// RFC 1123, 2.1: labels of letters, digits and hyphens, 253 bytes in all.
bool good_host_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  while (!name.empty()) {
    const std::string_view label = name.substr(0, name.find('.'));
    const bool plain = std::all_of(label.begin(), label.end(), [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
    });
    if (label.empty() || label.size() > 63 || !plain || label.front() == '-' ||
        label.back() == '-') {
      return false;
    }
    if (label.size() == name.size()) break;
    name.remove_prefix(label.size() + 1);
    if (name.empty()) return false;
  }
  // All digits and dots is an address gone wrong: 10.64.0.300.
  return true;
}

bool good_host(const std::string& text) {
  if (IpAddress::parse(text)) return true;
  const bool numeric = text.find_first_not_of("0123456789.") == std::string::npos;
  return !numeric && good_host_name(text);
}

std::vector<std::string> read_hosts(MapReader& map) {
  std::vector<std::string> hosts;
  for (std::string& host : map.words("to", Need::Required)) {
    if (good_host(host)) {
      hosts.push_back(std::move(host));
      continue;
    }
    map.findings().lose();
    map.findings().error(
        map.findings().rules().type, map.place("to=" + host),
        fmt::format("{}: '{}' is neither an IP address nor a host name", map.what(), host));
  }
  return hosts;
}

/// TLS and TCP probes open a connection; a DNS query goes over either transport.
std::string read_probe(MapReader& map, const std::optional<ServicePort>& port) {
  std::string probe = map.word("probe", Need::Optional, {"tls", "tcp", "query"});
  const bool udp = port && port->transport == Transport::Udp;
  if (udp && (probe == "tls" || probe == "tcp")) {
    map.refuse(map.findings().rules().type, *map.find("probe", Need::Optional), "probe",
               fmt::format("is '{}', but the port is '{}'", probe, port->to_string()),
               "use 'query' for DNS over UDP");
  }
  if (probe.empty()) probe = udp ? "query" : "tcp";
  return probe;
}

void read_service(const Node& item, Reading& reading) {
  MapReader map{item, "service", reading.findings};
  Service service;
  service.id = reading.declare(map, Part::Services);
  service.type = map.text("type", Need::Optional);
  service.to = read_hosts(map);
  const auto port = map.parsed("port", Need::Required, parse_service_port);
  service.probe = read_probe(map, port);
  service.from = reading.references(map, "from", Need::Optional, Part::Zones, Part::Services);
  service.position = map.position();
  if (service.id.empty() || !port) return;
  service.port = *port;
  reading.design.services.push_back(std::move(service));
}

void read_method(const Node& item, Reading& reading) {
  MapReader map{item, "method", reading.findings};
  Method method;
  method.id = reading.declare(map, Part::Methods);
  method.name = map.text("name", Need::Optional);
  method.services =
      reading.references(map, "services", Need::Optional, Part::Services, Part::Methods);
  method.abilities = map.words("abilities", Need::Optional);
  method.membership = map.text("membership", Need::Optional);
  method.customer_side = map.flag("customer-side", Need::Optional).value_or(false);
  method.settles_later = !map.word("offline", Need::Optional, {"settles-later"}).empty();
  method.position = map.position();
  if (!method.id.empty()) reading.design.methods.push_back(std::move(method));
}

/// `to: zone`, `to: internet` or `to: { services: [...] }`.
void read_to(MapReader& map, PolicyRule& rule, Reading& reading) {
  const Node* to = map.find("to", Need::Required);
  if (to == nullptr) return;
  if (to->kind == yaml::Kind::Map) {
    MapReader inner{*to, map.what() + " to", reading.findings};
    rule.to_services =
        reading.references(inner, "services", Need::Required, Part::Services, Part::Policy);
    return;
  }
  rule.to_zone = map.text("to", Need::Required);
  if (rule.to_zone != "internet") {
    reading.refer(Part::Zones, Part::Policy, rule.to_zone, map.place("to"), map.what());
  }
}

std::vector<ServicePort> read_ports(MapReader& map) {
  std::vector<ServicePort> ports;
  for (const std::string& word : map.words("port", Need::Optional)) {
    if (auto port = parse_service_port(word)) {
      ports.push_back(*port);
    } else {
      map.findings().lose();
      map.findings().error(map.findings().rules().type, map.place("port=" + word),
                           fmt::format("{}: {}", map.what(), port.error().message));
    }
  }
  return ports;
}

void read_rule(const Node& item, Reading& reading) {
  MapReader map{item, "policy", reading.findings};
  const std::size_t losses = reading.findings.losses();
  PolicyRule rule;
  rule.id = reading.declare(map, Part::Policy);
  auto source = read_source(map, reading, Part::Policy);
  rule.from_zone = std::move(source.zone);
  rule.from_prefix = source.prefix;
  read_to(map, rule, reading);
  rule.ports = read_ports(map);
  if (const Node* node = map.find("limit", Need::Optional)) {
    MapReader limit{*node, map.what() + " limit", reading.findings};
    rule.per_host_limit = limit.parsed("per-host", Need::Required, parse_speed);
  }
  rule.position = map.position();
  // Half a rule would pass more than its author wrote: judge it whole or not at all.
  if (reading.findings.losses() == losses) reading.design.policy.push_back(std::move(rule));
}

}  // namespace

void read_services(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("services", Need::Optional)) read_service(*item, reading);
}
void read_methods(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("methods", Need::Optional)) read_method(*item, reading);
}
void read_policy(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("policy", Need::Optional)) read_rule(*item, reading);
}

}  // namespace market::design
