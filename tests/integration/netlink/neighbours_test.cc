// The kernel's neighbour table and its announcements, on a veth pair.
#include "probes/netlink/neighbours.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>

#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::IsEmpty;

std::string told(const Neighbour& neighbour) {
  return neighbour.address.to_string() + " " +
         (neighbour.mac ? neighbour.mac->to_string() : std::string{"-"}) + " " + neighbour.link;
}

class NeighboursTest : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    add_pair("shop0", "shop1");
    ip("link set shop0 up");
    ip("link set shop1 up");
    ip("addr add 10.64.0.1/16 dev shop0");
    ip("neigh add 10.64.0.9 lladdr 00:05:4f:01:02:03 dev shop0 nud permanent");
  }

  void watch(int buffer_octets = kNeighbourBuffer) {
    NeighbourHandlers handlers;
    handlers.on_table = [this](std::vector<Neighbour> table) {
      ++tables_;
      table_.clear();
      for (const auto& each : table) table_.insert(told(each));
    };
    handlers.on_change = [this](const Neighbour& each) { changes_.push_back(told(each)); };
    handlers.on_gone = [this](const Neighbour& each) { gone_.push_back(told(each)); };
    auto made = watch_neighbours(loop_, std::move(handlers), buffer_octets);
    ASSERT_TRUE(made) << made.error().message;
    watch_ = std::move(*made);
  }
  /// Runs the loop until `done()`, for ten seconds at most.
  bool run_until(const std::function<bool()>& done) {
    const auto limit = loop_.now() + 10s;
    std::function<void()> look = [&] {
      if (done() || loop_.now() > limit) return loop_.stop();
      poll_ = loop_.after(1ms, look);
    };
    loop_.post(look);
    loop_.run();
    return done();
  }

  io::AsioLoop loop_;
  io::Timer poll_;
  std::unique_ptr<NeighbourWatch> watch_;
  int tables_ = 0;
  std::set<std::string> table_;
  std::vector<std::string> changes_, gone_;
};

TEST_F(NeighboursTest, TellsTheTableAtTheStart) {
  watch();
  ASSERT_TRUE(run_until([this] { return tables_ > 0; }));
  EXPECT_THAT(table_, Contains("10.64.0.9 00:05:4f:01:02:03 shop0"));
}

TEST_F(NeighboursTest, TellsWhoComesAndGoes) {
  watch();
  ASSERT_TRUE(run_until([this] { return tables_ > 0; }));
  ip("neigh add 10.64.0.10 lladdr 00:05:4f:01:02:04 dev shop0 nud reachable");
  ASSERT_TRUE(run_until([this] { return !changes_.empty(); }));
  EXPECT_THAT(changes_, Contains("10.64.0.10 00:05:4f:01:02:04 shop0"));
  EXPECT_THAT(gone_, IsEmpty());
  ip("neigh del 10.64.0.10 dev shop0");
  ASSERT_TRUE(run_until([this] { return !gone_.empty(); }));
  EXPECT_THAT(gone_.front(), testing::StartsWith("10.64.0.10 "));
  EXPECT_EQ(tables_, 1) << "nothing was lost, nothing was read again";
}

TEST_F(NeighboursTest, KnowsTheNameOfALinkThatCameLater) {
  watch();
  ASSERT_TRUE(run_until([this] { return tables_ > 0; }));
  add_pair("late0", "late1");
  ip("link set late0 up");
  ip("neigh add 10.65.0.2 lladdr 00:05:4f:01:02:05 dev late0 nud permanent");
  ASSERT_TRUE(run_until([this] { return !changes_.empty(); }));
  EXPECT_THAT(changes_, Contains("10.65.0.2 00:05:4f:01:02:05 late0"));
}

TEST_F(NeighboursTest, KnowsTheNewNameOfALink) {
  watch();
  ASSERT_TRUE(run_until([this] { return tables_ > 0; }));
  ip("link set shop0 down");
  ip("link set shop0 name stall0");
  ip("link set stall0 up");
  ip("neigh add 10.64.0.11 lladdr 00:05:4f:01:02:06 dev stall0 nud permanent");
  const std::string expected{"10.64.0.11 00:05:4f:01:02:06 stall0"};
  EXPECT_TRUE(run_until([&] { return std::ranges::count(changes_, expected) > 0; }));
}

TEST_F(NeighboursTest, ReadsTheTableAgainWhenAnnouncementsWereLost) {
  constexpr int kMany = 300;
  watch(4096);
  ASSERT_TRUE(run_until([this] { return tables_ > 0; }));
  std::string script;
  for (int i = 0; i < kMany; ++i) {
    script += "neigh add 10.64." + std::to_string(1 + i / 250) + "." + std::to_string(1 + i % 250) +
              " lladdr 00:05:4f:02:00:00 dev shop0 nud permanent\n";
  }
  const auto path = testing::TempDir() + "neighbours.batch";
  std::ofstream{path} << script;
  ip("-batch " + path);
  std::remove(path.c_str());
  ASSERT_TRUE(run_until([this] { return tables_ > 1; }));
  EXPECT_GE(watch_->overflows(), 1U);
  EXPECT_EQ(table_.size(), kMany + 1U);
}

TEST_F(NeighboursTest, AHandlerMayEndTheWatch) {
  NeighbourHandlers handlers;
  int calls = 0;
  handlers.on_table = [&](const auto&) {
    watch_.reset();
    ++calls;
  };
  auto made = watch_neighbours(loop_, std::move(handlers));
  ASSERT_TRUE(made);
  watch_ = std::move(*made);
  ASSERT_TRUE(run_until([this] { return watch_ == nullptr; }));
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace market::netlink
