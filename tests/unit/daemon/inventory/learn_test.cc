// daemon/inventory: what others say of a device; several addresses, silent devices, evidence.
#include <gmock/gmock.h>

#include "tests/unit/daemon/inventory/small_market.h"

namespace market::inventory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::vector<std::string> addresses(const DeviceRecord& record) {
  std::vector<std::string> list;
  for (const auto& each : record.addresses) list.push_back(each.address.to_string());
  return list;
}

TEST(Learn, TwoAddressesOfOneSweepAreBothKept) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.answer("10.0.4.11", "80a1", "SN-1", "0a01");
  (void)market.look();
  (void)market.look();
  ASSERT_THAT(market.inventory.records(), SizeIs(1));
  const auto& record = market.inventory.records()[0];
  EXPECT_EQ(record.address, ip("10.0.0.11"));
  EXPECT_THAT(addresses(record), ElementsAre("10.0.0.11", "10.0.4.11"));
}

TEST(Learn, AnAddressThatADeviceCallsItsOwnIsNoSecondDevice) {
  SmallMarket market;
  market.answer("10.0.0.11", "", "", "").sys_name = "r1";
  market.answer("10.0.4.11", "", "", "").sys_name = "r1";
  market.answer("10.0.8.11", "", "", "").sys_name = "r2";
  market.tells("10.0.0.11").addresses = {{ip("10.0.0.11"), 1}, {ip("10.0.4.11"), 2}};
  (void)market.look();
  ASSERT_THAT(market.inventory.records(), SizeIs(2));
  EXPECT_THAT(addresses(market.inventory.records()[0]), ElementsAre("10.0.0.11", "10.0.4.11"));
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(2)) << "it stays one";
}

TEST(Learn, AnAddressThatManyCallTheirOwnUnitesNobody) {
  SmallMarket market;
  for (const auto* n : {"1", "2", "3"}) {
    const auto address = std::string{"10.0.0.1"} + n;
    market.answer(address, "", "", "");
    market.tells(address).addresses = {{ip(address), 1}, {ip("10.0.0.13"), 2}};
  }
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(3));
}

TEST(Learn, WhatContradictsIsNeverUnited) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "", "");
  market.answer("10.0.4.11", "80a2", "", "");
  market.tells("10.0.0.11").addresses = {{ip("10.0.4.11"), 2}};
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(2));
}

TEST(Learn, ADeviceKnownByItsMacBecomesTheOneThatAnswers) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.learned("10.0.0.11", {{"0c01", "1"}});
  (void)market.look();
  ASSERT_NE(market.inventory.by_key("mac:02:00:00:00:0c:01"), nullptr);
  const auto first_seen = market.inventory.by_key("mac:02:00:00:00:0c:01")->first_seen_ms;
  market.answer("10.0.4.1", "80c1", "PT-1", "0c01", DeviceClass::PaymentTerminal);
  (void)market.look();
  EXPECT_EQ(market.inventory.by_key("mac:02:00:00:00:0c:01"), nullptr);
  const auto* now = market.inventory.by_key("engine:80c1");
  ASSERT_NE(now, nullptr);
  EXPECT_FALSE(now->silent);
  EXPECT_EQ(now->first_seen_ms, first_seen);
  EXPECT_THAT(market.inventory.records(), SizeIs(2));
}

TEST(Learn, TheMacThatArpSaysOfADeviceIsItsOwn) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.answer("10.0.4.1", "80c1", "", "", DeviceClass::PaymentTerminal);
  market.tells("10.0.0.11").neighbors = {{ip("10.0.4.1"), mac("0c01"), 1}};
  market.learned("10.0.0.11", {{"0c01", "1"}});
  const auto picture = market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(2)) << "no silent twin";
  EXPECT_EQ(where(picture, "engine:80c1"), "engine:80a1/1");
}

TEST(Learn, GuestsAreNotRecorded) {
  SmallMarket market;
  market.design.zones.push_back({.id = "guest",
                                 .vid = *VlanId::from(40),
                                 .prefix = *IpPrefix::parse("10.9.0.0/16"),
                                 .gateway = {},
                                 .interface = {},
                                 .trust = Trust::Untrusted,
                                 .dhcp_range = {},
                                 .position = {}});
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  auto& told = market.tells("10.0.0.11");
  told.forwarding = {{mac("0f01"), "5", *VlanId::from(40)}, {mac("0f03"), "5", *VlanId::from(20)}};
  told.neighbors = {{ip("10.9.1.1"), mac("0f02"), 1}};
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(2));
  EXPECT_NE(market.inventory.by_key("mac:02:00:00:00:0f:03"), nullptr);
}

