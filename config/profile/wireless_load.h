// Documents of `kind: wireless-map`, strictly: each key is known, each value parses, each fact is
// in a table that can have it.
//
// Threads:  pure. Errors: P002..P005, P012, P030..P032.
#pragma once

#include <vector>

#include "config/profile/problems.h"
#include "config/profile/wireless.h"
#include "config/yaml/document.h"

namespace market::profile {

/// Takes the wireless maps out of `documents`, sorted by id; the rest stays.
[[nodiscard]] std::vector<WirelessMap> take_wireless_maps(std::vector<yaml::Node>& documents,
                                                          Problems& problems);

}  // namespace market::profile
