#include <gmock/gmock.h>

#include "tests/unit/probes/device/sim_switch.h"

namespace market::device {
namespace {

using snmp::Integer;
using snmp::Octets;
using ::testing::HasSubstr;

class Observe : public ::testing::Test {
 protected:
  FieldMap observe() {
    auto seen = driver_->observe();
    EXPECT_TRUE(seen.has_value()) << (seen ? "" : seen.error().message);
    return seen.value_or(Observation{}).fields;
  }

  FakeAgent agent_ = make_sim_switch();
  std::unique_ptr<Driver> driver_ =
      make_snmp_driver(agent_, sim_access(), shipped_profile("sim-switch"), [](auto) {});
};

TEST_F(Observe, TellsEveryFieldOfAFreshSwitch) {
  const auto fields = observe();
  EXPECT_EQ(fields.at("system.name"), text("switch"));
  EXPECT_EQ(fields.at("port[3].label"), text(""));
  EXPECT_EQ(fields.at("port[3].enabled"), FieldValue{true});
  EXPECT_EQ(fields.at("port[3].pvid"), number(1));
  EXPECT_EQ(fields.at("port[3].frames"), text("all"));
  EXPECT_EQ(fields.at("port[3].ingress-filter"), FieldValue{false});
  EXPECT_EQ(fields.at("port[3].poe"), FieldValue{true});
  EXPECT_EQ(fields.at("port[3].poe-priority"), text("low"));
  EXPECT_EQ(fields.at("vlan[1].name"), text("default"));
  EXPECT_EQ(fields.at("vlan[1].port[24]"), text("untagged"));
  EXPECT_FALSE(fields.contains("vlan[20].name"));
  // location and name; 7 fields of each port and its membership; the VLAN's name.
  EXPECT_EQ(fields.size(), 2 + kPorts * 8 + 1);
}

TEST_F(Observe, GoesByTheDevicesOwnNumbers) {
  agent_.mib[mib::kPvid.child(base_port(3))] = snmp::Unsigned32{20};
  agent_.mib[mib::kIfAlias.child(if_index(3))] = Octets{"A-101 대구상회"};
  agent_.mib[mib::kPoe.child(1).child(base_port(3))] = Integer{2};
  const auto fields = observe();
  EXPECT_EQ(fields.at("port[3].pvid"), number(20));
  EXPECT_EQ(fields.at("port[3].label"), text("A-101 대구상회"));
  EXPECT_EQ(fields.at("port[3].poe"), FieldValue{false});
  EXPECT_EQ(fields.at("port[4].pvid"), number(1));
}

TEST_F(Observe, TellsMembershipsOfEveryVlanAndPort) {
  agent_.mib[mib::kVlanName.child(20)] = Octets{"payment"};
  agent_.mib[mib::kEgress.child(20)] = Octets{port_list({1, 3})};
  agent_.mib[mib::kUntagged.child(20)] = Octets{port_list({3})};
  const auto fields = observe();
  EXPECT_EQ(fields.at("vlan[20].port[1]"), text("tagged"));
  EXPECT_EQ(fields.at("vlan[20].port[3]"), text("untagged"));
  EXPECT_EQ(fields.at("vlan[20].port[24]"), text("none"));
}

TEST_F(Observe, WalksColumnsAndNotRows) {
  observe();
  EXPECT_LE(agent_.gets, 1U);
  EXPECT_LE(agent_.walks, 16U);
}

TEST_F(Observe, LeavesOutWhatTheAgentDoesNotImplement) {
  agent_.drop(mib::kPoe);
  agent_.drop(mib::kPoePriority);
  agent_.drop(mib::kIfAlias);
  agent_.drop(mib::kSysLocation);
  const auto fields = observe();
  EXPECT_FALSE(fields.contains("port[3].poe"));
  EXPECT_FALSE(fields.contains("port[3].label"));
  EXPECT_FALSE(fields.contains("system.location"));
  EXPECT_TRUE(fields.contains("port[3].enabled"));
}

TEST_F(Observe, LeavesOutPortsWithoutAnIfNameColumn) {
  agent_.drop(mib::kIfName);
  const auto fields = observe();
  EXPECT_TRUE(fields.contains("system.name"));
  EXPECT_TRUE(fields.contains("vlan[1].name"));
  EXPECT_FALSE(fields.contains("vlan[1].port[3]"));
  EXPECT_EQ(fields.lower_bound("port["), fields.lower_bound("port\x7f"));
}

TEST_F(Observe, LeavesOutANameThatTwoRowsCarry) {
  agent_.mib[mib::kIfName.child(if_index(4))] = Octets{"3"};
  const auto fields = observe();
  EXPECT_FALSE(fields.contains("port[3].enabled"));
  EXPECT_FALSE(fields.contains("port[3].pvid"));
  EXPECT_FALSE(fields.contains("vlan[1].port[3]"));
  EXPECT_TRUE(fields.contains("port[5].enabled"));
}

TEST_F(Observe, LeavesOutNamesThatCannotStandInAField) {
  agent_.mib[mib::kIfName.child(if_index(4))] = Octets{"a]b"};
  agent_.mib[mib::kIfName.child(if_index(5))] = Octets{"\xff\xfe"};
  agent_.mib[mib::kIfName.child(if_index(6))] = Octets{""};
  const auto fields = observe();
  EXPECT_FALSE(fields.contains("port[].enabled"));
  EXPECT_EQ(fields.size(), 2 + (kPorts - 3) * 8 + 1);
}

TEST_F(Observe, LeavesOutValuesOfTheWrongType) {
  agent_.mib[mib::kAdminStatus.child(if_index(3))] = Octets{"up"};
  agent_.mib[mib::kIfAlias.child(if_index(3))] = Integer{7};
  agent_.mib[mib::kPvid.child(base_port(3))] = Octets{"1"};
  agent_.mib[mib::kEgress.child(1)] = Integer{1};
  agent_.mib[mib::kBasePortIfIndex.child(base_port(9))] = Octets{"x"};
  const auto fields = observe();
  EXPECT_FALSE(fields.contains("port[3].enabled"));
  EXPECT_FALSE(fields.contains("port[3].label"));
  EXPECT_FALSE(fields.contains("port[3].pvid"));
  EXPECT_FALSE(fields.contains("vlan[1].port[3]"));
  EXPECT_FALSE(fields.contains("port[9].pvid"));
  EXPECT_TRUE(fields.contains("port[9].enabled"));
  EXPECT_TRUE(fields.contains("vlan[1].name"));
}

TEST_F(Observe, TakesAShortPortListAsAllZeroBeyondItsEnd) {
  agent_.mib[mib::kEgress.child(1)] = Octets{port_list({1, 2, 3}, 1)};
  agent_.mib[mib::kUntagged.child(1)] = Octets{""};
  const auto fields = observe();
  EXPECT_EQ(fields.at("vlan[1].port[3]"), text("tagged"));
  EXPECT_EQ(fields.at("vlan[1].port[24]"), text("none"));
}

TEST_F(Observe, LeavesOutRowsThatAreNoVlan) {
  agent_.mib[mib::kVlanName.child(4095)] = Octets{"local"};
  agent_.mib[mib::kVlanName.child(0)] = Octets{"zero"};
  const auto fields = observe();
  EXPECT_FALSE(fields.contains("vlan[4095].name"));
  EXPECT_FALSE(fields.contains("vlan[0].name"));
}

TEST_F(Observe, KeepsANumberThatHasNoWord) {
  agent_.mib[mib::kFrames.child(base_port(3))] = Integer{3};
  agent_.mib[mib::kAdminStatus.child(if_index(3))] = Integer{3};  // testing(3)
  const auto fields = observe();
  EXPECT_EQ(fields.at("port[3].frames"), number(3));
  EXPECT_EQ(fields.at("port[3].enabled"), number(3));
}

TEST_F(Observe, FailsOnSilenceAndOnABadKey) {
  agent_.reading = FakeAgent::Mood::Silent;
  auto fields = driver_->observe();
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().code, Errc::Silent);
  EXPECT_THAT(fields.error().message, HasSubstr("4500 ms"));
  agent_.reading = FakeAgent::Mood::RefusesUser;
  fields = driver_->observe();
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().code, Errc::Refused);
}

