#include "probes/device/kernel_part.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "probes/device/routing_part.h"

namespace market::device {
namespace {

using netlink::BridgeVlan;
using netlink::Kernel;
using netlink::KernelRoute;
using netlink::Link;
using netlink::LinkAddress;

constexpr std::uint8_t kKernelProtocol = 2;  // RTPROT_KERNEL, rtnetlink(7)

template <class T>
const T* wanted_as(const FieldChange& change) {
  return std::get_if<T>(&change.after);
}
bool wants_absent(const FieldChange& change) {
  return std::holds_alternative<Absent>(change.after);
}

// ---- links -------------------------------------------------------------------------------------

const Link* find(const std::vector<Link>& links, const std::string& name) {
  const auto found =
      std::find_if(links.begin(), links.end(), [&](const Link& link) { return link.name == name; });
  return found == links.end() ? nullptr : &*found;
}

/// Empty for the kinds of link that a design does not make.
std::string kind_text(const Link& link) {
  if (link.kind == "bridge") return "bridge";
  if (link.kind != "vlan" || !link.vlan) return {};
  return "vlan " + std::to_string(link.vlan->number()) + " on " + link.parent;
}

struct VlanKind {
  VlanId vid;
  std::string parent;
};

/// "vlan 20 on br-mkt".
Result<VlanKind> parse_vlan_kind(const std::string& text) {
  static const std::string kBegin = "vlan ", kMiddle = " on ";
  const auto middle = text.find(kMiddle);
  if (!text.starts_with(kBegin) || middle == std::string::npos) {
    return fail(Errc::InvalidValue,
                "'" + text + "' is neither 'bridge' nor 'vlan <vid> on <link>'");
  }
  auto vid = VlanId::parse(text.substr(kBegin.size(), middle - kBegin.size()));
  if (!vid) return tl::make_unexpected(std::move(vid.error()));
  return VlanKind{*vid, text.substr(middle + kMiddle.size())};
}

/// What would be cut off or die with the link; empty = nothing.
std::string hanging_on(const std::vector<Link>& links, const std::string& name) {
  for (const auto& link : links) {
    if (link.master == name) return "'" + link.name + "' is a port of it";
    if (link.parent == name) return "'" + link.name + "' is a VLAN link on it";
  }
  return {};
}

// ---- VLANs of a bridge -------------------------------------------------------------------------

std::string membership_text(const BridgeVlan& membership) {
  return std::string{membership.untagged ? "untagged" : "tagged"} +
         (membership.pvid ? " pvid" : "");
}

/// Nothing for "none".
Result<std::optional<BridgeVlan>> parse_membership(const std::string& link, VlanId vid,
                                                   const std::string& text) {
  if (text == "none") return std::nullopt;
  for (const bool pvid : {false, true}) {
    for (const bool untagged : {false, true}) {
      BridgeVlan membership{link, vid, pvid, untagged};
      if (membership_text(membership) == text) return membership;
    }
  }
  return fail(Errc::InvalidValue, "'" + text + "' is not 'none', 'tagged' or 'untagged pvid'");
}

/// Whether this kernel's bridges can filter VLANs: told by any of them. Where nobody may ask, the
/// answer is put off to the writing.
bool can_filter(Kernel& kernel, const std::vector<Link>& links) {
  for (const auto& link : links) {
    if (link.kind == "bridge") return link.default_pvid.has_value();
  }
  return kernel.can_filter_vlans().value_or(true);
}

// ---- routes ------------------------------------------------------------------------------------

/// "default", "default table 20".
std::string route_key(const KernelRoute& route) {
  if (route.table == netlink::kMainTable) return route.to;
  return route.to + " table " + std::to_string(route.table);
}

/// The routes of one key that count: of the lowest metric, several if multipath.
std::vector<KernelRoute> best_routes(const std::vector<KernelRoute>& routes,
                                     const std::string& key) {
  std::vector<KernelRoute> best;
  for (const auto& route : routes) {
    if (route_key(route) != key || route.protocol == kKernelProtocol) continue;
    if (!best.empty() && route.metric < best.front().metric) best.clear();
    if (best.empty() || route.metric == best.front().metric) best.push_back(route);
  }
  return best;
}

std::string route_text(const std::vector<KernelRoute>& routes) {
  std::string text;
  for (const auto& route : routes) {
    if (!text.empty()) text += ", ";
    if (route.via) text += "via " + route.via->to_string() + " ";
    text += "dev " + route.link;
  }
  return text;
}

/// "via 198.18.0.1 dev eth0" or "dev eth1".
Result<KernelRoute> parse_route(const std::string& key, const std::string& text) {
  static const std::string kVia = "via ", kDev = "dev ", kTable = " table ";
  KernelRoute route;
  const auto table = key.find(kTable);
  route.to = key.substr(0, table);
  if (table != std::string::npos) {
    auto number = parse_routing_table(std::string_view{key}.substr(table + kTable.size()));
    if (!number) return tl::make_unexpected(std::move(number.error()));
    route.table = *number;
  }
  route.protocol = netlink::kRouteProtocol;
  std::string rest = text;
  if (rest.starts_with(kVia)) {
    const auto end = std::min(rest.find(' ', kVia.size()), rest.size());
    auto via = IpAddress::parse(rest.substr(kVia.size(), end - kVia.size()));
    if (!via) return tl::make_unexpected(std::move(via.error()));
    route.via = *via;
    rest.erase(0, std::min(end + 1, rest.size()));
  }
  route.link = rest.starts_with(kDev) ? rest.substr(kDev.size()) : "";
  if (route.link.empty() || route.link.find(' ') != std::string::npos) {
    return fail(Errc::InvalidValue, "'" + text + "' is not 'via <address> dev <link>'");
  }
  return route;
}

Result<void> check_ours(const std::vector<KernelRoute>& routes) {
  const auto foreign = std::find_if(routes.begin(), routes.end(), [](const KernelRoute& route) {
    return route.protocol != netlink::kRouteProtocol;
  });
  const std::string text = "the route '" + route_text(routes) + "' ";
  if (foreign != routes.end()) {
    return fail(Errc::Conflict, text + "is foreign: its protocol is " +
                                    std::to_string(foreign->protocol) + ", ours is " +
                                    std::to_string(netlink::kRouteProtocol));
  }
  if (routes.size() > 1) return fail(Errc::Conflict, text + "has several next hops");
  return {};
}

// ---- addresses ---------------------------------------------------------------------------------

/// "br-mkt 10.64.0.1/24".
Result<LinkAddress> parse_address(const std::string& key) {
  const auto space = key.find(' ');
  if (space == std::string::npos) {
    return fail(Errc::InvalidValue, "'" + key + "' is not '<link> <address>/<length>'");
  }
  auto address = InterfaceAddress::parse(key.substr(space + 1));
  if (!address) return tl::make_unexpected(std::move(address.error()));
  return LinkAddress{key.substr(0, space), *address};
}

bool same(const LinkAddress& a, const LinkAddress& b) {
  return a.link == b.link && a.address == b.address;
}
bool contains(const std::vector<LinkAddress>& all, const LinkAddress& one) {
  return std::any_of(all.begin(), all.end(), [&](const auto& each) { return same(each, one); });
}

class KernelPart final : public GatewayPart {
 public:
  KernelPart(Kernel& kernel, std::string tag) : kernel_{kernel}, tag_{std::move(tag)} {}

