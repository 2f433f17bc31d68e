#include "probes/snmp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using fakes::Bytes;
using fakes::FakeAgent;
using fakes::FakeReply;
using ::testing::HasSubstr;

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
const Oid kTable{1, 3, 6, 1, 2, 1, 2, 2};
constexpr Patience kPatience{1500ms, 3};

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    agent_.objects[kSysDescr] = Octets{"MarketSim switch SW-24P"};
    agent_.objects[kSysName] = Octets{"sw-a1"};
    wire_.answer_with(fakes::peer_of({{at_, &agent_}}, 2ms));
  }

  static Target target_at(const io::Endpoint& at) {
    Target target{at.address, at.port, {}};
    target.credentials.community = Secret{"private"};
    return target;
  }
  [[nodiscard]] Target target() const { return target_at(at_); }
  Handler keep() {
    return [this](Outcome outcome) { outcomes_.push_back(std::move(outcome)); };
  }
  Outcome run(const Request& /*held while it runs*/) {
    EXPECT_TRUE(outcomes_.empty());
    EXPECT_TRUE(loop_.run_until([this] { return !outcomes_.empty(); }, 10min));
    if (outcomes_.empty()) return Garbled{"the handler was not called"};
    auto outcome = std::move(outcomes_.front());
    outcomes_.clear();
    return outcome;
  }
  Outcome get(std::vector<Oid> oids) {
    return run(client_->get(target(), oids, kPatience, keep()));
  }
  Outcome walk(const Oid& root, std::size_t max_bindings = 10'000) {
    return run(client_->walk(target(), root, max_bindings, kPatience, keep()));
  }
  Outcome set(std::vector<VarBind> bindings) {
    return run(client_->set(target(), bindings, kPatience, keep()));
  }
  void fill_table(std::uint32_t rows) {
    for (std::uint32_t row = 1; row <= rows; ++row) {
      agent_.objects[kTable.child(1).child(1).child(row)] = Integer{static_cast<std::int32_t>(row)};
    }
    agent_.objects[Oid{1, 3, 6, 1, 2, 1, 3, 1}] = Integer{0};
  }
  // Whatever is asked is answered with these bindings.
  void answer_always(std::vector<VarBind> bindings) {
    wire_.answer_with([bindings](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
      const auto request = fakes::read_request(bytes);
      return std::vector<FakeReply>{
          {to, fakes::write_response("private", {request->id, 0, 0, bindings}), 1ms}};
    });
  }

  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  io::Endpoint at_{IpAddress::v4(0x0a40000b), 161};
  FakeAgent agent_;
  std::unique_ptr<Client> client_ = make_client(loop_, wire_);
  std::vector<Outcome> outcomes_;
};

TEST_F(ClientTest, GivesTheValuesInTheOrderAsked) {
  const auto outcome = get({kSysName, kSysDescr, kSysName.child(9)});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 3U);
  EXPECT_EQ(answer->bindings[0].value, Value{Octets{"sw-a1"}});
  EXPECT_EQ(answer->bindings[1].value, Value{Octets{"MarketSim switch SW-24P"}});
  EXPECT_FALSE(exists(answer->bindings[2].value));
  EXPECT_EQ(answer->round_trip, 2ms);
  EXPECT_EQ(answer->attempt, 1);
  EXPECT_EQ(client_->counters().replies, 1U);
}

TEST_F(ClientTest, NeverCallsAHandlerFromInsideTheCallThatRegisteredIt) {
  wire_.refuse_sends();
  const auto nothing = client_->get(target(), {}, kPatience, keep());
  const auto other =
      client_->set(target_at({IpAddress::v4(1), 161}),
                   std::vector<VarBind>{{kSysName, NoSuchObject{}}}, kPatience, keep());
  EXPECT_TRUE(outcomes_.empty());
  loop_.run_ready();
  ASSERT_EQ(outcomes_.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Answer>(outcomes_[0]));
  EXPECT_TRUE(std::holds_alternative<Garbled>(outcomes_[1]));
}

