// What the agents show: each MIB, read byte by byte.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/sim/mibs.h"
#include "tests/sim/test/market.h"
#include "tests/sim/vendor.h"

namespace market::sim::test {
namespace {

using std::string_literals::operator""s;

constexpr auto kVlanName = "1.3.6.1.2.1.17.7.1.4.3.1.1";
constexpr auto kEgress = "1.3.6.1.2.1.17.7.1.4.3.1.2";
constexpr auto kPvid = "1.3.6.1.2.1.17.7.1.4.5.1.1";
constexpr auto kOper = "1.3.6.1.2.1.2.2.1.8";

std::string at(const std::string& column, std::size_t row) {
  return column + "." + std::to_string(row);
}

/// The port of a switch, from 1, where the design plugs a stall in.
std::pair<std::string, std::size_t> drop_of(const Market& market, const std::string& stall) {
  const auto drops = market.design.drops_of(stall);
  return {drops.at(0).switch_id, std::stoul(drops.at(0).port)};
}

TEST(SystemMib, TellsWhatADeviceIs) {
  Market market;
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.1.0").octets,
            "MarketSim switch SW-24P, firmware 5.10");
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.2.1.1.1.0").octets,
            "MarketSim access point AP-6E, firmware 2.4.1");
  const auto& terminal = market.stall_with(StallKind::Snmp).terminals[0];
  EXPECT_EQ(market.get(terminal.serial, "1.3.6.1.2.1.1.1.0").octets,
            "MarketSim payment terminal PT-10, firmware 1.7");
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.2.0").name, name("1.3.6.1.4.1.32473.1.1"));
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.2.1.1.2.0").name, name("1.3.6.1.4.1.32473.1.2"));
  EXPECT_EQ(market.get(terminal.serial, "1.3.6.1.2.1.1.2.0").name, name("1.3.6.1.4.1.32473.1.3"));
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.5.0").octets, "switch");
}

TEST(SystemMib, UptimeGoesWithTheClock) {
  Market market;
  const auto before = market.get("sw-1", "1.3.6.1.2.1.1.3.0");
  EXPECT_EQ(before.tag, Tag::TimeTicks);
  EXPECT_GE(before.number, 360'000) << "in service for an hour at least";
  market.pass(std::chrono::seconds{5});
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.3.0").number, before.number + 500);
}

TEST(EntityMib, HasSerialModelAndFirmware) {
  Market market;
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.47.1.1.1.1.11.1").octets, "SW-0001");
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.47.1.1.1.1.13.1").octets, "SW-24P");
  EXPECT_EQ(market.get("ap-2", "1.3.6.1.2.1.47.1.1.1.1.10.1").octets, "2.4.1");
  const auto& terminal = market.stall_with(StallKind::Snmp).terminals[0];
  EXPECT_EQ(market.get(terminal.serial, "1.3.6.1.2.1.47.1.1.1.1.11.1").octets, terminal.serial);
}

TEST(EngineId, HoldsEnterpriseAndMac) {
  Market market;
  const auto id = market.get("sw-1", "1.3.6.1.6.3.10.2.1.1.0").octets;
  EXPECT_EQ(id, "\x80\x00\x7e\xd9\x03\x02\x00\x0a\x00\x01\x00"s);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.17.1.1.0").octets, id.substr(5));
}

TEST(IfMib, NamesPortsAsTheDesignDoes) {
  Market market;
  const auto names = market.walk("sw-1", "1.3.6.1.2.1.31.1.1.1.1");
  ASSERT_EQ(names.size(), 24U);
  EXPECT_EQ(names[2].name.back(), 103U);
  EXPECT_EQ(names[2].value.octets, "3");
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.2.2.1.2.103").octets, "Port 3");
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.2.1.0").number, 24);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.17.1.4.1.2.3").number, 103);
}

TEST(IfMib, LinksFollowTheCables) {
  Market market;
  const auto& stall = market.stall_with(StallKind::Snmp);
  const auto [device, port] = drop_of(market, stall.id);
  EXPECT_EQ(market.get("sw-1", at(kOper, 101)).number, 1) << "the gateway";
  EXPECT_EQ(market.get("sw-1", at(kOper, 124)).number, 2) << "nothing plugged in";
  EXPECT_EQ(market.get(device, at(kOper, 100 + port)).number, 1);
  market.tell("unplug " + stall.terminals[0].serial);
  EXPECT_EQ(market.get(device, at(kOper, 100 + port)).number, 2);
  market.tell("plug " + stall.terminals[0].serial);
  EXPECT_EQ(market.get(device, at(kOper, 100 + port)).number, 1);
}

