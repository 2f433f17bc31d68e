// Changes of fields to the bindings of one SET.
//
// Changes of vlan[v].port[p] of one VLAN become at most one egress and one untagged list, computed
// from a fresh read: our bits changed, every other bit and the length as they were. A new VLAN is
// createAndGo and its name together; a VLAN that goes takes its memberships along.
//
// Threads:  blocking (reads, never writes). Errors: Refused for what cannot be asked of this
// device, with the field's name; those of the agent.
// Sources:  RFC 4363 (dot1qVlanStaticTable), RFC 2579 (RowStatus).
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "probes/device/driver.h"
#include "probes/device/snmp_driver_index.h"
#include "probes/device/snmp_driver_port_list.h"

namespace market::device {

struct Binding {
  snmp::VarBind varbind;
  std::string fields;  ///< what it changes, for messages: "vlan[20].port[3], vlan[20].port[4]"
  const RequestRecipe* request = nullptr;  ///< of which it is a part; its status is to be asked for
  /// Of a list of ports: how it was, and which of its ports are ours to change now.
  struct Shared {
    const Attribute* attribute = nullptr;
    PortList before;
    std::set<BasePort> ours;
  };
  std::optional<Shared> shared;
};

/// The ports of the lists that are not ours and not as they were, by what is read now: "1.3.6...20
/// bit 7", by base port; empty = all others were left alone. The reading is for the caller to make.
[[nodiscard]] std::string disturbed_ports(const std::vector<Binding>& bindings, const Values& now);

/// A request is alone: with other changes it is refused.
/// In the order in which an agent that works through them one by one does no harm. Empty when the
/// device is as asked already.
[[nodiscard]] Result<std::vector<Binding>> make_bindings(Agent& agent, Indexes& indexes,
                                                         const Profile& profile,
                                                         std::span<const FieldChange> changes);

}  // namespace market::device
