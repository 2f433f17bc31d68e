// Rows of MIB tables become a survey, whatever an agent makes of the tables.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/unit/probes/survey/table.h"

namespace market::survey {
namespace {

using snmp::Integer;
using snmp::Octets;
using snmp::Unsigned32;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

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

TEST(SurveyOf, TakesBlanksForNoMac) {
  Table table;
  table.port(1, "Gi0/1", "GigabitEthernet0/1").row("1.3.6.1.2.1.2.2.1.6.1", Octets{"   "});
  EXPECT_FALSE(table.survey().interfaces.at(0).mac);
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
