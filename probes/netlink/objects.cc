#include "probes/netlink/objects.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace market::netlink {
namespace {

/// IFF_LOWER_UP of <linux/if.h>, which cannot be included beside <net/if.h>.
constexpr unsigned kLowerUp = 1U << 16U;

/// The attributes of one message, by number.
template <int Max>
using Attributes = std::array<nlattr*, static_cast<std::size_t>(Max) + 1>;

template <class Body>
bool fits(nlmsghdr* header) {
  return nlmsg_datalen(header) >= static_cast<int>(sizeof(Body));
}

/// Copied out: a message need not be aligned for its body.
template <class Body>
Body body_of(nlmsghdr* header) {
  Body body{};
  std::memcpy(&body, nlmsg_data(header), sizeof body);
  return body;
}

std::span<const std::uint8_t> octets_of(const nlattr* attribute) {
  if (attribute == nullptr || nla_len(attribute) <= 0) return {};
  return {static_cast<const std::uint8_t*>(nla_data(attribute)),
          static_cast<std::size_t>(nla_len(attribute))};
}

template <class Number>
std::optional<Number> number_of(const nlattr* attribute) {
  const auto octets = octets_of(attribute);
  if (octets.size() < sizeof(Number)) return std::nullopt;
  Number number{};
  std::memcpy(&number, octets.data(), sizeof number);
  return number;
}

int index_of(const nlattr* attribute) {
  return static_cast<int>(number_of<std::uint32_t>(attribute).value_or(0));
}

std::string text_of(const nlattr* attribute) {
  const auto octets = octets_of(attribute);
  return {octets.begin(), std::find(octets.begin(), octets.end(), std::uint8_t{0})};
}

std::optional<MacAddress> mac_of(const nlattr* attribute) {
  auto mac = MacAddress::from(octets_of(attribute));
  if (!mac) return std::nullopt;
  return *mac;
}

std::optional<IpAddress> address_of(const nlattr* attribute) {
  auto address = IpAddress::from(octets_of(attribute));
  if (!address) return std::nullopt;
  return *address;
}

void read_vlan(Link& link, nlattr* data) {
  Attributes<IFLA_VLAN_MAX> vlan{};
  if (nla_parse_nested(vlan.data(), IFLA_VLAN_MAX, data, nullptr) < 0) return;
  const auto number = number_of<std::uint16_t>(vlan[IFLA_VLAN_ID]);
  if (auto vid = VlanId::from(number.value_or(0))) link.vlan = *vid;
}

/// A kernel without VLAN filtering says that it does not filter, but names no default PVID.
void read_bridge(Link& link, nlattr* data) {
  Attributes<IFLA_BR_MAX> bridge{};
  if (nla_parse_nested(bridge.data(), IFLA_BR_MAX, data, nullptr) < 0) return;
  link.vlan_filtering = number_of<std::uint8_t>(bridge[IFLA_BR_VLAN_FILTERING]).value_or(0) != 0;
  link.default_pvid = number_of<std::uint16_t>(bridge[IFLA_BR_VLAN_DEFAULT_PVID]);
}

void read_kind(LinkObject& found, nlattr* information) {
  Attributes<IFLA_INFO_MAX> kind{};
  if (nla_parse_nested(kind.data(), IFLA_INFO_MAX, information, nullptr) < 0) return;
  found.link.kind = text_of(kind[IFLA_INFO_KIND]);
  if (kind[IFLA_INFO_DATA] == nullptr) return;
  if (found.link.kind == "vlan") read_vlan(found.link, kind[IFLA_INFO_DATA]);
  if (found.link.kind == "bridge") read_bridge(found.link, kind[IFLA_INFO_DATA]);
}

/// IFLA_INET_CONF: one number for each IPV4_DEVCONF_*, the first of which is number 1.
bool forwards(nlattr* families) {
  Attributes<AF_INET> family{};
  if (families == nullptr || nla_parse_nested(family.data(), AF_INET, families, nullptr) < 0 ||
      family[AF_INET] == nullptr) {
    return false;
  }
  Attributes<IFLA_INET_MAX> inet{};
  if (nla_parse_nested(inet.data(), IFLA_INET_MAX, family[AF_INET], nullptr) < 0) return false;
  const auto values = octets_of(inet[IFLA_INET_CONF]);
  constexpr auto kAt = (IPV4_DEVCONF_FORWARDING - 1) * sizeof(std::uint32_t);
  std::uint32_t value = 0;
  if (values.size() < kAt + sizeof value) return false;
  std::memcpy(&value, values.data() + kAt, sizeof value);
  return value != 0;
}

bool is_link_local_v6(const IpAddress& address) {
  const auto octets = address.octets();  // fe80::/10, RFC 4291, 2.5.6
  return !address.is_v4() && octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80;
}

/// "default", or a prefix; nothing when the message's length is beyond the family's.
std::optional<std::string> destination_of(const rtmsg& route, const nlattr* attribute) {
  if (route.rtm_dst_len == 0) return route.rtm_family == AF_INET ? "default" : "::/0";
  const auto address = address_of(attribute);
  if (!address) return std::nullopt;
  const auto network = InterfaceAddress::from(*address, route.rtm_dst_len);
  if (!network) return std::nullopt;
  return IpPrefix::of(*network).to_string();
}

/// RTA_GATEWAY, or RTA_VIA for an IPv4 route through an IPv6 neighbour (RFC 5549).
std::optional<IpAddress> gateway_of(const Attributes<RTA_MAX>& attributes) {
  if (attributes[RTA_GATEWAY] != nullptr) return address_of(attributes[RTA_GATEWAY]);
  const auto via = octets_of(attributes[RTA_VIA]);  // struct rtvia: family, then the address
  if (via.size() <= sizeof(std::uint16_t)) return std::nullopt;
  auto address = IpAddress::from(via.subspan(sizeof(std::uint16_t)));
  if (!address) return std::nullopt;
  return *address;
}

std::vector<OnLink<KernelRoute>> parse_next_hops(const KernelRoute& route, nlattr* list) {
  std::vector<OnLink<KernelRoute>> hops;
  auto rest = octets_of(list);
  while (rest.size() >= sizeof(rtnexthop)) {
    rtnexthop hop{};
    std::memcpy(&hop, rest.data(), sizeof hop);
    if (hop.rtnh_len < sizeof hop || hop.rtnh_len > rest.size()) break;
    std::vector<std::uint8_t> copy{rest.begin() + sizeof hop, rest.begin() + hop.rtnh_len};
    Attributes<RTA_MAX> attributes{};
    nla_parse(attributes.data(), RTA_MAX, static_cast<nlattr*>(static_cast<void*>(copy.data())),
              static_cast<int>(copy.size()), nullptr);
    hops.push_back({route, hop.rtnh_ifindex});
    hops.back().object.via = gateway_of(attributes);
    const std::size_t next = (std::size_t{hop.rtnh_len} + 3U) & ~std::size_t{3U};
    rest = rest.subspan(std::min(next, rest.size()));
  }
  return hops;
}

/// RTPROT_KERNEL: the rules for local, main and default.
constexpr std::uint8_t kKernelRules = RTPROT_KERNEL;

std::string neighbour_state(std::uint16_t state) {
  struct Name {
    std::uint16_t state;
    const char* name;
  };
  static constexpr std::array kNames{
      Name{NUD_INCOMPLETE, "incomplete"}, Name{NUD_REACHABLE, "reachable"},
      Name{NUD_STALE, "stale"},           Name{NUD_DELAY, "delay"},
      Name{NUD_PROBE, "probe"},           Name{NUD_FAILED, "failed"},
      Name{NUD_NOARP, "noarp"},           Name{NUD_PERMANENT, "permanent"},
  };
  for (const auto& known : kNames) {
    if (known.state == state) return known.name;
  }
  return "none";
}

}  // namespace

