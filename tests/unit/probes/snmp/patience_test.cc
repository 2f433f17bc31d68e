// How long an agent is waited for, and the questions that are encoded once.
#include <gtest/gtest.h>

#include <optional>

#include "probes/snmp/codec.h"
#include "probes/snmp/deadlines.h"
#include "probes/snmp/round_trip.h"
#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;

TEST(RoundTrip, WaitsAllOfItForAStrangerAndAtTheLastSend) {
  RoundTrip agent;
  EXPECT_EQ(agent.patience(1500ms, 1, 3, 1), 1500ms);
  agent.sample(2ms);
  EXPECT_EQ(agent.patience(1500ms, 1, 3, 0), 200ms);
  EXPECT_EQ(agent.patience(1500ms, 2, 3, 0), 400ms) << "backs off";
  EXPECT_EQ(agent.patience(1500ms, 2, 3, 1), 360ms) << "jitter takes a tenth at most";
  EXPECT_EQ(agent.patience(1500ms, 3, 3, 1), 1500ms);
}

TEST(RoundTrip, GrowsWithASlowAgentButNotBeyondPatience) {
  RoundTrip agent;
  for (int i = 0; i < 50; ++i) agent.sample(i % 2 == 0 ? 300ms : 500ms);
  EXPECT_GT(agent.patience(5s, 1, 3, 0), 500ms);
  EXPECT_LT(agent.patience(5s, 1, 3, 0), 1s);
  EXPECT_EQ(agent.patience(400ms, 1, 3, 0), 400ms);
}

TEST(Deadlines, GivesTheEarliestAndForgetsTheDead) {
  Deadlines<int> deadlines;
  const io::TimePoint zero{};
  const auto late = std::make_shared<int>(2);
  const auto early = std::make_shared<int>(1);
  deadlines.add(zero + 2s, late);
  deadlines.add(zero + 1s, early);
  deadlines.add(zero + 1s, std::make_shared<int>(3));  // dies at once
  EXPECT_EQ(deadlines.next(), zero + 1s);
  EXPECT_EQ(deadlines.take(), early);
  deadlines.prune([](io::TimePoint, const int* owner) { return owner != nullptr; });
  EXPECT_EQ(deadlines.size(), 1U);
  EXPECT_EQ(deadlines.take(), late);
  EXPECT_TRUE(deadlines.empty());
}

TEST(Prepared, WritesWhatEncodingAnewWouldAndReadsItsAnswers) {
  const std::vector<Oid> oids{Oid{1, 3, 6, 1, 2, 1, 1, 5, 0}, Oid{1, 3, 6, 1, 4, 1, 32473, 1}};
  const auto prepared =
      Prepared::make(Version::V2c, Secret{"public"}, Operation::Get, make_names(oids));
  ASSERT_TRUE(prepared);
  Question question;
  question.oids = oids;
  Bytes written;
  for (const std::int32_t id : {Prepared::kSmallestId, 0x12345678, 0x7fffffff}) {
    question.request_id = id;
    prepared->write(id, written);
    EXPECT_EQ(written, *encode_v2c(Secret{"public"}, question)) << id;
  }
  const std::vector<VarBind> values{{oids[0], Octets{"ap-1"}}, {oids[1], Counter64{7}}};
  auto answer = fakes::write_response("public", {5, 0, 0, values});
  auto reply = decode_community(answer, &*prepared);
  ASSERT_TRUE(reply);
  EXPECT_TRUE(reply->names_as_asked);
  EXPECT_EQ(reply->bindings[1].oid, oids[1]);
  EXPECT_EQ(reply->bindings[1].value, Value{Counter64{7}});

  answer = fakes::write_response("public", {5, 0, 0, {values[1], values[0]}});
  reply = decode_community(answer, &*prepared);
  ASSERT_TRUE(reply);
  EXPECT_FALSE(reply->names_as_asked);
  EXPECT_EQ(reply->bindings[0].oid, oids[1]);
  for (std::size_t size = 0; size < answer.size(); ++size) {
    EXPECT_FALSE(decode_community(std::span{answer}.first(size), &*prepared)) << size;
  }
}

}  // namespace
}  // namespace market::snmp
