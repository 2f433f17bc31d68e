// What a value is that nobody wrote. The readers know these by themselves; here they are for people
// who want to see them, and a test proves that both are the same.
#pragma once

#include <string_view>

#include "config/yaml/document.h"

namespace market {

/// The file of a position that nobody wrote.
inline constexpr std::string_view kDefaultFile = "(default)";

/// Adds every value of the vocabulary's that `root`, a design's tree, does not hold and that has a
/// default; its place is kDefaultFile.
void fill_defaults(yaml::Node& root);

}  // namespace market
