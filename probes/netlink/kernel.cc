#include "probes/netlink/kernel.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "probes/netlink/channel.h"
#include "probes/netlink/dumps.h"
#include "probes/netlink/objects.h"

namespace market::netlink {
namespace {

constexpr std::uint16_t kCreate = NLM_F_CREATE | NLM_F_EXCL;

std::uint8_t family_of(const IpAddress& address) { return address.is_v4() ? AF_INET : AF_INET6; }

/// IFNAMSIZ counts the final NUL; the kernel refuses the same characters (dev_valid_name).
Result<void> check_name(const std::string& name) {
  const bool fits = !name.empty() && name.size() < IFNAMSIZ && name != "." && name != "..";
  const auto forbidden = [](char c) { return c <= ' ' || c == '/' || c == ':' || c == '\x7f'; };
  if (fits && std::none_of(name.begin(), name.end(), forbidden)) return {};
  return fail(Errc::InvalidValue, "'" + name + "' cannot be the name of a link");
}

/// The destination of a route as it goes into the message. Nothing at all for a default route.
struct Destination {
  std::uint8_t family = AF_INET;
  std::optional<IpPrefix> prefix;
};

Result<Destination> destination_of(const KernelRoute& route) {
  if (route.to == "default") {
    return Destination{route.via ? family_of(*route.via) : std::uint8_t{AF_INET}, std::nullopt};
  }
  auto prefix = IpPrefix::parse(route.to);
  if (!prefix) return tl::make_unexpected(std::move(prefix.error()));
  const auto family = family_of(prefix->network());
  if (prefix->length() == 0) return Destination{family, std::nullopt};
  return Destination{family, *prefix};
}

std::string describe(const KernelRoute& route) {
  std::string text = "route '" + route.to;
  if (route.via) text += " via " + route.via->to_string();
  return text + " dev " + route.link + "'";
}

std::string describe(const RoutingRule& rule) {
  std::string text = "routing rule " + std::to_string(rule.priority);
  if (rule.from) text += " from " + rule.from->to_string();
  if (rule.to) text += " to " + rule.to->to_string();
  return text;
}

std::string describe(const LinkAddress& address) {
  return "address '" + address.address.to_string() + "' on '" + address.link + "'";
}

class NetlinkKernel final : public Kernel {
 public:
  explicit NetlinkKernel(std::unique_ptr<Channel> channel) : channel_{std::move(channel)} {}

  Result<std::vector<Link>> links() override { return read_links(*channel_); }
  Result<std::vector<LinkAddress>> addresses() override { return read_addresses(*channel_); }
  Result<std::vector<KernelRoute>> routes() override { return read_routes(*channel_); }
  Result<std::vector<RoutingRule>> routing_rules() override {
    return read_routing_rules(*channel_);
  }
  Result<std::vector<Neighbour>> neighbours() override { return read_neighbours(*channel_); }
  Result<std::vector<BridgeVlan>> bridge_vlans() override { return read_bridge_vlans(*channel_); }
  Result<bool> can_filter_vlans() override;

  Result<void> add_bridge(const std::string& name, const std::string& alias) override;
  Result<void> add_vlan(const std::string& name, const std::string& parent, VlanId vid,
                        const std::string& alias) override;
  Result<void> delete_link(const std::string& name) override;
  Result<void> set_master(const std::string& name, const std::string& master) override;
  Result<void> set_up(const std::string& name, bool up) override;
  Result<void> set_mtu(const std::string& name, std::uint32_t bytes) override;
  Result<void> set_forwarding(const std::string& name, bool on) override;
  Result<void> set_vlan_filtering(const std::string& bridge, bool on) override;
  Result<void> set_default_pvid(const std::string& bridge, std::uint16_t vid) override;
  Result<void> set_bridge_vlan(const BridgeVlan& membership) override;
  Result<void> delete_bridge_vlan(const BridgeVlan& membership) override;
  Result<void> add_address(const LinkAddress& address) override;
  Result<void> delete_address(const LinkAddress& address) override;
  Result<void> add_route(const KernelRoute& route) override;
  Result<void> replace_route(const KernelRoute& before, const KernelRoute& after) override;
  Result<void> delete_route(const KernelRoute& route) override;
  Result<void> add_routing_rule(const RoutingRule& rule) override;
  Result<void> delete_routing_rule(const RoutingRule& rule) override;

