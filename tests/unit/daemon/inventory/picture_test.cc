// daemon/inventory/picture: whole small markets, and where everything in them is.
#include <gmock/gmock.h>

#include "tests/unit/daemon/inventory/small_market.h"

namespace market::inventory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

/// gw - sw-a1 (24) - (23) sw-a2 (24); terminals 1..3 on sw-a1; no LLDP anywhere.
SmallMarket two_switches() {
  SmallMarket market;
  market.add_switch("sw-a1", "10.0.0.11", 3);
  market.add_switch("sw-a2", "10.0.0.12");
  market.add_terminals(3);
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.answer("10.0.0.12", "80a2", "SN-2", "0a02");
  market.learned("10.0.0.11", {{"0c01", "1"}, {"0c02", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  market.learned("10.0.0.12", {{"0c01", "23"}, {"0c02", "23"}, {"0c03", "23"}, {"0a01", "23"}});
  return market;
}

TEST(Picture, PlacesSilentTerminalsBehindTwoSwitchesThatSpeakNoLldp) {
  auto market = two_switches();
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "T-1"), "sw-a1/1 (as-designed)");
  EXPECT_EQ(where(picture, "T-3"), "sw-a1/3 (as-designed)");
  EXPECT_EQ(picture.places.at("T-1").stall, "A-101");
  EXPECT_GT(picture.places.at("T-1").confidence, 0.9);
  EXPECT_THAT(edges(picture), Contains("sw-a1/24 - sw-a2/23"));
  EXPECT_THAT(picture.findings, IsEmpty());
  ASSERT_TRUE(picture.devices.contains("T-1"));
  EXPECT_TRUE(picture.devices.at("T-1").silent);
  EXPECT_EQ(picture.devices.at("T-1").key, "mac:02:00:00:00:0c:01");
}

TEST(Picture, SaysWhichPortWhichStallAndWhatToDo) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c02", "2"}, {"0c03", "3"}, {"0c01", "7"}, {"0a02", "24"}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "T-1"), "sw-a1/7 (wrong-port)");
  ASSERT_THAT(finding_ids(picture), ElementsAre("wrong-port:T-1"));
  EXPECT_EQ(picture.findings[0].text,
            "T-1 is on sw-a1/7, the design says sw-a1/1 (stall A-101): move the cable, or write "
            "sw-a1/7 into the design and run marketctl reload");
  EXPECT_THAT(picture.findings[0].evidence, Contains("fdb of sw-a1: 02:00:00:00:0c:01, port 7"));
}

TEST(Picture, TwoTerminalsThatTradedStallsAreTwoFindings) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c02", "1"}, {"0c01", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  const auto picture = market.look();
  ASSERT_THAT(finding_ids(picture), ElementsAre("wrong-port:T-1", "wrong-port:T-2"));
  EXPECT_THAT(picture.findings[0].text,
              HasSubstr("T-1 is on sw-a1/2 (stall A-102), the design says sw-a1/1 (stall A-101)"));
}