std::optional<LinkObject> parse_link(nlmsghdr* header) {
  if (header->nlmsg_type != RTM_NEWLINK || !fits<ifinfomsg>(header)) return std::nullopt;
  const auto body = body_of<ifinfomsg>(header);
  Attributes<IFLA_MAX> attributes{};
  if (body.ifi_family != AF_UNSPEC ||
      nlmsg_parse(header, sizeof body, attributes.data(), IFLA_MAX, nullptr) < 0) {
    return std::nullopt;
  }
  LinkObject found;
  found.link.index = body.ifi_index;
  found.link.name = text_of(attributes[IFLA_IFNAME]);
  found.link.up = (body.ifi_flags & unsigned{IFF_UP}) != 0;
  found.link.carrier = (body.ifi_flags & kLowerUp) != 0;
  found.link.mtu = number_of<std::uint32_t>(attributes[IFLA_MTU]).value_or(0);
  found.link.mac = mac_of(attributes[IFLA_ADDRESS]);
  found.link.alias = text_of(attributes[IFLA_IFALIAS]);
  found.link.unfinished =
      number_of<std::uint32_t>(attributes[IFLA_GROUP]) == kBirthMark && found.link.alias.empty();
  found.link.forwarding = forwards(attributes[IFLA_AF_SPEC]);
  found.master = index_of(attributes[IFLA_MASTER]);
  if (attributes[IFLA_LINKINFO] != nullptr) read_kind(found, attributes[IFLA_LINKINFO]);
  // In another namespace the index would name another link.
  const bool parent_is_here = attributes[IFLA_LINK_NETNSID] == nullptr;
  if (found.link.kind == "vlan" && parent_is_here) found.parent = index_of(attributes[IFLA_LINK]);
  return found;
}