 private:
  Result<Link> link_named(const std::string& name);
  Result<int> index_of(const std::string& name);
  Result<void> change_bridge(const std::string& name, const std::string& what,
                             const std::function<void(Message&)>& data);
  Result<void> change_bridge_vlan(std::uint16_t type, const BridgeVlan& membership);
  Result<void> finish_link(const std::string& name, const std::string& alias);
  Result<void> change_address(std::uint16_t type, std::uint16_t flags, const LinkAddress& address);
  Result<void> change_route(std::uint16_t type, std::uint16_t flags, const KernelRoute& route);
  Result<void> change_rule(std::uint16_t type, std::uint16_t flags, const RoutingRule& rule);

  std::unique_ptr<Channel> channel_;
};

Result<Link> NetlinkKernel::link_named(const std::string& name) {
  if (auto named = check_name(name); !named) return tl::make_unexpected(named.error());
  Message message{RTM_GETLINK, 0};
  message.body(ifinfomsg{}).text(IFLA_IFNAME, name);
  Link link;
  auto read = channel_->exchange(message, [&link](nlmsghdr* header) {
    if (auto found = parse_link(header)) link = std::move(found->link);
  });
  if (!read) return fail_within(std::move(read), "link '" + name + "'");
  if (link.index == 0) return fail(Errc::NotFound, "no link '" + name + "'");
  return link;
}

Result<int> NetlinkKernel::index_of(const std::string& name) {
  auto link = link_named(name);
  if (!link) return tl::make_unexpected(std::move(link.error()));
  return link->index;
}

/// Alias on, birth mark off, in one message. A link that cannot be marked as ours is not left.
Result<void> NetlinkKernel::finish_link(const std::string& name, const std::string& alias) {
  Message message{RTM_SETLINK, 0};
  message.body(ifinfomsg{}).text(IFLA_IFNAME, name).text(IFLA_IFALIAS, alias).number(IFLA_GROUP, 0);
  auto marked = channel_->exchange(message);
  if (marked) return {};
  auto deleted = delete_link(name);
  const std::string rest = deleted ? "" : " (and it could not be deleted again)";
  return fail_within(std::move(marked), "alias of '" + name + "'" + rest);
}

Result<void> NetlinkKernel::add_bridge(const std::string& name, const std::string& alias) {
  if (auto named = check_name(name); !named) return named;
  Message message{RTM_NEWLINK, kCreate};
  message.body(ifinfomsg{})
      .text(IFLA_IFNAME, name)
      .number(IFLA_GROUP, kBirthMark)
      .nested(IFLA_LINKINFO, [](Message& info) {
        info.text(IFLA_INFO_KIND, "bridge");
        info.nested(IFLA_INFO_DATA,
                    [](Message& data) { data.short_number(IFLA_BR_VLAN_DEFAULT_PVID, 0); });
      });
  auto made = channel_->exchange(message);
  if (!made) return fail_within(std::move(made), "add bridge '" + name + "'");
  return finish_link(name, alias);
}

Result<void> NetlinkKernel::add_vlan(const std::string& name, const std::string& parent, VlanId vid,
                                     const std::string& alias) {
  if (auto named = check_name(name); !named) return named;
  auto below = index_of(parent);
  if (!below) return tl::make_unexpected(std::move(below.error()));
  Message message{RTM_NEWLINK, kCreate};
  message.body(ifinfomsg{})
      .text(IFLA_IFNAME, name)
      .number(IFLA_GROUP, kBirthMark)
      .number(IFLA_LINK, static_cast<std::uint32_t>(*below))
      .nested(IFLA_LINKINFO, [vid](Message& info) {
        info.text(IFLA_INFO_KIND, "vlan");
        info.nested(IFLA_INFO_DATA,
                    [vid](Message& data) { data.short_number(IFLA_VLAN_ID, vid.number()); });
      });
  auto made = channel_->exchange(message);
  if (made) return finish_link(name, alias);
  const bool missing = made.error().code == Errc::Unsupported;
  const std::string reason =
      missing ? ": this kernel has no 802.1Q VLANs (CONFIG_VLAN_8021Q)" : std::string{};
  return fail_within(std::move(made), "add VLAN link '" + name + "'" + reason);
}

Result<void> NetlinkKernel::delete_link(const std::string& name) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_DELLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  message.body(body);
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "delete link '" + name + "'");
  return {};
}

