// Power, cables, loss, and what the control verbs tell of it.

#include <gtest/gtest.h>

#include "tests/sim/test/market.h"

namespace market::sim::test {
namespace {

using std::string_literals::operator""s;

const std::string kSysName = "1.3.6.1.2.1.1.5.0";
const std::string kSerial = "1.3.6.1.2.1.47.1.1.1.1.11.1";
const std::string kAdmin = "1.3.6.1.2.1.2.2.1.7.";

/// Serial of a terminal that speaks SNMP and hangs on this switch.
std::string terminal_on(const Market& market, const std::string& device) {
  for (const Stall& stall : market.design.stalls) {
    const auto drops = market.design.drops_of(stall.id);
    if (!drops.empty() && drops[0].switch_id == device && !stall.terminals.empty() &&
        stall.terminals[0].snmp) {
      return stall.terminals[0].serial;
    }
  }
  ADD_FAILURE() << "no terminal on " << device;
  return "";
}

TEST(Power, OffSilencesTheWholeSubtree) {
  Market market;
  const auto near = terminal_on(market, "sw-1");
  const auto far = terminal_on(market, "sw-2");
  market.tell("power-off sw-2");
  EXPECT_TRUE(market.hears("sw-1"));
  EXPECT_TRUE(market.hears("ap-1"));
  EXPECT_TRUE(market.hears(near));
  EXPECT_FALSE(market.hears("sw-2"));
  EXPECT_FALSE(market.hears("ap-2"));
  EXPECT_FALSE(market.hears(far));
  market.tell("power-on sw-2");
  EXPECT_FALSE(market.hears("sw-2")) << "it takes two seconds to start";
  market.pass(std::chrono::seconds{2});
  EXPECT_TRUE(market.hears("sw-2"));
  EXPECT_TRUE(market.hears("ap-2"));
  EXPECT_TRUE(market.hears(far));
  market.tell("power-off sw-1");
  for (const std::string& id : {"sw-1"s, "sw-2"s, "ap-1"s, "ap-2"s, near, far}) {
    EXPECT_FALSE(market.hears(id)) << id;
  }
}

TEST(Power, LossOfPowerLosesWhatWasNotSaved) {
  Market market;
  ASSERT_EQ(market.set_one("sw-2", kSysName, Value::text("x")), 0);
  ASSERT_EQ(market.set_one("ap-2", kSysName, Value::text("x")), 0);
  market.tell("power-off sw-2");
  market.tell("power-on sw-2");
  market.pass(std::chrono::seconds{2});
  EXPECT_EQ(market.get("sw-2", kSysName).octets, "switch");
  EXPECT_EQ(market.get("ap-2", kSysName).octets, "ap") << "it lived on the switch's PoE";
}

TEST(Power, AnAccessPointLivesOnThePoeOfItsPort) {
  Market market;
  const std::string poe = "1.3.6.1.2.1.105.1.1.1.3.1.6";
  ASSERT_EQ(market.set_one("sw-1", poe, Value::integer(2)), 0);
  EXPECT_FALSE(market.hears("ap-1"));
  EXPECT_NE(market.tell("list").find("ap-1 ap 10.64.0.31 AP-0001 no-poe"), std::string::npos);
  ASSERT_EQ(market.set_one("sw-1", poe, Value::integer(1)), 0);
  market.pass(std::chrono::seconds{2});
  EXPECT_TRUE(market.hears("ap-1"));
}

TEST(Cable, AnUpLinkThatIsShutCutsWhatIsBehindIt) {
  Market market;
  ASSERT_EQ(market.set_one("sw-1", kAdmin + "105", Value::integer(2)), 0);
  EXPECT_FALSE(market.hears("sw-2"));
  EXPECT_FALSE(market.hears("ap-2"));
  EXPECT_TRUE(market.hears("ap-1"));
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.2.2.1.8.105").number, 2);
  market.tell("set sw-1 " + kAdmin + "105 i 1");
  EXPECT_TRUE(market.hears("sw-2"));
}

TEST(Cable, UnplugTakesTerminalsStallsAccessPointsAndUplinks) {
  Market market;
  const auto serial = terminal_on(market, "sw-2");
  market.tell("unplug " + serial);
  EXPECT_FALSE(market.hears(serial));
  market.tell("plug " + serial);
  EXPECT_TRUE(market.hears(serial));
  market.tell("unplug sw-2");
  EXPECT_FALSE(market.hears("sw-2"));
  EXPECT_FALSE(market.hears(serial));
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.2.2.1.8.105").number, 2);
  market.tell("plug sw-2");
  EXPECT_TRUE(market.hears(serial));
  market.tell("unplug ap-2");
  EXPECT_FALSE(market.hears("ap-2"));
  const Stall& stall = market.stall_with(StallKind::Snmp);
  market.tell("unplug " + stall.id);
  EXPECT_FALSE(market.hears(stall.terminals[0].serial));
}

TEST(Terminal, ASwapBringsAnotherSerialMacAndEngine) {
  Market market;
  const Stall& stall = market.stall_with(StallKind::Snmp);
  const std::string& id = stall.terminals[0].serial;
  const auto mac = market.get(id, "1.3.6.1.2.1.2.2.1.6.1").octets;
  const auto engine = market.get(id, "1.3.6.1.6.3.10.2.1.1.0").octets;
  market.tell("swap-terminal " + stall.id);
  market.pass(std::chrono::seconds{2});
  EXPECT_EQ(market.get(id, kSerial).octets, id + "-S1");
  EXPECT_NE(market.get(id, "1.3.6.1.2.1.2.2.1.6.1").octets, mac);
  EXPECT_NE(market.get(id, "1.3.6.1.6.3.10.2.1.1.0").octets, engine);
}

TEST(Terminal, RewiredStallsShowOnTheOtherSwitch) {
  Market market;
  const Stall& stall = market.stall_with(StallKind::Snmp);
  const auto drop = market.design.drops_of(stall.id).at(0);
  EXPECT_NE(market.complaint("rewire " + stall.id + " sw-1/1"), "") << "the gateway is there";
  EXPECT_NE(market.complaint("rewire " + stall.id + " sw-1/99"), "");
  EXPECT_NE(market.complaint("rewire " + stall.id + " ap-1/1"), "");
  const std::string other = drop.switch_id == "sw-1" ? "sw-2" : "sw-1";
  market.tell("rewire " + stall.id + " " + other + "/24");
  EXPECT_EQ(market.get(other, "1.3.6.1.2.1.2.2.1.8.124").number, 1);
  EXPECT_EQ(
      market
          .get(drop.switch_id, "1.3.6.1.2.1.2.2.1.8." + std::to_string(100 + std::stoi(drop.port)))
          .number,
      2);
  EXPECT_TRUE(market.hears(stall.terminals[0].serial));
  market.tell("rewire " + stall.id + " " + drop.switch_id + "/" + drop.port);
}

TEST(Address, MovesWithTheDevice) {
  Market market;
  market.tell("move-address sw-1 10.64.0.99");
  EXPECT_EQ(market.world.at_address(0x0a40000b), kNone);
  EXPECT_TRUE(market.hears("sw-1"));
  EXPECT_NE(market.complaint("move-address sw-1 10.64.0.12"), "") << "sw-2 is there";
  EXPECT_NE(market.complaint("move-address sw-1 fd00::1"), "");
}

TEST(Address, NobodyIsAtTheOthers) {
  Market market;
  const std::string request = encode("public", Operation::Get, {{name(kSysName), {}}});
  int heard = 0;
  for (std::uint32_t last = 0; last < 65536; ++last) {
    heard += market.agents.handle(0x0a400000U + last, octets(request), market.now) ? 1 : 0;
  }
  int speaking = 0;
  for (const Device& device : market.world.devices()) speaking += device.snmp ? 1 : 0;
  EXPECT_EQ(heard, speaking);
}

TEST(Loss, IsAboutWhatWasAskedForAndTheSameEveryTime) {
  const auto lost = [] {
    Market market;
    market.tell("lose 30% sw-1");
    std::vector<bool> heard;
    for (int i = 0; i < 2000; ++i) heard.push_back(market.hears("sw-1"));
    EXPECT_TRUE(market.hears("sw-2"));
    return heard;
  };
  const auto first = lost();
  EXPECT_EQ(first, lost());
  const auto count = std::count(first.begin(), first.end(), false);
  EXPECT_GT(count, 500);
  EXPECT_LT(count, 700);
}

TEST(Loss, HalfOfTheLostSetsAreApplied) {
  Market market;
  market.tell("lose 100%");
  for (int i = 0; i < 400; ++i) {
    EXPECT_EQ(market.set_one("sw-1", kSysName, Value::text("x")), -1);
  }
  EXPECT_GT(market.world.devices()[0].tally.sets_applied, 140U);
  EXPECT_LT(market.world.devices()[0].tally.sets_applied, 260U);
}

TEST(Delay, PutsTheReplyOff) {
  Market market;
  market.tell("delay 30 ms");
  market.tell("delay 20ms sw-1");
  const std::string request = encode("public", Operation::Get, {{name(kSysName), {}}});
  const auto reply = market.agents.handle(market.address("sw-1"), octets(request), market.now);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->at, market.now + std::chrono::milliseconds{50});
}

TEST(Counts, AreExact) {
  Market market;
  (void)market.get("sw-1", kSysName);
  (void)market.get("sw-1", kSysName);
  (void)market.set_one("sw-1", kSysName, Value::text("a"));
  (void)market.set_one("sw-1", kSysName, Value::integer(1));
  (void)market.set_one("ap-1", "1.3.6.1.4.1.32473.9.1.0", Value::integer(1));
  market.tell("set sw-1 " + kSysName + " s drift");
  const std::string counts = market.tell("counts");
  EXPECT_NE(counts.find("  \"gets\": 2, \"sets_received\": 3, \"sets_applied\": 2, "
                        "\"sets_half_applied\": 0, \"saves\": 1,"),
            std::string::npos)
      << counts;
  EXPECT_NE(counts.find("\"sw-1\": {\"gets\": 2, \"sets_received\": 2, \"sets_applied\": 1, "),
            std::string::npos);
  market.tell("reset-counts");
  EXPECT_NE(market.tell("counts").find("  \"gets\": 0, \"sets_received\": 0,"), std::string::npos);
}

TEST(Dump, IsSortedStableAndFreeOfClocks) {
  Market market;
  const std::string before = market.tell("dump");
  market.pass(std::chrono::hours{1});
  (void)market.walk("sw-1", "1");
  EXPECT_EQ(market.tell("dump"), before);
  EXPECT_EQ(before.substr(0, 5), "ap-1 ") << "by id";
  EXPECT_NE(before.find("sw-1 1.3.6.1.2.1.1.5.0 = STRING: \"switch\"\n"), std::string::npos);
  EXPECT_NE(before.find("sw-1 1.3.6.1.2.1.17.7.1.4.3.1.2.1 = Hex-STRING: FF FF FF\n"),
            std::string::npos);
  EXPECT_EQ(before.find(".32473.9."), std::string::npos) << "saving is no setting";
  market.tell("set sw-1 " + kSysName + " s \"two words \\\"and quotes\\\"\"");
  EXPECT_NE(market.tell("dump sw-1").find("= STRING: \"two words \\\"and quotes\\\"\"\n"),
            std::string::npos);
  EXPECT_NE(market.complaint("dump nobody"), "");
}

TEST(Dump, ShowsStartupToo) {
  Market market;
  market.tell("set sw-1 " + kSysName + " s new");
  EXPECT_NE(market.tell("dump sw-1"), market.tell("dump-startup sw-1"));
  market.tell("set sw-1 1.3.6.1.4.1.32473.9.1.0 i 1");
  EXPECT_EQ(market.tell("dump sw-1"), market.tell("dump-startup sw-1"));
}

TEST(AsBuilt, IsWhatTheDesignSays) {
  Market market{Birth::AsBuilt};
  const std::string vlan = "1.3.6.1.2.1.17.7.1.4.3.1.";
  EXPECT_EQ(market.get("sw-1", kSysName).octets, "dg-seomun1-sw-1");
  EXPECT_EQ(market.get("sw-1", vlan + "1.20").octets, "payment");
  EXPECT_EQ(market.get("sw-1", vlan + "2.1").octets, "\0\0\0"s) << "VLAN 1 carries nothing";
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.17.7.1.4.5.1.1.2"), Value::gauge(20));
  EXPECT_EQ(market.get("sw-1", kAdmin + "124").number, 2);
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.2.1.31.1.1.1.18.105").octets, "sw-2/1");
  EXPECT_EQ(market.get("ap-1", "1.3.6.1.4.1.32473.2.2.1.1.2").octets, "Seomun_Free_WiFi");
  EXPECT_EQ(market.get("sw-1", "1.3.6.1.4.1.32473.9.2.0").number, 1) << "and it is saved";
}

TEST(Control, RefusesWhatItDoesNotUnderstand) {
  Market market;
  for (const char* const line : {"",
                                 "   ",
                                 "fly",
                                 "unplug",
                                 "unplug nobody",
                                 "unplug sw-1 sw-2",
                                 "power-off A-101",
                                 "lose many",
                                 "lose 101%",
                                 "lose 5% nobody",
                                 "delay",
                                 "delay -1",
                                 "delay 5 ms nobody",
                                 "lie sw-1 sometimes",
                                 "lie nobody off",
                                 "swap-terminal sw-1",
                                 "service van-a sideways",
                                 "service nobody up",
                                 "set sw-1 1.2.x i 1",
                                 "set sw-1 1.3.6.1.2.1.1.5.0 i x",
                                 "set sw-1 1.3.6.1.2.1.1.5.0 q x",
                                 "set sw-1 1.3.6.1.2.1.1.5.0 i 5",
                                 "set nobody 1.3.6.1.2.1.1.5.0 s x",
                                 "unplug \"sw-1",
                                 "rewire A-101 sw-2"}) {
    EXPECT_NE(market.complaint(line), "") << line;
  }
  EXPECT_FALSE(market.control.over());
  market.tell("quit");
  EXPECT_TRUE(market.control.over());
}

TEST(LeaveOut, IsNotPluggedInUntilItIs) {
  const Market market;
  WorldOptions options;
  options.left_out = {"ap-1", "sw-2"};
  auto world = World::build(market.design, options);
  ASSERT_TRUE(world);
  EXPECT_FALSE(world->devices()[world->find("ap-1")].answers);
  EXPECT_FALSE(world->devices()[world->find("ap-2")].answers);
  EXPECT_TRUE(world->plug("sw-2", Time::zero()));
  EXPECT_TRUE(world->devices()[world->find("ap-2")].answers);
  options.left_out = {"nobody"};
  EXPECT_FALSE(World::build(market.design, options));
}

}  // namespace
}  // namespace market::sim::test
