// Client: several columns or roots in one PDU, and SNMPv1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "probes/snmp/client.h"
#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using fakes::FakeAgent;
using fakes::FakeReply;
using ::testing::HasSubstr;

const Oid kSysName{1, 3, 6, 1, 2, 1, 1, 5, 0};
const Oid kEntry{1, 3, 6, 1, 2, 1, 2, 2, 1};
constexpr Patience kPatience{500ms, 3};

class TableTest : public ::testing::Test {
 protected:
  TableTest() {
    agent_.objects[kSysName] = Octets{"sw-a1"};
    // Columns of different length: 40, 39, 38 rows.
    for (std::uint32_t column = 1; column <= 3; ++column) {
      for (std::uint32_t row = 1; row <= 41 - column; ++row) {
        agent_.objects[kEntry.child(column).child(row)] =
            Integer{static_cast<std::int32_t>(1000 * column + row)};
      }
    }
    wire_.answer_with(fakes::peer_of({{at_, &agent_}}, 2ms));
    target_.credentials.community = Secret{"private"};
  }
  Outcome run(const Request& /*held while it runs*/) {
    EXPECT_TRUE(loop_.run_until([this] { return outcome_.has_value(); }, 10min));
    auto outcome = outcome_.value_or(Garbled{"the handler was not called"});
    outcome_.reset();
    return outcome;
  }
  Handler keep() {
    return [this](Outcome outcome) { outcome_ = std::move(outcome); };
  }
  Outcome table(std::vector<Oid> columns, std::size_t max_rows = 1000) {
    return run(client_->walk_table(target_, columns, max_rows, kPatience, keep()));
  }
  Outcome next(std::vector<Oid> roots) {
    return run(client_->next(target_, roots, kPatience, keep()));
  }
  Outcome get(std::vector<Oid> oids) { return run(client_->get(target_, oids, kPatience, keep())); }
  std::vector<Oid> columns() const { return {kEntry.child(1), kEntry.child(2), kEntry.child(3)}; }
  // All rows, column after column.
  void expect_whole_table(const Outcome& outcome) {
    const auto* answer = std::get_if<Answer>(&outcome);
    ASSERT_NE(answer, nullptr) << describe(outcome);
    auto expected = agent_.objects.upper_bound(kEntry);
    ASSERT_EQ(answer->bindings.size(), 117U);
    for (const auto& binding : answer->bindings) {
      EXPECT_EQ(binding.oid, expected->first);
      EXPECT_EQ(binding.value, expected->second);
      ++expected;
    }
  }

  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  io::Endpoint at_{IpAddress::v4(0x0a40000b), 161};
  FakeAgent agent_;
  Target target_{at_.address, at_.port, {}};
  std::unique_ptr<Client> client_ = make_client(loop_, wire_);
  std::optional<Outcome> outcome_;
};

TEST_F(TableTest, WalksColumnsSideBySideEachToItsOwnEnd) {
  expect_whole_table(table(columns()));
  EXPECT_LE(wire_.sent().size(), 4U) << "24, 48 and the rest";
}

TEST_F(TableTest, StopsEachColumnAtMaxRows) {
  const auto outcome = table(columns(), 7);
  EXPECT_EQ(std::get<Answer>(outcome).bindings.size(), 21U);
  EXPECT_TRUE(std::get<Answer>(table({})).bindings.empty());
  EXPECT_TRUE(std::get<Answer>(table(columns(), 0)).bindings.empty());
}

TEST_F(TableTest, TakesAnswersCutOffAnywhere) {
  for (const std::size_t room : {1U, 2U, 4U, 7U, 50U}) {
    agent_.room = room;
    expect_whole_table(table(columns()));
  }
}

TEST_F(TableTest, LearnsWhatIsTooBig) {
  agent_.repetitions_max = 2;
  expect_whole_table(table(columns()));
}

TEST_F(TableTest, SurvivesThirtyPercentLoss) {
  std::mt19937 dice{7};  // NOLINT(cert-msc51-cpp): the same every time
  wire_.answer_with([&](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    std::vector<FakeReply> replies;
    if (dice() % 10 >= 3) replies.push_back({to, *agent_.handle(bytes), 2ms});
    return replies;
  });
  const Patience patient{500ms, 12};
  expect_whole_table(run(client_->walk_table(target_, columns(), 1000, patient, keep())));
}

TEST_F(TableTest, AsksAnAgentThatLosesLargeAnswersForLess) {
  wire_.answer_with([&](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    std::vector<FakeReply> replies;
    auto reply = *agent_.handle(bytes);
    if (reply.size() < 300) replies.push_back({to, std::move(reply), 2ms});
    return replies;
  });
  expect_whole_table(table(columns()));
}