Result<void> NetlinkKernel::set_master(const std::string& name, const std::string& master) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  auto above = master.empty() ? Result<int>{0} : index_of(master);
  if (!above) return tl::make_unexpected(std::move(above.error()));
  Message message{RTM_SETLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  message.body(body).number(IFLA_MASTER, static_cast<std::uint32_t>(*above));
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "master of link '" + name + "'");
  return {};
}

Result<void> NetlinkKernel::set_up(const std::string& name, bool up) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_SETLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  body.ifi_change = IFF_UP;
  body.ifi_flags = up ? unsigned{IFF_UP} : 0U;
  message.body(body);
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "link '" + name + "' " + (up ? "up" : "down"));
  return {};
}

Result<void> NetlinkKernel::set_mtu(const std::string& name, std::uint32_t bytes) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_SETLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  message.body(body).number(IFLA_MTU, bytes);
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "MTU of link '" + name + "'");
  return {};
}

Result<void> NetlinkKernel::set_forwarding(const std::string& name, bool on) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_SETLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  message.body(body).nested(IFLA_AF_SPEC, [on](Message& families) {
    families.nested(AF_INET, [on](Message& inet) {
      inet.nested(IFLA_INET_CONF,
                  [on](Message& values) { values.number(IPV4_DEVCONF_FORWARDING, on ? 1U : 0U); });
    });
  });
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), "forwarding of link '" + name + "'");
  return {};
}

Result<void> NetlinkKernel::change_bridge(const std::string& name, const std::string& what,
                                          const std::function<void(Message&)>& data) {
  auto index = index_of(name);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{RTM_NEWLINK, 0};
  ifinfomsg body{};
  body.ifi_index = *index;
  message.body(body).nested(IFLA_LINKINFO, [&data](Message& info) {
    info.text(IFLA_INFO_KIND, "bridge");
    info.nested(IFLA_INFO_DATA, data);
  });
  auto done = channel_->exchange(message);
  if (!done) return fail_within(std::move(done), what + " of bridge '" + name + "'");
  return {};
}

Result<void> NetlinkKernel::set_vlan_filtering(const std::string& bridge, bool on) {
  return change_bridge(bridge, "VLAN filtering", [on](Message& data) {
    data.octets(IFLA_BR_VLAN_FILTERING, std::array<std::uint8_t, 1>{std::uint8_t{on}});
  });
}

Result<void> NetlinkKernel::set_default_pvid(const std::string& bridge, std::uint16_t vid) {
  return change_bridge(bridge, "default PVID",
                       [vid](Message& data) { data.short_number(IFLA_BR_VLAN_DEFAULT_PVID, vid); });
}

/// A message that no kernel carries out. One that can filter objects to the protocol of the tags
/// (EPROTONOSUPPORT, br_validate), any other only sees that a link without queues is asked for
/// (EINVAL, rtnl_create_link).
Result<bool> NetlinkKernel::can_filter_vlans() {
  Message message{RTM_NEWLINK, kCreate};
  message.body(ifinfomsg{})
      .text(IFLA_IFNAME, "marketd-never")
      .number(IFLA_NUM_TX_QUEUES, 0)
      .nested(IFLA_LINKINFO, [](Message& info) {
        info.text(IFLA_INFO_KIND, "bridge");
        info.nested(IFLA_INFO_DATA,
                    [](Message& data) { data.short_number(IFLA_BR_VLAN_PROTOCOL, 0); });
      });
  auto asked = channel_->exchange(message);
  if (!asked && asked.error().code == Errc::Unsupported) return true;
  if (!asked && asked.error().code == Errc::InvalidValue) return false;
  return fail(Errc::Io, "VLAN filtering of bridges: " + (asked ? "?" : asked.error().message));
}