TEST(IfMib, CountersGrowOnlyWhileThereIsALink) {
  Market market;
  const std::string in = "1.3.6.1.2.1.31.1.1.1.6.";
  const auto before = market.get("sw-1", in + "101");
  EXPECT_EQ(before.tag, Tag::Counter64);
  market.pass(std::chrono::seconds{10});
  const auto after = market.get("sw-1", in + "101");
  EXPECT_GE(after.number - before.number, 20'000) << "at least 2 kB/s";
  EXPECT_EQ(market.get("sw-1", in + "124").number, 0);
  market.tell("unplug sw-1");
  Market other;
  other.pass(std::chrono::seconds{10});
  EXPECT_EQ(other.get("sw-1", in + "101").number, after.number) << "the same seed, the same figure";
}

TEST(QBridgeMib, AFactoryFreshSwitchHasOneVlan) {
  Market market;
  const auto names = market.walk("sw-1", kVlanName);
  ASSERT_EQ(names.size(), 1U);
  EXPECT_EQ(names[0].value.octets, "default");
  EXPECT_EQ(market.get("sw-1", at(kEgress, 1)).octets, "\xff\xff\xff"s);
  EXPECT_EQ(market.get("sw-1", at("1.3.6.1.2.1.17.7.1.4.3.1.4", 1)).octets, "\xff\xff\xff"s);
  EXPECT_EQ(market.get("sw-1", at(kPvid, 7)), Value::gauge(1));
  EXPECT_EQ(market.walk("sw-1", kPvid).size(), 24U);
  const auto current = market.walk("sw-1", "1.3.6.1.2.1.17.7.1.4.2.1.4");
  ASSERT_EQ(current.size(), 1U);
  EXPECT_EQ(current[0].name, name("1.3.6.1.2.1.17.7.1.4.2.1.4.0.1"));
}

TEST(QBridgeMib, ShowsWhatIsPluggedInInThePortsVlan) {
  Market market;
  const auto& stall = market.stall_with(StallKind::Silent);
  const auto [device, port] = drop_of(market, stall.id);
  std::string row = "1.3.6.1.2.1.17.7.1.2.2.1.2.";
  std::string mac;
  for (const auto octet : stall.terminals[0].mac->octets()) mac += "." + std::to_string(octet);
  EXPECT_EQ(market.get(device, row + "1" + mac).number, static_cast<std::int64_t>(port));
  EXPECT_EQ(market.set_one(device, "1.3.6.1.2.1.17.7.1.4.3.1.5.20", Value::integer(4)), 0);
  EXPECT_EQ(market.set_one(device, at(kPvid, port), Value::gauge(20)), 0);
  EXPECT_EQ(market.get(device, row + "1" + mac).tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get(device, row + "20" + mac).number, static_cast<std::int64_t>(port));
  EXPECT_EQ(market.get(device, "1.3.6.1.2.1.17.7.1.2.1.1.2.20").number, 1);
  market.tell("unplug " + stall.id);
  EXPECT_EQ(market.get(device, row + "20" + mac).tag, Tag::NoSuchInstance);
}

TEST(PoeMib, FeedsAccessPointsAndNobodyElse) {
  Market market;
  const std::string detection = "1.3.6.1.2.1.105.1.1.1.6.1.";
  EXPECT_EQ(market.get("sw-1", detection + "6").number, 3) << "ap-1";
  EXPECT_EQ(market.get("sw-1", detection + "7").number, 2) << "a stall";
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.105.1.3.1.1.2.1").number, 370);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.105.1.3.1.1.4.1").number, 15) << "15.4 W, in watts";
  EXPECT_EQ(market.set_one("sw-1", "1.3.6.1.2.1.105.1.1.1.3.1.6", Value::integer(2)), 0);
  EXPECT_EQ(market.get("sw-1", detection + "6").number, 1);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.105.1.3.1.1.4.1").number, 0);
  EXPECT_FALSE(market.hears("ap-1"));
}

TEST(LldpMib, NamesTheOtherEndOfEachCable) {
  Market market{Birth::AsBuilt};
  const auto names = market.walk("sw-1", "1.0.8802.1.1.2.1.4.1.1.9");
  ASSERT_EQ(names.size(), 6U) << "four gateway links, sw-2 and ap-1";
  EXPECT_EQ(names[0].name, name("1.0.8802.1.1.2.1.4.1.1.9.0.1.1"));
  EXPECT_EQ(names[0].value.octets, "gw1");
  EXPECT_EQ(names[4].value.octets, "dg-seomun1-sw-2");
  EXPECT_EQ(names[5].value.octets, "dg-seomun1-ap-1");
  const auto ports = market.walk("sw-1", "1.0.8802.1.1.2.1.4.1.1.7");
  EXPECT_EQ(ports[0].value.octets, "eth1");
  EXPECT_EQ(ports[4].value.octets, "1");
  market.tell("unplug ap-1");
  EXPECT_EQ(market.walk("sw-1", "1.0.8802.1.1.2.1.4.1.1.9").size(), 5U);
}