TEST_F(ClientTest, RunsTenThousandTimeoutsInVirtualTime) {
  std::vector<Request> requests;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const io::Endpoint silent{IpAddress::v4(0x0a500000 + i), 161};
    requests.push_back(
        client_->get(target_at(silent), std::vector<Oid>{kSysDescr}, kPatience, keep()));
  }
  loop_.advance(4499ms);
  EXPECT_TRUE(outcomes_.empty());
  loop_.advance(1ms);
  ASSERT_EQ(outcomes_.size(), 10'000U);
  for (const auto& outcome : outcomes_) {
    ASSERT_TRUE(std::holds_alternative<Silence>(outcome));
    EXPECT_EQ(std::get<Silence>(outcome).waited, 4500ms);
  }
  EXPECT_EQ(describe(outcomes_.front()), "no answer within 4500 ms");
  EXPECT_EQ(wire_.sent().size(), 30'000U);
  const auto counters = client_->counters();
  EXPECT_EQ(counters.requests_sent, 30'000U);
  EXPECT_EQ(counters.retries, 20'000U);
  EXPECT_EQ(counters.timeouts, 10'000U);
  EXPECT_EQ(loop_.pending_timers(), 0U);
}

TEST_F(ClientTest, RetriesWithTheSameOctetsAndTellsWhichAttemptWasAnswered) {
  wire_.lose_next(2);
  const auto outcome = get({kSysName});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_EQ(answer->attempt, 3);
  EXPECT_EQ(answer->round_trip, 2ms);
  ASSERT_EQ(wire_.sent().size(), 3U);
  EXPECT_EQ(wire_.sent()[0].bytes, wire_.sent()[2].bytes);
  EXPECT_EQ(wire_.sent()[2].at - wire_.sent()[0].at, 3s);
}

TEST_F(ClientTest, CountsALateReplyAsAStray) {
  wire_.answer_with(fakes::peer_of({{at_, &agent_}}, 10s));
  EXPECT_TRUE(std::holds_alternative<Silence>(get({kSysName})));
  loop_.advance(1min);
  EXPECT_EQ(client_->counters().strays, 3U);
  EXPECT_EQ(client_->counters().replies, 0U);
}

TEST_F(ClientTest, CountsADuplicateAsAStrayAndCallsTheHandlerOnce) {
  wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto reply = *agent_.handle(bytes);
    return std::vector<FakeReply>{{to, reply, 1ms}, {to, reply, 2ms}, {to, reply, 3ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Answer>(get({kSysName})));
  loop_.advance(1s);
  EXPECT_TRUE(outcomes_.empty());
  EXPECT_EQ(client_->counters().strays, 2U);
}

TEST_F(ClientTest, IgnoresAReplyFromAnotherAddressOrPort) {
  wire_.answer_with([this](const io::Endpoint&, std::span<const std::uint8_t> bytes) {
    const auto reply = *agent_.handle(bytes);
    return std::vector<FakeReply>{{{IpAddress::v4(0x0a40000c), 161}, reply, 1ms},
                                  {{at_.address, 1161}, reply, 1ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Silence>(get({kSysName})));
  EXPECT_EQ(client_->counters().strays, 6U);
}

TEST_F(ClientTest, IgnoresAReplyWithAnUnknownId) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = fakes::read_request(bytes);
    return std::vector<FakeReply>{
        {to, fakes::write_response("private", {request->id ^ 1, 0, 0, request->bindings}), 1ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Silence>(get({kSysName})));
  EXPECT_EQ(client_->counters().strays, 3U);
}

TEST_F(ClientTest, SaysSoWhenAnAgentBabblesInsteadOfKeepingSilent) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t>) {
    return std::vector<FakeReply>{{to, {'H', 'e', 'l', 'l', 'o'}, 1ms}};
  });
  const auto outcome = get({kSysName});
  ASSERT_TRUE(std::holds_alternative<Garbled>(outcome));
  EXPECT_THAT(describe(outcome), HasSubstr("not SNMP"));
  EXPECT_EQ(client_->counters().garbled, 3U);
  EXPECT_EQ(client_->counters().timeouts, 0U);
}

TEST_F(ClientTest, DoesNotTakeOtherObjectsForAnAnswer) {
  answer_always({{kSysDescr, Octets{"not what was asked"}}});
  EXPECT_TRUE(std::holds_alternative<Garbled>(get({kSysName})));
  EXPECT_TRUE(std::holds_alternative<Garbled>(get({kSysDescr, kSysName})));
  answer_always({});
  EXPECT_TRUE(std::holds_alternative<Garbled>(get({kSysName})));
}

TEST_F(ClientTest, AsksAnAgentOneThingAtATimeInTheOrderOfTheCalls) {
  const auto first = client_->get(target(), std::vector<Oid>{kSysName}, kPatience, keep());
  const auto second = client_->get(target(), std::vector<Oid>{kSysDescr}, kPatience, keep());
  EXPECT_EQ(wire_.sent().size(), 1U);
  loop_.advance(1ms);
  EXPECT_EQ(wire_.sent().size(), 1U);
  loop_.advance(1ms);
  EXPECT_EQ(outcomes_.size(), 1U);
  EXPECT_EQ(wire_.sent().size(), 2U);
  loop_.advance(2ms);
  ASSERT_EQ(outcomes_.size(), 2U);
  EXPECT_EQ(std::get<Answer>(outcomes_[0]).bindings.at(0).oid, kSysName);
  EXPECT_EQ(std::get<Answer>(outcomes_[1]).bindings.at(0).oid, kSysDescr);
}

TEST_F(ClientTest, DoesNotCallTheHandlerOfAWithdrawnRequestAndGoesOnWithTheNext) {
  std::optional<Request> first =
      client_->get(target(), std::vector<Oid>{kSysName}, kPatience, keep());
  std::optional<Request> second =
      client_->get(target(), std::vector<Oid>{kSysName}, kPatience, keep());
  const auto third = client_->get(target(), std::vector<Oid>{kSysDescr}, kPatience, keep());
  second.reset();
  first.reset();
  loop_.advance(1min);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_EQ(std::get<Answer>(outcomes_[0]).bindings.at(0).oid, kSysDescr);
  EXPECT_EQ(client_->counters().strays, 1U) << "the answer to the first";
}

TEST_F(ClientTest, LetsAHandlerWithdrawItselfAndOthers) {
  std::optional<Request> first;
  std::optional<Request> second;
  int calls = 0;
  first = client_->get(target(), std::vector<Oid>{kSysName}, kPatience, [&](Outcome) {
    ++calls;
    second.reset();
    first.reset();
  });
  second = client_->get(target(), std::vector<Oid>{kSysName}, kPatience,
                        [&calls](Outcome) { calls += 100; });
  loop_.advance(1min);
  EXPECT_EQ(calls, 1);
}

TEST_F(ClientTest, LetsAHandlerAskAgainAtOnce) {
  std::optional<Request> again;
  const auto first = client_->get(target(), std::vector<Oid>{kSysName}, kPatience, [&](Outcome) {
    again = client_->get(target(), std::vector<Oid>{kSysDescr}, kPatience, keep());
    EXPECT_TRUE(outcomes_.empty());
  });
  loop_.advance(1s);
  EXPECT_EQ(outcomes_.size(), 1U);
}

TEST_F(ClientTest, LetsAHandlerDestroyTheClientOnAReplyAndOnATimeout) {
  const auto replied = client_->get(target(), std::vector<Oid>{kSysName}, kPatience,
                                    [this](Outcome) { client_.reset(); });
  const auto waiting = client_->get(target(), std::vector<Oid>{kSysName}, kPatience, keep());
  loop_.advance(1min);
  EXPECT_EQ(client_, nullptr);
  EXPECT_TRUE(outcomes_.empty());

  wire_.answer_with({});
  client_ = make_client(loop_, wire_);
  const auto silent = client_->get(target(), std::vector<Oid>{kSysName}, kPatience,
                                   [this](Outcome) { client_.reset(); });
  loop_.advance(1min);
  EXPECT_EQ(client_, nullptr);
  EXPECT_EQ(loop_.pending_timers(), 0U);
}

TEST_F(ClientTest, KeepsARequestHarmlessThatOutlivesItsClient) {
  auto request =
      std::make_optional(client_->get(target(), std::vector<Oid>{kSysName}, kPatience, keep()));
  client_.reset();
  loop_.advance(1min);
  request.reset();
  EXPECT_TRUE(outcomes_.empty());
}

TEST_F(ClientTest, HalvesAGetThatIsTooBigAndKeepsTheOrder) {
  agent_.room = 3;
  std::vector<Oid> oids;
  for (std::uint32_t i = 1; i <= 17; ++i) {
    oids.push_back(kTable.child(i));
    agent_.objects[oids.back()] = Integer{static_cast<std::int32_t>(i)};
  }
  const auto outcome = get(oids);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 17U);
  for (std::size_t i = 0; i < oids.size(); ++i) {
    EXPECT_EQ(answer->bindings[i].oid, oids[i]);
    EXPECT_EQ(as_number(answer->bindings[i].value), static_cast<std::int64_t>(i + 1));
  }
}

TEST_F(ClientTest, GivesUpWhenEvenOneObjectIsTooBig) {
  agent_.room = 0;
  const auto outcome = get({kSysName, kSysDescr});
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->status, ErrorStatus::TooBig);
}

TEST_F(ClientTest, CountsTheBindingAtFaultOverAllRequests) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    auto request = *fakes::read_request(bytes);
    for (auto& binding : request.bindings) binding.value = Integer{1};
    fakes::FakeResponse response{request.id, 0, 0, request.bindings};
    for (std::size_t i = 0; i < request.bindings.size(); ++i) {
      if (request.bindings[i].oid.back() != 200) continue;
      response.error_status = 5;
      response.error_index = static_cast<std::int64_t>(i + 1);
    }
    return std::vector<FakeReply>{{to, fakes::write_response("private", response), 1ms}};
  });
  std::vector<Oid> oids;
  for (std::uint32_t i = 1; i <= 300; ++i) oids.push_back(kTable.child(i));
  const auto outcome = get(oids);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->index, 200U);
  EXPECT_GT(wire_.sent().size(), 1U);
  for (const auto& sent : wire_.sent()) EXPECT_LT(sent.bytes.size(), 1400U) << "one frame";
}

