// A switch of 24 ports as the FakeAgent answers it, with numbers that are all different: port n has
// ifIndex 100+n, base port n+4 and PoE index 1.(n+4). With the shipped profile sim-switch.
#pragma once

#include <string>

#include "config/profile/profile.h"
#include "probes/device/snmp_driver.h"
#include "tests/unit/probes/device/fake_agent.h"

namespace market::device {

inline FieldValue text(const std::string& value) { return value; }
inline FieldValue number(std::int64_t value) { return value; }

inline constexpr std::uint32_t kPorts = 24;
inline constexpr std::size_t kListOctets = 6;  ///< more than 28 base ports need

namespace mib {
inline const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
inline const Oid kSysLocation{1, 3, 6, 1, 2, 1, 1, 6, 0};
inline const Oid kAdminStatus{1, 3, 6, 1, 2, 1, 2, 2, 1, 7};
inline const Oid kIfName{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1};
inline const Oid kIfAlias{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18};
inline const Oid kBridgeAddress{1, 3, 6, 1, 2, 1, 17, 1, 1, 0};
inline const Oid kBasePortIfIndex{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2};
inline const Oid kVlanStatic{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1};
inline const Oid kVlanName = kVlanStatic.child(1);
inline const Oid kEgress = kVlanStatic.child(2);
inline const Oid kForbidden = kVlanStatic.child(3);
inline const Oid kUntagged = kVlanStatic.child(4);
inline const Oid kRowStatus = kVlanStatic.child(5);
inline const Oid kPvid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1};
inline const Oid kFrames{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 2};
inline const Oid kIngress{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 3};
inline const Oid kPoe{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 3};
inline const Oid kPoePriority{1, 3, 6, 1, 2, 1, 105, 1, 1, 1, 7};
inline const Oid kSerial{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1};
inline const Oid kEngineId{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};
inline const Oid kSave{1, 3, 6, 1, 4, 1, 32473, 9, 1, 0};
inline const Oid kSaved{1, 3, 6, 1, 4, 1, 32473, 9, 2, 0};
}  // namespace mib

inline std::uint32_t if_index(std::uint32_t port) { return 100 + port; }
inline std::uint32_t base_port(std::uint32_t port) { return port + 4; }

/// Octets of a list with these ports (by design number) in it.
std::string port_list(std::initializer_list<std::uint32_t> ports, std::size_t octets = kListOctets);

/// Factory-fresh: VLAN 1 "default" with every port untagged, PVID 1, PoE on.
FakeAgent make_sim_switch();

/// The installed profile of this name.
const Profile& shipped_profile(const std::string& id);

SnmpAccess sim_access();

}  // namespace market::device
