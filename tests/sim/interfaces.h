// The interfaces of a device, as IF-MIB lists them: what stands behind each ifIndex.
//
//   switch        ifIndex 100 + n is base port n
//   access point  1 is eth0, 2.. are wlan0..
//   terminal      1 is eth0
#pragma once

#include <optional>

#include "tests/sim/table.h"

namespace market::sim {

inline constexpr std::uint32_t kFirstPortIfIndex = 101;

struct Interface {
  std::string name, description, alias;
  std::int64_t type = 6;  ///< IANAifType: 6 ethernetCsmacd, 71 ieee80211
  std::uint32_t megabits = 1000;
  Mac mac{};
  bool enabled = true;
  bool link = true;
  Time changed{};   ///< last change of `link`, or a time before the device started
  Time carrying{};  ///< how long there has been a link in all
  bool wired = true;
};

[[nodiscard]] std::uint32_t interface_count(const Device& device, const Settings* settings);
/// The smallest ifIndex that is at least `at_least`.
[[nodiscard]] std::optional<std::uint32_t> interface_from(const View& view, std::uint32_t at_least);
/// The ifIndex of the interface that has a device's addresses: on a switch, its first uplink.
[[nodiscard]] std::uint32_t address_if_index(const Device& device);
/// `index` is an ifIndex of this device.
[[nodiscard]] Interface interface_at(const View& view, std::uint32_t index);

}  // namespace market::sim