TEST(Picture, AFindingEndsWhenTheCableIsMovedBackAndKeepsItsBeginningUntilThen) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c01", "7"}, {"0a02", "24"}});
  const auto began = market.look().at_ms;
  const auto later = market.look();
  ASSERT_FALSE(later.findings.empty());
  EXPECT_EQ(later.findings[0].first_seen_ms, began);
  EXPECT_EQ(later.findings[0].last_seen_ms, later.at_ms);
  market.learned("10.0.0.11", {{"0c01", "1"}, {"0c02", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  EXPECT_THAT(market.look().findings, IsEmpty());
}

TEST(Picture, AnotherTerminalInAStallWhoseOwnIsGoneIsASwap) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c99", "1"}, {"0c02", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  market.learned("10.0.0.12", {{"0a01", "23"}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "T-1"), "- (not-seen)");
  EXPECT_EQ(where(picture, "mac:02:00:00:00:0c:99"), "sw-a1/1");
  ASSERT_THAT(finding_ids(picture), ElementsAre("swapped-terminal:A-101"));
  EXPECT_THAT(picture.findings[0].text, HasSubstr("T-1, which belongs there, is not seen"));
}

TEST(Picture, NamesWhatNobodyManagesAndPutsTheDevicesBehindIt) {
  auto market = two_switches();
  market.learned("10.0.0.11",
                 {{"0c01", "1"}, {"0c77", "1"}, {"0c02", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "T-1"), "sw-a1/1 behind unmanaged behind sw-a1/1 (as-designed)");
  EXPECT_THAT(edges(picture), Contains("sw-a1/1 - unmanaged behind sw-a1/1"));
  EXPECT_THAT(edges(picture), Contains("unmanaged behind sw-a1/1 - T-1"));
  EXPECT_THAT(finding_ids(picture), UnorderedElementsAre("unknown-device:mac:02:00:00:00:0c:77",
                                                         "unmanaged-switch:sw-a1/1"));
}

TEST(Picture, ThreeBridgesOnOneSegmentShareAnUnmanagedSwitch) {
  SmallMarket market;
  for (const auto* n : {"1", "2", "3"}) {
    market.add_switch(std::string{"sw-"} + n, std::string{"10.0.0.1"} + n);
    market.answer(std::string{"10.0.0.1"} + n, std::string{"80a"} + n, std::string{"SN-"} + n,
                  std::string{"0a0"} + n);
  }
  market.learned("10.0.0.11", {{"0a02", "24"}, {"0a03", "24"}});
  market.learned("10.0.0.12", {{"0a01", "24"}, {"0a03", "24"}});
  market.learned("10.0.0.13", {{"0a01", "24"}, {"0a02", "24"}});
  const auto picture = market.look();
  EXPECT_THAT(edges(picture), UnorderedElementsAre("sw-1/24 - unmanaged behind sw-1/24",
                                                   "unmanaged behind sw-1/24 - sw-2/24",
                                                   "unmanaged behind sw-1/24 - sw-3/24"));
}

TEST(Picture, AChainOfThreeIsTwoCablesAndTheTerminalIsAtItsEnd) {
  SmallMarket market;
  for (const auto* n : {"1", "2", "3"}) {
    market.add_switch(std::string{"sw-"} + n, std::string{"10.0.0.1"} + n);
    market.answer(std::string{"10.0.0.1"} + n, std::string{"80a"} + n, std::string{"SN-"} + n,
                  std::string{"0a0"} + n);
  }
  market.learned("10.0.0.11", {{"0a02", "24"}, {"0a03", "24"}, {"0c09", "24"}});
  market.learned("10.0.0.12", {{"0a01", "1"}, {"0a03", "24"}, {"0c09", "24"}});
  market.learned("10.0.0.13", {{"0a01", "1"}, {"0a02", "1"}, {"0c09", "5"}});
  const auto picture = market.look();
  EXPECT_THAT(edges(picture), UnorderedElementsAre("sw-1/24 - sw-2/1", "sw-2/24 - sw-3/1",
                                                   "sw-3/5 - mac:02:00:00:00:0c:09"));
}

TEST(Picture, LldpNamesBothEndsAndTheGatewayIsTheRoot) {
  auto market = two_switches();
  market.design.gateway.emplace();
  market.design.gateway->id = "gw1";
  auto& self = market.tells(kSelf);
  self.interfaces.push_back({2, "eth1", {}, 6, mac("0001"), true});
  survey::LinkNeighbor up;
  up.local_port = "23";
  up.chassis = mac("0001");
  up.port_id = "eth1";
  up.is_router = up.is_bridge = true;
  market.tells("10.0.0.12").links.push_back(up);
  market.tells("10.0.0.12").forwarding.push_back({mac("0001"), "22", {}});
  const auto picture = market.look();
  EXPECT_THAT(edges(picture), Contains("gw1/eth1 - sw-a2/23"));
}

TEST(Picture, ClientsOfAnAccessPointAreBehindIt) {
  auto market = two_switches();
  market.design.switches[0].ports[4].peer = "ap-1";
  market.design.aps.push_back({.id = "ap-1",
                               .profile = {},
                               .serial = "SN-AP",
                               .mac = {},
                               .address = ip("10.0.0.21"),
                               .place = {},
                               .radios = {},
                               .ssids = {},
                               .position = {}});
  market.answer("10.0.0.21", "80b1", "SN-AP", "0b01", DeviceClass::AccessPoint);
  auto& table = market.tells("10.0.0.11").forwarding;
  for (const auto* tail : {"0b01", "0d01", "0d02"}) table.push_back({mac(tail), "5", {}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "ap-1"), "sw-a1/5 (as-designed)");
  EXPECT_EQ(where(picture, "mac:02:00:00:00:0d:01"), "sw-a1/5 behind ap-1");
  EXPECT_THAT(edges(picture), Contains("sw-a1/5 - ap-1"));
  EXPECT_THAT(edges(picture), Contains("ap-1 - mac:02:00:00:00:0d:02"));
  EXPECT_THAT(picture.findings, IsEmpty());
}

TEST(Picture, AStaleTableDoesNotHoldATerminalWhereItWas) {
  auto market = two_switches();
  (void)market.look();
  // sw-a1 falls silent; the terminal is plugged into sw-a2, and sw-a2 sees it there.
  market.tables.erase(market.tables.begin());
  market.learned("10.0.0.12", {{"0c01", "9"}, {"0a01", "23"}});
  (void)market.look();
  EXPECT_EQ(where(market.look(), "T-1"), "sw-a2/9 (wrong-port)");
}

TEST(Picture, OfTwoFreshEdgePortsTheOneWithFewerDevicesCounts) {
  auto market = two_switches();
  market.learned("10.0.0.12", {{"0c01", "9"}, {"0c51", "9"}, {"0c52", "9"}, {"0a01", "23"}});
  EXPECT_EQ(where(market.look(), "T-1"), "sw-a1/1 (as-designed)");
}

TEST(Picture, WhatOnlyUplinksSeeIsBeyondAndNotWrong) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c01", "24"}, {"0c02", "2"}, {"0c03", "3"}, {"0a02", "24"}});
  market.learned("10.0.0.12", {{"0a01", "23"}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "T-1"), "sw-a1/24 (unproven)");
  EXPECT_THAT(finding_ids(picture), Not(Contains("wrong-port:T-1")));
}

TEST(Picture, WhatBothEndsOfACableSeeOnItHangsBetweenThem) {
  auto market = two_switches();
  market.learned("10.0.0.11", {{"0c01", "24"}, {"0a02", "24"}});
  market.learned("10.0.0.12", {{"0c01", "23"}, {"0a01", "23"}});
  EXPECT_EQ(where(market.look(), "T-1"), "sw-a1/24 behind unmanaged behind sw-a1/24 (wrong-port)");
}

TEST(Picture, ARingOfCablesIsDrawnOnceAndEnds) {
  SmallMarket market;
  for (const auto* n : {"1", "2", "3"}) {
    market.add_switch(std::string{"sw-"} + n, std::string{"10.0.0.1"} + n);
    market.answer(std::string{"10.0.0.1"} + n, std::string{"80a"} + n, std::string{"SN-"} + n,
                  std::string{"0a0"} + n);
  }
  const auto hears = [&](const std::string& by, const std::string& port, const std::string& whom,
                         const std::string& far) {
    survey::LinkNeighbor link;
    link.local_port = port;
    link.chassis = mac(whom);
    link.port_id = far;
    link.is_bridge = true;
    market.tells(by).links.push_back(link);
  };
  hears("10.0.0.11", "1", "0a02", "2");
  hears("10.0.0.12", "1", "0a03", "2");
  hears("10.0.0.13", "1", "0a01", "2");
  const auto picture = market.look();
  EXPECT_THAT(edges(picture),
              UnorderedElementsAre("sw-1/1 - sw-2/2", "sw-1/2 - sw-3/1", "sw-2/1 - sw-3/2"));
}

TEST(Picture, ABridgeThatNobodyDesignedIsRogue) {
  auto market = two_switches();
  survey::LinkNeighbor link;
  link.local_port = "2";
  link.chassis = mac("0e01");
  link.sys_name = "home-router";
  link.is_bridge = link.is_router = true;
  market.tells("10.0.0.11").links.push_back(link);
  market.tells("10.0.0.11").forwarding.push_back({mac("0e01"), "2", {}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "mac:02:00:00:00:0e:01"), "sw-a1/2");
  EXPECT_EQ(where(picture, "T-2"), "sw-a1/2 behind mac:02:00:00:00:0e:01 (as-designed)");
  ASSERT_FALSE(picture.findings.empty());
  EXPECT_EQ(picture.findings[0].id(), "rogue-bridge:mac:02:00:00:00:0e:01");
  EXPECT_THAT(picture.findings[0].text, HasSubstr("home-router"));
}

/// The same market told in another order is the same market.
class AnyOrder : public ::testing::TestWithParam<unsigned> {};

std::string all_of(const Picture& picture) {
  std::string text;
  for (const auto& [id, place] : picture.places) text += id + " " + where(picture, id) + "\n";
  for (const auto& edge : edges(picture)) text += edge + "\n";
  for (const auto& finding : picture.findings) text += finding.id() + " " + finding.text + "\n";
  for (const auto* record : picture.devices) {
    text += record->id() + " " + record->key + " " + record->address.to_string();
    for (const auto& claim : record->claims) text += "|" + claim.text();
    text += "\n";
  }
  return text;
}

SmallMarket crowded() {
  auto market = two_switches();
  market.answer("10.0.0.31", "80cc", "SN-5", "0a31", DeviceClass::Other);
  market.answer("10.0.0.32", "80cc", "SN-6", "0a32", DeviceClass::Other);
  market.answer("10.0.4.11", "80a1", "SN-1", "0a01");
  market.learned("10.0.0.11", {{"0c01", "2"},
                               {"0c02", "1"},
                               {"0c77", "9"},
                               {"0c78", "9"},
                               {"0a02", "24"},
                               {"0a31", "8"},
                               {"0a32", "24"}});
  market.learned("10.0.0.12", {{"0c03", "9"}, {"0a01", "23"}, {"0a32", "4"}, {"0c77", "23"}});
  market.tells("10.0.0.11").neighbors = {{ip("10.0.4.77"), mac("0c77"), 1},
                                         {ip("10.0.4.77"), mac("0c78"), 1},
                                         {ip("10.0.4.1"), mac("0c01"), 1}};
  return market;
}

TEST_P(AnyOrder, GivesTheSamePicture) {
  auto plain = crowded();
  auto turned = crowded();
  EXPECT_EQ(all_of(turned.look(GetParam())), all_of(plain.look()));
  EXPECT_EQ(all_of(turned.look(GetParam() * 7)), all_of(plain.look())) << "the second round";
  EXPECT_THAT(
      finding_ids(plain.look()),
      UnorderedElementsAre("cloned-engine-id:80cc", "duplicate-address:10.0.4.77", "wrong-port:T-1",
                           "wrong-port:T-2", "wrong-port:T-3", "unmanaged-switch:sw-a1/9"));
}
INSTANTIATE_TEST_SUITE_P(Turned, AnyOrder, ::testing::Range(1U, 40U));

}  // namespace
}  // namespace market::inventory