  std::span<const std::string_view> groups() const override {
    static constexpr std::array<std::string_view, 3> kGroups{"link", "address", "route"};
    return kGroups;
  }
  Result<Observation> observe() override;
  Result<void> write(std::span<const FieldChange> changes) override;

 private:
  bool is_ours(const Link& link) const { return link.alias == tag_ || link.unfinished; }

  Result<void> change(const FieldChange& change);
  Result<void> change_link(const FieldName& name, const FieldChange& change);
  Result<void> change_kind(const std::vector<Link>& links, const std::string& name,
                           const FieldChange& change);
  Result<void> change_master(const Link& link, const FieldChange& change);
  Result<void> move_port(const Link& link, const std::string& master);
  Result<void> change_membership(const Link& link, const std::string& vid,
                                 const FieldChange& change);
  Result<void> change_default_pvid(const Link& link, const FieldChange& change);
  Result<void> change_switch(const Link& link, const std::string& leaf, const FieldChange& change);
  Result<void> change_mtu(const Link& link, const FieldChange& change);
  Result<void> create_link(const std::string& name, const std::string& kind);
  Result<void> delete_link(const std::vector<Link>& links, const Link& link);
  Result<void> change_address(const FieldName& name, const FieldChange& change);
  Result<void> delete_address(const std::vector<LinkAddress>& before, const LinkAddress& gone);
  Result<void> change_route(const FieldName& name, const FieldChange& change);

