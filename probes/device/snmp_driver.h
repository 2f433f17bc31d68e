// A switch or an access point behind SNMP and a profile.
//
// Port names, base ports and PoE indexes are looked up on the device each time, never assumed
// equal. PortLists are read, one bit changed, the length kept as the agent gave it, written.
//
// Sources:  RFC 2863 (IF-MIB), RFC 4363 (Q-BRIDGE-MIB), RFC 3621 (POWER-ETHERNET-MIB).
#pragma once

#include <memory>

#include "config/profile/profile.h"
#include "probes/device/driver.h"
#include "probes/snmp/blocking.h"

namespace market::device {

struct SnmpAccess {
  snmp::Target read;
  snmp::Target write;  ///< same address, credentials that may SET
  snmp::Patience patience;
};

/// `client` and `profile` must outlive the driver.
[[nodiscard]] std::unique_ptr<Driver> make_snmp_driver(snmp::BlockingClient& client,
                                                       SnmpAccess access, const Profile& profile);

}  // namespace market::device
