// A Design as the text that reads as it: the parts that a running market can tell.
//
// Threads:  pure. Private to this room.
#pragma once

#include <map>
#include <string>

#include "config/design/design.h"

namespace market::takeover {

/// Section ("zones") -> lines to stand above it, without "# "; "" = above all.
using Remarks = std::map<std::string, std::vector<std::string>>;

[[nodiscard]] std::string write_design(const Design& design, const Remarks& remarks);

}  // namespace market::takeover
