// Client: columns that lie next to each other in the MIB, walked through by one name.
#include <gtest/gtest.h>

#include "probes/snmp/client.h"
#include "tests/fakes/fake_agent.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using fakes::FakeAgent;
using fakes::FakeReply;

const Oid kEntry{1, 3, 6, 1, 2, 1, 2, 2, 1};
constexpr Patience kPatience{500ms, 3};
constexpr std::uint32_t kAsked = 6;

class StretchTest : public ::testing::Test {
 protected:
  StretchTest() {
    // Of six columns that are asked the fourth is empty; the seventh and eighth are not asked.
    for (std::uint32_t column = 1; column <= kAsked + 2; ++column) {
      if (column == 4) continue;
      for (std::uint32_t row = 1; row <= 30 + column; ++row) {
        agent_.objects[kEntry.child(column).child(row)] =
            Integer{static_cast<std::int32_t>(1000 * column + row)};
      }
    }
    wire_.answer_with(fakes::peer_of({{at_, &agent_}}, 2ms));
    target_.credentials.community = Secret{"public"};
  }

  Outcome table(std::vector<Oid> columns, std::size_t max_rows = 1000) {
    std::optional<Outcome> outcome;
    const auto request =
        client_->walk_table(target_, columns, max_rows, kPatience,
                            [&outcome](Outcome told) { outcome = std::move(told); });
    EXPECT_TRUE(loop_.run_until([&outcome] { return outcome.has_value(); }, 10min));
    return outcome.value_or(Garbled{"the handler was not called"});
  }
  static std::vector<Oid> columns() {
    std::vector<Oid> columns;
    for (std::uint32_t i = 1; i <= kAsked; ++i) columns.push_back(kEntry.child(i));
    return columns;
  }
  // At most `rows` of each column asked, column after column.
  void expect_table(const Outcome& outcome, std::size_t rows = 1000) {
    const auto* answer = std::get_if<Answer>(&outcome);
    ASSERT_NE(answer, nullptr) << describe(outcome);
    auto told = answer->bindings.begin();
    for (const auto& [oid, value] : agent_.objects) {
      if (oid[kEntry.size()] > kAsked || oid.back() > rows) continue;
      ASSERT_NE(told, answer->bindings.end());
      EXPECT_EQ(told->oid, oid);
      EXPECT_EQ(told->value, value);
      ++told;
    }
    EXPECT_EQ(told, answer->bindings.end());
  }

  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  io::Endpoint at_{IpAddress::v4(0x0a40000b), 161};
  FakeAgent agent_;
  Target target_{at_.address, at_.port, {}};
  std::unique_ptr<Client> client_ = make_client(loop_, wire_);
};

TEST_F(StretchTest, WalksNeighboursByOneName) {
  expect_table(table(columns()));
  EXPECT_LE(wire_.sent().size(), 5U) << "167 rows: 25, 50, 70 and the rest";
  for (const auto& sent : wire_.sent()) {
    EXPECT_EQ(fakes::read_request(sent.bytes)->bindings.size(), 1U);
  }
}

TEST_F(StretchTest, TakesAnswersCutOffAnywhere) {
  for (const std::size_t room : {1U, 2U, 3U, 7U, 31U, 32U, 33U}) {
    agent_.room = room;
    expect_table(table(columns()));
  }
}

TEST_F(StretchTest, StopsEachColumnAtMaxRows) {
  for (const std::size_t rows : {1U, 3U, 31U, 35U}) expect_table(table(columns(), rows), rows);
}

TEST_F(StretchTest, LearnsWhatIsTooBig) {
  agent_.repetitions_max = 4;
  expect_table(table(columns()));
}

TEST_F(StretchTest, EndsWithTheAgentsView) {
  agent_.objects.erase(agent_.objects.lower_bound(kEntry.child(kAsked).child(5)),
                       agent_.objects.end());
  expect_table(table(columns()));
}

TEST_F(StretchTest, TellsOtherColumnsInTheOrderTheyWereAsked) {
  auto asked = columns();
  asked.insert(asked.begin(), kEntry.child(8));
  const auto outcome = table(asked);
  const auto* answer = std::get_if<Answer>(&outcome);
  ASSERT_NE(answer, nullptr) << describe(outcome);
  ASSERT_EQ(answer->bindings.size(), 38U + 31 + 32 + 33 + 35 + 36);
  EXPECT_EQ(answer->bindings.front().oid, kEntry.child(8).child(1));
  EXPECT_EQ(answer->bindings[38].oid, kEntry.child(1).child(1));
  EXPECT_EQ(answer->bindings.back().oid, kEntry.child(6).child(36));
}

// Every answer begins anew at the first column: no hang, no row twice.
TEST_F(StretchTest, EndsAnAgentThatGoesBack) {
  wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    const auto request = *fakes::read_request(bytes);
    fakes::FakeResponse response{request.id, 0, 0, {}};
    for (std::uint32_t row = 1; row <= 3; ++row) {
      response.bindings.push_back({kEntry.child(2).child(row), Integer{1}});
    }
    response.bindings.push_back({kEntry.child(1).child(1), Integer{1}});
    return std::vector<FakeReply>{{to, fakes::write_response("public", response), 2ms}};
  });
  const auto outcome = table(columns());
  EXPECT_TRUE(std::holds_alternative<Garbled>(outcome) || std::holds_alternative<Answer>(outcome))
      << describe(outcome);
  EXPECT_LE(wire_.sent().size(), 2 * kAsked);
}

TEST_F(StretchTest, DoesNotTakeRowsThatDoNotAdvance) {
  wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    fakes::FakeResponse response{fakes::read_request(bytes)->id, 0, 0, {}};
    response.bindings.assign(5, {kEntry.child(1).child(9), Integer{1}});
    return std::vector<FakeReply>{{to, fakes::write_response("public", response), 2ms}};
  });
  EXPECT_TRUE(std::holds_alternative<Garbled>(table(columns())));
}

}  // namespace
}  // namespace market::snmp
