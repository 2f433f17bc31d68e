// The real loop. Times are short and the assertions are about order, so that a busy machine
// cannot fail them.
#include "probes/io/asio_loop.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "probes/io/owned_fd.h"

namespace market::io {
namespace {

using namespace std::chrono_literals;

// Ends the run however the test goes.
class AsioLoopTest : public ::testing::Test {
 protected:
  void run() {
    const auto guard = loop_.after(10s, [this] {
      ADD_FAILURE() << "the loop was not stopped";
      loop_.stop();
    });
    loop_.run();
  }

  AsioLoop loop_;
};

TEST_F(AsioLoopTest, RunsTimersInTheOrderOfTheirTimes) {
  std::vector<int> order;
  const auto third = loop_.after(30ms, [&] {
    order.push_back(3);
    loop_.stop();
  });
  const auto first = loop_.after(1ms, [&] { order.push_back(1); });
  const auto second = loop_.after(15ms, [&] { order.push_back(2); });
  EXPECT_TRUE(first.armed());
  const auto begun = loop_.now();
  run();
  EXPECT_EQ(order, (std::vector<int>{1, 2, 3}));
  EXPECT_GE(loop_.now() - begun, 29ms);
}

TEST_F(AsioLoopTest, NeverCallsFromInsideTheCallThatRegisters) {
  bool called = false;
  const auto timer = loop_.after(0ms, [&] {
    called = true;
    loop_.post([this, &called] {
      called = false;
      loop_.stop();
    });
    EXPECT_TRUE(called);
  });
  EXPECT_FALSE(called);
  run();
  EXPECT_FALSE(called);
}

TEST_F(AsioLoopTest, DoesNotCallATimerThatWasDestroyedEvenWhenItWasDue) {
  int calls = 0;
  std::optional<Timer> doomed;
  // Both are due when the loop looks; the first to run destroys the other.
  std::optional<Timer> other;
  doomed = loop_.after(1ms, [&] {
    ++calls;
    other.reset();
  });
  other = loop_.after(1ms, [&] {
    ++calls;
    doomed.reset();
  });
  const auto end = loop_.after(20ms, [&] { loop_.stop(); });
  run();
  EXPECT_EQ(calls, 1);
}

TEST_F(AsioLoopTest, LetsATimerDestroyItself) {
  std::optional<Timer> timer;
  timer = loop_.after(1ms, [&] {
    timer.reset();
    loop_.stop();
  });
  run();
  EXPECT_FALSE(timer.has_value());
}

TEST_F(AsioLoopTest, RunsWhatOtherThreadsPostInTheirOrder) {
  constexpr int kCalls = 1000;
  std::vector<int> seen;
  std::atomic<bool> elsewhere = true;
  std::thread poster{[&] {
    elsewhere = loop_.on_loop_thread();
    for (int i = 0; i < kCalls; ++i) {
      loop_.post([&, i] {
        EXPECT_TRUE(loop_.on_loop_thread());
        seen.push_back(i);
        if (i == kCalls - 1) loop_.stop();
      });
    }
  }};
  run();
  poster.join();
  EXPECT_FALSE(elsewhere);
  ASSERT_EQ(seen.size(), static_cast<std::size_t>(kCalls));
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_FALSE(loop_.on_loop_thread()) << "it does not run any more";
}

TEST_F(AsioLoopTest, HonoursAStopThatCameBeforeTheRun) {
  loop_.stop();
  bool ran = false;
  loop_.post([&] { ran = true; });
  loop_.run();
  EXPECT_FALSE(ran);
  loop_.post([&] { loop_.stop(); });
  run();
  EXPECT_TRUE(ran);
}

TEST_F(AsioLoopTest, AnswersAnotherThreadThatWaits) {
  std::thread runner{[this] { loop_.run(); }};
  const auto answer = post_and_wait<int>(loop_, 10s, [](const auto& done) { done(42); });
  const auto nothing = post_and_wait<int>(loop_, 1ms, [](const auto&) {});
  loop_.stop();
  runner.join();
  EXPECT_EQ(answer, 42);
  EXPECT_EQ(nothing, std::nullopt);
}

TEST_F(AsioLoopTest, WatchesADescriptorUntilTheHandleDiesAndLeavesItOpen) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const OwnedFd reader{ends[0]};
  const OwnedFd writer{ends[1]};
  std::string got;
  Timer watch = loop_.on_readable(reader.number(), [&] {
    char c = 0;
    if (::read(reader.number(), &c, 1) == 1) got += c;
    if (got.size() < 3) return;
    watch.cancel();
    loop_.post([this] { loop_.stop(); });
  });
  ASSERT_EQ(::write(writer.number(), "abcd", 4), 4);
  run();
  EXPECT_EQ(got, "abc") << "one octet a call: it is called as long as there is something";
  char rest = 0;
  EXPECT_EQ(::read(reader.number(), &rest, 1), 1);
  EXPECT_EQ(rest, 'd');
}

TEST_F(AsioLoopTest, CanWatchADescriptorAgain) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const OwnedFd reader{ends[0]};
  const OwnedFd writer{ends[1]};
  loop_.on_readable(reader.number(), [] {}).cancel();
  const auto watch = loop_.on_readable(reader.number(), [this] { loop_.stop(); });
  ASSERT_TRUE(watch.armed());
  ASSERT_EQ(::write(writer.number(), "x", 1), 1);
  run();
}

TEST_F(AsioLoopTest, TellsWhenADescriptorCanBeWritten) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::pipe(ends.data()), 0);
  const OwnedFd reader{ends[0]};
  const OwnedFd writer{ends[1]};
  const auto watch = loop_.on_writable(writer.number(), [this] { loop_.stop(); });
  run();
}

TEST_F(AsioLoopTest, GivesAnUnarmedHandleForWhatCannotBeWatched) {
  EXPECT_FALSE(loop_.on_readable(-1, [] {}).armed());
}

TEST_F(AsioLoopTest, TellsEachSignal) {
  std::vector<int> seen;
  loop_.on_signals([&](int number) {
    seen.push_back(number);
    if (number == SIGHUP) ::raise(SIGTERM);
    if (number == SIGTERM) loop_.stop();
  });
  ::raise(SIGHUP);
  run();
  EXPECT_EQ(seen, (std::vector<int>{SIGHUP, SIGTERM}));
}

}  // namespace
}  // namespace market::io
