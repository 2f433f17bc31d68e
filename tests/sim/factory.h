// The configuration that a device has before anybody touched it, and the one that a design asks
// for.
//
// The second is the simulator's own reading of the design, independent of the daemon's planner:
// where the two disagree, one of them is wrong.
#pragma once

#include "config/design/design.h"
#include "tests/sim/settings.h"

namespace market::sim {

/// VLAN 1 "default" with all ports untagged, all ports up and giving PoE, sysName "switch".
[[nodiscard]] Settings factory_switch(std::size_t ports);
/// No SSID, first legal channels; radios as the design lists them, or 2.4 and 5 GHz.
[[nodiscard]] Settings factory_access_point(const AccessPoint& ap);

/// What `design` asks of the switch, on top of `factory`. `port_names`: in base port order.
[[nodiscard]] Settings as_built(const Design& design, const Switch& device, Settings factory,
                                const std::vector<std::string>& port_names);
[[nodiscard]] Settings as_built(const Design& design, const AccessPoint& ap, Settings factory);

}  // namespace market::sim
