#include "probes/device/snmp_driver_cell.h"

#include <utility>

#include "config/types/vlan_id.h"

namespace market::device {
namespace {

CellOrReason no_cell(std::string reason) { return {std::nullopt, std::move(reason)}; }

/// "port" is the group whose members are rows of `bridge`.
const std::string kBridge = "bridge";

}  // namespace

const Attribute* CellFinder::attribute(std::string_view name) const {
  const auto found = profile_.attributes.find(std::string{name});
  return found == profile_.attributes.end() ? nullptr : &found->second;
}

Result<CellOrReason> CellFinder::find(const std::string& field) {
  const auto name = FieldName::split(field);
  Cell cell;
  cell.field = field;
  if (name.group == "vlan") {
    const auto vid = VlanId::parse(name.key);
    if (!vid) return no_cell(vid.error().message);
    cell.vid = vid->number();
    if (name.leaf == "port") return find_member(std::move(cell), name);
    if (name.leaf == "name") return find_vlan_name(std::move(cell), name);
    return no_cell("a VLAN has no '" + name.leaf + "'");
  }
  return find_value(std::move(cell), name);
}

Result<CellOrReason> CellFinder::find_member(Cell cell, const FieldName& name) {
  cell.kind = Cell::Kind::Member;
  if (attribute("vlan.egress") == nullptr || attribute("vlan.untagged") == nullptr) {
    return no_cell("profile '" + profile_.id + "' has no VLAN memberships");
  }
  const auto suffix = indexes_.suffix(kBridge, name.subkey);
  if (!suffix) return tl::make_unexpected(suffix.error());
  if (!*suffix || (*suffix)->size() != 1) {
    return no_cell(indexes_.why_missing(kBridge, name.subkey));
  }
  cell.port = (**suffix)[0];
  cell.witnesses = indexes_.witnesses(kBridge, name.subkey);
  return CellOrReason{std::move(cell), ""};
}

Result<CellOrReason> CellFinder::find_vlan_name(Cell cell, const FieldName&) const {
  cell.kind = Cell::Kind::VlanName;
  cell.attribute = attribute("vlan.name");
  if (cell.attribute == nullptr && !profile_.vlan_row_status) {
    return no_cell("profile '" + profile_.id + "' has no VLAN table");
  }
  if (cell.attribute != nullptr) cell.oid = cell.attribute->oid.child(cell.vid);
  return CellOrReason{std::move(cell), ""};
}

Result<CellOrReason> CellFinder::find_value(Cell cell, const FieldName& name) {
  cell.attribute = attribute(name.group + "." + name.leaf);
  if (cell.attribute == nullptr) {
    return no_cell("profile '" + profile_.id + "' has no '" + name.group + "." + name.leaf + "'");
  }
  const auto& index = cell.attribute->index;
  if (index.empty()) {
    cell.oid = cell.attribute->oid;
    return CellOrReason{std::move(cell), ""};
  }
  const auto suffix = indexes_.suffix(index, name.key);
  if (!suffix) return tl::make_unexpected(suffix.error());
  if (!*suffix) return no_cell(indexes_.why_missing(index, name.key));
  cell.oid = cell.attribute->oid.child(**suffix);
  cell.witnesses = indexes_.witnesses(index, name.key);
  return CellOrReason{std::move(cell), ""};
}

Result<Values> read_confirmed(
    Agent& agent, Indexes& indexes,
    const std::function<Result<Planned>(std::vector<Witness>& witnesses)>& plan) {
  static constexpr int kAttempts = 2;  // with what we knew, and with what we then looked up
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    std::vector<Witness> witnesses;
    auto oids = plan(witnesses);
    if (!oids) return tl::make_unexpected(oids.error());
    for (const auto& witness : witnesses) oids->push_back(witness.oid);
    const std::set<Oid> distinct{oids->begin(), oids->end()};
    const auto values = agent.get(std::vector<Oid>{distinct.begin(), distinct.end()});
    if (!values) return tl::make_unexpected(values.error());
    if (indexes.confirmed(witnesses, *values)) return *values;
    indexes.forget();
  }
  return fail(Errc::Conflict, "the device renumbers its ports while we look");
}

}  // namespace market::device
