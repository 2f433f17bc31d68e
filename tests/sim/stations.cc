#include "tests/sim/stations.h"

#include <algorithm>

#include "tests/sim/dice.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::uint64_t kStationsMax = 12;  // on one radio

std::uint64_t radio_digest(const View& view, std::size_t radio) {
  return mix(view.device.id, view.world.seed() ^ (0x5200U + radio));
}

std::uint8_t octet(std::uint64_t bits, unsigned shift) {
  return static_cast<std::uint8_t>((bits >> shift) & 0xffU);
}

}  // namespace

std::vector<Station> stations_of(const View& view, std::size_t radio) {
  std::vector<std::int64_t> slots;
  for (std::size_t i = 0; i < view.settings->ssids.size(); ++i) {
    if (view.settings->ssids[i].enabled) slots.push_back(static_cast<std::int64_t>(i) + 1);
  }
  std::vector<Station> stations;
  if (slots.empty()) return stations;
  const std::uint64_t digest = radio_digest(view, radio);
  const auto moment = static_cast<std::uint64_t>(view.now.count() / 10'000'000);
  stations.resize(digest % (kStationsMax + 1));
  for (std::size_t i = 0; i < stations.size(); ++i) {
    const std::uint64_t own = mix(digest + i);
    // Rising third octet: the list is sorted as the table is.
    stations[i].mac = {0x0a,          octet(digest, 8), static_cast<std::uint8_t>(i),
                       octet(own, 0), octet(own, 8),    octet(own, 16)};
    stations[i].slot = slots[own % slots.size()];
    stations[i].rssi = -45 - static_cast<std::int64_t>(mix(own) % 35) +
                       static_cast<std::int64_t>(mix(own ^ moment) % 5);
  }
  return stations;
}

std::int64_t utilisation_of(const View& view, std::size_t radio) {
  const auto busy = static_cast<std::int64_t>(stations_of(view, radio).size());
  return 4 + 3 * busy + static_cast<std::int64_t>(radio_digest(view, radio) % 5);
}

}  // namespace market::sim
