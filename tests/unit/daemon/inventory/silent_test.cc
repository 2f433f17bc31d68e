// daemon/inventory: devices that speak no SNMP: what they show of themselves, and what that makes
// of them.
#include <gmock/gmock.h>

#include "tests/unit/daemon/inventory/small_market.h"

namespace market::inventory {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Globally administered, as a maker's is: 00:0b:4f:00:00:<tail>.
MacAddress maker_mac(const std::string& tail) {
  return *MacAddress::parse("00:0b:4f:00:00:" + tail);
}

struct SilentMarket : SmallMarket {
  SilentMarket() {
    EXPECT_THAT(hints.vendors.add_payment_list("000B4F\tVerifone\tpayment\toui.csv\n"), IsEmpty());
    hints.vendors.add_register(
        "Registry,Assignment,Organization Name,Organization Address\nMA-L,A0B1C2,Some "
        "Maker,Here\n");
    EXPECT_THAT(
        hints.fingerprints.add("options\t1,3,6,15,70,69\tHiSpeed\tpayment-terminal\ta list\n"),
        IsEmpty());
    design.zones.push_back({.id = "payment",
                            .vid = *VlanId::from(20),
                            .prefix = *IpPrefix::parse("10.0.4.0/24"),
                            .gateway = ip("10.0.4.254"),
                            .interface = {},
                            .trust = Trust::Cardholder,
                            .dhcp_range = {},
                            .position = {}});
    answer("10.0.0.11", "80a1", "SN-1", "0a01");
  }
  void heard(const MacAddress& from, const std::string& options) {
    seen.take_dhcp(from, options, "", "pos-7", now);
  }
  const DeviceRecord& record(const std::string& key) const {
    static const DeviceRecord kNone;
    const auto* found = inventory.by_key(key);
    EXPECT_NE(found, nullptr) << key;
    return found == nullptr ? kNone : *found;
  }
};

std::vector<std::string> sources(const DeviceRecord& record) {
  std::vector<std::string> list;
  for (const auto& claim : record.claims) list.emplace_back(to_string(claim.source.kind));
  return list;
}

TEST(Silent, ATerminalIsKnownByItsMakerAndThatIsSaid) {
  SilentMarket market;
  market.learned("10.0.0.11", {{"0c01", "1"}});
  market.tells("10.0.0.11").forwarding.push_back({maker_mac("01"), "2", *VlanId::from(20)});
  (void)market.look();
  const auto& terminal = market.record("mac:00:0b:4f:00:00:01");
  EXPECT_EQ(terminal.identification->device_class, DeviceClass::PaymentTerminal);
  EXPECT_EQ(terminal.identification->vendor, "Verifone");
  EXPECT_NEAR(terminal.identification->confidence, 1 - 0.25 * 0.6, 1e-9);
  EXPECT_THAT(
      terminal.identification->evidence,
      ElementsAre("MAC of Verifone (payment, oui.csv)", "plugged in where payment is: VLAN 20"));
  EXPECT_EQ(market.record("mac:02:00:00:00:0c:01").identification->device_class,
            DeviceClass::Unknown);
}

TEST(Silent, AMakerOfOtherThingsIsNamedAndNoMore) {
  SilentMarket market;
  market.tells(kSelf).neighbors = {{ip("10.0.4.9"), *MacAddress::parse("a0:b1:c2:00:00:01"), 3}};
  (void)market.look();
  const auto& thing = market.record("mac:a0:b1:c2:00:00:01");
  EXPECT_EQ(thing.identification->device_class, DeviceClass::Unknown);
  EXPECT_EQ(thing.identification->vendor, "Some Maker");
  EXPECT_EQ(thing.identification->confidence, 0);
  EXPECT_THAT(thing.identification->evidence,
              ElementsAre("plugged in where payment is: 10.0.4.9 in zone payment",
                          "MAC of Some Maker (MA-L)"));
}

TEST(Silent, WhoAsksForAnAddressIsThereBeforeAnybodyElseSaysSo) {
  SilentMarket market;
  const auto mac = *MacAddress::parse("a0:b1:c2:00:00:02");
  market.heard(mac, "1,3,6,15,70,69");
  (void)market.look();
  const auto& terminal = market.record("mac:a0:b1:c2:00:00:02");
  EXPECT_EQ(terminal.sys_name, "pos-7");
  EXPECT_EQ(terminal.identification->device_class, DeviceClass::PaymentTerminal);
  EXPECT_THAT(sources(terminal), ElementsAre("dhcp"));
}

TEST(Silent, ARandomMacThatOnlyAsksForAnAddressIsNotRecorded) {
  SilentMarket market;
  market.heard(mac("0f01"), "1,3,6,15");
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(1));
}