TEST_F(ClientTest, WalksATableAndStopsWhereItEnds) {
  fill_table(60);
  const auto outcome = walk(kTable);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 60U);
  EXPECT_EQ(as_number(answer->bindings.back().value), 60);
  EXPECT_EQ(wire_.sent().size(), 2U) << "25 rows, then what fits a frame";
}

TEST_F(ClientTest, WalksToTheEndOfTheView) {
  const auto outcome = walk(Oid{1, 3, 6, 1, 2, 1, 1});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_EQ(answer->bindings.size(), 2U);
  EXPECT_EQ(wire_.sent().size(), 1U);
}

TEST_F(ClientTest, GivesAnEmptyAnswerForAnEmptyTable) {
  const auto outcome = walk(Oid{1, 3, 6, 1, 2, 1, 1, 4});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_TRUE(answer->bindings.empty());
}

TEST_F(ClientTest, StopsAWalkAtTheGivenNumberOfBindings) {
  fill_table(60);
  for (const std::size_t most : {0U, 1U, 25U, 30U, 60U}) {
    const auto outcome = walk(kTable, most);
    const auto* answer = std::get_if<Answer>(&outcome);
    ASSERT_NE(answer, nullptr) << describe(outcome);
    EXPECT_EQ(answer->bindings.size(), most);
  }
}

