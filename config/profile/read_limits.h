// The `limits` of a profile. Private to this room. Errors: P002, P004, P012.
#pragma once

#include "config/profile/problems.h"
#include "config/types/device_limits.h"
#include "config/yaml/document.h"

namespace market::profile {

[[nodiscard]] DeviceLimits read_limits(const yaml::Node& node, Problems& problems);

}  // namespace market::profile