std::vector<OnLink<BridgeVlan>> parse_bridge_vlans(nlmsghdr* header) {
  if (header->nlmsg_type != RTM_NEWLINK || !fits<ifinfomsg>(header)) return {};
  const auto body = body_of<ifinfomsg>(header);
  if (body.ifi_family != AF_BRIDGE) return {};
  auto* families = nlmsg_find_attr(header, sizeof body, IFLA_AF_SPEC);
  if (families == nullptr) return {};
  std::vector<OnLink<BridgeVlan>> found;
  int left = nla_len(families);
  auto* each = static_cast<nlattr*>(nla_data(families));
  for (; nla_ok(each, left) != 0; each = nla_next(each, &left)) {
    bridge_vlan_info info{};
    const auto octets = octets_of(each);
    if (nla_type(each) != IFLA_BRIDGE_VLAN_INFO || octets.size() < sizeof info) continue;
    std::memcpy(&info, octets.data(), sizeof info);
    const auto vid = VlanId::from(info.vid);
    if (!vid) continue;
    const auto has = [&info](unsigned flag) { return (info.flags & flag) != 0; };
    found.push_back(
        {{"", *vid, has(BRIDGE_VLAN_INFO_PVID), has(BRIDGE_VLAN_INFO_UNTAGGED)}, body.ifi_index});
  }
  return found;
}

std::optional<OnLink<LinkAddress>> parse_address(nlmsghdr* header) {
  if (header->nlmsg_type != RTM_NEWADDR || !fits<ifaddrmsg>(header)) return std::nullopt;
  const auto body = body_of<ifaddrmsg>(header);
  Attributes<IFA_MAX> attributes{};
  if (nlmsg_parse(header, sizeof body, attributes.data(), IFA_MAX, nullptr) < 0) {
    return std::nullopt;
  }
  // IFA_ADDRESS is the peer's on a point-to-point link; IFA_LOCAL is missing for most of IPv6.
  const auto local = attributes[IFA_LOCAL] != nullptr ? IFA_LOCAL : IFA_ADDRESS;
  const auto address = address_of(attributes[local]);
  if (!address || is_link_local_v6(*address)) return std::nullopt;
  const auto on_link = InterfaceAddress::from(*address, body.ifa_prefixlen);
  if (!on_link) return std::nullopt;
  return OnLink<LinkAddress>{{"", *on_link}, static_cast<int>(body.ifa_index)};
}

