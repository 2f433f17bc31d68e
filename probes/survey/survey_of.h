// From rows of MIB tables, as a walk or a recording gives them, to a DeviceSurvey.
//
// Pure: no socket, no clock. Rows may come in any order, twice, or not at all; what does not fit
// its table (an index of the wrong length, a MAC of five octets) is left out and counted in `gaps`.
#pragma once

#include <span>
#include <vector>

#include "probes/snmp/client.h"
#include "probes/survey/survey.h"

namespace market::survey {

/// What an agent that keeps a BRIDGE-MIB for each VLAN says in one of them: Cisco IOS answers
/// `community@20` with the forwarding table of VLAN 20 alone.
struct VlanContext {
  VlanId vlan;
  std::vector<snmp::VarBind> rows;
};

[[nodiscard]] DeviceSurvey survey_of(std::span<const snmp::VarBind> rows,
                                     std::span<const VlanContext> contexts = {});

}  // namespace market::survey
