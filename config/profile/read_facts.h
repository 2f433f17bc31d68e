// The key `facts` of profiles and of documents of kind `objects`.
//
// Threads:  pure. Errors: P002..P004, P012.
#pragma once

#include "config/profile/knowledge.h"
#include "config/profile/problems.h"
#include "config/yaml/document.h"

namespace market::profile {

[[nodiscard]] FactRules read_facts(const yaml::Node& node, Problems& problems);

}  // namespace market::profile