TEST_F(ClientTest, EndsAWalkThatGoesInCircles) {
  answer_always({{kTable.child(1), Integer{1}}, {kTable.child(2), Integer{2}}});
  const auto outcome = walk(kTable);
  ASSERT_TRUE(std::holds_alternative<Garbled>(outcome)) << describe(outcome);
  EXPECT_THAT(describe(outcome), HasSubstr("does not advance"));
  EXPECT_EQ(wire_.sent().size(), 2U);
  answer_always({{kTable, Integer{1}}});
  EXPECT_TRUE(std::holds_alternative<Garbled>(walk(kTable)));
  answer_always({});
  EXPECT_TRUE(std::holds_alternative<Garbled>(walk(kTable)));
}

TEST_F(ClientTest, AsksForFewerRowsWhenTheyAreTooBig) {
  fill_table(40);
  agent_.repetitions_max = 4;
  const auto outcome = walk(kTable);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_EQ(answer->bindings.size(), 40U);
  // 25, 12 and 6 are refused, 3 are not: asked 3 + 14 times.
  EXPECT_EQ(wire_.sent().size(), 17U);
}

TEST_F(ClientTest, EndsAWalkWhenOneRowIsTooBig) {
  fill_table(4);
  agent_.repetitions_max = 0;
  const auto outcome = walk(kTable);
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->status, ErrorStatus::TooBig);
  EXPECT_EQ(wire_.sent().size(), 5U);
}

TEST_F(ClientTest, TellsTheSlowestRoundTripAndTheMostAttemptsOfAWalk) {
  fill_table(60);
  int question = 0;
  wire_.answer_with([&](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    std::vector<FakeReply> replies;
    ++question;
    if (question != 2) replies.push_back({to, *agent_.handle(bytes), question == 1 ? 40ms : 5ms});
    return replies;
  });
  const auto outcome = walk(kTable);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_EQ(answer->round_trip, 40ms);
  EXPECT_EQ(answer->attempt, 2);
}

