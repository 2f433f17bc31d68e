// What a family of devices can do at most, as its profile says it: what a design is checked
// against.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/types/quantity.h"

namespace market {

struct DeviceLimits {
  /// Ports that share one power supply.
  struct PseGroup {
    std::vector<std::string> ports;
    Milliwatts power;
  };
  std::size_t ports = 0;        ///< 0 = not said
  std::size_t ssid_slots = 0;   ///< networks one access point can hold; 0 = not said
  std::size_t vlans = 0;        ///< rows of the VLAN table; 0 = not said
  std::size_t label_bytes = 0;  ///< of a port's label; 0 = not said
  std::optional<BitsPerSecond> port_speed;
  std::optional<CentiDbm> tx_power;
  /// Keeps hosts on its ports from each other, so that only the gateway joins them.
  std::optional<bool> isolates_ports;
  std::vector<PseGroup> pse_groups;
};

/// By the id of the profile.
using DeviceFamilies = std::map<std::string, DeviceLimits, std::less<>>;

}  // namespace market