TEST_F(Observe, SeesPortsThatWereRenumberedSince) {
  observe();
  agent_.drop(mib::kIfName.child(if_index(3)));
  agent_.mib[mib::kIfName.child(900)] = Octets{"3"};
  agent_.mib[mib::kAdminStatus.child(900)] = Integer{2};
  EXPECT_EQ(observe().at("port[3].enabled"), FieldValue{false});
}

/// The AP of marketsim: two radios, eight slots.
FakeAgent make_sim_ap() {
  const Oid radio{1, 3, 6, 1, 4, 1, 32473, 2, 1, 1};
  const Oid slot{1, 3, 6, 1, 4, 1, 32473, 2, 2, 1};
  FakeAgent agent;
  agent.mib[mib::kSysName] = Octets{"ap"};
  for (std::uint32_t row = 1; row <= 2; ++row) {
    const auto band = static_cast<std::int32_t>(row);
    agent.mib[radio.child(1).child(row)] = Integer{band};
    agent.mib[radio.child(2).child(row)] = Integer{row == 1 ? 6 : 36};
    agent.mib[radio.child(3).child(row)] = Integer{20};
    agent.mib[radio.child(4).child(row)] = Integer{14};
    agent.mib[radio.child(5).child(row)] = snmp::Unsigned32{5};
  }
  for (std::uint32_t row = 1; row <= 8; ++row) {
    agent.mib[slot.child(1).child(row)] = Octets{""};
    agent.mib[slot.child(2).child(row)] = snmp::Unsigned32{1};
    agent.mib[slot.child(3).child(row)] = Integer{1};
    agent.mib[slot.child(4).child(row)] = Integer{2};
    agent.mib[slot.child(5).child(row)] = Integer{2};
  }
  return agent;
}

