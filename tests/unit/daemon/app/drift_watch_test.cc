#include "daemon/app/drift_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "tests/fakes/fake_loop.h"

namespace market::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// The look answers from its own thread; the loop's time stands still meanwhile.
class DriftWatchTest : public ::testing::Test {
 protected:
  DriftWatch::Look look() {
    return [this](const DevicesToLookAt& devices) {
      const std::lock_guard lock{mutex_};
      looks_.push_back(devices);
      looked_.notify_all();
      return !busy_;
    };
  }
  /// Moves time by `step`, and waits for so many looks in all to have been answered.
  void advance(io::Duration step, std::size_t looks) {
    loop_.advance(step);
    {
      std::unique_lock lock{mutex_};
      ASSERT_TRUE(looked_.wait_for(lock, 10s, [&] { return looks_.size() >= looks; }));
    }
    // The answer is posted right after; a look that never posts would hang here, bounded.
    for (int i = 0; i < 10'000 && loop_.pending_timers() == 0; ++i) {
      std::this_thread::yield();
      loop_.run_ready();
    }
  }
  std::size_t count() {
    const std::lock_guard lock{mutex_};
    return looks_.size();
  }

  fakes::FakeLoop loop_;
  std::mutex mutex_;
  std::condition_variable looked_;
  std::vector<DevicesToLookAt> looks_;
  bool busy_ = false;
};

TEST_F(DriftWatchTest, LooksAtAllOfThemFromTimeToTime) {
  DriftWatch watch{loop_, 10min, look()};
  loop_.advance(9min);
  EXPECT_EQ(count(), 0U);
  advance(1min, 1);
  advance(10min, 2);
  EXPECT_THAT(looks_, ElementsAre(IsEmpty(), IsEmpty()));
}

TEST_F(DriftWatchTest, LooksSoonAtWhatWokeItOnceForAllThatCameTogether) {
  DriftWatch watch{loop_, 10min, look()};
  watch.wake("gw1");
  watch.wake("sw-1");
  watch.wake("gw1");
  advance(2s, 1);
  EXPECT_THAT(looks_, ElementsAre(ElementsAre("gw1", "sw-1")));
}

TEST_F(DriftWatchTest, IsNotKeptBusyByADeviceThatNeverStopsCalling) {
  DriftWatch watch{loop_, 10min, look()};
  watch.wake("gw1");
  advance(2s, 1);
  watch.wake("gw1");
  loop_.advance(9s);
  EXPECT_EQ(count(), 1U);
  advance(1s, 2);
}

TEST_F(DriftWatchTest, LooksAtAllOfThemInTimeHoweverOftenOneCalls) {
  DriftWatch watch{loop_, 10min, look()};
  for (std::size_t minute = 1; minute <= 9; ++minute) {
    watch.wake("gw1");
    advance(1min, minute);
  }
  EXPECT_EQ(count(), 9U);
  advance(1min, 10);
  EXPECT_THAT(looks_.back(), IsEmpty());
  loop_.advance(9min);
  EXPECT_EQ(count(), 10U);
}

TEST_F(DriftWatchTest, ForgetsNobodyWhomItCouldNotLookAt) {
  busy_ = true;
  DriftWatch watch{loop_, 24h, look()};
  watch.wake("gw1");
  advance(2s, 1);
  busy_ = false;
  watch.wake("sw-1");
  advance(10s, 2);
  EXPECT_THAT(looks_.back(), ElementsAre("gw1", "sw-1"));
}

TEST_F(DriftWatchTest, ComesBackWhenSomebodyWasAtWork) {
  busy_ = true;
  DriftWatch watch{loop_, 10min, look()};
  advance(10min, 1);
  busy_ = false;
  advance(10s, 2);
  EXPECT_EQ(count(), 2U);
}

}  // namespace
}  // namespace market::app
