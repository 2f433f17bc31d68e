// Addresses (DHCP) and names (DNS) for the zones, by the gateway's dnsmasq.
//
// A service that is known by name is opened to the addresses that the name has: dnsmasq answers the
// zones' questions and puts each answer into the packet filter's set before the client has it.
// Questions to any other server are turned to it, so that a terminal with an address of its own
// for the DNS works as well.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/reconcile/desired_device.h"

namespace market::reconcile {
namespace {

constexpr std::uint16_t kDnsPort = 53;

std::string netmask(const IpPrefix& prefix) {
  const auto length = prefix.length();
  return IpAddress::v4(length == 0 ? 0 : ~std::uint32_t{0} << (32 - length)).to_string();
}

class NameFields {
 public:
  NameFields(const Design& design, const Gateway& gateway, DesiredDevice& device)
      : design_{design}, gateway_{gateway}, device_{device} {}

  void add() {
    bool serves = false;
    for (const auto& zone : design_.zones) {
      if (!zone.prefix || !zone.gateway || zone_link(gateway_, zone).empty()) continue;
      const bool leases = zone.dhcp_range && zone.prefix->network().is_v4();
      const bool asks = asks_for_names(design_, zone);
      if (!leases && !asks) continue;
      add_zone(zone, leases);
      serves = true;
    }
    if (!serves) return;
    add_upstream();
    for (const auto& service : design_.services) add_names(service);
  }

 private:
  void want(const std::string& name, const std::vector<std::string>& options,
            const SourcePosition& origin, const std::string& subject) {
    device_.fields[fmt::format("dnsmasq[{}]", name)] = {fmt::format("{}", fmt::join(options, "; ")),
                                                        origin, subject};
  }

  void add_zone(const Zone& zone, bool leases) {
    const auto link = zone_link(gateway_, zone);
    std::vector<std::string> options{"interface=" + link};
    if (leases) {
      options.push_back(fmt::format("dhcp-range=set:{},{},{},{},12h", zone.id,
                                    zone.dhcp_range->first().to_string(),
                                    zone.dhcp_range->last().to_string(), netmask(*zone.prefix)));
      for (const auto* option : {"router", "dns-server"}) {
        options.push_back(fmt::format("dhcp-option=tag:{},option:{},{}", zone.id, option,
                                      zone.gateway->to_string()));
      }
    } else {
      options.push_back("no-dhcp-interface=" + link);
    }
    want("zone " + zone.id, options, zone.position, "zone " + zone.id);
  }

  /// The design's own DNS servers, else the gateway's.
  void add_upstream() {
    std::vector<std::string> options;
    SourcePosition origin = gateway_.position;
    for (const auto& service : design_.services) {
      if (service.type != "dns") continue;
      for (const auto& to : service.to) {
        if (!IpAddress::parse(to)) continue;
        if (options.empty()) origin = service.position;
        options.push_back(service.port.number == kDnsPort
                              ? "server=" + to
                              : fmt::format("server={}#{}", to, service.port.number));
      }
    }
    if (!options.empty()) options.insert(options.begin(), "no-resolv");
    if (options.empty()) options.emplace_back("resolv-file=/etc/resolv.conf");
    want("upstream", options, origin, "DNS");
  }

  void add_names(const Service& service) {
    std::vector<std::string> options;
    for (const auto& name : service.to) {
      if (IpAddress::parse(name)) continue;
      options.push_back(fmt::format("nftset=/{}/4#inet#marketd#{}", name, names_set(service)));
    }
    if (options.empty()) return;
    want("names " + service.id, options, service.position, "service " + service.id);
  }

  const Design& design_;
  const Gateway& gateway_;
  DesiredDevice& device_;
};

}  // namespace

bool has_names(const Service& service) {
  return std::any_of(service.to.begin(), service.to.end(),
                     [](const std::string& to) { return !IpAddress::parse(to); });
}

std::string names_set(const Service& service) { return fmt::format("svc-{}-names", service.id); }

bool asks_for_names(const Design& design, const Zone& zone) {
  return std::any_of(design.policy.begin(), design.policy.end(), [&](const PolicyRule& rule) {
    return rule.from_zone == zone.id &&
           std::any_of(rule.to_services.begin(), rule.to_services.end(),
                       [&design](const std::string& id) {
                         const auto* service = design.service(id);
                         return service != nullptr && has_names(*service);
                       });
  });
}

void add_names(const Design& design, const Gateway& gateway, DesiredDevice& device) {
  NameFields{design, gateway, device}.add();
}

}  // namespace market::reconcile
