// The gateway's packet filter: zones are closed to each other, what the policy names is open.
//
// Texts are in the form in which nft(8) lists them, since what is read back is compared with them.
#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/reconcile/desired_device.h"

namespace market::reconcile {
namespace {

constexpr const char* kStates =
    "ct state vmap { invalid : drop, established : accept, related : accept }";
/// How many addresses a set that fills itself may hold: more than a market has hosts.
constexpr int kSetSize = 65535;
/// What hosts take for granted (RFC 894), in bytes.
constexpr int kEthernetMtu = 1500;

std::string quoted(std::string_view link) { return fmt::format("\"{}\"", link); }
std::string_view family_word(const IpAddress& address) { return address.is_v4() ? "ip" : "ip6"; }

/// `ip saddr 10.64.4.0/23`
std::string matches(std::string_view side, const IpPrefix& prefix) {
  const auto& network = prefix.network();
  const bool one = prefix.length() == (network.is_v4() ? 32U : 128U);
  return fmt::format("{} {} {}", family_word(network), side,
                     one ? network.to_string() : prefix.to_string());
}

/// As nft counts: 1024 bytes are a kbyte, and the largest unit that divides is used.
std::string bytes_text(std::int64_t bytes) {
  constexpr std::array kUnits{"bytes", "kbytes", "mbytes"};
  std::size_t unit = 0;
  while (unit + 1 < kUnits.size() && bytes > 0 && bytes % 1024 == 0) {
    bytes /= 1024;
    ++unit;
  }
  return fmt::format("{} {}", bytes, kUnits.at(unit));
}

/// ` tcp dport { 22, 443 }` for each transport; one empty text when every port is meant.
std::vector<std::string> port_matches(const std::vector<ServicePort>& ports) {
  if (ports.empty()) return {""};
  std::vector<std::string> texts;
  for (const auto transport : {Transport::Tcp, Transport::Udp}) {
    std::set<std::uint16_t> numbers;
    for (const auto& port : ports) {
      if (port.transport == transport) numbers.insert(port.number);
    }
    if (numbers.empty()) continue;
    const auto list = fmt::format("{}", fmt::join(numbers, ", "));
    texts.push_back(fmt::format(" {} dport {}", transport == Transport::Tcp ? "tcp" : "udp",
                                numbers.size() == 1 ? list : "{ " + list + " }"));
  }
  return texts;
}

std::string joined(const std::vector<std::string>& rules) {
  return fmt::format("{}", fmt::join(rules, "; "));
}

/// Whoever a policy lets out: where his packets come in, and from which addresses.
struct Source {
  std::string link;
  IpPrefix prefix;
  [[nodiscard]] std::string text() const {
    const auto address = matches("saddr", prefix);
    return link.empty() ? address : "iifname " + quoted(link) + " " + address;
  }
};

class FirewallFields {
 public:
  FirewallFields(const Design& design, const Gateway& gateway, DesiredDevice& device)
      : design_{design}, gateway_{gateway}, uplink_{gateway.uplink_interface}, device_{device} {}

  void add() {
    add_chains();
    for (const auto& zone : design_.zones) {
      if (!is_routed(zone)) continue;
      add_local(zone);
      forward(zone_link(gateway_, zone), zone.position, "zone " + zone.id);
    }
    if (!uplink_.empty()) forward(uplink_, gateway_.position, "uplink");
    if (gateway_.uplink_mtu.value_or(kEthernetMtu) < kEthernetMtu) add_segment_size();
    for (const auto& rule : design_.policy) add_policy(rule);
    for (const auto& zone : design_.zones) {
      if (goes_out_.contains(zone.id)) add_masquerade(zone);
    }
  }

 private:
  [[nodiscard]] bool is_routed(const Zone& zone) const {
    return zone.prefix && zone.gateway && !zone_link(gateway_, zone).empty();
  }

  void want(const std::string& field, const std::string& text, const SourcePosition& origin,
            const std::string& subject) {
    device_.fields[field] = {text, origin, subject};
  }

  /// Linux asks the link that a packet came in by whether it may go on.
  void forward(const std::string& link, const SourcePosition& origin, const std::string& subject) {
    device_.fields[fmt::format("link[{}].forwarding", link)] = {true, origin, subject};
  }

  void add_chains() {
    const auto add = [this](const char* chain, const char* hook) {
      want(fmt::format("chain[{}]", chain), hook, gateway_.position, "firewall");
    };
    add("input", "type filter hook input priority filter; policy drop");
    add("forward", "type filter hook forward priority filter; policy drop");
    // Loopback first: its connections may be older than the tracking, which calls their end
    // invalid.
    want("rule[input base]",
         joined({"iif \"lo\" accept", kStates, "meta l4proto { icmp, ipv6-icmp } accept"}),
         gateway_.position, "firewall");
    want("rule[forward base]", kStates, gateway_.position, "firewall");
  }