TEST(Learn, EvidenceKeepsWhatDisagreesWithItsAge) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.learned("10.0.0.11", {{"0c01", "1"}});
  (void)market.look();
  market.learned("10.0.0.11", {{"0c01", "7"}});
  (void)market.look();
  const auto* record = market.inventory.by_key("mac:02:00:00:00:0c:01");
  ASSERT_NE(record, nullptr);
  ASSERT_THAT(record->claims, SizeIs(2));
  const auto& claims = record->claims.list();
  EXPECT_EQ(claims[0].text(), "02:00:00:00:0c:01, port 7");
  EXPECT_EQ(claims[1].text(), "02:00:00:00:0c:01, port 1");
  EXPECT_EQ(claims[0].last_seen_ms - claims[1].last_seen_ms, SmallMarket::kRound);
}

TEST(Learn, ASilentStrangerIsForgottenAfterAWeekAndADesignedOneIsNot) {
  SmallMarket market;
  market.add_switch("sw-a1", "10.0.0.11", 1);
  market.add_terminals(1);
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.learned("10.0.0.11", {{"0c01", "1"}, {"0c99", "9"}});
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(3));
  market.learned("10.0.0.11", {});
  market.now += kSilentKeptMs;
  (void)market.look();
  EXPECT_EQ(market.inventory.by_key("mac:02:00:00:00:0c:99"), nullptr);
  EXPECT_NE(market.inventory.by_design_id("T-1"), nullptr);
}

TEST(Learn, ATerminalIsMatchedByTheAddressThatOthersSayItHas) {
  SmallMarket market;
  Stall stall;
  stall.id = "A-101";
  Terminal terminal;
  terminal.serial = "T-9";
  terminal.address = ip("10.0.4.9");
  stall.terminals.push_back(terminal);
  market.design.stalls.push_back(stall);
  market.tells(kSelf).neighbors = {{ip("10.0.4.9"), mac("0c09"), 3}};
  (void)market.look();
  ASSERT_NE(market.inventory.by_design_id("T-9"), nullptr);
  EXPECT_EQ(market.inventory.by_design_id("T-9")->key, "mac:02:00:00:00:0c:09");
}

TEST(Learn, ASwapAtTheSameAddressIsASwapAndNoDuplicate) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  auto& terminal = market.answer("10.0.4.1", "80c1", "PT-1", "0c01", DeviceClass::PaymentTerminal);
  market.tells(kSelf).neighbors = {{ip("10.0.4.1"), mac("0c01"), 3}};
  market.learned("10.0.0.11", {{"0c01", "1"}});
  (void)market.look();
  terminal.identification.serial = "PT-2";
  terminal.identification.engine_id = "80c2";
  terminal.identification.mac = mac("0c02").to_string();
  market.tells(kSelf).neighbors = {{ip("10.0.4.1"), mac("0c02"), 3}};
  market.learned("10.0.0.11", {{"0c02", "1"}});
  const auto picture = market.look();
  EXPECT_THAT(finding_ids(picture), Not(Contains("duplicate-address:10.0.4.1")));
  EXPECT_NE(market.inventory.by_key("engine:80c1"), nullptr) << "not forgotten";
  EXPECT_NE(market.inventory.by_key("engine:80c2"), nullptr);
}

// The kernel, the switches and a survey of its tables see the new device at once, the next sweep
// only later.
TEST(Learn, TheMacOfASwappedDeviceIsItsOwnAlsoWhenArpToldItFirst) {
  SmallMarket market;
  market.add_switch("sw-1", "10.0.0.11", 4);
  market.add_terminals(1);
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  auto& terminal = market.answer("10.0.4.1", "80c1", "T-1", "0c01", DeviceClass::PaymentTerminal);
  market.tells(kSelf).neighbors = {{ip("10.0.4.1"), mac("0c01"), 3}};
  market.learned("10.0.0.11", {{"0c01", "1"}});
  const auto interface = [](const char* tail) {
    return std::vector<survey::Interface>{{.if_index = 1, .name = "eth0", .mac = mac(tail)}};
  };
  market.tells("10.0.4.1").interfaces = interface("0c01");
  EXPECT_EQ(where(market.look(), "T-1"), "sw-1/1 (as-designed)");
  market.tells("10.0.4.1").interfaces = interface("0c0f");
  market.tells(kSelf).neighbors = {{ip("10.0.4.1"), mac("0c0f"), 3}};
  market.learned("10.0.0.11", {{"0c0f", "1"}});
  (void)market.look();
  terminal.identification.serial = "RB-1";
  terminal.identification.engine_id = "80c2";
  terminal.identification.mac = mac("0c0f").to_string();
  terminal.identification.device_class = DeviceClass::Router;
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "engine:80c2"), "sw-1/1");
  EXPECT_THAT(finding_ids(picture), Contains("rogue-bridge:engine:80c2"));
  EXPECT_NE(where(picture, "T-1"), "sw-1/1 (as-designed)");
}