/// The port's bridge is asked (no flags), or the link itself where it is the bridge.
Result<void> NetlinkKernel::change_bridge_vlan(std::uint16_t type, const BridgeVlan& membership) {
  auto link = link_named(membership.link);
  if (!link) return tl::make_unexpected(std::move(link.error()));
  Message message{type, 0};
  ifinfomsg body{};
  body.ifi_family = AF_BRIDGE;
  body.ifi_index = link->index;
  bridge_vlan_info info{};
  info.vid = membership.vid.number();
  if (membership.pvid) info.flags |= BRIDGE_VLAN_INFO_PVID;
  if (membership.untagged) info.flags |= BRIDGE_VLAN_INFO_UNTAGGED;
  std::array<std::uint8_t, sizeof info> octets{};
  std::memcpy(octets.data(), &info, sizeof info);
  message.body(body).nested(IFLA_AF_SPEC, [&](Message& families) {
    if (link->kind == "bridge") families.short_number(IFLA_BRIDGE_FLAGS, BRIDGE_FLAGS_SELF);
    families.octets(IFLA_BRIDGE_VLAN_INFO, octets);
  });
  auto done = channel_->exchange(message);
  if (done) return {};
  return fail_within(std::move(done), "VLAN " + std::to_string(info.vid) + " of bridge port '" +
                                          membership.link + "'");
}

Result<void> NetlinkKernel::set_bridge_vlan(const BridgeVlan& membership) {
  return change_bridge_vlan(RTM_SETLINK, membership);
}

Result<void> NetlinkKernel::delete_bridge_vlan(const BridgeVlan& membership) {
  return change_bridge_vlan(RTM_DELLINK, membership);
}

