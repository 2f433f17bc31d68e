#include "tests/unit/probes/device/sim_switch.h"

#include <gtest/gtest.h>

#include "probes/device/snmp_driver_port_list.h"

namespace market::device {

std::string port_list(std::initializer_list<std::uint32_t> ports, std::size_t octets) {
  PortList list{std::string(octets, '\0')};
  for (const auto port : ports) list.add(base_port(port));
  return list.octets();
}

FakeAgent make_sim_switch() {
  using snmp::Integer;
  using snmp::Octets;
  FakeAgent agent;
  PortList all{std::string(kListOctets, '\0')};
  for (std::uint32_t port = 1; port <= kPorts; ++port) {
    const auto base = base_port(port);
    const auto index = if_index(port);
    all.add(base);
    agent.mib[mib::kIfName.child(index)] = Octets{std::to_string(port)};
    agent.mib[mib::kIfAlias.child(index)] = Octets{""};
    agent.mib[mib::kAdminStatus.child(index)] = Integer{1};
    agent.mib[mib::kBasePortIfIndex.child(base)] = Integer{static_cast<std::int32_t>(index)};
    agent.mib[mib::kPvid.child(base)] = snmp::Unsigned32{1};
    agent.mib[mib::kFrames.child(base)] = Integer{1};
    agent.mib[mib::kIngress.child(base)] = Integer{2};
    agent.mib[mib::kPoe.child(1).child(base)] = Integer{1};
    agent.mib[mib::kPoePriority.child(1).child(base)] = Integer{3};
  }
  agent.mib[mib::kSysName] = Octets{"switch"};
  agent.mib[mib::kSysLocation] = Octets{""};
  agent.mib[mib::kVlanName.child(1)] = Octets{"default"};
  agent.mib[mib::kEgress.child(1)] = Octets{all.octets()};
  agent.mib[mib::kForbidden.child(1)] = Octets{std::string(kListOctets, '\0')};
  agent.mib[mib::kUntagged.child(1)] = Octets{all.octets()};
  agent.mib[mib::kRowStatus.child(1)] = Integer{1};
  agent.mib[mib::kSerial] = Octets{"SN-A1-0001"};
  agent.mib[mib::kBridgeAddress] = Octets{std::string{"\x02\x00\x00\x00\x0a\x01", 6}};
  agent.mib[mib::kEngineId] =
      Octets{std::string{"\x80\x00\x7e\xd9\x03\x02\x00\x00\x00\x0a\x01", 11}};
  agent.mib[mib::kSave] = Integer{0};
  agent.mib[mib::kSaved] = Integer{1};
  agent.row_status = mib::kRowStatus;
  agent.row_columns = {mib::kVlanName, mib::kEgress, mib::kForbidden, mib::kUntagged};
  agent.row_ports = std::string(kListOctets, '\0');
  return agent;
}

const Profile& shipped_profile(const std::string& id) {
  static const ProfileSet set =
      load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles")
          .profiles.value_or(ProfileSet{});
  const auto* found = set.find(id);
  if (found == nullptr) throw std::runtime_error("no profile " + id);
  return *found;
}

SnmpAccess sim_access() {
  SnmpAccess access{{IpAddress::v4(0x0a40000b), 161, {}}, {IpAddress::v4(0x0a40000b), 161, {}}, {}};
  access.read.credentials.id = "read";
  access.write.credentials.id = "write";
  return access;
}

}  // namespace market::device