// With the default community its tables can be read, and it is still a stranger.
TEST(Learn, ABridgeThatNobodyDesignedHangsOnThePortOfTheDesignAndIsAFinding) {
  SmallMarket market;
  market.add_switch("sw-1", "10.0.0.11", 4);
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.tells("10.0.0.11").interfaces = {{.if_index = 1, .name = "1", .mac = mac("0a01")}};
  market.learned("10.0.0.11", {{"0e01", "2"}, {"0e02", "2"}});
  market.answer("10.0.4.66", "80e1", "RB-1", "0e01", DeviceClass::Router);
  market.tells("10.0.4.66").interfaces = {{.if_index = 1, .name = "ether1", .mac = mac("0e01")}};
  market.learned("10.0.4.66", {{"0a01", "ether1"}, {"0e02", "ether2"}});
  const auto picture = market.look();
  EXPECT_EQ(where(picture, "engine:80e1"), "sw-1/2");
  EXPECT_THAT(finding_ids(picture), Contains("rogue-bridge:engine:80e1"));
  EXPECT_THAT(edges(picture), Contains("engine:80e1/ether1 - sw-1/2"));
}

TEST(Learn, TwoMacsAtOneAddressAtTheSameTimeAreAFinding) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  market.learned("10.0.0.11", {{"0c01", "1"}, {"0c02", "2"}});
  auto& self = market.tells(kSelf);
  self.neighbors = {{ip("10.0.4.1"), mac("0c01"), 3}};
  EXPECT_THAT(market.look().findings, IsEmpty());
  self.neighbors = {{ip("10.0.4.1"), mac("0c02"), 3}};
  EXPECT_THAT(market.look().findings, IsEmpty()) << "it may have been replaced";
  self.neighbors = {{ip("10.0.4.1"), mac("0c01"), 3}};
  EXPECT_THAT(finding_ids(market.look()), Contains("duplicate-address:10.0.4.1"));
}

TEST(Learn, AMacThatJumpsIsAFindingAndOneThatMovedIsNot) {
  SmallMarket market;
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  for (const auto* port : {"1", "2"}) {
    market.learned("10.0.0.11", {{"0c01", port}});
    EXPECT_THAT(market.look().findings, IsEmpty());
  }
  for (const auto* port : {"1", "2"}) {
    market.learned("10.0.0.11", {{"0c01", port}});
    (void)market.look();
  }
  EXPECT_THAT(finding_ids(market.look()), Contains("mac-move:02:00:00:00:0c:01 on engine:80a1"));
}

TEST(Learn, DefaultCommunitiesAndDevicesWithoutIdentityAreFindings) {
  SmallMarket market;
  market.answer("10.0.0.11", "", "", "").default_communities = std::vector<std::string>{"public"};
  const std::vector<std::string> both{"default-community:public", "no-identity:address:10.0.0.11"};
  EXPECT_EQ(finding_ids(market.look()), both);
  market.answers[0].default_communities.reset();
  EXPECT_EQ(finding_ids(market.look()), both) << "it was not tested again";
  market.answers[0].default_communities.emplace();
  EXPECT_THAT(finding_ids(market.look()), ElementsAre("no-identity:address:10.0.0.11"));
}

TEST(Learn, ADefaultCommunityIsOneFindingHoweverManyAnswerToIt) {
  SmallMarket market;
  for (int n = 1; n <= 5; ++n) {
    const auto tail = std::to_string(n);
    market.answer("10.0.0.1" + tail, "80a" + tail, "SN-" + tail, "0a0" + tail).default_communities =
        std::vector<std::string>{"public"};
  }
  const auto picture = market.look();
  ASSERT_EQ(finding_ids(picture), std::vector<std::string>{"default-community:public"});
  EXPECT_EQ(picture.findings[0].text,
            "the default community 'public' works at 5 devices (engine:80a1, engine:80a2, "
            "engine:80a3 and 2 more): anybody in the market can read there, and perhaps write: "
            "change it");
  EXPECT_EQ(picture.findings[0].devices.size(), 5U);
}

}  // namespace
}  // namespace market::inventory
