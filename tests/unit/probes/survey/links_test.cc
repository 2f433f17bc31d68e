// LLDP and CDP neighbours, and the port that each is on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/probes/survey/table.h"

namespace market::survey {
namespace {

using snmp::Integer;
using snmp::Octets;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string local_port(const Table& table) {
  const auto survey = table.survey();
  return survey.links.size() == 1 ? survey.links[0].local_port : "not one link";
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

TEST(SurveyOfLldp, TakesThePortFromMikroTiksOwnTableWhereTheIndexHasNone) {
  Table table;
  table.port(7, "ether7").row("1.0.8802.1.1.2.1.4.1.1.9.87", Octets{"ap-4"});
  table.row("1.3.6.1.4.1.14988.1.1.11.1.1.8.87", Integer{7});
  EXPECT_EQ(local_port(table), "ether7");
}

TEST(SurveyOfLldp, ReadsTheSecondEditionOfTheMib) {
  Table table;
  table.port(7, "gi7");
  table.row("1.3.111.2.802.1.1.13.1.4.1.1.5.900.7.1.3", Integer{4})
      .row("1.3.111.2.802.1.1.13.1.4.1.1.6.900.7.1.3", kRouter)
      .row("1.3.111.2.802.1.1.13.1.4.1.1.10.900.7.1.3", Octets{"ap-5"})
      .row("1.3.111.2.802.1.1.13.1.4.1.1.13.900.7.1.3", raw({0x10}))
      .row("1.3.111.2.802.1.1.13.1.4.2.1.3.900.7.1.3.1.4.10.64.0.12", Integer{2})
      .row("1.3.111.2.802.1.1.13.1.4.1.1.10.900", Octets{"cut short"});
  const auto survey = table.survey();
  ASSERT_THAT(survey.links, SizeIs(1));
  const auto& link = survey.links[0];
  EXPECT_EQ(link.local_port, "gi7");
  EXPECT_EQ(link.chassis, mac("02:00:00:00:0a:01"));
  EXPECT_EQ(link.sys_name, "ap-5");
  EXPECT_TRUE(link.is_access_point);
  EXPECT_THAT(link.management_addresses, ElementsAre(ip("10.64.0.12")));
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
  EXPECT_FALSE(link.is_router || link.is_bridge || link.is_access_point);
}

TEST(SurveyOfCdp, KnowsAnAccessPointByItsPlatform) {
  const auto is_access_point = [](const char* platform) {
    Table table;
    table.row("1.3.6.1.4.1.9.9.23.1.2.1.1.6.1.1", Octets{"x"});
    table.row("1.3.6.1.4.1.9.9.23.1.2.1.1.8.1.1", Octets{platform});
    return table.survey().links.at(0).is_access_point;
  };
  EXPECT_TRUE(is_access_point("cisco AIR-AP2702I-UXK9"));
  EXPECT_FALSE(is_access_point("AIR-CT5508-K9"));
  EXPECT_FALSE(is_access_point("cisco WS-C2960X-48FPS-L"));
}

}  // namespace
}  // namespace market::survey
