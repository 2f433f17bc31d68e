#include "probes/device/snmp_driver_observe.h"

#include <utility>

#include "config/types/vlan_id.h"
#include "probes/device/snmp_driver_codec.h"

namespace market::device {
namespace {

using Number = std::uint32_t;

/// What the VLAN table says of one VLAN.
struct VlanRow {
  std::string name;
  std::optional<PortList> egress;
  PortList untagged;
};

class Observer {
 public:
  Observer(Agent& agent, Indexes& indexes, const Profile& profile)
      : agent_{agent}, indexes_{indexes}, profile_{profile} {}

  Result<FieldMap> run() {
    if (auto done = scalars(); !done) return tl::make_unexpected(done.error());
    for (const auto& [name, attribute] : profile_.attributes) {
      const bool other = attribute.index.empty() || name.starts_with("vlan.");
      if (other || is_measurement(name)) continue;
      if (auto done = column(name, attribute); !done) return tl::make_unexpected(done.error());
    }
    if (auto done = vlans(); !done) return tl::make_unexpected(done.error());
    return std::move(fields_);
  }

 private:
  Result<void> scalars() {
    std::vector<Oid> oids;
    for (const auto& [name, attribute] : profile_.attributes) {
      if (attribute.index.empty()) oids.push_back(attribute.oid);
    }
    const auto values = agent_.get(oids);
    if (!values) return tl::make_unexpected(values.error());
    for (const auto& [name, attribute] : profile_.attributes) {
      const auto found = values->find(attribute.oid);
      if (!attribute.index.empty() || found == values->end()) continue;
      if (auto field = decode(attribute, found->second)) fields_[name] = *std::move(field);
    }
    return {};
  }

  Result<void> column(const std::string& name, const Attribute& attribute) {
    const auto cells = agent_.walk(attribute.oid);
    if (!cells) return tl::make_unexpected(cells.error());
    const auto parts = FieldName::split(name);
    for (const auto& cell : *cells) {
      auto field = decode(attribute, cell.value);
      if (!field) continue;
      const auto key = indexes_.key(attribute.index, cell.oid.after(attribute.oid));
      if (!key) return tl::make_unexpected(key.error());
      if (*key) fields_[parts.group + "[" + **key + "]." + parts.leaf] = *std::move(field);
    }
    return {};
  }

  /// Calls `use(row, attribute, value)` for each VLAN of the column `name`.
  template <class Use>
  Result<void> vlan_column(const std::string& name, Use use) {
    const auto found = profile_.attributes.find(name);
    if (found == profile_.attributes.end()) return {};
    const auto& attribute = found->second;
    const auto cells = agent_.walk(attribute.oid);
    if (!cells) return tl::make_unexpected(cells.error());
    for (const auto& cell : *cells) {
      const Oid suffix = cell.oid.after(attribute.oid);
      if (suffix.size() != 1 || !VlanId::from(suffix[0])) continue;  // no VLAN of the wire
      use(vlans_[suffix[0]], attribute, cell.value);
    }
    return {};
  }

  Result<void> vlans() {
    const auto name = [](VlanRow& row, const Attribute&, const snmp::Value& value) {
      if (const auto* text = snmp::as_octets(value)) row.name = *text;
    };
    const auto egress = [](VlanRow& row, const Attribute& attribute, const snmp::Value& value) {
      row.egress = decode_port_list(attribute, value);
    };
    const auto untagged = [](VlanRow& row, const Attribute& attribute, const snmp::Value& value) {
      row.untagged = decode_port_list(attribute, value).value_or(PortList{});
    };
    if (auto done = vlan_column("vlan.name", name); !done) return done;
    if (auto done = vlan_column("vlan.egress", egress); !done) return done;
    if (auto done = vlan_column("vlan.untagged", untagged); !done) return done;
    const auto ports = indexes_.base_ports();
    if (!ports) return tl::make_unexpected(ports.error());
    for (const auto& [vid, row] : vlans_) put_vlan(vid, row, *ports);
    return {};
  }

  void put_vlan(Number vid, const VlanRow& row, const std::map<std::string, BasePort>& ports) {
    const std::string vlan = "vlan[" + std::to_string(vid) + "].";
    if (profile_.attributes.contains("vlan.name")) fields_[vlan + "name"] = row.name;
    if (!row.egress) return;
    for (const auto& [port, base_port] : ports) {
      fields_[vlan + "port[" + port + "]"] =
          std::string{membership(*row.egress, row.untagged, base_port)};
    }
  }

  Agent& agent_;
  Indexes& indexes_;
  const Profile& profile_;
  FieldMap fields_;
  std::map<Number, VlanRow> vlans_;
};

}  // namespace

Result<FieldMap> observe_device(Agent& agent, Indexes& indexes, const Profile& profile) {
  return Observer{agent, indexes, profile}.run();
}

}  // namespace market::device
