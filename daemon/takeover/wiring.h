// Who is at the other end of which cable, by what the devices told (daemon/inventory), and by the
// labels of ports that name the gateway's links.
//
// Threads:  pure. Private to this room.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "daemon/takeover/takeover.h"

namespace market::takeover {

struct PortOf {
  std::string device, port;
  friend auto operator<=>(const PortOf&, const PortOf&) = default;
};

/// A thing behind a port that is neither a switch nor an access point.
struct Host {
  std::string serial;     ///< empty = it does not tell
  bool terminal = false;  ///< it is a payment terminal, as far as its SNMP says
  bool snmp = false;
  std::optional<MacAddress> mac;
  std::optional<IpAddress> address;
  std::optional<VlanId> vlan;
};

struct Wiring {
  std::map<PortOf, std::string> peers;        ///< "sw-a2/1", "ap-a1", "gw1/eth1"
  std::map<PortOf, std::vector<Host>> hosts;  ///< sorted by MAC
  std::vector<std::string> silent;  ///< switches and access points that only neighbours tell of
  std::map<std::string, VlanId> gateway_vlans;  ///< link with an address -> VLAN of its hosts
};

/// `devices`: of the design, ids and addresses with the devices found, no ports yet.
[[nodiscard]] Wiring wiring_of(const Found& found, const Design& devices);

}  // namespace market::takeover