  Kernel& kernel_;
  std::string tag_;
};

Result<Observation> KernelPart::observe() {
  auto links = kernel_.links();
  if (!links) return tl::make_unexpected(std::move(links.error()));
  auto addresses = kernel_.addresses();
  if (!addresses) return tl::make_unexpected(std::move(addresses.error()));
  auto memberships = kernel_.bridge_vlans();
  if (!memberships) return tl::make_unexpected(std::move(memberships.error()));
  auto routes = kernel_.routes();
  if (!routes) return tl::make_unexpected(std::move(routes.error()));
  Observation seen;
  std::set<std::string> our_links;
  const auto note = [&seen](std::string field, FieldValue value, bool ours) {
    if (ours) seen.ours.insert(field);
    seen.fields[std::move(field)] = std::move(value);
  };
  for (const auto& link : *links) {
    const std::string prefix = "link[" + link.name + "].";
    const bool ours = is_ours(link);
    if (ours) our_links.insert(link.name);
    if (auto kind = kind_text(link); !kind.empty()) note(prefix + "kind", std::move(kind), ours);
    note(prefix + "master", link.master, ours);
    note(prefix + "up", link.up, ours);
    note(prefix + "forwarding", link.forwarding, ours);
    note(prefix + "mtu", std::int64_t{link.mtu}, false);
    if (!link.default_pvid) continue;
    note(prefix + "vlan-filtering", link.vlan_filtering, ours);
    note(prefix + "default-pvid", std::int64_t{*link.default_pvid}, ours);
  }
  for (const auto& each : *memberships) {
    const auto* link = find(*links, each.link);
    const bool ours =
        our_links.contains(each.link) || (link != nullptr && our_links.contains(link->master));
    note("link[" + each.link + "].vlan[" + std::to_string(each.vid.number()) + "]",
         membership_text(each), ours);
  }
  if (!can_filter(kernel_, *links)) {
    seen.unable.emplace("bridge-vlan",
                        "this kernel's bridges cannot filter VLANs "
                        "(CONFIG_BRIDGE_VLAN_FILTERING): frames of every VLAN pass between their "
                        "ports");
  }
  for (const auto& each : *addresses) {
    note("address[" + each.link + " " + each.address.to_string() + "]", true,
         our_links.contains(each.link));
  }
  for (const auto& route : *routes) {
    const auto key = route_key(route);
    const auto best = best_routes(*routes, key);
    if (!best.empty()) note("route[" + key + "]", route_text(best), check_ours(best).has_value());
  }
  return seen;
}

Result<void> KernelPart::write(std::span<const FieldChange> changes) {
  for (const auto& each : changes) {
    if (auto done = change(each); !done) {
      return fail_within(std::move(done), each.field + " refused");
    }
  }
  return {};
}

Result<void> KernelPart::change(const FieldChange& change) {
  const auto name = FieldName::split(change.field);
  if (name.group == "link") return change_link(name, change);
  if (name.group == "address") return change_address(name, change);
  if (name.group == "route") return change_route(name, change);
  return fail(Errc::Unsupported, "a gateway has no such field");
}

Result<void> KernelPart::change_link(const FieldName& name, const FieldChange& change) {
  auto links = kernel_.links();
  if (!links) return tl::make_unexpected(std::move(links.error()));
  if (name.leaf == "kind") return change_kind(*links, name.key, change);
  static const std::set<std::string_view> kLeaves{
      "master", "up", "forwarding", "mtu", "vlan-filtering", "default-pvid", "vlan"};
  if (!kLeaves.contains(name.leaf)) {
    return fail(Errc::Unsupported, "a link has no such field");
  }
  const auto* link = find(*links, name.key);
  if (link == nullptr) {
    if (wants_absent(change)) return {};
    return fail(Errc::NotFound, "no link '" + name.key + "'");
  }
  if (name.leaf == "master") return change_master(*link, change);
  if (name.leaf == "mtu") return change_mtu(*link, change);
  if (name.leaf == "default-pvid") return change_default_pvid(*link, change);
  if (name.leaf == "vlan") return change_membership(*link, name.subkey, change);
  return change_switch(*link, name.leaf, change);
}

Result<void> KernelPart::change_kind(const std::vector<Link>& links, const std::string& name,
                                     const FieldChange& change) {
  const auto* link = find(links, name);
  const auto* kind = wanted_as<std::string>(change);
  if (kind == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "the kind of a link is a text");
  }
  if (link == nullptr) return kind == nullptr ? Result<void>{} : create_link(name, *kind);
  const auto present = kind_text(*link);
  if (kind == nullptr) return present.empty() ? Result<void>{} : delete_link(links, *link);
  if (present == *kind) return {};
  const auto is = present.empty() ? (link->kind.empty() ? "physical" : link->kind) : present;
  return fail(Errc::Conflict, "the link exists and is '" + is + "', which cannot be changed");
}

Result<void> KernelPart::create_link(const std::string& name, const std::string& kind) {
  if (kind == "bridge") return kernel_.add_bridge(name, tag_);
  auto vlan = parse_vlan_kind(kind);
  if (!vlan) return tl::make_unexpected(std::move(vlan.error()));
  return kernel_.add_vlan(name, vlan->parent, vlan->vid, tag_);
}

Result<void> KernelPart::delete_link(const std::vector<Link>& links, const Link& link) {
  if (!is_ours(link)) {
    return fail(Errc::Conflict,
                "the link is foreign: its alias is '" + link.alias + "', not '" + tag_ + "'");
  }
  if (auto other = hanging_on(links, link.name); !other.empty()) {
    return fail(Errc::Conflict, "the link is in use: " + other);
  }
  return kernel_.delete_link(link.name);
}

/// Absent is what a link had before it was made: the same as no master.
Result<void> KernelPart::change_master(const Link& link, const FieldChange& change) {
  const auto* master = wanted_as<std::string>(change);
  if (master == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "the master of a link is a text");
  }
  const std::string wanted = master == nullptr ? "" : *master;
  if (link.master == wanted) return {};
  return link.master.empty() || wanted.empty() ? kernel_.set_master(link.name, wanted)
                                               : move_port(link, wanted);
}

