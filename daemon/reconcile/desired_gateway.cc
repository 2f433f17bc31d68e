#include <algorithm>

#include <fmt/format.h>

#include "daemon/reconcile/desired_device.h"

namespace market::reconcile {
namespace {

/// Longest name of a link: IFNAMSIZ (linux/if.h) less the final zero.
constexpr std::size_t kLinkNameMax = 15;

/// Of the first of our rules among the kernel's own at 0 and 32766: room for others on both sides.
constexpr int kFirstPriority = 15'000;

class GatewayFields {
 public:
  GatewayFields(const Design& design, const Gateway& gateway) : design_{design}, gateway_{gateway} {
    result_.kind = DeviceKind::Gateway;
  }

  Result<DesiredDevice> make() {
    add_uplink();
    add_bridge();
    for (const auto& zone : design_.zones) {
      if (auto done = add_zone(zone); !done) {
        return fail_within(std::move(done), fmt::format("zone '{}'", zone.id));
      }
    }
    if (closes_zones()) {
      add_firewall(design_, gateway_, result_);
      add_queues(design_, gateway_, result_);
      add_names(design_, gateway_, result_);
    }
    return std::move(result_);
  }

 private:
  /// A gateway that has an address in no zone forwards nothing.
  [[nodiscard]] bool closes_zones() const {
    return std::any_of(design_.zones.begin(), design_.zones.end(),
                       [](const Zone& zone) { return zone.prefix && zone.gateway; });
  }

  void want(const std::string& field, FieldValue value, const SourcePosition& origin,
            const std::string& subject) {
    result_.fields[field] = {std::move(value), origin, subject};
  }

  void want_address(const std::string& link, const InterfaceAddress& address,
                    const SourcePosition& origin, const std::string& subject) {
    want(fmt::format("address[{} {}]", link, address.to_string()), true, origin, subject);
  }

  void add_uplink() {
    const auto& link = gateway_.uplink_interface;
    if (link.empty()) return;
    want(fmt::format("link[{}].up", link), true, gateway_.position, "uplink");
    if (gateway_.uplink_mtu) {
      want(fmt::format("link[{}].mtu", link), std::int64_t{*gateway_.uplink_mtu}, gateway_.position,
           "uplink");
    }
    for (const auto& address : gateway_.uplink_addresses) {
      want_address(link, address, gateway_.position, "uplink");
    }
    for (const auto& route : gateway_.uplink_routes) {
      const auto table = route.table == 0 ? std::string{} : fmt::format(" table {}", route.table);
      want(fmt::format("route[{}{}]", route.to, table),
           fmt::format("via {} dev {}", route.via.to_string(), link), route.position, "uplink");
    }
    add_routing_policy();
  }

  /// Before them all one that keeps to every route but the default one: a policy must not send what
  /// is for a zone of this market to the provider.
  void add_routing_policy() {
    auto priority = kFirstPriority;
    const auto add = [&](const std::string& selector, const std::string& action,
                         const SourcePosition& origin) {
      want(fmt::format("route-rule[{}]", selector),
           fmt::format("priority {} {}", priority++, action), origin, "uplink");
    };
    if (!gateway_.routing_policy.empty()) {
      add("all", "table main suppress-default", gateway_.routing_policy.front().position);
    }
    for (const auto& policy : gateway_.routing_policy) {
      auto from = policy.from_prefix;
      if (const auto* zone = design_.zone(policy.from_zone)) from = zone->prefix;
      if (!from) continue;  // D006
      auto selector = "from " + from->to_string();
      if (policy.to) selector += " to " + policy.to->to_string();
      add(selector, fmt::format("table {}", policy.table), policy.position);
    }
  }

  void add_bridge() {
    const auto& bridge = gateway_.bridge;
    if (bridge.empty()) return;
    want(fmt::format("link[{}].kind", bridge), std::string{"bridge"}, gateway_.position, "LAN");
    want(fmt::format("link[{}].up", bridge), true, gateway_.position, "LAN");
    for (const auto& link : gateway_.interfaces) {
      want(fmt::format("link[{}].master", link), bridge, gateway_.position, "LAN");
      want(fmt::format("link[{}].up", link), true, gateway_.position, "LAN");
    }
    add_vlans();
  }

  /// A bridge that carries VLANs lets the frames of these pass and of no other. One without tags
  /// is left as it is: its ports are one zone's.
  void add_vlans() {
    const auto tagged = [this](const Zone& zone) {
      return zone.prefix && zone.gateway && zone.interface.empty();
    };
    if (std::none_of(design_.zones.begin(), design_.zones.end(), tagged)) return;
    const auto bridge = fmt::format("link[{}].", gateway_.bridge);
    want(bridge + "vlan-filtering", true, gateway_.position, "LAN");
    want(bridge + "default-pvid", std::int64_t{0}, gateway_.position, "LAN");
    for (const auto& zone : design_.zones) {
      if (tagged(zone)) add_members(zone, "tagged");
      if (zone.interface == gateway_.bridge) add_members(zone, "untagged pvid");
    }
  }

  /// Each LAN port, and the bridge itself for the gateway's own link into the zone.
  void add_members(const Zone& zone, const std::string& how) {
    auto links = gateway_.interfaces;
    links.push_back(gateway_.bridge);
    for (const auto& link : links) {
      want(fmt::format("link[{}].vlan[{}]", link, zone.vid.number()), how, zone.position,
           "zone " + zone.id);
    }
  }

  Result<void> add_zone(const Zone& zone) {
    if (!zone.prefix || !zone.gateway) return {};
    const auto subject = "zone " + zone.id;
    const auto link = zone_link(gateway_, zone);
    if (link.empty()) {
      return fail(Errc::InvalidDesign,
                  "the gateway has an address in it, but neither a LAN bridge nor an "
                  "'interface' of the zone to put it on");
    }
    if (zone.interface.empty()) {
      want(fmt::format("link[{}].kind", link),
           fmt::format("vlan {} on {}", zone.vid.number(), gateway_.bridge), zone.position,
           subject);
    }
    if (link.size() > kLinkNameMax) {
      return fail(Errc::InvalidDesign,
                  fmt::format("link name '{}' has more than {} characters", link, kLinkNameMax));
    }
    want(fmt::format("link[{}].up", link), true, zone.position, subject);
    const auto address = InterfaceAddress::from(*zone.gateway, zone.prefix->length());
    if (!address) return tl::make_unexpected(address.error());
    want_address(link, *address, zone.position, subject);
    return {};
  }

  const Design& design_;
  const Gateway& gateway_;
  DesiredDevice result_;
};

}  // namespace

Result<DesiredDevice> desired_gateway(const Design& design, const Gateway& gateway) {
  return GatewayFields{design, gateway}.make();
}

}  // namespace market::reconcile
