// The engine against a real agent: net-snmp's snmpd on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/snmp/agent_test.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using test::Snmpd;
using ::testing::HasSubstr;

const Oid kSystem{1, 3, 6, 1, 2, 1, 1};
const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysUpTime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid kSysContact{1, 3, 6, 1, 2, 1, 1, 4, 0};
const Oid kSysLocation{1, 3, 6, 1, 2, 1, 1, 6, 0};
const Oid kEngineBoots{1, 3, 6, 1, 6, 3, 10, 2, 1, 2, 0};
const Oid kIfTable{1, 3, 6, 1, 2, 1, 2, 2};
const Oid kIfDescrOfLoopback{1, 3, 6, 1, 2, 1, 2, 2, 1, 2, 1};
// Loopback: what has not answered by then will not.
constexpr Patience kShort{300ms, 1};
constexpr Patience kPatience{2000ms, 3};

class SnmpdTest : public AgentTest {
 protected:
  Outcome get(const Target& at, std::vector<Oid> oids, Patience patience = kPatience) {
    return blocking_->get(at, oids, patience);
  }
  Outcome set(const Target& at, std::vector<VarBind> bindings) {
    return blocking_->set(at, bindings, kPatience);
  }
  std::string text_at(const Target& at, const Oid& oid) {
    const auto outcome = get(at, {oid});
    const auto* answer = std::get_if<Answer>(&outcome);
    return answer == nullptr ? describe(outcome) : to_string(answer->bindings.at(0).value);
  }
  void expect_refusal(const Outcome& outcome, const std::string& word) {
    const auto* refusal = std::get_if<Refusal>(&outcome);
    ASSERT_NE(refusal, nullptr) << describe(outcome);
    EXPECT_EQ(refusal->status, ErrorStatus::AuthorizationError);
    EXPECT_THAT(refusal->detail, HasSubstr(word));
  }
};

TEST_F(SnmpdTest, ReadsSeveralObjectsInTheOrderAsked) {
  const auto outcome = get(v2c(Snmpd::kReadCommunity),
                           {kIfDescrOfLoopback, kSysDescr, kSysUpTime, kSystem.child(99)});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 4U);
  EXPECT_EQ(answer->bindings[0].value, Value{Octets{"lo"}});
  EXPECT_THAT(to_string(answer->bindings[1].value), HasSubstr("Linux"));
  EXPECT_TRUE(std::holds_alternative<TimeTicks>(answer->bindings[2].value));
  EXPECT_FALSE(exists(answer->bindings[3].value));
  EXPECT_EQ(answer->attempt, 1);
  EXPECT_GT(answer->round_trip.count(), 0);
}

TEST_F(SnmpdTest, WalksATableToItsEndAndNotBeyond) {
  const auto outcome = blocking_->walk(v2c(Snmpd::kReadCommunity), kIfTable, 10'000, kPatience);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_GE(answer->bindings.size(), 15U);
  for (std::size_t i = 0; i < answer->bindings.size(); ++i) {
    EXPECT_TRUE(answer->bindings[i].oid.starts_with(kIfTable));
    if (i == 0) continue;
    EXPECT_LT(answer->bindings[i - 1].oid, answer->bindings[i].oid);
  }
}

TEST_F(SnmpdTest, WalksTheSystemGroupOverSeveralExchanges) {
  const auto outcome = blocking_->walk(v2c(Snmpd::kReadCommunity), kSystem, 10'000, kPatience);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  EXPECT_GT(answer->bindings.size(), 25U) << "sysORTable alone has more";
  EXPECT_EQ(answer->bindings.front().oid, kSysDescr);
}

TEST_F(SnmpdTest, WritesAndReadsBackKoreanText) {
  const auto writer = v2c(Snmpd::kWriteCommunity);
  const auto outcome = set(writer, {{kSysLocation, Octets{"중앙시장 3번 골목"}},
                                    {kSysContact, Octets{"manager@market.example"}}});
  EXPECT_TRUE(std::holds_alternative<Answer>(outcome)) << describe(outcome);
  EXPECT_EQ(text_at(v2c(Snmpd::kReadCommunity), kSysLocation), "중앙시장 3번 골목");
  EXPECT_EQ(text_at(v2c(Snmpd::kReadCommunity), kSysContact), "manager@market.example");
}

TEST_F(SnmpdTest, NamesTheBindingAtFaultAndWritesNoneOfTheOthers) {
  const auto writer = v2c(Snmpd::kWriteCommunity);
  ASSERT_TRUE(std::holds_alternative<Answer>(set(writer, {{kSysLocation, Octets{"before"}}})));
  const auto outcome =
      set(writer, {{kSysLocation, Octets{"after"}}, {kSysDescr, Octets{"not writable"}}});
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->status, ErrorStatus::NotWritable);
  EXPECT_EQ(refusal->index, 2U);
  EXPECT_EQ(text_at(writer, kSysLocation), "before");
}

TEST_F(SnmpdTest, RefusesAWrongTypeAsTheAgentDoes) {
  const auto outcome = set(v2c(Snmpd::kWriteCommunity), {{kSysLocation, Integer{7}}});
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->status, ErrorStatus::WrongType);
  EXPECT_EQ(refusal->index, 1U);
}