/// The kernel forgets a port's VLANs with its bridge: they are fields of their own, to be taken
/// along.
Result<void> KernelPart::move_port(const Link& link, const std::string& master) {
  auto before = kernel_.bridge_vlans();
  if (!before) return tl::make_unexpected(std::move(before.error()));
  if (auto moved = kernel_.set_master(link.name, master); !moved) return moved;
  for (const auto& each : *before) {
    if (each.link != link.name) continue;
    if (auto added = kernel_.set_bridge_vlan(each); !added) return added;
  }
  return {};
}

Result<void> KernelPart::change_membership(const Link& link, const std::string& vid,
                                           const FieldChange& change) {
  const auto* text = wanted_as<std::string>(change);
  if (text == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "wants 'none', 'tagged' or 'untagged pvid'");
  }
  auto number = VlanId::parse(vid);
  if (!number) return tl::make_unexpected(std::move(number.error()));
  auto wanted = parse_membership(link.name, *number, text == nullptr ? "none" : *text);
  if (!wanted) return tl::make_unexpected(std::move(wanted.error()));
  auto all = kernel_.bridge_vlans();
  if (!all) return tl::make_unexpected(std::move(all.error()));
  const auto present = std::find_if(all->begin(), all->end(), [&](const BridgeVlan& each) {
    return each.link == link.name && each.vid == *number;
  });
  if (!*wanted) {
    return present == all->end() ? Result<void>{} : kernel_.delete_bridge_vlan(*present);
  }
  const bool same = present != all->end() && membership_text(*present) == membership_text(**wanted);
  return same ? Result<void>{} : kernel_.set_bridge_vlan(**wanted);
}

/// The kernel lets it be changed only while the bridge does not filter: open for the moment between
/// two messages.
Result<void> KernelPart::change_default_pvid(const Link& link, const FieldChange& change) {
  const auto* number = wanted_as<std::int64_t>(change);
  constexpr std::int64_t kMost = 4094;  // IEEE 802.1Q, 9.6
  if ((number == nullptr && !wants_absent(change)) ||
      (number != nullptr && (*number < 0 || *number > kMost))) {
    return fail(Errc::InvalidValue, "wants a number from 0 to 4094");
  }
  const auto wanted = static_cast<std::uint16_t>(number == nullptr ? 0 : *number);
  if (link.default_pvid == wanted) return {};
  if (link.vlan_filtering) {
    if (auto off = kernel_.set_vlan_filtering(link.name, false); !off) return off;
  }
  auto done = kernel_.set_default_pvid(link.name, wanted);
  if (link.vlan_filtering) {
    if (auto on = kernel_.set_vlan_filtering(link.name, true); !on) return on;
  }
  return done;
}