TEST(AccessPointMib, HasRadiosAndSlotsAndStationsOnceItServes) {
  Market market;
  const std::string vendor = "1.3.6.1.4.1.32473.2.";
  EXPECT_EQ(market.get("ap-1", vendor + "1.1.1.1").number, 1);
  EXPECT_EQ(market.get("ap-1", vendor + "1.1.1.2").number, 2);
  EXPECT_EQ(market.walk("ap-1", vendor + "2.1.1").size(), 8U);
  EXPECT_EQ(market.get("ap-1", vendor + "2.1.2.1"), Value::gauge(1));
  EXPECT_TRUE(market.walk("ap-1", vendor + "3").empty()) << "nobody before there is an SSID";
  ASSERT_EQ(market
                .set("ap-1", {{name(vendor + "2.1.1.1"), Value::text("Free")},
                              {name(vendor + "2.1.5.1"), Value::integer(1)}})
                ->status,
            0);
  const auto count =
      market.get("ap-1", vendor + "1.1.5.1").number + market.get("ap-1", vendor + "1.1.5.2").number;
  const auto rssi = market.walk("ap-1", vendor + "3.1.1");
  EXPECT_EQ(static_cast<std::int64_t>(rssi.size()), count);
  for (const auto& row : market.walk("ap-1", vendor + "3.1.2")) EXPECT_EQ(row.value.number, 1);
}

TEST(TerminalMib, HasHostResources) {
  Market market;
  const auto& serial = market.stall_with(StallKind::Snmp).terminals[0].serial;
  EXPECT_EQ(market.get(serial, "1.3.6.1.2.1.25.1.1.0"), market.get(serial, "1.3.6.1.2.1.1.3.0"));
  EXPECT_EQ(market.get(serial, "1.3.6.1.2.1.25.3.2.1.3.1").octets,
            "MarketSim payment terminal PT-10, firmware 1.7");
  EXPECT_EQ(market.get(serial, "1.3.6.1.2.1.2.2.1.6.1").octets.size(), 6U);
}

TEST(Read, MissingObjectsAndMissingRowsDiffer) {
  Market market;
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.99.1.0").tag, Tag::NoSuchObject);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.5").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.1.5.1").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.2.2.1.8.99").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.17.7.1.4.3.1.1.4095").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.17.7.1.4.3.1.1.65537").tag, Tag::NoSuchInstance);
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.2.1.17.1.1.0").tag, Tag::NoSuchObject);
}

/// What a GETNEXT walk finds is what GET answers, and the names rise all the way.
TEST(Read, AWholeWalkAgreesWithGet) {
  Market market{Birth::AsBuilt};
  const auto& serial = market.stall_with(StallKind::Snmp).terminals[0].serial;
  for (const std::string& id : {"sw-1"s, "sw-2"s, "ap-1"s, serial}) {
    const auto all = market.walk(id, "1");
    EXPECT_GT(all.size(), 20U) << id;
    for (const VarBind& binding : all) {
      const auto answer = market.ask(id, Operation::Get, {{binding.name, {}}});
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->bindings[0].value, binding.value);
    }
  }
}

TEST(Read, BulkFindsWhatGetNextFinds) {
  Market market{Birth::AsBuilt};
  const auto all = market.walk("sw-1", "1");
  std::vector<VarBind> found;
  Name next = name("1");
  while (found.size() < 10'000) {
    const auto answer = market.ask("sw-1", Operation::GetBulk, {{next, {}}}, "public", 0, 37);
    ASSERT_TRUE(answer);
    ASSERT_FALSE(answer->bindings.empty());
    for (const VarBind& binding : answer->bindings) {
      if (binding.value.tag != Tag::EndOfMibView) found.push_back(binding);
    }
    if (answer->bindings.back().value.tag == Tag::EndOfMibView) break;
    next = found.back().name;
  }
  ASSERT_EQ(found.size(), all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(found[i].name, all[i].name);
    EXPECT_EQ(found[i].value, all[i].value);
  }
}

TEST(Read, BulkKeepsNonRepeatersAndColumnsInTurn) {
  Market market;
  const auto answer = market.ask("sw-1", Operation::GetBulk,
                                 {{name("1.3.6.1.2.1.1.3"), {}},
                                  {name("1.3.6.1.2.1.31.1.1.1.1"), {}},
                                  {name("1.3.6.1.2.1.2.2.1.8"), {}}},
                                 "public", 1, 3);
  ASSERT_TRUE(answer);
  ASSERT_EQ(answer->bindings.size(), 7U);
  EXPECT_EQ(answer->bindings[0].name, name("1.3.6.1.2.1.1.3.0"));
  EXPECT_EQ(answer->bindings[5].name, name("1.3.6.1.2.1.31.1.1.1.1.103"));
  EXPECT_EQ(answer->bindings[6].name, name("1.3.6.1.2.1.2.2.1.8.103"));
}

TEST(Read, AGetThatDoesNotFitIsTooBig) {
  Market market;
  std::vector<VarBind> many(60, VarBind{name("1.3.6.1.2.1.1.1.0"), {}});
  const auto answer = market.ask("sw-1", Operation::Get, many);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 1);
  EXPECT_TRUE(answer->bindings.empty());
}

/// The tables of one kind must not overlap, or GET and GETNEXT would disagree.
TEST(Mib, EveryTableStandsAlone) {
  for (const Kind kind : {Kind::Switch, Kind::AccessPoint, Kind::Terminal}) {
    const auto& tables = mib_of(kind).tables();
    for (std::size_t i = 1; i < tables.size(); ++i) {
      EXPECT_TRUE(compare(tables[i - 1]->root(), tables[i]->root()) < 0);
    }
  }
}

}  // namespace
}  // namespace market::sim::test
