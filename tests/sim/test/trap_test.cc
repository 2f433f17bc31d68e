// What agents tell a manager by themselves, and when asked to.

#include <gtest/gtest.h>

#include "tests/sim/test/market.h"
#include "tests/sim/traps.h"

namespace market::sim::test {
namespace {

const Name kTrapOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

/// "linkDown 107" and so on, of an SNMPv2c trap or an inform.
std::string words_of(const std::string& message, std::uint8_t type) {
  std::string response = message;
  const auto at = response.find(static_cast<char>(type));
  if (at == std::string::npos) return "no such PDU";
  // decode() reads responses to its own request-id: what it needs of a notification is the list.
  ber::Reader outer{octets(message)};
  ber::Reader fields{*outer.expect(0x30)};
  if (ber::to_integer(*fields.expect(0x02)) != 1) return "not SNMPv2c";
  if (!fields.expect(0x04)) return "no community";
  const auto pdu = fields.expect(type);
  if (!pdu) return "another PDU";
  ber::Reader inside{*pdu};
  for (int i = 0; i < 3; ++i) (void)inside.expect(0x02);
  ber::Reader list{*inside.expect(0x30)};
  std::string words;
  for (int place = 0; !list.done(); ++place) {
    ber::Reader binding{*list.expect(0x30)};
    Name name, value;
    EXPECT_TRUE(ber::to_name(*binding.expect(0x06), name));
    const auto content = binding.next();
    if (place == 1) {
      EXPECT_EQ(name, kTrapOid);
      EXPECT_TRUE(ber::to_name(content->content, value));
      words += std::to_string(value.back());
    }
    if (place > 1) words += ' ' + std::to_string(*ber::to_integer(content->content));
  }
  return words;
}

class TrapTest : public ::testing::Test {
 protected:
  TrapTest() : traps{market.world, *TrapOptions::parse("10.64.0.1:1162")} {}

  /// What leaves now: "sw-1: 3 107 1 2".
  std::vector<std::string> leaving(std::uint8_t type = 0xa7) {
    traps.follow(market.now);
    std::vector<std::string> all;
    while (auto next = traps.take(market.now)) {
      const auto sender = market.world.at_address(next->from);
      all.push_back(market.world.devices()[sender].id + ": " + words_of(next->message, type));
      last = next->message;
    }
    return all;
  }
  /// The port of a stall's cable, "sw-1" and 107.
  std::pair<std::string, std::string> drop(const Stall& stall) const {
    const auto at = market.design.drops_of(stall.id).at(0);
    return {at.switch_id, std::to_string(100 + std::stoul(at.port))};
  }

