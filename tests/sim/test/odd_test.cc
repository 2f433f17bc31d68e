// Odd markets: what discovery must see through, and what the agents tell of it.

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/sim/test/market.h"

namespace market::sim::test {
namespace {

const std::string kFdb = "1.3.6.1.2.1.17.7.1.2.2.1.2";
const std::string kEngineId = "1.3.6.1.6.3.10.2.1.1.0";

/// The base port of a switch where a device's MAC is learnt; 0 = nowhere.
std::int64_t port_of(Market& market, const std::string& device, const std::string& id) {
  const Mac mac = market.world.devices()[market.world.find(id)].mac;
  for (const VarBind& row : market.walk(device, kFdb)) {
    if (std::equal(mac.begin(), mac.end(), row.name.end() - 6)) return row.value.number;
  }
  return 0;
}

/// Stalls with a terminal whose cable leads to this switch.
std::vector<const Stall*> stalls_on(const Market& market, const std::string& device) {
  std::vector<const Stall*> found;
  for (const Stall& stall : market.design.stalls) {
    const auto drops = market.design.drops_of(stall.id);
    if (!drops.empty() && drops[0].switch_id == device && !stall.terminals.empty()) {
      found.push_back(&stall);
    }
  }
  return found;
}

TEST(Fdb, AMacIsSeenAllTheWayToTheGateway) {
  Market market;
  const auto far = stalls_on(market, "sw-2");
  ASSERT_FALSE(far.empty());
  const std::string& serial = far[0]->terminals[0].serial;
  const auto drop = market.design.drops_of(far[0]->id).at(0);
  EXPECT_EQ(port_of(market, "sw-2", serial), std::stol(drop.port));
  EXPECT_EQ(port_of(market, "sw-1", serial), 5) << "behind the trunk to sw-2";
  market.tell("unplug " + serial);
  EXPECT_EQ(port_of(market, "sw-2", serial), 0);
  EXPECT_EQ(port_of(market, "sw-1", serial), 0);
}

TEST(Hub, ManyTerminalsAreLearntAtOnePort) {
  ExampleOptions options = small_options();
  options.stalls = 20;
  Market market{Birth::FactoryFresh, options};
  const auto stalls = stalls_on(market, "sw-2");
  ASSERT_GE(stalls.size(), 2U);
  market.tell("hub sw-2/24 " + stalls[0]->id + " " + stalls[1]->id);
  EXPECT_EQ(port_of(market, "sw-2", stalls[0]->terminals[0].serial), 24);
  EXPECT_EQ(port_of(market, "sw-2", stalls[1]->terminals[0].serial), 24);
  EXPECT_NE(market.tell("show " + stalls[0]->terminals[0].serial).find("port sw-2/24 hub\n"),
            std::string::npos);
  market.tell("unplug " + stalls[0]->id);
  market.tell("unplug " + stalls[1]->id);
  EXPECT_EQ(market.get("sw-2", "1.3.6.1.2.1.2.2.1.8.124").number, 1) << "it has a link itself";
  market.tell("plug " + stalls[0]->id);
  market.tell("rewire " + stalls[0]->id + " sw-2/23");
  EXPECT_EQ(port_of(market, "sw-2", stalls[0]->terminals[0].serial), 23);
  EXPECT_NE(market.complaint("hub sw-1/1 " + stalls[0]->id), "") << "the gateway is there";
}

TEST(Exchange, TerminalsAreOnEachOthersPorts) {
  ExampleOptions options = small_options();
  options.stalls = 20;
  Market market{Birth::FactoryFresh, options};
  const auto stalls = stalls_on(market, "sw-2");
  ASSERT_GE(stalls.size(), 2U);
  const auto one = market.design.drops_of(stalls[0]->id).at(0);
  const auto two = market.design.drops_of(stalls[1]->id).at(0);
  market.tell("exchange " + stalls[0]->id + " " + stalls[1]->id);
  EXPECT_EQ(port_of(market, "sw-2", stalls[0]->terminals[0].serial), std::stol(two.port));
  EXPECT_EQ(port_of(market, "sw-2", stalls[1]->terminals[0].serial), std::stol(one.port));
}

TEST(Flap, AMacIsLearntHereAndThereInTurn) {
  Market market;
  const std::string& serial = market.stall_with(StallKind::Snmp).terminals[0].serial;
  const std::string host = port_of(market, "sw-2", serial) != 0 ? "sw-2" : "sw-1";
  const auto home = port_of(market, host, serial);
  market.tell("flap " + serial + " " + host + "/22 5");
  EXPECT_EQ(port_of(market, host, serial), home);
  market.pass(std::chrono::seconds{5});
  EXPECT_EQ(port_of(market, host, serial), 22);
  market.pass(std::chrono::seconds{5});
  EXPECT_EQ(port_of(market, host, serial), home);
  market.pass(std::chrono::seconds{5});
  market.tell("flap " + serial + " off");
  EXPECT_EQ(port_of(market, host, serial), home);
}

TEST(Loop, ASwitchLearnsItsOwnMacWhereACableLeadsBack) {
  Market market;
  const std::string own = market.get("sw-2", "1.3.6.1.2.1.17.1.1.0").octets;
  ASSERT_EQ(own.size(), 6U);
  std::string learnt = "1.3.6.1.2.1.17.4.3.1.2";
  for (const char octet : own) {
    learnt += "." + std::to_string(static_cast<unsigned char>(octet));
  }
  market.tell("loop sw-2/22");
  EXPECT_EQ(market.get("sw-2", learnt).number, 22);
  market.tell("loop sw-2/22 off");
  EXPECT_NE(market.get("sw-2", learnt).number, 22);
  EXPECT_NE(market.complaint("loop ap-1/1"), "");
}

TEST(Pose, ADeviceTellsWhatItWasToldToBe) {
  Market market;
  market.tell("pose ap-1 1.3.6.1.4.1.14988.1 78 RouterOS RB750");
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.2.1.1.1.0").octets, "RouterOS RB750");
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.2.1.1.7.0").number, 78);
  market.tell("pose ap-1 off");
  EXPECT_NE(market.get("ap-1", "1.3.6.1.2.1.1.1.0").octets, "RouterOS RB750");
  EXPECT_NE(market.complaint("pose ap-1 1.3.6.1.4.1.14988.1 200 RouterOS"), "");
  EXPECT_NE(market.complaint("pose ap-1 1.3.6.1.4.1.14988.1"), "");
}

TEST(Engine, ACloneHasTheEngineIdOfAnother) {
  Market market;
  EXPECT_NE(market.get("ap-1", kEngineId), market.get("ap-2", kEngineId));
  market.tell("clone-engine ap-1 ap-2");
  EXPECT_EQ(market.get("ap-1", kEngineId), market.get("ap-2", kEngineId));
}

TEST(Address, ASecondOneIsAnsweredByTheSameAgent) {
  Market market;
  market.tell("second-address sw-1 10.64.0.77");
  EXPECT_EQ(market.world.at_address(0x0a40004d), market.world.find("sw-1"));
  EXPECT_EQ(market.world.at_address(0x0a40000b), market.world.find("sw-1"));
  EXPECT_NE(market.complaint("second-address sw-2 10.64.0.77"), "") << "taken";
}

TEST(Address, TwoDevicesMayClaimOne) {
  Market market;
  market.tell("duplicate-address ap-2 ap-1");
  const std::uint32_t address = market.address("ap-1");
  EXPECT_EQ(market.world.all_at(address).size(), 2U);
  market.tell("unplug ap-1");
  EXPECT_EQ(market.world.at_address(address), market.world.find("ap-2")) << "who is left answers";
  EXPECT_NE(market.tell("show ap-2").find("duplicate "), std::string::npos);
}

TEST(Community, OfOneDeviceReplacesTheDefaults) {
  Market market;
  const std::vector<VarBind> what{{name("1.3.6.1.2.1.1.5.0"), {}}};
  market.tell("community sw-1 market-r market-w");
  EXPECT_FALSE(market.ask("sw-1", Operation::Get, what, "public"));
  EXPECT_TRUE(market.ask("sw-1", Operation::Get, what, "market-r"));
  EXPECT_TRUE(market.ask("sw-1", Operation::Get, what, "market-w"));
  EXPECT_TRUE(market.ask("sw-2", Operation::Get, what, "public"));
  market.tell("community sw-1 default default");
  EXPECT_TRUE(market.ask("sw-1", Operation::Get, what, "public"));
}

/// An SNMPv1 answer: its error status, or the tag of its value, or -1 for silence.
int ask_v1(Market& market, Operation operation, const std::string& oid) {
  std::string request = encode("public", operation, {{name(oid), {}}});
  request[4] = 0;
  auto reply = market.agents.handle(market.address("sw-1"), octets(request), market.now);
  if (!reply || reply->message.at(4) != 0) return -1;
  reply->message[4] = 1;  // decode() reads SNMPv2c
  const auto response = decode(reply->message);
  if (!response) return -1;
  return response->status != 0 ? -response->status * 10
                               : static_cast<int>(response->bindings.at(0).value.tag);
}

TEST(VersionOne, HasNoExceptionsAndNoCounter64) {
  Market market;
  EXPECT_EQ(ask_v1(market, Operation::Get, "1.3.6.1.2.1.1.5.0"), 0x04);
  EXPECT_EQ(ask_v1(market, Operation::Get, "1.3.6.1.2.1.1.9.0"), -20) << "noSuchName";
  EXPECT_EQ(ask_v1(market, Operation::GetNext, "2"), -20) << "the end";
  EXPECT_EQ(ask_v1(market, Operation::Get, "1.3.6.1.2.1.31.1.1.1.6.101"), -20);
  EXPECT_NE(ask_v1(market, Operation::GetNext, "1.3.6.1.2.1.31.1.1.1.6"), 0x46) << "passed over";
}

}  // namespace
}  // namespace market::sim::test
