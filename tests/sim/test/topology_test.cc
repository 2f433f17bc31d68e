// What the agents tell of addresses and neighbours, and that it follows the cables.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/sim/mibs.h"
#include "tests/sim/test/market.h"
#include "tests/sim/vendor.h"

namespace market::sim::test {
namespace {

const std::string kOwn = "1.3.6.1.2.1.4.20.1.2";             // ipAdEntIfIndex
const std::string kOwnInet = "1.3.6.1.2.1.4.34.1.3";         // ipAddressIfIndex
const std::string kMedia = "1.3.6.1.2.1.4.22.1.2";           // ipNetToMediaPhysAddress
const std::string kPhysical = "1.3.6.1.2.1.4.35.1.4";        // ipNetToPhysicalPhysAddress
const std::string kFdb = "1.3.6.1.2.1.17.4.3.1.2";           // dot1dTpFdbPort
const std::string kRemName = "1.0.8802.1.1.2.1.4.1.1.9";     // lldpRemSysName
const std::string kRemAddress = "1.0.8802.1.1.2.1.4.2.1.4";  // lldpRemManAddrIfId
const std::string kCdpId = "1.3.6.1.4.1.9.9.23.1.2.1.1.6";   // cdpCacheDeviceId

std::string dotted(std::uint32_t address) {
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    text += '.' + std::to_string((address >> (shift - 8)) & 0xffU);
  }
  return text;
}

const Device& device_of(const Market& market, const std::string& id) {
  return market.world.devices()[market.world.find(id)];
}

std::string dotted(const Mac& mac) {
  std::string text;
  for (const auto octet : mac) text += '.' + std::to_string(octet);
  return text;
}

TEST(Addresses, AreToldInBothTablesWithTheSubnetsMask) {
  Market market;
  const std::string sw = dotted(market.address("sw-1"));
  EXPECT_EQ(market.get("sw-1", kOwn + sw).number, 101) << "on the cable to the gateway";
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.4.20.1.3" + sw), Value::address(0xffffff00));
  EXPECT_EQ(market.get("sw-1", kOwnInet + ".1.4" + sw).number, 101);
  const std::string& serial = market.stall_with(StallKind::Snmp).terminals[0].serial;
  EXPECT_EQ(market.get(serial, kOwn + dotted(market.address(serial))).number, 1);
  EXPECT_EQ(market.get("ap-1", kOwn + dotted(market.address("ap-1"))).number, 1);
}

TEST(Addresses, OfADeviceWithTwoAreBothTold) {
  Market market;
  market.tell("second-address sw-2 10.64.0.7");
  const auto own = market.walk("sw-2", kOwn);
  ASSERT_EQ(own.size(), 2U);
  EXPECT_EQ(own[0].name, name(kOwn + ".10.64.0.7")) << "less than its first one";
  EXPECT_EQ(market.walk("sw-2", kOwnInet).size(), 2U);
  EXPECT_EQ(market.walk("sw-2", "1.0.8802.1.1.2.1.3.8.1.3").size(), 2U) << "lldpLocManAddrLen";
}

TEST(Resolved, TheCoreKnowsWhoHasWhichAddress) {
  Market market;
  const std::string& serial = market.stall_with(StallKind::Silent).terminals[0].serial;
  const Device& terminal = device_of(market, serial);
  const auto learnt = market.get("sw-1", kFdb + dotted(terminal.mac));
  ASSERT_EQ(learnt.tag, Tag::Integer);
  const std::string row = '.' + std::to_string(learnt.number + 100) + dotted(terminal.address);
  EXPECT_EQ(market.get("sw-1", kMedia + row).octets, octets_of(terminal.mac));
  EXPECT_EQ(market
                .get("sw-1", kPhysical + '.' + std::to_string(learnt.number + 100) + ".1.4" +
                                 dotted(terminal.address))
                .octets,
            octets_of(terminal.mac));
  EXPECT_TRUE(market.walk("sw-2", kMedia).empty()) << "it only bridges";
  market.tell("unplug " + serial);
  EXPECT_EQ(market.get("sw-1", kMedia + row).tag, Tag::NoSuchInstance);
}

TEST(Resolved, FollowsRewiringMovedAddressesAndDuplicates) {
  Market market;
  const Stall& stall = market.stall_with(StallKind::Snmp);
  const Device& terminal = device_of(market, stall.terminals[0].serial);
  market.tell("rewire " + stall.id + " sw-1/24");
  EXPECT_EQ(market.get("sw-1", kMedia + ".124" + dotted(terminal.address)).octets,
            octets_of(terminal.mac));
  market.tell("move-address " + terminal.id + " 10.64.0.99");
  EXPECT_EQ(market.get("sw-1", kMedia + ".124.10.64.0.99").octets, octets_of(terminal.mac));
  const std::size_t before = market.walk("sw-1", kMedia).size();
  market.tell("duplicate-address ap-2 " + terminal.id);
  EXPECT_EQ(market.walk("sw-1", kMedia).size(), before) << "on two ports";
  EXPECT_EQ(market.get("sw-1", kMedia + ".105.10.64.0.99").octets,
            octets_of(device_of(market, "ap-2").mac));
}

TEST(Dot1dFdb, HasEachMacOfTheQBridgeTableOnce) {
  Market market{Birth::AsBuilt};
  const auto tagged = market.walk("sw-1", "1.3.6.1.2.1.17.7.1.2.2.1.2");
  std::vector<Name> macs;
  for (const VarBind& row : tagged) macs.emplace_back(row.name.end() - 6, row.name.end());
  std::sort(macs.begin(), macs.end());
  macs.erase(std::unique(macs.begin(), macs.end()), macs.end());
  const auto plain = market.walk("sw-1", kFdb);
  ASSERT_EQ(plain.size(), macs.size());
  for (std::size_t i = 0; i < macs.size(); ++i) {
    EXPECT_EQ(Name(plain[i].name.end() - 6, plain[i].name.end()), macs[i]);
  }
}

TEST(Lldp, AnAccessPointKnowsItsSwitchAndTheSwitchKnowsIt) {
  Market market{Birth::AsBuilt};
  EXPECT_EQ(market.get("ap-1", kRemName + ".0.1.1").octets, "dg-seomun1-sw-1");
  EXPECT_EQ(market.get("ap-1", "1.0.8802.1.1.2.1.4.1.1.7.0.1.1").octets, "6") << "lldpRemPortId";
  EXPECT_EQ(market.get("ap-1", "1.0.8802.1.1.2.1.3.7.1.3.1").octets, "eth0") << "lldpLocPortId";
  EXPECT_EQ(market.get("sw-1", kRemName + ".0.6.1").octets, "dg-seomun1-ap-1");
  EXPECT_EQ(market.get("sw-1", "1.0.8802.1.1.2.1.4.1.1.12.0.6.1").octets[0], '\x10')
      << "wlanAccessPoint";
  market.tell("unplug ap-1");
  EXPECT_TRUE(market.walk("sw-1", kRemName + ".0.6").empty());
}

TEST(Lldp, TellsManagementAddressesOfBothEnds) {
  Market market;
  EXPECT_EQ(
      market.get("sw-1", "1.0.8802.1.1.2.1.3.8.1.5.1.4" + dotted(market.address("sw-1"))).number,
      101)
      << "lldpLocManAddrIfId";
  EXPECT_EQ(market.get("sw-1", kRemAddress + ".0.6.1.1.4" + dotted(market.address("ap-1"))).number,
            1);
  EXPECT_EQ(market.get("sw-1", kRemAddress + ".0.1.1.1.4.10.64.0.1").tag, Tag::Integer)
      << "the gateway";
  EXPECT_EQ(market.walk("sw-1", kRemAddress).size(), market.walk("sw-1", kRemName).size());
}

TEST(Cdp, IsHeardWhereBothEndsSpeakIt) {
  Market market{Birth::AsBuilt};
  EXPECT_TRUE(market.walk("sw-1", kCdpId).empty());
  market.tell("announce sw-1 both");
  EXPECT_TRUE(market.walk("sw-1", kCdpId).empty()) << "nobody else does yet";
  market.tell("announce sw-2 cdp");
  const auto rows = market.walk("sw-1", kCdpId);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].name, name(kCdpId + ".105.1"));
  EXPECT_EQ(rows[0].value.octets, "dg-seomun1-sw-2");
  EXPECT_EQ(market.get("sw-2", "1.3.6.1.4.1.9.9.23.1.2.1.1.7.101.1").octets, "5")
      << "cdpCacheDevicePort";
  EXPECT_EQ(market.get("sw-2", "1.3.6.1.4.1.9.9.23.1.2.1.1.4.101.1").octets,
            Value::address(market.address("sw-1")).octets);
  EXPECT_TRUE(market.walk("sw-1", kRemName + ".0.5").empty()) << "sw-2 has left LLDP";
  EXPECT_NE(market.complaint("announce sw-1 edp"), "");
  EXPECT_NE(market.complaint("announce gw1 cdp"), "");
}

}  // namespace
}  // namespace market::sim::test
