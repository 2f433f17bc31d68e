// Documents of kind `vendors`, `signals`, `objects` and `products` to Knowledge.
//
// Threads:  pure. Errors: P002..P006, P012.
#pragma once

#include "config/profile/knowledge.h"
#include "config/profile/problems.h"
#include "config/yaml/document.h"

namespace market::profile {

/// True for a document that is no profile but one of these.
[[nodiscard]] bool is_knowledge(const yaml::Node& document);
/// Adds what `document` says to `knowledge`.
void read_knowledge(const yaml::Node& document, Knowledge& knowledge, Problems& problems);

}  // namespace market::profile