TEST(Silent, OpenPortsAddUpWithThePlace) {
  SilentMarket market;
  market.tells("10.0.0.11").forwarding = {{mac("0c01"), "2", *VlanId::from(20)}};
  (void)market.look();
  const auto thing = *market.record("mac:02:00:00:00:0c:01").identification;
  EXPECT_EQ(thing.device_class, DeviceClass::Unknown);
  market.seen.take_open_ports(mac("0c01"), {25000}, market.now);
  (void)market.look();
  const auto terminal = *market.record("mac:02:00:00:00:0c:01").identification;
  EXPECT_EQ(terminal.device_class, DeviceClass::PaymentTerminal);
  EXPECT_THAT(terminal.evidence, Contains("tcp/25000 open (Verifone)"));
}

TEST(Silent, WhatWasEvidentIsSoAfterARestart) {
  SilentMarket before;
  before.heard(*MacAddress::parse("a0:b1:c2:00:00:02"), "1,3,6,15,70,69");
  (void)before.look();
  SilentMarket after;
  after.now = before.now;
  after.inventory = Inventory{before.inventory.records()};
  (void)after.look();
  const auto terminal = *after.record("mac:a0:b1:c2:00:00:02").identification;
  EXPECT_EQ(terminal.device_class, DeviceClass::PaymentTerminal);
  EXPECT_THAT(terminal.evidence, Contains("HiSpeed: DHCP options 1,3,6,15,70,69 (a list)"));
}

TEST(Silent, AnAddressThatOnlyAnswersEchoesIsARecordUntilItIsSomebody) {
  SilentMarket market;
  market.seen.take_echo(ip("10.0.4.7"), market.now);
  market.seen.take_echo(ip("10.0.0.11"), market.now);   // the switch
  market.seen.take_echo(ip("10.0.4.254"), market.now);  // this gateway
  (void)market.look();
  ASSERT_THAT(market.inventory.records(), SizeIs(2));
  const auto& thing = market.record("echo:10.0.4.7");
  EXPECT_TRUE(thing.silent);
  EXPECT_THAT(sources(thing), ElementsAre("icmp"));
  EXPECT_THAT(sources(market.inventory.records()[0]), Contains("icmp"));

  market.tells(kSelf).neighbors = {{ip("10.0.4.7"), mac("0c07"), 3}};
  (void)market.look();
  EXPECT_EQ(market.inventory.by_key("echo:10.0.4.7"), nullptr);
  EXPECT_THAT(sources(market.record("mac:02:00:00:00:0c:07")), Contains("icmp"));
}

TEST(Silent, TheLimitOfSilentDevicesCountsNoneThatAnswer) {
  SilentMarket market;
  std::vector<DeviceRecord> many(kSilentMax);
  for (std::uint32_t i = 0; i < many.size(); ++i) {
    many[i].key = "serial:" + std::to_string(i);
    many[i].identification.change([i](auto& is) { is.serial = std::to_string(i); });
    many[i].address = IpAddress::v4(0x0a800000U + i);
  }
  market.inventory = Inventory{std::move(many)};
  market.seen.take_echo(ip("10.0.4.7"), market.now);
  (void)market.inventory.learn(market.seen, market.design, market.hints, market.now);
  EXPECT_NE(market.inventory.by_key("echo:10.0.4.7"), nullptr);
}

