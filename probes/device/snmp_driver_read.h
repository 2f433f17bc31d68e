// Named fields, fresh, in one question: values and the witnesses of their rows together.
//
// Threads:  blocking. Errors: those of the agent; Conflict while rows move; Io for a value of
// another type than the profile says.
#pragma once

#include <span>
#include <string>

#include "config/types/field.h"
#include "probes/device/snmp_driver_index.h"

namespace market::device {

[[nodiscard]] Result<FieldMap> read_fields(Agent& agent, Indexes& indexes, const Profile& profile,
                                           std::span<const std::string> fields);

}  // namespace market::device
