// Ports that are set alike have one role. A port that a design cannot say is left out of it, and so
// is left alone by every plan.
#include <algorithm>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"
#include "daemon/takeover/draft.h"
#include "daemon/takeover/names.h"

namespace market::takeover {
namespace {

/// Class 3 of IEEE 802.3af: the most that a port of that standard gives. What is drawn is not set.
constexpr Milliwatts kMostDraw{15'400};
constexpr std::size_t kMostId = 32;

/// How a port is set, but for its label.
struct Shape {
  std::uint16_t untagged = 0;  ///< 0 = none
  std::vector<std::uint16_t> tagged;
  bool enabled = true, ingress_filter = true;
  std::string frames;  ///< where they are other than a role without a word has them
  std::optional<bool> poe;
  std::string poe_priority;
  [[nodiscard]] bool is_access() const { return tagged.empty() && untagged != 0; }
  friend auto operator<=>(const Shape&, const Shape&) = default;
};

/// Where the ports of one shape lead: what the role may be called by.
struct Uses {
  std::size_t ports = 0, to_aps = 0, to_bridges = 0;
  std::set<std::string> labels;  ///< of ports that lead to no device
};

class Reader {
 public:
  Reader(const Wiring& wiring, Draft& draft) : wiring_{wiring}, draft_{draft} {}

  void run() {
    for (auto& device : draft_.design.switches) read(device);
    drop_dangling_peers();
    name_zones();
    name_roles();
    for (auto& device : draft_.design.switches) name_vlans(device);
  }

 private:
  void leave_out(const std::string& device, const std::string& port, const std::string& why) {
    why_[why].push_back(device + "/" + port);
  }

  void read(Switch& device) {
    const auto& fields = draft_.found.at(device.id)->observed.fields;
    std::set<std::string> ports;
    for (const auto& [field, value] : fields) {
      const auto name = FieldName::split(field);
      if (reconcile::is_membership(name)) {
        ports.insert(name.subkey);
        const auto* text = std::get_if<std::string>(&value);
        if (text == nullptr || *text == "none") continue;
        members_[{device.id, name.subkey}][*text].push_back(
            static_cast<std::uint16_t>(std::stoul(name.key)));
      } else if (name.group == "port" && name.leaf == "pvid") {
        ports.insert(name.key);
      }
      if (name.group == "vlan" && name.leaf == "name") note_vlan(name.key, value);
    }
    if (ports.empty()) {
      draft_.left_out.push_back(
          fmt::format("ports of {}: profile {} reads no VLANs of them", device.id, device.profile));
    }
    std::vector<std::string> sorted{ports.begin(), ports.end()};
    std::sort(sorted.begin(), sorted.end(), reconcile::natural_less);
    for (const auto& port : sorted) read_port(device, fields, port);
    for (const auto& [why, which] : why_) {
      draft_.left_out.push_back(fmt::format("{}: {}", fmt::join(which, ", "), why));
    }
    why_.clear();
  }

  void note_vlan(const std::string& vid, const FieldValue& value) {
    const auto* name = std::get_if<std::string>(&value);
    if (name != nullptr) ++names_[static_cast<std::uint16_t>(std::stoul(vid))][*name];
  }

  /// Empty = a design can say it.
  [[nodiscard]] static std::string obstacle(const FieldMap& fields, const std::string& port,
                                            const Shape& shape, std::size_t untagged) {
    const bool range = port.find_first_not_of("0123456789-") == std::string::npos &&
                       port.find('-') != std::string::npos;
    const bool odd = port.empty() || port.size() > 64 || !is_line(port) || port.front() == ' ' ||
                     port.back() == ' ' || port.find_first_of("[]") != std::string::npos;
    if (range || odd) {
      return "a design has no ports of such names";
    }
    if (shape.untagged == 0 && shape.tagged.empty()) return "in no VLAN";
    if (untagged > 1) return "untagged in several VLANs at once";
    const auto pvid = number_in(fields, "port[" + port + "].pvid");
    if (shape.untagged != 0 && pvid && *pvid != shape.untagged) {
      return "what comes in untagged goes to another VLAN than what goes out untagged";
    }
    const auto label = text_in(fields, "port[" + port + "].label");
    if (label && !is_line(*label)) return "its label is not UTF-8, or not one line";
    return {};
  }

  void read_port(Switch& device, const FieldMap& fields, const std::string& port) {
    const auto field = [&port](const char* leaf) { return fmt::format("port[{}].{}", port, leaf); };
    const auto& members = members_[{device.id, port}];
    Shape shape;
    std::size_t untagged = 0;
    if (const auto found = members.find("untagged"); found != members.end()) {
      untagged = found->second.size();
      shape.untagged = found->second.front();
    }
    if (const auto found = members.find("tagged"); found != members.end()) {
      shape.tagged = found->second;
      std::sort(shape.tagged.begin(), shape.tagged.end());
    }
    const bool no_table = !draft_.profiles.at(device.id)->attributes.contains("vlan.egress");
    if (no_table) {
      const auto pvid = number_in(fields, field("pvid")).value_or(0);
      shape.untagged = static_cast<std::uint16_t>(pvid);
    }
    shape.enabled = flag_in(fields, field("enabled")).value_or(true);
    shape.ingress_filter = flag_in(fields, field("ingress-filter")).value_or(true);
    const auto frames = text_in(fields, field("frames"));
    const bool only_tagged = shape.untagged == 0 && !shape.tagged.empty();
    const bool word = frames == "all" || frames == "tagged-only";
    if (word && *frames != (only_tagged ? "tagged-only" : "all")) shape.frames = *frames;
    shape.poe = flag_in(fields, field("poe"));
    if (shape.poe) shape.poe_priority = text_in(fields, field("poe-priority")).value_or("");
    if (const auto why = obstacle(fields, port, shape, untagged); !why.empty()) {
      leave_out(device.id, port, why);
      return;
    }
    SwitchPort entry;
    entry.name = port;
    const auto peer = wiring_.peers.find({device.id, port});
    if (peer != wiring_.peers.end()) entry.peer = peer->second;
    if (leads_to_bridge(entry.peer) && shape.poe) {
      if (*shape.poe) fed_bridges_.push_back(device.id + "/" + port);
      shape.poe.reset();  // D209: not a design's to say
      shape.poe_priority.clear();
    }
    note_use(entry, shape, text_in(fields, field("label")).value_or(""));
    shapes_[{device.id, port}] = shape;
    device.ports.push_back(std::move(entry));
  }

  [[nodiscard]] bool leads_to_bridge(const std::string& peer) const {
    return peer.find('/') != std::string::npos;
  }

  void note_use(const SwitchPort& port, const Shape& shape, const std::string& label) {
    if (!uses_.contains(shape)) order_.push_back(shape);
    auto& uses = uses_[shape];
    ++uses.ports;
    if (leads_to_bridge(port.peer)) {
      ++uses.to_bridges;
    } else if (!port.peer.empty()) {
      ++uses.to_aps;
    } else {
      uses.labels.insert(label);
    }
  }

  /// Both ends of a cable between switches are in the design, or none is.
  void drop_dangling_peers() {
    std::set<std::string> there;
    for (const auto& device : draft_.design.switches) {
      for (const auto& port : device.ports) there.insert(device.id + "/" + port.name);
    }
    for (auto& device : draft_.design.switches) {
      for (auto& port : device.ports) {
        const auto other = port.peer.substr(0, port.peer.find('/'));
        const bool to_switch = draft_.design.switch_(other) != nullptr;
        if (to_switch && !there.contains(port.peer)) port.peer.clear();
      }
    }
    if (!fed_bridges_.empty()) {
      draft_.remarks.push_back(
          fmt::format("PoE is on at {}, which lead to switches or the gateway "
                      "(D209); a plan leaves it as it is",
                      fmt::join(fed_bridges_, ", ")));
    }
  }

  void name_zones() {
    std::set<std::uint16_t> vids;
    for (const auto& [vid, unused] : names_) vids.insert(vid);
    vids.erase(1);  // every switch has it; a zone only where ports are in it
    for (const auto& [shape, unused] : uses_) {
      if (shape.untagged != 0) vids.insert(shape.untagged);
      vids.insert(shape.tagged.begin(), shape.tagged.end());
    }
    std::set<std::string> taken{"internet"};
    for (const auto vid : vids) {
      std::string best;
      std::size_t most = 0;
      for (const auto& [name, count] : names_[vid]) {
        if (is_id(name, kMostId) && count > most) {
          best = name;
          most = count;
        }
      }
      auto& zone = zone_for(vid, draft_);
      zone.id = unique(best.empty() ? fmt::format("vlan{}", vid) : best, taken);
    }
  }

  [[nodiscard]] std::string zone_id(std::uint16_t vid) const {
    for (const auto& zone : draft_.design.zones) {
      if (zone.vid.number() == vid) return zone.id;
    }
    return {};
  }

  [[nodiscard]] std::string role_name(const Shape& shape) const {
    const auto& uses = uses_.at(shape);
    if (!shape.enabled) return "disabled";
    if (uses.to_aps > 0 && uses.to_aps + uses.to_bridges == uses.ports) return "ap";
    if (uses.to_bridges == uses.ports) {
      return shape.is_access() ? "to-" + zone_id(shape.untagged) : "trunk";
    }
    if (uses.labels.size() == 1 && is_id(*uses.labels.begin(), 24)) return *uses.labels.begin();
    return shape.is_access() ? "access-" + zone_id(shape.untagged) : "tagged";
  }

  void name_roles() {
    std::set<std::string> taken;
    std::map<Shape, std::string> roles;
    for (const auto& shape : order_) {
      PortRole role;
      role.id = unique(role_name(shape), taken);
      role.tagged_mode = !shape.is_access();
      role.untagged = zone_id(shape.untagged);
      for (const auto vid : shape.tagged) role.tagged.push_back(zone_id(vid));
      role.enabled = shape.enabled;
      role.ingress_filter = shape.ingress_filter;
      role.frames = shape.frames;
      if (shape.poe) {
        role.poe = PoeDemand{*shape.poe, *shape.poe ? kMostDraw : Milliwatts{}, shape.poe_priority};
      }
      roles.emplace(shape, role.id);
      draft_.design.port_roles.push_back(std::move(role));
    }
    for (auto& device : draft_.design.switches) {
      for (auto& port : device.ports) port.role = roles.at(shapes_.at({device.id, port.name}));
    }
  }

  /// Of the VLANs that its ports are in: where the name is not the zone's id.
  void name_vlans(Switch& device) {
    const auto& fields = draft_.found.at(device.id)->observed.fields;
    for (const auto& port : device.ports) {
      const auto& shape = shapes_.at({device.id, port.name});
      auto vids = shape.tagged;
      if (shape.untagged != 0) vids.push_back(shape.untagged);
      for (const auto vid : vids) {
        const auto name = text_in(fields, fmt::format("vlan[{}].name", vid));
        const auto zone = zone_id(vid);
        if (name && *name != zone && is_line(*name)) device.vlan_names[zone] = *name;
      }
    }
  }

  const Wiring& wiring_;
  Draft& draft_;
  std::map<std::string, std::vector<std::string>> why_;  ///< reason -> ports, of one switch
  std::map<PortOf, std::map<std::string, std::vector<std::uint16_t>>> members_;
  std::map<std::uint16_t, std::map<std::string, std::size_t>> names_;  ///< of VLANs, how often
  std::map<PortOf, Shape> shapes_;
  std::map<Shape, Uses> uses_;
  std::vector<Shape> order_;  ///< as first seen
  std::vector<std::string> fed_bridges_;
};

}  // namespace

Zone& zone_for(std::uint16_t vid, Draft& draft) {
  auto& zones = draft.design.zones;
  const auto place = std::find_if(zones.begin(), zones.end(),
                                  [vid](const Zone& zone) { return zone.vid.number() >= vid; });
  if (place != zones.end() && place->vid.number() == vid) return *place;
  Zone zone{.id = fmt::format("vlan{}", vid),
            .vid = *VlanId::from(vid),
            .prefix = {},
            .gateway = {},
            .interface = {},
            .trust = Trust::None,
            .isolate_hosts = false,
            .dhcp_range = {},
            .position = {}};
  return *zones.insert(place, std::move(zone));
}

void draft_ports(const Wiring& wiring, Draft& draft) { Reader{wiring, draft}.run(); }

namespace {

/// Of links that the design does not use: D006.
void drop_gateway_peers(Design& design) {
  std::set<std::string> links;
  if (design.gateway) {
    for (const auto& link : design.gateway->interfaces) links.insert(link);
    for (const auto& zone : design.zones) {
      const bool own = !zone.interface.empty() && zone.interface != design.gateway->bridge;
      if (own) links.insert(zone.interface);
    }
  }
  for (auto& device : design.switches) {
    for (auto& port : device.ports) {
      const auto slash = port.peer.find('/');
      if (slash == std::string::npos || design.switch_(port.peer.substr(0, slash)) != nullptr)
        continue;
      if (!links.contains(port.peer.substr(slash + 1))) port.peer.clear();
    }
  }
}

}  // namespace

void draft_ends(Draft& draft) {
  auto& design = draft.design;
  drop_gateway_peers(design);
  std::map<std::string, const Stall*> stalls;
  for (const auto& stall : design.stalls) stalls.emplace(stall.id, &stall);
  for (auto& device : design.switches) {
    const auto& fields = draft.found.at(device.id)->observed.fields;
    const auto& attributes = draft.profiles.at(device.id)->attributes;
    const auto attribute = attributes.find("port.label");
    if (attribute == attributes.end()) continue;
    for (auto& port : device.ports) {
      port.label.reset();
      const auto label = text_in(fields, "port[" + port.name + "].label");
      if (!label) continue;
      std::string derived;
      if (!port.stall.empty()) {
        const auto& stall = *stalls.at(port.stall);
        derived = stall.name.empty() ? stall.id : stall.id + " " + stall.name;
      } else if (!port.peer.empty()) {
        derived = port.peer;
      } else if (const auto* role = design.port_role(port.role); role->enabled) {
        derived = role->id;
      }
      derived = reconcile::cut_utf8(derived, attribute->second.max_bytes);
      if (derived != *label) port.label = *label;
    }
  }
}

}  // namespace market::takeover
