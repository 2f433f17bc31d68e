// One question to many addresses, over the real engine and a wire in memory.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "probes/snmp/client.h"
#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using fakes::FakeAgent;
using fakes::FakeReply;

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};

IpAddress at(std::uint32_t number) { return IpAddress::v4(0x0a400000 + number); }

class FirstContactTest : public ::testing::Test {
 protected:
  FirstContactTest() {
    agent_.objects[kSysDescr] = Octets{"an agent"};
    agent_.objects[kSysName] = Octets{"sw-a1"};
    wire_.answer_with(fakes::peer_of({{{at(7), 161}, &agent_}}, 2ms));
  }
  std::unique_ptr<FirstContact> contact(Patience patience) {
    Target target{IpAddress::v4(0), 161, {}, {}};
    target.credentials.community = Secret{"public"};
    return client_->first_contact(target, std::array{kSysDescr, kSysName}, patience,
                                  [this](const IpAddress& address, Outcome outcome) {
                                    const auto added = heard_.emplace(address, std::move(outcome));
                                    EXPECT_TRUE(added.second) << "told once";
                                  });
  }
  const Answer* answer(std::uint32_t number) {
    const auto found = heard_.find(at(number));
    return found == heard_.end() ? nullptr : std::get_if<Answer>(&found->second);
  }

  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  FakeAgent agent_;
  std::unique_ptr<Client> client_ = make_client(loop_, wire_);
  std::map<IpAddress, Outcome> heard_;
};

TEST_F(FirstContactTest, TellsWhoAnswersAndWhoKeepsSilentForTheWholePatience) {
  const auto all = contact({500ms, 3});
  for (std::uint32_t number = 0; number < 100; ++number) all->ask(at(number));
  loop_.advance(1499ms);
  EXPECT_EQ(heard_.size(), 1U);
  loop_.advance(20ms);
  EXPECT_EQ(heard_.size(), 100U);
  ASSERT_NE(answer(7), nullptr);
  EXPECT_EQ(answer(7)->bindings.at(1).value, Value{Octets{"sw-a1"}});
  EXPECT_EQ(answer(7)->round_trip, 2ms);
  EXPECT_EQ(std::get<Silence>(heard_.at(at(8))).waited, 1500ms);
  EXPECT_EQ(wire_.sent().size(), 99U * 3 + 1);
  EXPECT_EQ(client_->counters().requests_sent, 99U * 3 + 1);
  EXPECT_EQ(client_->counters().retries, 99U * 2);
  EXPECT_EQ(client_->counters().timeouts, 99U);
  EXPECT_EQ(client_->counters().replies, 1U);
}

TEST_F(FirstContactTest, AsksEachAddressUnderAnIdOfItsOwnAndRepeatsIt) {
  const auto all = contact({500ms, 2});
  all->ask(at(1));
  all->ask(at(2));
  loop_.advance(600ms);
  ASSERT_EQ(wire_.sent().size(), 4U);
  EXPECT_NE(wire_.sent()[0].bytes, wire_.sent()[1].bytes);
  EXPECT_EQ(wire_.sent()[0].bytes, wire_.sent()[2].bytes);
}

TEST_F(FirstContactTest, TakesAnAnswerOnceAndFromTheAddressThatWasAsked) {
  wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto reply = *agent_.handle(bytes);
    std::vector<FakeReply> replies{{{at(50), 161}, reply, 1ms}, {{to.address, 99}, reply, 1ms}};
    if (to.address == at(7)) replies.insert(replies.end(), 2, FakeReply{to, reply, 2ms});
    if (to.address == at(8)) replies.push_back({to, reply, 900ms});
    return replies;
  });
  const auto all = contact({500ms, 1});
  all->ask(at(7));
  all->ask(at(8));
  loop_.advance(1s);
  EXPECT_NE(answer(7), nullptr);
  EXPECT_EQ(answer(8), nullptr) << "too late";
  EXPECT_EQ(heard_.size(), 2U);
  EXPECT_EQ(client_->counters().strays, 4U + 1 + 1);
}

