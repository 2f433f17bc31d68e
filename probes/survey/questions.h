// Which columns a survey asks for, and when one is worth asking. Pure.
#pragma once

#include <map>
#include <span>
#include <string>
#include <vector>

#include "probes/snmp/client.h"
#include "probes/survey/survey_of.h"

namespace market::survey {

/// What was read so far: column -> its rows.
using Columns = std::map<Oid, std::vector<snmp::VarBind>>;

struct Question {
  const char* table;  ///< for the gap: "LLDP"
  Oid column;
  /// Null = always.
  bool (*wanted)(const Columns&) = nullptr;
};

/// One GET, in place of a walk for each.
[[nodiscard]] std::span<const Oid> scalars();
/// In the order of asking.
[[nodiscard]] const std::vector<Question>& questions();
/// Of one VLAN's bridge.
[[nodiscard]] const std::vector<Question>& context_questions();
/// The VLANs to ask one by one; none unless the agent has a VTP VLAN table and no Q-BRIDGE entries.
[[nodiscard]] std::vector<VlanId> vlans_to_ask(const Columns& read);

}  // namespace market::survey