TEST_F(SnmpdTest, HearsNothingForAWrongCommunity) {
  const auto outcome = get(v2c("guess"), {kSysDescr}, kShort);
  const auto* silence = std::get_if<Silence>(&outcome);
  ASSERT_NE(silence, nullptr) << describe(outcome);
  EXPECT_GE(silence->waited, 300ms);
}

TEST_F(SnmpdTest, ReadsAndWritesWithSha256AndAes) {
  const auto at = target(steward());
  EXPECT_TRUE(std::holds_alternative<Answer>(set(at, {{kSysContact, Octets{"steward"}}})));
  EXPECT_EQ(text_at(at, kSysContact), "steward");
  const auto walk = blocking_->walk(at, kIfTable, 10'000, kPatience);
  const auto plain = blocking_->walk(v2c(Snmpd::kReadCommunity), kIfTable, 10'000, kPatience);
  ASSERT_TRUE(std::holds_alternative<Answer>(walk)) << describe(walk);
  ASSERT_TRUE(std::holds_alternative<Answer>(plain)) << describe(plain);
  EXPECT_EQ(std::get<Answer>(walk).bindings.size(), std::get<Answer>(plain).bindings.size());
}

TEST_F(SnmpdTest, GivesTheSameValuesOverV2cAndV3) {
  // Names, types and link states, which do not count on: ifIndex..ifSpeed, ifAdminStatus.
  for (const std::uint32_t column : {1U, 2U, 3U, 4U, 5U, 6U, 7U}) {
    const auto root = kIfTable.child(1).child(column);
    const auto v3 = blocking_->walk(target(steward()), root, 1000, kPatience);
    const auto v2 = blocking_->walk(v2c(Snmpd::kReadCommunity), root, 1000, kPatience);
    ASSERT_TRUE(std::holds_alternative<Answer>(v3)) << describe(v3);
    ASSERT_TRUE(std::holds_alternative<Answer>(v2)) << describe(v2);
    const auto& left = std::get<Answer>(v3).bindings;
    const auto& right = std::get<Answer>(v2).bindings;
    ASSERT_EQ(left.size(), right.size());
    for (std::size_t i = 0; i < left.size(); ++i) {
      EXPECT_EQ(left[i].oid, right[i].oid);
      EXPECT_EQ(left[i].value, right[i].value);
    }
  }
}

TEST_F(SnmpdTest, SpeaksEveryHashOfTheShaFamily) {
  for (const auto& [user, hash] : {std::pair{"SHA", AuthProtocol::Sha1},
                                   {"SHA-224", AuthProtocol::Sha224},
                                   {"SHA-256", AuthProtocol::Sha256},
                                   {"SHA-384", AuthProtocol::Sha384},
                                   {"SHA-512", AuthProtocol::Sha512}}) {
    SCOPED_TRACE(user);
    auto credentials = steward();
    credentials.user = user;
    credentials.auth = hash;
    EXPECT_TRUE(std::holds_alternative<Answer>(
        set(target(credentials), {{kSysContact, Octets{std::string{user} + " wrote this"}}})));
    EXPECT_EQ(text_at(target(credentials), kSysContact), std::string{user} + " wrote this");
    credentials.auth_passphrase = Secret{"not the passphrase"};
    expect_refusal(get(target(credentials), {kSysDescr}), "usmStatsWrongDigests");
  }
}

TEST_F(SnmpdTest, ReadsWithSha1AndNoPrivacy) {
  EXPECT_THAT(text_at(target(inspector()), kSysDescr), HasSubstr("Linux"));
}

TEST_F(SnmpdTest, IsToldNoAccessWhereTheUserMayOnlyRead) {
  const auto outcome = set(target(inspector()), {{kSysContact, Octets{"no"}}});
  const auto* refusal = std::get_if<Refusal>(&outcome);
  ASSERT_NE(refusal, nullptr) << describe(outcome);
  EXPECT_EQ(refusal->status, ErrorStatus::NoAccess);
}

TEST_F(SnmpdTest, NamesAWrongAuthenticationPassphrase) {
  auto wrong = steward();
  wrong.auth_passphrase = Secret{"not the passphrase"};
  expect_refusal(get(target(wrong), {kSysDescr}), "usmStatsWrongDigests: wrong authentication");
  // And the right one of the same user works beside it.
  EXPECT_THAT(text_at(target(steward()), kSysDescr), HasSubstr("Linux"));
  expect_refusal(get(target(wrong), {kSysDescr}), "usmStatsWrongDigests");
}

TEST_F(SnmpdTest, DoesNotTakeAWrongPrivacyPassphraseForAnAnswer) {
  auto wrong = steward();
  wrong.priv_passphrase = Secret{"not the passphrase"};
  const auto outcome = get(target(wrong), {kSysDescr}, {300ms, 1});
  EXPECT_FALSE(std::holds_alternative<Answer>(outcome));
  std::puts(describe(outcome).c_str());
}

TEST_F(SnmpdTest, NamesAnUnknownUser) {
  auto stranger = steward();
  stranger.user = "stranger";
  expect_refusal(get(target(stranger), {kSysDescr}),
                 "usmStatsUnknownUserNames: the agent has no user 'stranger'");
}

TEST_F(SnmpdTest, NamesASecurityLevelTheUserDoesNotHave) {
  auto bold = inspector();
  bold.priv = PrivProtocol::Aes128;
  bold.priv_passphrase = Secret{Snmpd::kPrivPassphrase};
  expect_refusal(get(target(bold), {kSysDescr}), "usmStatsUnsupportedSecLevels");
}

TEST_F(SnmpdTest, RefusesATooShortPassphraseWithoutAsking) {
  auto careless = steward();
  careless.auth_passphrase = Secret{"short"};
  const auto before = client_->counters().requests_sent;
  expect_refusal(get(target(careless), {kSysDescr}), "fewer than 8 characters");
  EXPECT_EQ(client_->counters().requests_sent, before);
}

TEST_F(SnmpdTest, SurvivesARestartOfTheAgent) {
  const auto at = target(steward());
  ASSERT_EQ(text_at(at, kEngineBoots), "1");
  agent_->stop();
  const auto meanwhile = get(at, {kSysDescr}, kShort);
  EXPECT_TRUE(std::holds_alternative<Silence>(meanwhile)) << describe(meanwhile);
  agent_->start();
  await_agent();
  EXPECT_EQ(text_at(at, kEngineBoots), "2");
}

TEST_F(SnmpdTest, SurvivesAnAgentThatLostItsBootsCounter) {
  start_agent("exactEngineID 0x80001f8804636f756e74\n");
  agent_->stop();
  agent_->start();  // a second boot, so that the counter can fall
  await_agent();
  const auto at = target(steward());
  ASSERT_EQ(text_at(at, kEngineBoots), "2");
  agent_->stop();
  agent_->wipe_state();
  agent_->start();
  await_agent();
  EXPECT_EQ(text_at(at, kEngineBoots), "1");
}

TEST_F(SnmpdTest, SurvivesAnotherAgentAtTheSameAddress) {
  start_agent("exactEngineID 0x80001f8804666972737400\n");
  const auto at = target(steward());
  ASSERT_THAT(text_at(at, kSysDescr), HasSubstr("Linux"));
  agent_->stop();
  agent_->wipe_state();
  agent_->use("exactEngineID 0x80001f88047365636f6e64\n");
  agent_->start();
  await_agent();
  EXPECT_THAT(text_at(at, kSysDescr), HasSubstr("Linux"));
}

TEST_F(SnmpdTest, GetsManyObjectsOverSeveralRequests) {
  std::vector<Oid> many;
  for (int i = 0; i < 400; ++i) many.push_back(i % 2 == 0 ? kSysDescr : kSysUpTime);
  const auto outcome = get(v2c(Snmpd::kReadCommunity), many);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), many.size());
  for (std::size_t i = 0; i < many.size(); ++i) EXPECT_EQ(answer->bindings[i].oid, many[i]);
}

}  // namespace
}  // namespace market::snmp
