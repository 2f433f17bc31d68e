// A tree as text again: block YAML that parse() reads as the same tree.
//
// Threads:  pure. Errors: none.
#pragma once

#include <string>

#include "config/yaml/document.h"

namespace market::yaml {

/// `with_origin`: each value's place behind it, as a comment.
[[nodiscard]] std::string emit(const Node& root, bool with_origin);
/// The same for a person to go on with: what holds nothing but values and lists of values stands on
/// one line.
[[nodiscard]] std::string emit_compact(const Node& root);

}  // namespace market::yaml