  Market market;
  Traps traps;
  std::string last;
};

using Words = std::vector<std::string>;

TEST_F(TrapTest, ASwitchTellsThatACableWasPulledAndPutBack) {
  EXPECT_TRUE(leaving().empty()) << "nothing has happened";
  const Stall& stall = market.stall_with(StallKind::Silent);
  const auto [host, port] = drop(stall);
  market.tell("unplug " + stall.id);
  EXPECT_EQ(leaving(), Words{host + ": 3 " + port + " 1 2"}) << "linkDown, enabled, down";
  market.tell("plug " + stall.id);
  EXPECT_EQ(leaving(), Words{host + ": 4 " + port + " 1 1"}) << "linkUp";
}

TEST_F(TrapTest, WhoStartsTellsItWhenItIsHeard) {
  market.tell("reboot ap-1");
  EXPECT_EQ(leaving(), Words{"sw-1: 3 106 1 2"});
  market.pass(std::chrono::seconds{2});
  EXPECT_EQ(leaving(), (Words{"sw-1: 4 106 1 1", "ap-1: 1"})) << "coldStart";
}

TEST_F(TrapTest, AfterItsStartASwitchTellsItsLinks) {
  market.tell("power-off sw-2");
  EXPECT_EQ(leaving(), Words{"sw-1: 3 105 1 2"}) << "who has no power says nothing";
  market.tell("power-on sw-2");
  EXPECT_TRUE(leaving().empty());
  market.pass(std::chrono::seconds{2});
  const auto all = leaving();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(all[0], "sw-1: 4 105 1 1");
  EXPECT_EQ(all[1], "sw-2: 1");
  EXPECT_EQ(all[2], "sw-2: 4 101 1 1");
}

TEST_F(TrapTest, AnInformIsRepeatedUntilItIsAcknowledged) {
  const std::size_t device = market.world.find("sw-1");
  ASSERT_TRUE(traps.tell(device, {TrapKind::WarmStart, TrapForm::Inform}, market.now));
  EXPECT_EQ(leaving(0xa6), Words{"sw-1: 2"});
  EXPECT_TRUE(leaving(0xa6).empty());
  market.pass(std::chrono::seconds{2});
  EXPECT_EQ(leaving(0xa6), Words{"sw-1: 2"}) << "once more";
  std::string answer = last;
  answer[answer.find('\xa6')] = '\xa2';
  traps.heard(market.world.find("sw-2"), octets(answer));
  EXPECT_EQ(traps.counts().acknowledged, 0U) << "that was for another";
  traps.heard(device, octets(answer));
  EXPECT_EQ(traps.counts().acknowledged, 1U);
  market.pass(std::chrono::seconds{2});
  EXPECT_TRUE(leaving(0xa6).empty());
  ASSERT_TRUE(traps.tell(device, {TrapKind::WarmStart, TrapForm::Inform}, market.now));
  for (int i = 0; i < 4; ++i, market.pass(std::chrono::seconds{2})) (void)leaving(0xa6);
  EXPECT_EQ(traps.counts().given_up, 1U);
}

TEST_F(TrapTest, VersionOneHasAFormOfItsOwn) {
  const std::size_t device = market.world.find("sw-1");
  ASSERT_TRUE(traps.tell(device, {TrapKind::LinkDown, TrapForm::V1, 107}, market.now));
  const auto sent = traps.take(market.now);
  ASSERT_TRUE(sent);
  ber::Reader outer{octets(sent->message)};
  ber::Reader fields{*outer.expect(0x30)};
  EXPECT_EQ(ber::to_integer(*fields.expect(0x02)), 0);
  (void)fields.expect(0x04);
  const auto pdu = fields.expect(0xa4);
  ASSERT_TRUE(pdu);
  ber::Reader inside{*pdu};
  Name enterprise;
  ASSERT_TRUE(ber::to_name(*inside.expect(0x06), enterprise));
  EXPECT_EQ(enterprise, name("1.3.6.1.4.1.32473.1.1"));
  EXPECT_EQ(inside.expect(0x40)->size(), 4U) << "agent-addr";
  EXPECT_EQ(ber::to_integer(*inside.expect(0x02)), 2) << "linkDown";
}

TEST_F(TrapTest, TheVerbSaysWhatItIsTold) {
  Control control{market.world, market.agents, nullptr, &traps};
  const auto tell = [&](const std::string& line) { return control.execute(line, market.now); };
  EXPECT_TRUE(tell("trap sw-1 linkDown 7").ok);
  EXPECT_EQ(leaving(), Words{"sw-1: 3 107 1 2"});
  EXPECT_TRUE(tell("trap ap-1 linkUp eth0 inform").ok);
  EXPECT_EQ(leaving(0xa6), Words{"ap-1: 4 1 1 1"});
  EXPECT_TRUE(tell("trap sw-2 authenticationFailure v2c").ok);
  EXPECT_EQ(leaving(), Words{"sw-2: 5"});
  EXPECT_FALSE(tell("trap sw-1 linkDown 99").ok);
  EXPECT_FALSE(tell("trap sw-1 coldStart v3").ok);
  EXPECT_FALSE(tell("trap sw-1 thaw").ok);
  market.tell("power-off sw-2");
  EXPECT_FALSE(tell("trap sw-2 coldStart").ok) << "nobody hears it";
  EXPECT_EQ(tell("traps").text, "{\"sent\": 3, \"acknowledged\": 0, \"given_up\": 0}\n");
  EXPECT_NE(market.complaint("trap sw-1 coldStart").find("--trap-to"), std::string::npos);
}

TEST(TrapOptions, NeedAnAddress) {
  EXPECT_EQ(TrapOptions::parse("10.0.0.1")->port, 162);
  EXPECT_EQ(TrapOptions::parse("10.0.0.1:99")->port, 99);
  for (const char* const text : {"", "x", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:99999", "::1"}) {
    EXPECT_FALSE(TrapOptions::parse(text)) << text;
  }
}

}  // namespace
}  // namespace market::sim::test
