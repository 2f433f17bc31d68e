// From a merged document to a Profile, strictly: each key is known and each value parses.
//
// Threads:  pure. Errors: P002..P005, P010..P013.
#pragma once

#include <string>

#include "config/profile/problems.h"
#include "config/profile/profile.h"
#include "config/yaml/document.h"

namespace market::profile {

/// As much of a profile as could be understood; what could not is in `problems`.
[[nodiscard]] Profile build(const std::string& id, const yaml::Node& merged, Problems& problems);

}  // namespace market::profile
