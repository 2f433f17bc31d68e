// What is wrong, or may be: from the records, what is said of them, and where they are.
//
// Private to the inventory.
#pragma once

#include <vector>

#include "daemon/inventory/ground.h"
#include "daemon/inventory/places.h"

namespace market::inventory {

/// Gravest first, then by id; each id once; `last_seen_ms` is now.
[[nodiscard]] std::vector<Finding> find_all(const Ground& ground, const Links& links,
                                            const Ports& ports,
                                            const std::map<std::string, Place>& places);

}  // namespace market::inventory