TEST_F(TableTest, EndsAnEndlessOrCirclingTable) {
  std::uint32_t row = 0;
  bool circling = false;
  wire_.answer_with([&](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = *fakes::read_request(bytes);
    std::vector<VarBind> bindings;
    for (const auto& asked : request.bindings) {
      const auto column =
          Oid{std::vector<std::uint32_t>{asked.oid.arcs().begin(), asked.oid.arcs().begin() + 10}};
      bindings.push_back({column.child(circling ? 5 : ++row), Integer{1}});
    }
    return std::vector<FakeReply>{
        {to, fakes::write_response("private", {request.id, 0, 0, bindings}), 1ms}};
  });
  const auto endless = table({kEntry.child(1), kEntry.child(2)}, 50);
  EXPECT_EQ(std::get<Answer>(endless).bindings.size(), 100U);
  circling = true;
  const auto circles = table({kEntry.child(1), kEntry.child(2)}, 50);
  EXPECT_THAT(describe(circles), HasSubstr("does not advance"));
}

TEST_F(TableTest, RepeatsSoonWhereTheAgentIsKnownToBeQuick) {
  EXPECT_TRUE(std::holds_alternative<Answer>(get({kSysName})));
  wire_.sent().clear();
  wire_.lose_next(2);
  const auto outcome = get({kSysName});
  ASSERT_TRUE(std::holds_alternative<Answer>(outcome)) << describe(outcome);
  ASSERT_EQ(wire_.sent().size(), 3U);
  EXPECT_LE(wire_.sent()[1].at - wire_.sent()[0].at, 200ms);
  EXPECT_GE(wire_.sent()[1].at - wire_.sent()[0].at, 180ms);
  EXPECT_LE(wire_.sent()[2].at - wire_.sent()[1].at, 400ms);
}

TEST_F(TableTest, GivesTheNextOfEachRoot) {
  const auto outcome =
      next({kEntry.child(2), kEntry, Oid{1, 3, 6, 1, 9}, kEntry.child(1).child(4)});
  const auto& bindings = std::get<Answer>(outcome).bindings;
  ASSERT_EQ(bindings.size(), 4U);
  EXPECT_EQ(bindings[0].oid, kEntry.child(2).child(1));
  EXPECT_EQ(bindings[1].oid, kEntry.child(1).child(1));
  EXPECT_EQ(bindings[2].value, Value{EndOfMibView{}});
  EXPECT_EQ(bindings[3].oid, kEntry.child(1).child(5));
  EXPECT_EQ(wire_.sent().size(), 1U);
}

TEST_F(TableTest, DoesNotTakeForTheNextWhatDoesNotFollow) {
  wire_.answer_with([](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = *fakes::read_request(bytes);
    return std::vector<FakeReply>{
        {to, fakes::write_response("private", {request.id, 0, 0, {{kSysName, Integer{1}}}}), 1ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Garbled>(next({kSysName})));
}

TEST_F(TableTest, SpeaksVersionOneDroppingWhatTheAgentDoesNotKnow) {
  target_.credentials.version = Version::V1;
  const auto outcome = get({kSysName.child(1), kSysName, kEntry, kEntry.child(1).child(2)});
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 4U);
  EXPECT_EQ(answer->bindings[0].oid, kSysName.child(1));
  EXPECT_EQ(answer->bindings[0].value, Value{NoSuchObject{}});
  EXPECT_EQ(answer->bindings[1].value, Value{Octets{"sw-a1"}});
  EXPECT_EQ(answer->bindings[2].value, Value{NoSuchObject{}});
  EXPECT_EQ(answer->bindings[3].value, Value{Integer{1002}});
  EXPECT_FALSE(exists(std::get<Answer>(get({kEntry})).bindings.at(0).value));

  const auto after = next({Oid{1, 3, 6, 1, 9}, kEntry});
  ASSERT_TRUE(std::holds_alternative<Answer>(after)) << describe(after);
  EXPECT_EQ(std::get<Answer>(after).bindings[0].value, Value{EndOfMibView{}});
  EXPECT_EQ(std::get<Answer>(after).bindings[1].oid, kEntry.child(1).child(1));
}

TEST_F(TableTest, WalksInVersionOneByGetNext) {
  target_.credentials.version = Version::V1;
  expect_whole_table(table(columns()));
  const auto outcome = run(client_->walk(target_, kEntry, 1000, kPatience, keep()));
  EXPECT_EQ(std::get<Answer>(outcome).bindings.size(), 117U);
  for (const auto& sent : wire_.sent()) EXPECT_EQ(fakes::read_request(sent.bytes)->version, 0);
}

TEST_F(TableTest, WritesInVersionOneButNoCounter64) {
  target_.credentials.version = Version::V1;
  const std::vector<VarBind> name{{kSysName, Octets{"sw-b2"}}};
  EXPECT_TRUE(std::holds_alternative<Answer>(run(client_->set(target_, name, kPatience, keep()))));
  EXPECT_EQ(agent_.objects[kSysName], Value{Octets{"sw-b2"}});
  const std::vector<VarBind> wide{{kSysName, Counter64{1}}};
  EXPECT_TRUE(std::holds_alternative<Garbled>(run(client_->set(target_, wide, kPatience, keep()))));
}

TEST_F(TableTest, DoesNotTakeAnAnswerInAnotherVersion) {
  wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = *fakes::read_request(bytes);
    return std::vector<FakeReply>{
        {to, fakes::write_response("private", {request.id, 0, 0, request.bindings, 0}), 1ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Silence>(get({kSysName})));
}

}  // namespace
}  // namespace market::snmp
