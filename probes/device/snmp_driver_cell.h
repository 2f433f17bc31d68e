// From a field's name to the cells of MIB tables that hold it.
//
//   "port[3].pvid"     -> dot1qPvid.3, with ifName.103 and dot1dBasePortIfIndex.3 as witnesses
//   "vlan[20].port[3]" -> egress.20 and untagged.20, bit 3
//
// Threads:  blocking (may look an index up). Errors: those of the agent.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/types/field.h"
#include "probes/device/snmp_driver_index.h"

namespace market::device {

struct Cell {
  enum class Kind : std::uint8_t { Value, VlanName, Member };
  std::string field;
  Kind kind = Kind::Value;
  const Attribute* attribute = nullptr;  ///< of Value; of VlanName, null when VLANs have no name
  Oid oid;                               ///< of Value and VlanName; empty with a null attribute
  std::uint32_t vid = 0;                 ///< of VlanName and Member
  BasePort port = 0;                     ///< of Member
  std::vector<Witness> witnesses;
};

/// A cell, or why the device has none: "the device's 'port' table has no such row".
struct CellOrReason {
  std::optional<Cell> cell;
  std::string reason;
};

class CellFinder {
 public:
  CellFinder(Indexes& indexes, const Profile& profile) : indexes_{indexes}, profile_{profile} {}

  [[nodiscard]] Result<CellOrReason> find(const std::string& field);

  [[nodiscard]] const Attribute* attribute(std::string_view name) const;

 private:
  [[nodiscard]] Result<CellOrReason> find_member(Cell cell, const FieldName& name);
  [[nodiscard]] Result<CellOrReason> find_vlan_name(Cell cell, const FieldName& name) const;
  [[nodiscard]] Result<CellOrReason> find_value(Cell cell, const FieldName& name);

  Indexes& indexes_;
  const Profile& profile_;
};

/// Asks for witnesses and further cells in one question, as `plan` names them. When a witness
/// disagrees everything is looked up and planned once more; Conflict when it disagrees again.
using Planned = std::vector<Oid>;
[[nodiscard]] Result<Values> read_confirmed(
    Agent& agent, Indexes& indexes,
    const std::function<Result<Planned>(std::vector<Witness>& witnesses)>& plan);

}  // namespace market::device
