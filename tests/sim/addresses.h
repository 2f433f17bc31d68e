// A device's own IPv4 addresses, host order.
#pragma once

#include <algorithm>
#include <vector>

#include "tests/sim/device.h"

namespace market::sim {

/// All of them, ascending; none for a device that has none.
[[nodiscard]] inline std::vector<std::uint32_t> addresses_of(const Device& device) {
  std::vector<std::uint32_t> all;
  if (device.address != 0) all.push_back(device.address);
  if (device.quirks) {
    all.insert(all.end(), device.quirks->more_addresses.begin(),
               device.quirks->more_addresses.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace market::sim