Result<void> KernelPart::change_switch(const Link& link, const std::string& leaf,
                                       const FieldChange& change) {
  const auto* on = wanted_as<bool>(change);
  if (on == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "wants true or false");
  }
  const bool wanted = on != nullptr && *on;
  if (leaf == "up") return link.up == wanted ? Result<void>{} : kernel_.set_up(link.name, wanted);
  if (leaf == "forwarding") {
    return link.forwarding == wanted ? Result<void>{} : kernel_.set_forwarding(link.name, wanted);
  }
  return link.vlan_filtering == wanted ? Result<void>{}
                                       : kernel_.set_vlan_filtering(link.name, wanted);
}

/// Absent is what a link had before it was made: it keeps what it has.
Result<void> KernelPart::change_mtu(const Link& link, const FieldChange& change) {
  if (wants_absent(change)) return {};
  const auto* bytes = wanted_as<std::int64_t>(change);
  if (bytes == nullptr || *bytes < 1 || *bytes > std::numeric_limits<std::uint16_t>::max()) {
    return fail(Errc::InvalidValue, "the MTU of a link is a number of bytes");
  }
  const auto wanted = static_cast<std::uint32_t>(*bytes);
  return link.mtu == wanted ? Result<void>{} : kernel_.set_mtu(link.name, wanted);
}

Result<void> KernelPart::change_address(const FieldName& name, const FieldChange& change) {
  const auto* present = wanted_as<bool>(change);
  if (present == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "wants true or false");
  }
  auto address = parse_address(name.key);
  if (!address) return tl::make_unexpected(std::move(address.error()));
  auto all = kernel_.addresses();
  if (!all) return tl::make_unexpected(std::move(all.error()));
  const bool wanted = present != nullptr && *present;
  if (contains(*all, *address) == wanted) return {};
  return wanted ? kernel_.add_address(*address) : delete_address(*all, *address);
}

/// Linux deletes the secondary IPv4 addresses of a subnet with its primary one, unless told
/// otherwise (promote_secondaries, ip-sysctl.rst): they are not ours to lose.
Result<void> KernelPart::delete_address(const std::vector<LinkAddress>& before,
                                        const LinkAddress& gone) {
  if (auto deleted = kernel_.delete_address(gone); !deleted) return deleted;
  auto after = kernel_.addresses();
  if (!after) return tl::make_unexpected(std::move(after.error()));
  const auto subnet = IpPrefix::of(gone.address);
  for (const auto& each : before) {
    const bool neighbour = each.link == gone.link && IpPrefix::of(each.address) == subnet;
    if (!neighbour || same(each, gone) || contains(*after, each)) continue;
    if (auto added = kernel_.add_address(each); !added) return added;
  }
  return {};
}

Result<void> KernelPart::change_route(const FieldName& name, const FieldChange& change) {
  auto routes = kernel_.routes();
  if (!routes) return tl::make_unexpected(std::move(routes.error()));
  const auto present = best_routes(*routes, name.key);
  const auto* text = wanted_as<std::string>(change);
  if (text == nullptr && !wants_absent(change)) {
    return fail(Errc::InvalidValue, "wants 'via <address> dev <link>'");
  }
  if (text != nullptr ? route_text(present) == *text : present.empty()) return {};
  if (auto allowed = check_ours(present); !allowed) return allowed;
  if (text == nullptr) return kernel_.delete_route(present.front());
  auto wanted = parse_route(name.key, *text);
  if (!wanted) return tl::make_unexpected(std::move(wanted.error()));
  if (present.empty()) return kernel_.add_route(*wanted);
  wanted->metric = present.front().metric;
  return kernel_.replace_route(present.front(), *wanted);
}

}  // namespace

std::unique_ptr<GatewayPart> make_kernel_part(Kernel& kernel, std::string tag) {
  return std::make_unique<KernelPart>(kernel, std::move(tag));
}

}  // namespace market::device