TEST(Silent, GuestsThatAnswerEchoesAreNotRecorded) {
  SilentMarket market;
  market.design.zones.back().trust = Trust::Untrusted;
  market.seen.take_echo(ip("10.0.4.7"), market.now);
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(1));
}

TEST(Silent, AStationOfAnAccessPointIsAClaimOfIt) {
  SilentMarket market;
  market.add_terminals(1);
  market.seen.take_binding(
      mac("0c01"), {ip("10.0.4.5"), {SourceKind::KernelNeighbor, {}}, "", market.now, market.now});
  market.seen.take_station("engine:80a1", mac("0c01"), market.now);
  (void)market.look();
  EXPECT_THAT(sources(market.record("mac:02:00:00:00:0c:01")), Contains("ap-stations"));
}

TEST(Silent, AnAccessPointOfAControllerIsOneThoughItSpeaksNoSnmp) {
  SilentMarket market;
  market.design.zones.back().trust = Trust::Untrusted;
  const ManagedAp hall{"hall-3", "AP-9", "SN-AP-3", "8.10", ip("10.0.4.31")};
  market.seen.take_managed("serial:WLC-1", mac("0d01"), hall, market.now);
  market.seen.take_managed("serial:WLC-1", mac("0d02"), {"hall-4", "AP-9", "", "", {}}, market.now);
  const auto news = market.look();
  const auto& record = market.record("mac:02:00:00:00:0d:01");
  const auto& is = *record.identification;
  EXPECT_EQ(is.device_class, DeviceClass::AccessPoint);
  EXPECT_EQ(is.model, "AP-9");
  EXPECT_EQ(is.serial, "SN-AP-3");
  EXPECT_EQ(is.firmware, "8.10");
  EXPECT_THAT(is.evidence, ElementsAre("in the list of access points of controller serial:WLC-1"));
  EXPECT_EQ(record.sys_name, "hall-3");
  EXPECT_EQ(record.address, ip("10.0.4.31")) << "in the guests' network: it serves them";
  EXPECT_THAT(sources(record), ElementsAre("wlan-controller"));
  EXPECT_THAT(sources(market.record("mac:02:00:00:00:0d:02")), ElementsAre("wlan-controller"));
  market.seen.rename("serial:WLC-1", "engine:80aa");
  (void)market.look();
  EXPECT_EQ(market.record("mac:02:00:00:00:0d:02").claims.begin()->source.by, "engine:80aa");
}

TEST(Silent, AnAccessPointThatAnswersSnmpIsNotTwo) {
  SilentMarket market;
  market.seen.take_managed("serial:WLC-1", mac("0d01"), {"ap", "", "SN-1", "", {}}, market.now);
  market.seen.take_managed("serial:WLC-1", mac("0d02"), {"ap", "", "", "", ip("10.0.0.11")},
                           market.now);
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(1));
}

TEST(Silent, WhatIsLongAgoIsForgotten) {
  SilentMarket market;
  market.heard(*MacAddress::parse("a0:b1:c2:00:00:02"), "1,3");
  market.seen.take_echo(ip("10.0.4.7"), market.now);
  (void)market.look();
  ASSERT_THAT(market.inventory.records(), SizeIs(3));
  market.now += kSilentKeptMs + 1;
  market.seen.forget_before(market.now - kSilentKeptMs);
  EXPECT_THAT(market.seen.shown(), IsEmpty());
  EXPECT_THAT(market.seen.echoes(), IsEmpty());
  (void)market.look();
  EXPECT_THAT(market.inventory.records(), SizeIs(1));
}

}  // namespace
}  // namespace market::inventory
