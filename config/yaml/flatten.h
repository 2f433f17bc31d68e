// A tree as a list of its values, each with its path: "zones[guest].vid",
// "switches[sw-a1].ports.6-24.role", "policy[noc-in].port[0]". Items of a list go by their `id`,
// where they have one, else by their number from 0.
//
// Threads:  pure. Errors: none.
#pragma once

#include <string>
#include <vector>

#include "config/yaml/document.h"

namespace market::yaml {

struct Leaf {
  std::string path;
  std::string value;  ///< "null", "[]" and "{}" for what is empty
  SourcePosition position;
};

/// In the tree's order.
[[nodiscard]] std::vector<Leaf> flatten(const Node& root);

}  // namespace market::yaml
