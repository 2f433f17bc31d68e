// Rows of MIB tables become a survey, whatever an agent makes of the tables.
#include "probes/survey/survey_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <random>

namespace market::survey {
namespace {

using snmp::Integer;
using snmp::Octets;
using snmp::Unsigned32;
using snmp::VarBind;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

IpAddress ip(const char* text) { return *IpAddress::parse(text); }
MacAddress mac(const char* text) { return *MacAddress::parse(text); }
Octets raw(std::initializer_list<unsigned> octets) {
  Octets value;
  for (const auto octet : octets) value.value.push_back(static_cast<char>(octet));
  return value;
}
const Octets kTerminal = raw({0x00, 0x05, 0x4f, 0x01, 0x02, 0x03});
const Octets kRouter = raw({0x02, 0x00, 0x00, 0x00, 0x0a, 0x01});

class Table {
 public:
  Table& row(const char* oid, snmp::Value value) {
    rows_.push_back({*Oid::parse(oid), std::move(value)});
    return *this;
  }
  /// An Ethernet interface: ifType 6, up.
  Table& port(std::uint32_t index, const char* name, const char* descr = "",
              const char* alias = "") {
    const auto put = [&](const char* column, snmp::Value value) {
      rows_.push_back({Oid::parse(column)->child(index), std::move(value)});
    };
    put("1.3.6.1.2.1.2.2.1.2", Octets{descr});
    put("1.3.6.1.2.1.2.2.1.3", Integer{6});
    put("1.3.6.1.2.1.2.2.1.8", Integer{1});
    put("1.3.6.1.2.1.31.1.1.1.1", Octets{name});
    put("1.3.6.1.2.1.31.1.1.1.18", Octets{alias});
    return *this;
  }
  Table& base_port(std::uint32_t port, std::int32_t if_index) {
    rows_.push_back({Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, port}, Integer{if_index}});
    return *this;
  }
  /// A learned entry of dot1qTpFdbTable; `rest` is the MAC in dots.
  Table& learned(std::uint32_t fdb, const std::string& rest, std::int32_t port, int status = 3) {
    const auto index = std::to_string(fdb) + "." + rest;
    row(("1.3.6.1.2.1.17.7.1.2.2.1.2." + index).c_str(), Integer{port});
    return row(("1.3.6.1.2.1.17.7.1.2.2.1.3." + index).c_str(), Integer{status});
  }
  /// One neighbour of lldpRemTable on local port `number`, with what lldpLocPortTable says of it.
  Table& lldp(std::uint32_t number, int local_subtype, Octets local_id, const char* local_desc) {
    const auto port = std::to_string(number);
    const auto remote = "." + std::string{"7."} + port + ".1";
    row(("1.0.8802.1.1.2.1.3.7.1.2." + port).c_str(), Integer{local_subtype});
    row(("1.0.8802.1.1.2.1.3.7.1.3." + port).c_str(), std::move(local_id));
    row(("1.0.8802.1.1.2.1.3.7.1.4." + port).c_str(), Octets{local_desc});
    row(("1.0.8802.1.1.2.1.4.1.1.4" + remote).c_str(), Integer{4});
    row(("1.0.8802.1.1.2.1.4.1.1.5" + remote).c_str(), kRouter);
    return row(("1.0.8802.1.1.2.1.4.1.1.9" + remote).c_str(), Octets{"ap-3"});
  }
  [[nodiscard]] DeviceSurvey survey(std::span<const VlanContext> contexts = {}) const {
    return survey_of(rows_, contexts);
  }
  std::vector<VarBind> rows_;
};

std::string local_port(const Table& table) {
  const auto survey = table.survey();
  return survey.links.size() == 1 ? survey.links[0].local_port : "not one link";
}

TEST(SurveyOf, NothingIsAnEmptySurveyWithoutGaps) {
  const auto survey = survey_of({});
  EXPECT_THAT(survey.interfaces, IsEmpty());
  EXPECT_THAT(survey.gaps, IsEmpty());
}

TEST(SurveyOf, NamesAnInterfaceByIfNameElseByIfDescr) {
  Table table;
  table.port(2, "", "FastEthernet0/2").port(1, "Gi0/1", "GigabitEthernet0/1", "stall 12");
  table.row("1.3.6.1.2.1.2.2.1.6.1", kRouter);
  const auto survey = table.survey();
  ASSERT_THAT(survey.interfaces, SizeIs(2));
  EXPECT_EQ(survey.interfaces[0].if_index, 1U);
  EXPECT_EQ(survey.interfaces[0].name, "Gi0/1");
  EXPECT_EQ(survey.interfaces[0].alias, "stall 12");
  EXPECT_EQ(survey.interfaces[0].mac, mac("02:00:00:00:0a:01"));
  EXPECT_EQ(survey.interfaces[0].type, 6U);
  EXPECT_TRUE(survey.interfaces[0].oper_up);
  EXPECT_EQ(survey.interfaces[1].name, "FastEthernet0/2");
}

TEST(SurveyOf, OwnAddressesComeFromBothTablesOnceAndWithoutLoopback) {
  Table table;
  table.row("1.3.6.1.2.1.4.20.1.2.10.64.0.1", Integer{3})
      .row("1.3.6.1.2.1.4.20.1.2.127.0.0.1", Integer{1})
      .row("1.3.6.1.2.1.4.34.1.3.1.4.10.64.0.1", Integer{3})
      .row("1.3.6.1.2.1.4.34.1.3.1.4.10.64.0.255", Integer{3})
      .row("1.3.6.1.2.1.4.34.1.4.1.4.10.64.0.255", Integer{3})
      .row("1.3.6.1.2.1.4.34.1.3.2.16.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7", Integer{4})
      .row("1.3.6.1.2.1.4.34.1.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.9.0.0.0.4", Integer{4});
  std::vector<std::string> told;
  for (const auto& each : table.survey().addresses) {
    told.push_back(each.address.to_string() + " on " + std::to_string(each.if_index));
  }
  EXPECT_THAT(told, ElementsAre("10.64.0.1 on 3", "fd00::7 on 4", "fe80::9 on 4"));
}

TEST(SurveyOf, ReadsNeighboursOfBothFamiliesInEveryFormOfIndex) {
  Table table;
  table
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.9", kTerminal)               // ipNetToMedia
      .row("1.3.6.1.2.1.4.35.1.4.3.1.4.10.64.0.9", kTerminal)           // the same again
      .row("1.3.6.1.2.1.4.35.1.4.3.1.10.64.0.10", kTerminal)            // without its length
      .row("1.3.6.1.2.1.4.35.1.4.3.3.8.10.64.0.11.0.0.0.3", kTerminal)  // ipv4z
      .row("1.3.6.1.2.1.4.35.1.4.3.2.16.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.9", kTerminal)
      .row("1.3.6.1.2.1.4.35.1.4.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.9.0.0.0.3", kTerminal)
      .row("1.3.6.1.2.1.55.1.12.1.2.3.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.10", kTerminal);
  std::vector<std::string> told;
  for (const auto& each : table.survey().neighbors) told.push_back(each.address.to_string());
  EXPECT_THAT(
      told, ElementsAre("10.64.0.9", "10.64.0.10", "fd00::9", "10.64.0.11", "fe80::9", "fd00::a"));
}

TEST(SurveyOf, LeavesOutNeighboursThatAreInvalidUnresolvedOrNobody) {
  Table table;
  table.row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.1", kTerminal)
      .row("1.3.6.1.2.1.4.22.1.4.3.10.64.0.1", Integer{2})  // invalid
      .row("1.3.6.1.2.1.4.35.1.4.3.1.4.10.64.0.2", kTerminal)
      .row("1.3.6.1.2.1.4.35.1.6.3.1.4.10.64.0.2", Integer{5})  // local: its own
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.3", Octets{""})
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.4", raw({0, 0, 0, 0, 0, 0}))
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.5", raw({0xff, 0xff, 0xff, 0xff, 0xff, 0xff}));
  const auto survey = table.survey();
  EXPECT_THAT(survey.neighbors, IsEmpty());
  EXPECT_THAT(survey.gaps, IsEmpty());
}

TEST(SurveyOf, ReadsAMacThatAnAgentWroteOut) {
  Table table;
  table.row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.1", Octets{"0:5:4f:1:2:3"})
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.2", Octets{"00 05 4F 01 02 03 "});
  const auto survey = table.survey();
  ASSERT_THAT(survey.neighbors, SizeIs(2));
  EXPECT_EQ(survey.neighbors[0].mac, mac("00:05:4f:01:02:03"));
  EXPECT_EQ(survey.neighbors[1].mac, mac("00:05:4f:01:02:03"));
}

TEST(SurveyOf, ForwardingEntriesAreTheLearnedOnesOnTheNamedPort) {
  Table table;
  table.port(10107, "gi7").base_port(7, 10107).row("1.3.6.1.2.1.17.1.1.0", kRouter);
  table.learned(20, "0.5.79.1.2.3", 7)
      .learned(20, "2.0.0.0.10.1", 7, 4)  // self
      .learned(20, "0.5.79.1.2.4", 0)     // no port
      .learned(20, "1.0.94.0.0.1", 7)     // a group address
      .learned(20, "0.5.79.1.2.5", 9);    // a port with no interface
  const auto survey = table.survey();
  EXPECT_EQ(survey.bridge_address, mac("02:00:00:00:0a:01"));
  ASSERT_THAT(survey.forwarding, SizeIs(2));
  EXPECT_EQ(survey.forwarding[0].mac, mac("00:05:4f:01:02:03"));
  EXPECT_EQ(survey.forwarding[0].port, "gi7");
  EXPECT_EQ(survey.forwarding[0].vlan, *VlanId::from(20));
  EXPECT_EQ(survey.forwarding[1].port, "base-port 9");
}

TEST(SurveyOf, TurnsFdbIdsIntoVlansWhereTheAgentNumbersThemOtherwise) {
  Table table;
  table.port(1, "1").base_port(1, 1);
  table.row("1.3.6.1.2.1.17.7.1.4.2.1.3.0.20", Unsigned32{5})
      .row("1.3.6.1.2.1.17.7.1.4.2.1.3.0.30", Unsigned32{6})
      .row("1.3.6.1.2.1.17.7.1.4.2.1.3.0.31", Unsigned32{6});
  table
      .learned(5, "0.5.79.1.2.3", 1)       // VLAN 20
      .learned(6, "0.5.79.1.2.4", 1)       // shared by 30 and 31
      .learned(40, "0.5.79.1.2.5", 1)      // not in the table: FDB ids are VLAN ids
      .learned(70000, "0.5.79.1.2.6", 1);  // no VLAN has that number
  std::vector<int> vlans;
  for (const auto& each : table.survey().forwarding) {
    vlans.push_back(each.vlan ? each.vlan->number() : 0);
  }
  EXPECT_THAT(vlans, ElementsAre(20, 0, 40, 0));
}

TEST(SurveyOf, FallsBackToTheBridgeTableOfBridgeMib) {
  Table table;
  table.port(5, "eth5").base_port(2, 5);
  table.row("1.3.6.1.2.1.17.4.3.1.2.0.5.79.1.2.3", Integer{2})
      .row("1.3.6.1.2.1.17.4.3.1.3.0.5.79.1.2.3", Integer{3})
      .row("1.3.6.1.2.1.17.4.3.1.1.17", kTerminal)  // rows counted, the MAC in its column
      .row("1.3.6.1.2.1.17.4.3.1.2.17", Integer{2});
  const auto survey = table.survey();
  ASSERT_THAT(survey.forwarding, SizeIs(1)) << "one MAC, told twice";
  EXPECT_EQ(survey.forwarding[0].port, "eth5");
  EXPECT_FALSE(survey.forwarding[0].vlan);
}

TEST(SurveyOf, TakesBridgePortsForInterfacesWhereNothingElseIsToldAndSaysSo) {
  Table table;
  table.port(4, "port4").learned(1, "0.5.79.1.2.3", 4);
  const auto survey = table.survey();
  ASSERT_THAT(survey.forwarding, SizeIs(1));
  EXPECT_EQ(survey.forwarding[0].port, "port4");
  EXPECT_THAT(survey.gaps, ElementsAre(HasSubstr("dot1dBasePortIfIndex")));
}

TEST(SurveyOf, SeesThatAForwardingTableHoldsIfIndexes) {
  Table table;
  table.port(101, "Gi1").port(102, "Gi2").port(1, "lo").base_port(1, 101).base_port(2, 102);
  table.learned(20, "0.5.79.1.2.3", 101).learned(20, "0.5.79.1.2.4", 102);
  const auto survey = table.survey();
  ASSERT_THAT(survey.forwarding, SizeIs(2));
  EXPECT_EQ(survey.forwarding[0].port, "Gi1");
  EXPECT_EQ(survey.forwarding[1].port, "Gi2");
}

TEST(SurveyOf, FindsAPortByItsPlaceWhereItsNameAgrees) {
  Table table;
  for (const std::uint32_t number : {1U, 2U, 3U}) {
    const auto index = 49152 + number;
    table.port(index, ("gigabitEthernet 1/0/" + std::to_string(number) + " : copper").c_str());
    table.base_port(index, static_cast<std::int32_t>(index));
  }
  table.learned(20, "0.5.79.1.2.3", 2).learned(20, "0.5.79.1.2.4", 9);
  const auto survey = table.survey();
  ASSERT_THAT(survey.forwarding, SizeIs(2));
  EXPECT_EQ(survey.forwarding[0].port, "gigabitEthernet 1/0/2 : copper");
  EXPECT_EQ(survey.forwarding[1].port, "base-port 9");
}

TEST(SurveyOf, ReadsTheContextsOfAgentsWithABridgeForEachVlan) {
  Table device;
  device.port(10101, "Gi1/0/1").port(10102, "Gi1/0/2").base_port(1, 10101);
  Table vlan20;
  vlan20.base_port(2, 10102).row("1.3.6.1.2.1.17.4.3.1.2.0.5.79.1.2.3", Integer{2});
  vlan20.row("1.3.6.1.2.1.17.4.3.1.3.0.5.79.1.2.3", Integer{3});
  const std::vector<VlanContext> contexts{{*VlanId::from(20), vlan20.rows_}};
  const auto survey = device.survey(contexts);
  ASSERT_THAT(survey.forwarding, SizeIs(1));
  EXPECT_EQ(survey.forwarding[0].port, "Gi1/0/2");
  EXPECT_EQ(survey.forwarding[0].vlan, *VlanId::from(20));
}

TEST(SurveyOfLldp, ReadsANeighbourInFull) {
  Table table;
  table.port(7, "gi7").lldp(7, 5, Octets{"gi7"}, "");
  table.row("1.0.8802.1.1.2.1.3.1.0", Integer{4}).row("1.0.8802.1.1.2.1.3.2.0", kTerminal);
  table.row("1.0.8802.1.1.2.1.4.1.1.6.7.7.1", Integer{3})
      .row("1.0.8802.1.1.2.1.4.1.1.7.7.7.1", raw({0xb8, 0xa4, 0x4f, 0xb9, 0x3d, 0x1a}))
      .row("1.0.8802.1.1.2.1.4.1.1.8.7.7.1", Octets{"eth0"})
      .row("1.0.8802.1.1.2.1.4.1.1.10.7.7.1", Octets{"Linux AP"})
      .row("1.0.8802.1.1.2.1.4.1.1.12.7.7.1", raw({0x30, 0x00}))
      .row("1.0.8802.1.1.2.1.4.2.1.3.7.7.1.1.4.10.64.0.11", Integer{2})
      .row("1.0.8802.1.1.2.1.4.2.1.5.7.7.1.1.4.10.64.0.11", Oid{0, 0})
      .row("1.0.8802.1.1.2.1.4.2.1.3.7.7.1.2.16.253.0.0.0.0.0.0.0.0.0.0.0.0.0.0.11", Integer{2})
      .row("1.0.8802.1.1.2.1.4.2.1.3.7.7.1.6.6.2.0.0.0.10.1", Integer{2});  // 802: a MAC
  const auto survey = table.survey();
  EXPECT_EQ(survey.lldp_chassis, mac("00:05:4f:01:02:03"));
  ASSERT_THAT(survey.links, SizeIs(1));
  const auto& link = survey.links[0];
  EXPECT_EQ(link.protocol, LinkNeighbor::Protocol::Lldp);
  EXPECT_EQ(link.chassis, mac("02:00:00:00:0a:01"));
  EXPECT_EQ(link.chassis_id, "02:00:00:00:0a:01");
  EXPECT_EQ(link.port_id, "b8:a4:4f:b9:3d:1a");
  EXPECT_EQ(link.port_description, "eth0");
  EXPECT_EQ(link.sys_name, "ap-3");
  EXPECT_EQ(link.sys_descr, "Linux AP");
  EXPECT_THAT(link.management_addresses, ElementsAre(ip("10.64.0.11"), ip("fd00::b")));
  EXPECT_TRUE(link.is_bridge && link.is_access_point);
  EXPECT_FALSE(link.is_router || link.is_phone);
  EXPECT_THAT(survey.gaps, IsEmpty());
}

// The loudest complaint about the anchors. Local port 3 is ifIndex 103, and there is an ifIndex 3.
Table switch_with_offset() {
  Table table;
  table.port(3, "vlan3", "VLAN interface", "").port(103, "gi3", "Gigabit port 3", "to the AP");
  return table;
}

TEST(SurveyOfLldp, FindsTheLocalPortByTheNameInItsId) {
  EXPECT_EQ(local_port(switch_with_offset().lldp(3, 5, Octets{"Gi3"}, "")), "gi3");
  EXPECT_EQ(local_port(switch_with_offset().lldp(3, 7, Octets{"Gigabit port 3"}, "")), "gi3");
  EXPECT_EQ(local_port(switch_with_offset().lldp(3, 1, Octets{"to the AP"}, "")), "gi3");
}

TEST(SurveyOfLldp, FindsTheLocalPortByItsDescription) {
  EXPECT_EQ(local_port(switch_with_offset().lldp(3, 2, Octets{"slot0port3"}, "gi3")), "gi3");
}

TEST(SurveyOfLldp, FindsTheLocalPortByItsMac) {
  auto table = switch_with_offset();
  table.row("1.3.6.1.2.1.2.2.1.6.103", kTerminal);
  EXPECT_EQ(local_port(table.lldp(3, 3, kTerminal, "")), "gi3");
}

TEST(SurveyOfLldp, DoesNotTrustAMacThatAllPortsShare) {
  auto table = switch_with_offset();
  table.row("1.3.6.1.2.1.2.2.1.6.103", kTerminal).row("1.3.6.1.2.1.2.2.1.6.3", kTerminal);
  table.base_port(3, 103);
  EXPECT_EQ(local_port(table.lldp(3, 3, kTerminal, "")), "gi3") << "by the bridge port";
}

TEST(SurveyOfLldp, TakesALocalIdThatIsANumberForAnIfIndex) {
  EXPECT_EQ(local_port(switch_with_offset().lldp(3, 7, Octets{"103"}, "")), "gi3");
}

TEST(SurveyOfLldp, PrefersTheBridgePortToTheIfIndex) {
  auto table = switch_with_offset();
  table.base_port(3, 103);
  EXPECT_EQ(local_port(table.lldp(3, 2, Octets{"?"}, "")), "gi3");
}

TEST(SurveyOfLldp, FallsBackToTheIfIndexAndThenToWhatTheTableCallsThePort) {
  EXPECT_EQ(local_port(switch_with_offset().lldp(103, 2, Octets{"?"}, "")), "gi3");
  EXPECT_EQ(local_port(switch_with_offset().lldp(9, 2, Octets{"slot0port9"}, "")), "slot0port9");
}

TEST(SurveyOfLldp, ANeighbourToldTwiceIsTheLaterOne) {
  Table table;
  table.port(7, "gi7").lldp(7, 5, Octets{"gi7"}, "");
  table.row("1.0.8802.1.1.2.1.4.1.1.9.900.7.1", Octets{"ap-3-renamed"});
  const auto survey = table.survey();
  ASSERT_THAT(survey.links, SizeIs(1));
  EXPECT_EQ(survey.links[0].sys_name, "ap-3-renamed");
}

TEST(SurveyOfLldp, ReadsIndexesWithoutTimeMarkAndWithoutPort) {
  Table table;
  table.port(7, "gi7");
  table.row("1.0.8802.1.1.2.1.4.1.1.9.7.1", Octets{"ap-3"})
      .row("1.0.8802.1.1.2.1.4.1.1.9.87", Octets{"ap-4"});
  const auto survey = table.survey();
  ASSERT_THAT(survey.links, SizeIs(2));
  EXPECT_EQ(survey.links[0].sys_name, "ap-4");
  EXPECT_EQ(survey.links[0].local_port, "");
  EXPECT_EQ(survey.links[1].sys_name, "ap-3");
  EXPECT_EQ(survey.links[1].local_port, "gi7");
}

TEST(SurveyOfLldp, ReadsCapabilitiesThatARecorderPrinted) {
  Table table;
  table.port(7, "gi7").lldp(7, 5, Octets{"gi7"}, "");
  table.row("1.0.8802.1.1.2.1.4.1.1.12.7.7.1", Octets{"28 2 4"});
  const auto survey = table.survey();
  ASSERT_THAT(survey.links, SizeIs(1));
  EXPECT_TRUE(survey.links[0].is_bridge && survey.links[0].is_router);
  EXPECT_FALSE(survey.links[0].is_access_point);
}

TEST(SurveyOfCdp, ReadsANeighbour) {
  Table table;
  table.port(10101, "Gi1/0/1");
  const auto put = [&table](int column, snmp::Value value) {
    table.row(("1.3.6.1.4.1.9.9.23.1.2.1.1." + std::to_string(column) + ".10101.4").c_str(),
              std::move(value));
  };
  put(3, Integer{1});
  put(4, raw({10, 64, 0, 30}));
  put(5, Octets{"Cisco IP Phone"});
  put(6, Octets{"SEP0004F2C67078"});
  put(7, Octets{"Port 1"});
  put(8, Octets{"Cisco IP Phone 7962"});
  put(9, raw({0, 0, 0x04, 0x90}));
  const auto survey = table.survey();
  ASSERT_THAT(survey.links, SizeIs(1));
  const auto& link = survey.links[0];
  EXPECT_EQ(link.protocol, LinkNeighbor::Protocol::Cdp);
  EXPECT_EQ(link.local_port, "Gi1/0/1");
  EXPECT_EQ(link.sys_name, "SEP0004F2C67078");
  EXPECT_EQ(link.chassis, mac("00:04:f2:c6:70:78"));
  EXPECT_EQ(link.port_id, "Port 1");
  EXPECT_EQ(link.platform, "Cisco IP Phone 7962");
  EXPECT_THAT(link.management_addresses, ElementsAre(ip("10.64.0.30")));
  EXPECT_TRUE(link.is_phone);
  EXPECT_FALSE(link.is_router || link.is_bridge);
}

TEST(SurveyOf, SkipsMalformedRowsAndCountsThem) {
  Table table;
  table.row("1.3.6.1.2.1.4.22.1.2.3.10.64.0", kTerminal)
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.300", kTerminal)
      .row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.4", raw({1, 2, 3}))
      .row("1.3.6.1.2.1.4.35.1.4.3.9.4.10.64.0.9", kTerminal)
      .row("1.3.6.1.2.1.17.7.1.2.2.1.2.1.0.5.79", Integer{1})
      .row("1.3.6.1.2.1.17.1.4.1.2.1", Octets{"gi1"})
      .row("1.0.8802.1.1.2.1.4.1.1.5.1.1.1.1", kTerminal)
      .row("1.3.6.1.2.1.2.2.1.2", Octets{"no index"});
  EXPECT_THAT(table.survey().gaps,
              ElementsAre("dot1dBasePortIfIndex: no ifIndex (1 row left out)",
                          "dot1qTpFdbPort: malformed index (1 row left out)",
                          "ifDescr: malformed index (1 row left out)",
                          "ipNetToMediaPhysAddress: malformed index (2 rows left out)",
                          "ipNetToMediaPhysAddress: not a MAC (1 row left out)",
                          "ipNetToPhysicalPhysAddress: malformed index (1 row left out)",
                          "lldpRemTable: malformed index (1 row left out)"));
}

TEST(SurveyOf, SurvivesRowsCutAndSpoiledAnyhow) {
  Table whole;
  whole.port(10107, "gi7").base_port(7, 10107).learned(20, "0.5.79.1.2.3", 7);
  whole.lldp(7, 5, Octets{"gi7"}, "gi7").row("1.3.6.1.2.1.4.22.1.2.3.10.64.0.9", kTerminal);
  whole.row("1.3.6.1.4.1.9.9.23.1.2.1.1.6.10107.4", Octets{"x"});
  std::mt19937 dice{7};
  const auto pick = [&dice](std::size_t below) { return dice() % below; };
  const std::vector<snmp::Value> values{Integer{-1},
                                        Octets{""},
                                        Octets{std::string(300, '\xff')},
                                        snmp::Counter64{~0ULL},
                                        Oid{0, 0},
                                        snmp::Null{},
                                        ip("10.0.0.1"),
                                        raw({0})};
  for (int round = 0; round < 2000; ++round) {
    auto rows = whole.rows_;
    for (int spoiled = 0; spoiled < 4; ++spoiled) {
      auto& row = rows[pick(rows.size())];
      std::vector<std::uint32_t> arcs{row.oid.arcs().begin(), row.oid.arcs().end()};
      arcs.resize(arcs.size() - pick(4));
      if (pick(2) == 0) arcs.push_back(static_cast<std::uint32_t>(dice()));
      row = {Oid{arcs}, values[pick(values.size())]};
    }
    (void)survey_of(rows);  // the sanitizers judge
  }
}

}  // namespace
}  // namespace market::survey
