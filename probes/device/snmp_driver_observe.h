// The whole state of a device by walking columns: a switch of 48 ports and 20 VLANs takes about
// fifteen walks, whatever its size. A column the agent does not implement, a row of no known port
// and a value of the wrong type are left out, never guessed.
//
// Threads:  blocking. Errors: those of the agent.
#pragma once

#include "config/types/field.h"
#include "probes/device/snmp_driver_index.h"

namespace market::device {

[[nodiscard]] Result<FieldMap> observe_device(Agent& agent, Indexes& indexes,
                                              const Profile& profile);

}  // namespace market::device
