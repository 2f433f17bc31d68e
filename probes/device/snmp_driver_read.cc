#include "probes/device/snmp_driver_read.h"

#include <utility>

#include "probes/device/snmp_driver_cell.h"
#include "probes/device/snmp_driver_codec.h"

namespace market::device {
namespace {

class FieldReader {
 public:
  FieldReader(Agent& agent, Indexes& indexes, const Profile& profile)
      : agent_{agent}, indexes_{indexes}, profile_{profile}, finder_{indexes, profile} {}

  Result<FieldMap> run(std::span<const std::string> fields) {
    auto values =
        read_confirmed(agent_, indexes_, [&](auto& witnesses) { return plan(fields, witnesses); });
    if (!values) return tl::make_unexpected(values.error());
    FieldMap map;
    for (const auto& field : fields) map[field] = Absent{};
    for (const auto& cell : cells_) {
      auto value = value_of(cell, *values);
      if (!value) return fail_within(std::move(value), cell.field);
      map[cell.field] = *std::move(value);
    }
    return map;
  }

 private:
  Result<Planned> plan(std::span<const std::string> fields, std::vector<Witness>& witnesses) {
    cells_.clear();
    Planned oids;
    for (const auto& field : fields) {
      auto found = finder_.find(field);
      if (!found) return tl::make_unexpected(found.error());
      if (!found->cell) continue;  // Absent
      add_oids(*found->cell, oids);
      const auto& more = found->cell->witnesses;
      witnesses.insert(witnesses.end(), more.begin(), more.end());
      cells_.push_back(*std::move(found->cell));
    }
    return oids;
  }

  void add_oids(const Cell& cell, Planned& oids) const {
    if (cell.kind == Cell::Kind::Member) {
      oids.push_back(list_oid("vlan.egress", cell));
      oids.push_back(list_oid("vlan.untagged", cell));
      return;
    }
    if (cell.kind == Cell::Kind::VlanName && profile_.vlan_row_status) {
      oids.push_back(profile_.vlan_row_status->child(cell.vid));
    }
    if (!cell.oid.empty()) oids.push_back(cell.oid);
  }

  [[nodiscard]] Oid list_oid(std::string_view attribute, const Cell& cell) const {
    return finder_.attribute(attribute)->oid.child(cell.vid);
  }

  [[nodiscard]] Result<FieldValue> value_of(const Cell& cell, const Values& values) const {
    switch (cell.kind) {
      case Cell::Kind::Member:
        return member_of(cell, values);
      case Cell::Kind::VlanName:
        return name_of(cell, values);
      case Cell::Kind::Value:
        break;
    }
    const auto found = values.find(cell.oid);
    if (found == values.end()) return Absent{};
    auto value = decode(*cell.attribute, found->second);
    if (!value) return unexpected_value(found->second);
    return *std::move(value);
  }

  [[nodiscard]] Result<FieldValue> name_of(const Cell& cell, const Values& values) const {
    const auto found = values.find(cell.oid);
    if (!cell.oid.empty() && found != values.end()) {
      const auto* text = snmp::as_octets(found->second);
      if (text == nullptr) return unexpected_value(found->second);
      return *text;
    }
    const bool exists =
        profile_.vlan_row_status && values.contains(profile_.vlan_row_status->child(cell.vid));
    if (exists) return std::string{};
    return Absent{};
  }

  [[nodiscard]] Result<FieldValue> member_of(const Cell& cell, const Values& values) const {
    const auto egress = list_in("vlan.egress", cell, values);
    if (!egress) return tl::make_unexpected(egress.error());
    const auto untagged = list_in("vlan.untagged", cell, values);
    if (!untagged) return tl::make_unexpected(untagged.error());
    if (!*egress) return Absent{};
    return std::string{membership(**egress, untagged->value_or(PortList{}), cell.port)};
  }

  [[nodiscard]] Result<std::optional<PortList>> list_in(std::string_view name, const Cell& cell,
                                                        const Values& values) const {
    const auto found = values.find(list_oid(name, cell));
    if (found == values.end()) return std::nullopt;
    auto list = decode_port_list(*finder_.attribute(name), found->second);
    if (!list) return tl::make_unexpected(unexpected_value(found->second).value());
    return list;
  }

  static tl::unexpected<Error> unexpected_value(const snmp::Value& value) {
    return fail(Errc::Io, "the device answers " + snmp::to_string(value) +
                              ", which profile and MIB do not allow");
  }

  Agent& agent_;
  Indexes& indexes_;
  const Profile& profile_;
  CellFinder finder_;
  std::vector<Cell> cells_;
};

}  // namespace

Result<FieldMap> read_fields(Agent& agent, Indexes& indexes, const Profile& profile,
                             std::span<const std::string> fields) {
  return FieldReader{agent, indexes, profile}.run(fields);
}

}  // namespace market::device
