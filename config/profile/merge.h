// `inherits`: what a profile says, on top of what its parents say.
//
// Maps merge key by key at every depth, anything else replaces, null removes what was inherited.
// `schema`, `kind`, `id`, `inherits` and `match` belong to one profile and are not passed on.
//
// Threads:  pure. Errors: P003, P004, P006, P007, P008.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/profile/problems.h"
#include "config/yaml/document.h"

namespace market::profile {

/// Documents by `id`. One without a usable or with a taken id is a problem and left out.
[[nodiscard]] std::map<std::string, yaml::Node> by_id(std::vector<yaml::Node> documents,
                                                      Problems& problems);

/// The same, every profile merged with what it inherits. Profiles in a circle are left out.
[[nodiscard]] std::map<std::string, yaml::Node> merge_all(
    const std::map<std::string, yaml::Node>& documents, Problems& problems);

}  // namespace market::profile
