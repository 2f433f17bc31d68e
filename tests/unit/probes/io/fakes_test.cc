// The fakes must be right before anything tested with them can be.
#include <gtest/gtest.h>

#include "tests/fakes/fake_wire.h"

namespace market::fakes {
namespace {

using namespace std::chrono_literals;

TEST(FakeLoop, RunsTimersAtTheirOwnTimesAndPostsBeforeTheNextTimer) {
  FakeLoop loop;
  const auto begun = loop.now();
  std::string order;
  const auto late = loop.after(20ms, [&] {
    order += "c";
    EXPECT_EQ(loop.now() - begun, 20ms);
  });
  const auto early = loop.after(10ms, [&] {
    order += "a";
    EXPECT_EQ(loop.now() - begun, 10ms);
    loop.post([&] { order += "b"; });
  });
  loop.advance(9ms);
  EXPECT_EQ(order, "");
  loop.advance(100ms);
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(loop.now() - begun, 109ms);
}

TEST(FakeLoop, KeepsTheOrderOfTimersOfTheSameTimeAndForgetsWithdrawnOnes) {
  FakeLoop loop;
  std::string order;
  const auto first = loop.after(5ms, [&] { order += "1"; });
  auto second = loop.after(5ms, [&] { order += "2"; });
  const auto third = loop.after(5ms, [&] { order += "3"; });
  second.cancel();
  loop.advance(5ms);
  EXPECT_EQ(order, "13");
  EXPECT_EQ(loop.pending_timers(), 0U);
}

TEST(FakeLoop, RunsWhatIsReadyWithoutMovingTime) {
  FakeLoop loop;
  const auto begun = loop.now();
  int calls = 0;
  loop.post([&] { ++calls; });
  const auto due = loop.after(0ms, [&] { ++calls; });
  const auto later = loop.after(1ms, [&] { ++calls; });
  loop.run_ready();
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(loop.now(), begun);
}

TEST(FakeLoop, StopsAtTheConditionOrAtTheLimit) {
  FakeLoop loop;
  const auto begun = loop.now();
  bool done = false;
  const auto timer = loop.after(1h, [&] { done = true; });
  EXPECT_TRUE(loop.run_until([&] { return done; }, 2h));
  EXPECT_EQ(loop.now() - begun, 1h);
  EXPECT_FALSE(loop.run_until([] { return false; }, 1h));
  EXPECT_EQ(loop.now() - begun, 2h);
}

TEST(FakeWire, DeliversAfterTheDelayAndLosesWhatItIsToldTo) {
  FakeLoop loop;
  FakeWire wire{loop, [](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
                  return std::vector<FakeReply>{{to, {bytes.begin(), bytes.end()}, 5ms}};
                }};
  const io::Endpoint at{IpAddress::v4(1), 161};
  Bytes got;
  wire.on_receive([&](const io::Endpoint& from, std::span<const std::uint8_t> bytes) {
    EXPECT_EQ(from, at);
    got.assign(bytes.begin(), bytes.end());
  });
  wire.lose_next(1);
  ASSERT_TRUE(wire.send(at, Bytes{1}));
  ASSERT_TRUE(wire.send(at, Bytes{2}));
  loop.advance(4ms);
  EXPECT_TRUE(got.empty());
  loop.advance(1ms);
  EXPECT_EQ(got, Bytes{2});
  EXPECT_EQ(wire.sent().size(), 2U);
}

}  // namespace
}  // namespace market::fakes