  /// What the gateway itself offers to a zone.
  void add_local(const Zone& zone) {
    const auto subject = "zone " + zone.id;
    const Source source{zone_link(gateway_, zone), *zone.prefix};
    if (zone.trust == Trust::Infrastructure) {
      want(fmt::format("rule[input zone {}]", zone.id), source.text() + " accept", zone.position,
           subject);
      return;
    }
    const bool asks = asks_for_names(design_, zone);
    std::vector<std::string> rules;
    if (zone.dhcp_range) {
      rules.push_back(fmt::format("iifname {} udp dport 67 accept", quoted(source.link)));
    }
    if (zone.dhcp_range || asks) {
      rules.push_back(source.text() + " udp dport 53 accept");
      rules.push_back(source.text() + " tcp dport 53 accept");
    }
    // Traps of the terminals and cameras in it: they make us ask, and are believed in nothing.
    const bool strangers = zone.trust == Trust::Untrusted || zone.trust == Trust::None;
    if (!strangers) rules.push_back(source.text() + " udp dport 162 accept");
    if (rules.empty()) return;
    want(fmt::format("rule[input zone {}]", zone.id), joined(rules), zone.position, subject);
    if (asks) add_redirect(zone, source);
  }

  /// Whatever server it asks, the gateway answers: only so does it know the addresses.
  void add_redirect(const Zone& zone, const Source& source) {
    want("chain[prerouting]", "type nat hook prerouting priority dstnat; policy accept",
         gateway_.position, "firewall");
    const auto link = "iifname " + quoted(source.link);
    want(fmt::format("rule[prerouting zone {}]", zone.id),
         joined({link + " udp dport 53 redirect", link + " tcp dport 53 redirect"}), zone.position,
         "zone " + zone.id);
  }

  void add_policy(const PolicyRule& rule) {
    const auto source = source_of(rule);
    if (!source) return;
    for (const auto& id : rule.to_services) {
      if (const auto* service = design_.service(id)) add_service(rule, *source, *service);
    }
    if (rule.to_zone == "internet") {
      add_internet(rule, *source);
    } else if (const auto* zone = design_.zone(rule.to_zone)) {
      add_zone(rule, *source, *zone);
    }
    if (rule.per_host_limit) add_limit(rule, *source);
  }

  [[nodiscard]] std::optional<Source> source_of(const PolicyRule& rule) const {
    if (rule.from_prefix) return Source{uplink_, *rule.from_prefix};
    const auto* zone = design_.zone(rule.from_zone);
    if (zone == nullptr || !is_routed(*zone)) return std::nullopt;
    return Source{zone_link(gateway_, *zone), *zone->prefix};
  }

  void add_internet(const PolicyRule& rule, const Source& source) {
    if (uplink_.empty()) return;
    open(rule, "internet", source.text() + " oifname " + quoted(uplink_), rule.ports);
    goes_out_.insert(rule.from_zone);
  }

  void add_zone(const PolicyRule& rule, const Source& source, const Zone& zone) {
    const auto link = zone_link(gateway_, zone);
    if (!is_routed(zone) || link == source.link) return;
    open(rule, zone.id,
         fmt::format("{} oifname {} {}", source.text(), quoted(link),
                     matches("daddr", *zone.prefix)),
         rule.ports);
    want(fmt::format("rule[input {} {}]", rule.id, zone.id),
         accepting(fmt::format("{} {} daddr {}", source.text(), family_word(*zone.gateway),
                               zone.gateway->to_string()),
                   rule.ports),
         rule.position, "policy " + rule.id);
  }

  /// To the addresses that its names have: outside of the market, whatever a DNS server says.
  void add_named(const PolicyRule& rule, const Source& source, const Service& service) {
    if (uplink_.empty() || !source.prefix.network().is_v4()) return;
    const auto set = names_set(service);
    want(fmt::format("set[{}]", set),
         fmt::format("type ipv4_addr; size {}; flags dynamic", kSetSize), service.position,
         "service " + service.id);
    goes_out_.insert(rule.from_zone);
    open(rule, service.id + " names",
         fmt::format("{} oifname {} ip daddr @{}", source.text(), quoted(uplink_), set),
         {service.port});
  }

