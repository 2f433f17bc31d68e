// A switch or an access point behind SNMP and a profile.
//
// Port names, base ports and PoE indexes are looked up on the device, never assumed equal; what was
// looked up is confirmed with every later read and write, and looked up again when it moved.
// PortLists are read, one bit changed, the length kept as the agent gave it, written.
//
// A membership of a VLAN that does not exist is Absent, and writing Absent to it means "none".
//
// Sources:  RFC 2863 (IF-MIB), RFC 4363 (Q-BRIDGE-MIB), RFC 3621 (POWER-ETHERNET-MIB).
#pragma once

#include <chrono>
#include <functional>
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

/// Waits; between two SETs of a device that needs it, and while a device saves.
using Pause = std::function<void(std::chrono::milliseconds)>;

/// `client` and `profile` must outlive the driver. Without a `pause` the thread sleeps.
[[nodiscard]] std::unique_ptr<Driver> make_snmp_driver(snmp::BlockingClient& client,
                                                       SnmpAccess access, const Profile& profile,
                                                       Pause pause = {});

}  // namespace market::device