TEST_F(FirstContactTest, GoesOnWithAnAgentThatAnswersInParts) {
  agent_.room = 1;
  const auto all = contact({500ms, 1});
  all->ask(at(7));
  loop_.advance(100ms);
  ASSERT_NE(answer(7), nullptr);
  EXPECT_EQ(answer(7)->bindings.size(), 2U);
  EXPECT_EQ(agent_.requests, 3U);
}

TEST_F(FirstContactTest, CallsAnAnswerToSomethingElseGarbled) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto id = fakes::read_request(bytes)->id;
    return std::vector<FakeReply>{
        {to, fakes::write_response("public", {id, 0, 0, {{Oid{1, 3}, Integer{1}}}}), 1ms}};
  });
  const auto all = contact({500ms, 1});
  all->ask(at(7));
  loop_.advance(100ms);
  EXPECT_TRUE(std::holds_alternative<Garbled>(heard_.at(at(7))));
  EXPECT_EQ(client_->counters().garbled, 1U);
}

TEST_F(FirstContactTest, WaitsItsTurnAtAnAgentThatIsBeingAsked) {
  Target target{at(7), 161, {}, {}};
  target.credentials.community = Secret{"public"};
  bool answered = false;
  const auto request = client_->get(target, std::array{kSysDescr}, {500ms, 1},
                                    [&](const Outcome&) { answered = true; });
  const auto all = contact({500ms, 1});
  all->ask(at(7));
  EXPECT_EQ(wire_.sent().size(), 1U);
  loop_.advance(100ms);
  EXPECT_TRUE(answered);
  EXPECT_NE(answer(7), nullptr);
}

TEST_F(FirstContactTest, IsSilentWhereNothingCanBeSent) {
  wire_.refuse_sends();
  const auto all = contact({500ms, 2});
  all->ask(at(7));
  loop_.advance(2s);
  EXPECT_TRUE(std::holds_alternative<Silence>(heard_.at(at(7))));
}

TEST_F(FirstContactTest, WithdrawsWhatIsInFlightAsItDies) {
  auto all = contact({500ms, 2});
  all->ask(at(7));
  all->ask(at(8));
  loop_.advance(1ms);
  all.reset();
  loop_.advance(2s);
  EXPECT_TRUE(heard_.empty());
  EXPECT_EQ(wire_.sent().size(), 2U);
}

TEST_F(FirstContactTest, LooksForTheEngineFirstInSnmpV3) {
  Target target{IpAddress::v4(0), 161, {}, {}};
  target.credentials.version = Version::V3;
  target.credentials.user = "operator";
  std::map<IpAddress, Outcome> outcomes;
  const auto all = client_->first_contact(target, std::array{kSysDescr}, {500ms, 2},
                                          [&](const IpAddress& address, Outcome outcome) {
                                            outcomes.emplace(address, std::move(outcome));
                                          });
  all->ask(at(7));
  all->ask(at(8));
  EXPECT_EQ(wire_.sent().size(), 2U);
  EXPECT_FALSE(fakes::read_request(wire_.sent().front().bytes)) << "no message of v2c";
  loop_.advance(2s);
  EXPECT_EQ(outcomes.size(), 2U);
  EXPECT_EQ(std::get<Silence>(outcomes.at(at(8))).waited, 1000ms);
}

TEST_F(FirstContactTest, AsksByItselfWhatDoesNotFitOneRequest) {
  std::vector<Oid> many;
  for (std::uint32_t i = 1; i <= 150; ++i) {
    many.push_back(Oid{1, 3, 6, 1, 4, 1, 99999, i, 0});
    agent_.objects[many.back()] = Integer{1};
  }
  agent_.room = 1000;
  Target target{IpAddress::v4(0), 161, {}, {}};
  target.credentials.community = Secret{"public"};
  std::size_t bindings = 0;
  const auto all = client_->first_contact(target, many, {500ms, 1},
                                          [&](const IpAddress&, const Outcome& outcome) {
                                            bindings = std::get<Answer>(outcome).bindings.size();
                                          });
  all->ask(at(7));
  loop_.advance(100ms);
  EXPECT_EQ(bindings, 150U);
  EXPECT_GT(agent_.requests, 1U);
}

}  // namespace
}  // namespace market::snmp