std::optional<RoutingRule> parse_routing_rule(nlmsghdr* header) {
  if (header->nlmsg_type != RTM_NEWRULE || !fits<fib_rule_hdr>(header)) return std::nullopt;
  const auto body = body_of<fib_rule_hdr>(header);
  Attributes<FRA_MAX> attributes{};
  if (body.family != AF_INET || body.action != FR_ACT_TO_TBL || body.tos != 0 ||
      (body.flags & unsigned{FIB_RULE_INVERT}) != 0 ||
      nlmsg_parse(header, sizeof body, attributes.data(), FRA_MAX, nullptr) < 0) {
    return std::nullopt;
  }
  for (const auto more : {FRA_IIFNAME, FRA_OIFNAME, FRA_FWMARK, FRA_L3MDEV, FRA_UID_RANGE,
                          FRA_IP_PROTO, FRA_SPORT_RANGE, FRA_DPORT_RANGE, FRA_TUN_ID}) {
    if (attributes[more] != nullptr) return std::nullopt;
  }
  RoutingRule rule;
  rule.protocol = number_of<std::uint8_t>(attributes[FRA_PROTOCOL]).value_or(0);
  rule.priority = number_of<std::uint32_t>(attributes[FRA_PRIORITY]).value_or(0);
  rule.table = number_of<std::uint32_t>(attributes[FRA_TABLE]).value_or(body.table);
  rule.suppress_default =
      number_of<std::uint32_t>(attributes[FRA_SUPPRESS_PREFIXLEN]) == std::uint32_t{0};
  if (rule.protocol == kKernelRules) return std::nullopt;
  const auto prefix = [&](nlattr* attribute, std::uint8_t length) -> std::optional<IpPrefix> {
    const auto address = address_of(attribute);
    const auto network =
        address ? InterfaceAddress::from(*address, length) : fail(Errc::InvalidValue, "no address");
    return network ? std::optional{IpPrefix::of(*network)} : std::nullopt;
  };
  if (body.src_len > 0) rule.from = prefix(attributes[FRA_SRC], body.src_len);
  if (body.dst_len > 0) rule.to = prefix(attributes[FRA_DST], body.dst_len);
  return rule;
}

std::vector<OnLink<KernelRoute>> parse_route(nlmsghdr* header) {
  if (header->nlmsg_type != RTM_NEWROUTE || !fits<rtmsg>(header)) return {};
  const auto body = body_of<rtmsg>(header);
  Attributes<RTA_MAX> attributes{};
  if ((body.rtm_family != AF_INET && body.rtm_family != AF_INET6) ||
      nlmsg_parse(header, sizeof body, attributes.data(), RTA_MAX, nullptr) < 0) {
    return {};
  }
  const auto table = number_of<std::uint32_t>(attributes[RTA_TABLE]).value_or(body.rtm_table);
  const bool cloned = (body.rtm_flags & unsigned{RTM_F_CLONED}) != 0;
  const bool known = table == kMainTable || (table > 0 && table < RT_TABLE_DEFAULT);
  if (!known || body.rtm_type != RTN_UNICAST || cloned) return {};
  const auto to = destination_of(body, attributes[RTA_DST]);
  if (!to) return {};
  KernelRoute route;
  route.to = *to;
  route.table = table;
  route.protocol = body.rtm_protocol;
  route.metric = number_of<std::uint32_t>(attributes[RTA_PRIORITY]).value_or(0);
  if (attributes[RTA_MULTIPATH] != nullptr) {
    return parse_next_hops(route, attributes[RTA_MULTIPATH]);
  }
  route.via = gateway_of(attributes);
  return {{route, index_of(attributes[RTA_OIF])}};
}

std::optional<OnLink<Neighbour>> parse_neighbour(nlmsghdr* header) {
  const bool tells = header->nlmsg_type == RTM_NEWNEIGH || header->nlmsg_type == RTM_DELNEIGH;
  if (!tells || !fits<ndmsg>(header)) return std::nullopt;
  const auto body = body_of<ndmsg>(header);
  Attributes<NDA_MAX> attributes{};
  if ((body.ndm_family != AF_INET && body.ndm_family != AF_INET6) ||
      nlmsg_parse(header, sizeof body, attributes.data(), NDA_MAX, nullptr) < 0) {
    return std::nullopt;
  }
  const auto address = address_of(attributes[NDA_DST]);
  if (!address) return std::nullopt;
  return OnLink<Neighbour>{
      {*address, mac_of(attributes[NDA_LLADDR]), "", neighbour_state(body.ndm_state)},
      body.ndm_ifindex};
}

}  // namespace market::netlink