TEST(ObserveAp, TellsRadiosByBandAndSsidsBySlot) {
  auto agent = make_sim_ap();
  const auto driver = make_snmp_driver(agent, sim_access(), shipped_profile("sim-ap"), [](auto) {});
  const auto fields = driver->observe().value().fields;
  EXPECT_EQ(fields.at("radio[2G].channel"), number(6));
  EXPECT_EQ(fields.at("radio[5G].channel"), number(36));
  EXPECT_EQ(fields.at("radio[5G].channel-width"), number(20));
  EXPECT_EQ(fields.at("radio[5G].tx-power"), number(1400));
  EXPECT_EQ(fields.at("ssid[8].name"), text(""));
  EXPECT_EQ(fields.at("ssid[1].security"), text("open"));
  EXPECT_EQ(fields.at("ssid[1].enabled"), FieldValue{false});
  EXPECT_FALSE(fields.contains("radio[5G].stations"));  // measured, not designed
  EXPECT_FALSE(fields.contains("radio[6G].channel"));
}

TEST(ObserveAp, WritesTxPowerInTheDevicesUnit) {
  auto agent = make_sim_ap();
  const auto driver = make_snmp_driver(agent, sim_access(), shipped_profile("sim-ap"), [](auto) {});
  const FieldChange change{"radio[5G].tx-power", number(1400), number(1700)};
  EXPECT_TRUE(std::holds_alternative<Written>(driver->write({&change, 1})));
  EXPECT_EQ(agent.sets.at(0).at(0).value, snmp::Value{Integer{17}});
  const FieldChange odd{"radio[5G].tx-power", number(1700), number(1750)};
  const auto outcome = driver->write({&odd, 1});
  ASSERT_TRUE(std::holds_alternative<WriteRefused>(outcome));
  EXPECT_THAT(std::get<WriteRefused>(outcome).reason,
              HasSubstr("radio[5G].tx-power refused: 1750 is not a multiple of 100"));
  EXPECT_EQ(agent.sets.size(), 1U);
}

TEST(ObserveJunos, ReadsPortListsThatAreText) {
  auto profile = shipped_profile("sim-switch");
  profile.attributes.at("vlan.egress").encoding = Encoding::PortListText;
  profile.attributes.at("vlan.untagged").encoding = Encoding::PortListText;
  auto agent = make_sim_switch();
  agent.mib[mib::kEgress.child(1)] = Octets{"5,7"};  // base ports of ports 1 and 3
  agent.mib[mib::kUntagged.child(1)] = Octets{"7"};
  agent.mib[mib::kEgress.child(20)] = Octets{"5,,7"};
  const auto driver = make_snmp_driver(agent, sim_access(), profile, [](auto) {});
  const auto fields = driver->observe().value().fields;
  EXPECT_EQ(fields.at("vlan[1].port[1]"), text("tagged"));
  EXPECT_EQ(fields.at("vlan[1].port[3]"), text("untagged"));
  EXPECT_EQ(fields.at("vlan[1].port[4]"), text("none"));
  EXPECT_FALSE(fields.contains("vlan[20].port[1]"));  // no list at all
}

}  // namespace
}  // namespace market::device
