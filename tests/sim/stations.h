// Who is associated with a simulated access point: nobody before an SSID is enabled, then a number
// of stations that is fixed by the seed and signals that move a little every ten seconds.
#pragma once

#include <vector>

#include "tests/sim/table.h"

namespace market::sim {

struct Station {
  Mac mac{};
  std::int64_t rssi = -60;  ///< dBm
  std::int64_t slot = 1;    ///< SSID slot, from 1
};

/// Sorted by MAC. `radio` counts from 0.
[[nodiscard]] std::vector<Station> stations_of(const View& view, std::size_t radio);
/// Percent of the channel's time in use.
[[nodiscard]] std::int64_t utilisation_of(const View& view, std::size_t radio);

}  // namespace market::sim