TEST_F(ClientTest, WritesAndNamesTheBindingAtFault) {
  EXPECT_TRUE(std::holds_alternative<Answer>(set({{kSysName, Octets{"sw-b2"}}})));
  EXPECT_EQ(agent_.objects[kSysName], Value{Octets{"sw-b2"}});
  agent_.judge_set = [](const VarBind& wanted) { return wanted.oid == kSysDescr ? 8 : 0; };
  const auto outcome = set({{kSysName, Octets{"x"}}, {kSysDescr, Octets{"y"}}});
  EXPECT_EQ(describe(outcome), "wrongLength at binding 2");
  EXPECT_EQ(agent_.objects[kSysName], Value{Octets{"sw-b2"}});
}

TEST_F(ClientTest, NeverRepeatsASet) {
  wire_.lose_next(1);
  const auto outcome = set({{kSysName, Octets{"sw-b2"}}});
  const auto* silence = std::get_if<Silence>(&outcome);
  ASSERT_NE(silence, nullptr) << describe(outcome);
  EXPECT_EQ(silence->waited, 1500ms);
  EXPECT_EQ(wire_.sent().size(), 1U);
  loop_.advance(1min);
  EXPECT_EQ(wire_.sent().size(), 1U);
  EXPECT_EQ(agent_.sets, 0U);
}

TEST_F(ClientTest, SaysNothingMoreThanTheAgentDidOfAnUnknownErrorStatus) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = fakes::read_request(bytes);
    return std::vector<FakeReply>{
        {to, fakes::write_response("private", {request->id, 99, 1000, request->bindings}), 1ms}};
  });
  EXPECT_EQ(describe(get({kSysName})), "genErr: error-status 99 is not one of RFC 3416");
}

TEST_F(ClientTest, AsksAtLeastOnceWhateverThePatience) {
  const auto request =
      client_->get(target(), std::vector<Oid>{kSysName}, Patience{10ms, 0}, keep());
  loop_.advance(5ms);
  ASSERT_EQ(outcomes_.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Answer>(outcomes_[0]));
}

TEST_F(ClientTest, TakesASendThatFailsForALoss) {
  wire_.refuse_sends();
  const auto outcome = get({kSysName});
  ASSERT_TRUE(std::holds_alternative<Silence>(outcome));
  EXPECT_EQ(std::get<Silence>(outcome).waited, 4500ms);
}

TEST_F(ClientTest, CountsWhatTheSocketDropped) {
  wire_.count_drops(7);
  EXPECT_EQ(client_->counters().receive_drops, 7U);
}

TEST_F(ClientTest, SurvivesEveryTruncationAndManyBitFlipsOfAReply) {
  std::mt19937 random{416};
  fill_table(10);
  for (int round = 0; round < 3'000; ++round) {
    wire_.answer_with([&](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
      auto reply = *agent_.handle(bytes);
      if (round < static_cast<int>(reply.size())) {
        reply.resize(static_cast<std::size_t>(round));
      } else {
        const auto at = random() % reply.size();
        reply[at] = static_cast<std::uint8_t>(reply[at] ^ (1U << (random() % 8U)));
      }
      return std::vector<FakeReply>{{to, reply, 1ms}};
    });
    const auto request = client_->walk(target(), kTable, 30, {10ms, 1}, keep());
    loop_.advance(1s);
    ASSERT_EQ(outcomes_.size(), 1U) << round;
    outcomes_.clear();
  }
}

TEST(Describe, SaysEachOutcomeInWords) {
  EXPECT_EQ(describe(Answer{}), "answered with 0 bindings");
  EXPECT_EQ(describe(Silence{4500ms}), "no answer within 4500 ms");
  EXPECT_EQ(describe(Refusal{ErrorStatus::WrongLength, 2, ""}), "wrongLength at binding 2");
  EXPECT_EQ(describe(Refusal{ErrorStatus::AuthorizationError, 0, "usmStatsWrongDigests: no"}),
            "authorizationError: usmStatsWrongDigests: no");
  EXPECT_EQ(describe(Garbled{"noise"}), "unusable answer: noise");
}

}  // namespace
}  // namespace market::snmp
