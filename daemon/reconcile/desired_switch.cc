#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "daemon/reconcile/desired_device.h"

namespace market::reconcile {
namespace {

constexpr std::uint16_t kSystemVlan = 1;

class SwitchFields {
 public:
  SwitchFields(const Design& design, const StallsById& stalls, const Switch& device,
               const Profile& profile, const DevicePath& path)
      : design_{design},
        stalls_{stalls},
        switch_{device},
        profile_{profile},
        sink_{result_, profile} {
    result_.kind = DeviceKind::Switch;
    result_.hops = path.hops;
    result_.saves_at_once = profile.quirks.implicit_save;
    result_.uplink_ports = path.uplinks;
  }

  Result<DesiredDevice> make() {
    sink_.serve(switch_.position, "switch " + switch_.id);
    if (auto done = want_system(sink_, design_, switch_.id, switch_.place, switch_.system); !done) {
      return tl::make_unexpected(std::move(done.error()));
    }
    for (const auto& port : switch_.ports) {
      const auto* role = design_.port_role(port.role);
      if (role == nullptr) {
        return fail(Errc::InvalidDesign,
                    fmt::format("port '{}' has the unknown role '{}'", port.name, port.role));
      }
      if (auto done = add_port(port, *role); !done) {
        return fail_within(std::move(done), fmt::format("port '{}'", port.name));
      }
      note_zones(*role);
      if (!role->tagged_mode) result_.access_ports.insert(port.name);
    }
    if (auto done = add_vlans(); !done) return tl::make_unexpected(std::move(done.error()));
    return std::move(result_);
  }

 private:
  void note_zones(const PortRole& role) {
    const auto note = [this](const std::string& id) {
      if (const auto* zone = design_.zone(id)) zones_[zone->vid.number()] = zone;
    };
    note(role.untagged);
    for (const auto& zone : role.tagged) note(zone);
  }

  [[nodiscard]] std::string label_of(const SwitchPort& port, const PortRole& role) const {
    if (port.label) return *port.label;
    if (!port.stall.empty()) return stall_text(port.stall);
    if (!port.peer.empty()) return port.peer;
    return role.enabled ? role.id : "";
  }

  [[nodiscard]] std::string stall_text(const std::string& id) const {
    const auto stall = stalls_.find(id);
    if (stall == stalls_.end() || stall->second->name.empty()) return id;
    return id + " " + stall->second->name;
  }

  [[nodiscard]] std::string subject_of(const SwitchPort& port, const PortRole& role) const {
    if (!port.stall.empty()) return "stall " + stall_text(port.stall);
    if (port.peer.empty()) return "role " + role.id;
    const auto other = peer_device(port.peer);
    if (design_.ap(other) != nullptr) return "AP " + other;
    const auto& uplinks = result_.uplink_ports;
    const bool up = std::find(uplinks.begin(), uplinks.end(), port.name) != uplinks.end();
    return (up ? "uplink to " : "link to ") + other;
  }

  Result<void> add_port(const SwitchPort& port, const PortRole& role) {
    const auto field = [&port](std::string_view leaf) {
      return fmt::format("port[{}].{}", port.name, leaf);
    };
    sink_.serve(port.position, subject_of(port, role));
    sink_.want_cut("port.label", field("label"), label_of(port, role));
    sink_.want("port.enabled", field("enabled"), role.enabled);
    sink_.want("port.ingress-filter", field("ingress-filter"), role.ingress_filter);
    const bool only_tagged = role.frames.empty() ? role.tagged_mode && role.untagged.empty()
                                                 : role.frames == "tagged-only";
    // Every port takes all frames until it is told otherwise: nobody has to do that by hand.
    if (only_tagged || sink_.can("port.frames")) {
      sink_.want("port.frames", field("frames"), std::string{only_tagged ? "tagged-only" : "all"});
    }
    if (const auto* zone = design_.zone(role.untagged)) {
      sink_.want("port.pvid", field("pvid"), std::int64_t{zone->vid.number()});
    }
    if (!role.poe) return {};
    sink_.want("port.poe", field("poe"), role.poe->enabled);
    if (role.poe->priority.empty()) return {};
    return sink_.want_exact("port.poe-priority", field("poe-priority"), role.poe->priority);
  }

  Result<void> add_vlans() {
    for (const auto& [vid, zone] : zones_) {
      sink_.serve(zone->position, "zone " + zone->id);
      const auto other = switch_.vlan_names.find(zone->id);
      auto done = add_row(fmt::format("vlan[{}].name", vid),
                          other == switch_.vlan_names.end() ? zone->id : other->second);
      if (!done) return done;
    }
    std::set<std::uint16_t> vids{kSystemVlan};
    for (const auto& [vid, zone] : zones_) vids.insert(vid);
    for (const auto& port : switch_.ports) add_memberships(port, vids);
    return {};
  }

  Result<void> add_row(const std::string& field, const std::string& name) {
    if (profile_.vlan_row_status) return sink_.want_exact("vlan.name", field, name);
    const auto words = profile_.manual.find("vlan.name");
    sink_.want_by_hand(field, name, words == profile_.manual.end() ? "" : words->second);
    return {};
  }

  void add_memberships(const SwitchPort& port, const std::set<std::uint16_t>& vids) {
    const auto& role = *design_.port_role(port.role);
    std::map<std::uint16_t, std::string> members;
    for (const auto& id : role.tagged) {
      if (const auto* zone = design_.zone(id)) members[zone->vid.number()] = "tagged";
    }
    if (const auto* zone = design_.zone(role.untagged)) members[zone->vid.number()] = "untagged";
    sink_.serve(port.position, subject_of(port, role));
    const bool by_hand = !sink_.can("vlan.untagged");
    for (const auto vid : vids) {
      const auto found = members.find(vid);
      if (by_hand && found == members.end()) continue;
      sink_.want("vlan.egress", fmt::format("vlan[{}].port[{}]", vid, port.name),
                 found == members.end() ? std::string{"none"} : found->second);
    }
  }

  const Design& design_;
  const StallsById& stalls_;
  const Switch& switch_;
  const Profile& profile_;
  DesiredDevice result_;
  FieldSink sink_;
  std::map<std::uint16_t, const Zone*> zones_;  ///< used by the ports, by vid
};

}  // namespace

Result<DesiredDevice> desired_switch(const Design& design, const StallsById& stalls,
                                     const Switch& device, const Profile& profile,
                                     const DevicePath& path) {
  return SwitchFields{design, stalls, device, profile, path}.make();
}

}  // namespace market::reconcile