Result<void> NetlinkKernel::change_address(std::uint16_t type, std::uint16_t flags,
                                           const LinkAddress& address) {
  auto index = index_of(address.link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  const auto& ip = address.address.address();
  Message message{type, flags};
  ifaddrmsg body{};
  body.ifa_family = family_of(ip);
  body.ifa_prefixlen = static_cast<std::uint8_t>(address.address.length());
  body.ifa_index = static_cast<std::uint32_t>(*index);
  message.body(body).octets(IFA_LOCAL, ip.octets()).octets(IFA_ADDRESS, ip.octets());
  constexpr unsigned kNoBroadcast = 31;  // RFC 3021: a /31 has none
  if (type == RTM_NEWADDR && ip.is_v4() && address.address.length() < kNoBroadcast) {
    message.octets(IFA_BROADCAST, IpPrefix::of(address.address).last_v4().octets());
  }
  return channel_->exchange(message);
}

Result<void> NetlinkKernel::add_address(const LinkAddress& address) {
  auto done = change_address(RTM_NEWADDR, kCreate, address);
  if (!done) return fail_within(std::move(done), "add " + describe(address));
  return {};
}

Result<void> NetlinkKernel::delete_address(const LinkAddress& address) {
  auto done = change_address(RTM_DELADDR, 0, address);
  if (!done) return fail_within(std::move(done), "delete " + describe(address));
  return {};
}

Result<void> NetlinkKernel::change_route(std::uint16_t type, std::uint16_t flags,
                                         const KernelRoute& route) {
  auto destination = destination_of(route);
  if (!destination) return tl::make_unexpected(std::move(destination.error()));
  if (route.via && family_of(*route.via) != destination->family) {
    return fail(Errc::InvalidValue, "gateway and destination are of different families");
  }
  auto index = index_of(route.link);
  if (!index) return tl::make_unexpected(std::move(index.error()));
  Message message{type, flags};
  rtmsg body{};
  body.rtm_family = destination->family;
  body.rtm_table = static_cast<std::uint8_t>(route.table);  // none above 254 is written
  body.rtm_type = RTN_UNICAST;
  body.rtm_protocol = route.protocol;
  const bool on_link = !route.via && destination->family == AF_INET;
  body.rtm_scope = on_link ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
  if (destination->prefix) {
    body.rtm_dst_len = static_cast<std::uint8_t>(destination->prefix->length());
  }
  message.body(body);
  if (destination->prefix) message.octets(RTA_DST, destination->prefix->network().octets());
  if (route.via) message.octets(RTA_GATEWAY, route.via->octets());
  message.number(RTA_OIF, static_cast<std::uint32_t>(*index));
  if (route.metric != 0) message.number(RTA_PRIORITY, route.metric);
  return channel_->exchange(message);
}

Result<void> NetlinkKernel::add_route(const KernelRoute& route) {
  KernelRoute ours = route;
  ours.protocol = kRouteProtocol;
  auto done = change_route(RTM_NEWROUTE, kCreate, ours);
  if (!done) return fail_within(std::move(done), "add " + describe(route));
  return {};
}

Result<void> NetlinkKernel::replace_route(const KernelRoute& before, const KernelRoute& after) {
  KernelRoute ours = after;
  ours.protocol = kRouteProtocol;
  if (before.to != after.to || before.metric != after.metric) {
    return Kernel::replace_route(before, ours);
  }
  auto done = change_route(RTM_NEWROUTE, NLM_F_REPLACE, ours);
  if (!done) return fail_within(std::move(done), "replace by " + describe(after));
  return {};
}

Result<void> NetlinkKernel::delete_route(const KernelRoute& route) {
  auto done = change_route(RTM_DELROUTE, 0, route);
  if (!done) return fail_within(std::move(done), "delete " + describe(route));
  return {};
}

Result<void> NetlinkKernel::change_rule(std::uint16_t type, std::uint16_t flags,
                                        const RoutingRule& rule) {
  Message message{type, flags};
  fib_rule_hdr body{};
  body.family = AF_INET;
  body.action = FR_ACT_TO_TBL;
  body.table = static_cast<std::uint8_t>(rule.table);
  if (rule.from) body.src_len = static_cast<std::uint8_t>(rule.from->length());
  if (rule.to) body.dst_len = static_cast<std::uint8_t>(rule.to->length());
  message.body(body).number(FRA_PRIORITY, rule.priority);
  if (rule.from) message.octets(FRA_SRC, rule.from->network().octets());
  if (rule.to) message.octets(FRA_DST, rule.to->network().octets());
  if (rule.suppress_default) message.number(FRA_SUPPRESS_PREFIXLEN, 0);
  message.octets(FRA_PROTOCOL, std::array<std::uint8_t, 1>{rule.protocol});
  return channel_->exchange(message);
}

Result<void> NetlinkKernel::add_routing_rule(const RoutingRule& rule) {
  RoutingRule ours = rule;
  ours.protocol = kRouteProtocol;
  auto done = change_rule(RTM_NEWRULE, kCreate, ours);
  if (!done) return fail_within(std::move(done), "add " + describe(rule));
  return {};
}

Result<void> NetlinkKernel::delete_routing_rule(const RoutingRule& rule) {
  auto done = change_rule(RTM_DELRULE, 0, rule);
  if (!done) return fail_within(std::move(done), "delete " + describe(rule));
  return {};
}

}  // namespace

Result<void> Kernel::replace_route(const KernelRoute& before, const KernelRoute& after) {
  if (auto deleted = delete_route(before); !deleted) return deleted;
  return add_route(after);
}

Result<std::unique_ptr<Kernel>> open_kernel() {
  auto channel = Channel::open();
  if (!channel) return tl::make_unexpected(std::move(channel.error()));
  return std::make_unique<NetlinkKernel>(std::move(*channel));
}

}  // namespace market::netlink