  /// To the addresses of a service that are of the family of the source.
  void add_service(const PolicyRule& rule, const Source& source, const Service& service) {
    if (has_names(service)) add_named(rule, source, service);
    std::set<IpAddress> addresses;
    for (const auto& text : service.to) {
      const auto address = IpAddress::parse(text);
      if (address && address->is_v4() == source.prefix.network().is_v4()) {
        addresses.insert(*address);
      }
    }
    if (addresses.empty()) return;
    const bool v4 = addresses.begin()->is_v4();
    const auto set = fmt::format("svc-{}{}", service.id, v4 ? "" : "-6");
    std::vector<std::string> texts;
    for (const auto& address : addresses) texts.push_back(address.to_string());
    want(fmt::format("set[{}]", set),
         fmt::format("type {}; elements = {{ {} }}", v4 ? "ipv4_addr" : "ipv6_addr",
                     fmt::join(texts, ", ")),
         service.position, "service " + service.id);
    const bool outside = !uplink_.empty() && !is_inside(addresses);
    if (outside) goes_out_.insert(rule.from_zone);
    open(rule, service.id,
         fmt::format("{}{} {} daddr @{}", source.text(),
                     outside ? " oifname " + quoted(uplink_) : std::string{}, v4 ? "ip" : "ip6",
                     set),
         {service.port});
  }

  [[nodiscard]] bool is_inside(const std::set<IpAddress>& addresses) const {
    return std::any_of(design_.zones.begin(), design_.zones.end(), [&](const Zone& zone) {
      return zone.prefix && std::any_of(addresses.begin(), addresses.end(), [&](const auto& each) {
               return zone.prefix->contains(each);
             });
    });
  }

  static std::string accepting(const std::string& match, const std::vector<ServicePort>& ports) {
    std::vector<std::string> rules;
    for (const auto& port : port_matches(ports)) rules.push_back(match + port + " accept");
    return joined(rules);
  }

  void open(const PolicyRule& rule, const std::string& to, const std::string& match,
            const std::vector<ServicePort>& ports) {
    want(fmt::format("rule[forward {} {}]", rule.id, to), accepting(match, ports), rule.position,
         "policy " + rule.id);
  }

  /// Of each host, both ways, before any other rule: an established flow is paced as well.
  void add_limit(const PolicyRule& rule, const Source& source) {
    want("chain[pace]", "type filter hook forward priority filter - 10; policy accept",
         gateway_.position, "firewall");
    const auto rate = rule.per_host_limit->count() / 8;
    const auto over = fmt::format("limit rate over {}/second burst {}", bytes_text(rate),
                                  bytes_text(std::max<std::int64_t>(rate / 10, 15000)));
    const bool v4 = source.prefix.network().is_v4();
    std::vector<std::string> rules;
    for (const bool up : {true, false}) {
      const auto set = fmt::format("{}-{}", up ? "up" : "down", rule.id);
      want(fmt::format("set[{}]", set),
           fmt::format("type {}; size {}; flags dynamic,timeout; timeout 1m",
                       v4 ? "ipv4_addr" : "ipv6_addr", kSetSize),
           rule.position, "policy " + rule.id);
      const auto side = up ? "saddr" : "daddr";
      rules.push_back(fmt::format(
          "{} {} {} update @{} {{ {} {} {} }} drop", up ? "iifname" : "oifname",
          quoted(source.link), matches(side, source.prefix), set, v4 ? "ip" : "ip6", side, over));
    }
    want(fmt::format("rule[pace {}]", rule.id), joined(rules), rule.position, "policy " + rule.id);
  }

  /// What is behind the line learns how much goes through it: the message that would tell is often
  /// filtered on the way (RFC 2923, 2.1).
  void add_segment_size() {
    want("chain[mss]", "type filter hook forward priority mangle; policy accept", gateway_.position,
         "uplink");
    want("rule[mss uplink]",
         fmt::format("oifname {} tcp flags syn tcp option maxseg size set rt mtu", quoted(uplink_)),
         gateway_.position, "uplink");
  }

  void add_masquerade(const Zone& zone) {
    if (!zone.prefix->network().is_v4()) return;
    want("chain[postrouting]", "type nat hook postrouting priority srcnat; policy accept",
         gateway_.position, "firewall");
    want(fmt::format("rule[postrouting zone {}]", zone.id),
         fmt::format("oifname {} {} masquerade", quoted(uplink_), matches("saddr", *zone.prefix)),
         zone.position, "zone " + zone.id);
  }

  const Design& design_;
  const Gateway& gateway_;
  const std::string& uplink_;
  DesiredDevice& device_;
  std::set<std::string> goes_out_;  ///< zones that a policy lets out of the uplink
};

}  // namespace

std::string zone_link(const Gateway& gateway, const Zone& zone) {
  if (!zone.interface.empty()) return zone.interface;
  if (gateway.bridge.empty()) return {};
  return fmt::format("{}.{}", gateway.bridge, zone.vid.number());
}

void add_firewall(const Design& design, const Gateway& gateway, DesiredDevice& device) {
  FirewallFields{design, gateway, device}.add();
}

}  // namespace market::reconcile
