// A loop whose time stands still until a test moves it: ten thousand timeouts in a millisecond.
//
// Timers run in the order of their due times (the earlier made first among equals), each at its
// own due time as now() tells it; posted work runs before the next timer. Work that goes on for
// ever ends in an exception, not in a hang.
//
// Threads:  the thread that made it is the loop's thread; post() may be called from anywhere.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "probes/io/loop.h"

namespace market::fakes {

class FakeLoop final : public io::Loop {
 public:
  FakeLoop();

  /// Starts one hour after the clock's epoch, so that "a minute ago" exists.
  [[nodiscard]] io::TimePoint now() const override { return now_; }
  /// Starts at 2026-01-01T00:00:00Z and moves with now().
  [[nodiscard]] io::WallTime wall_now() const override;
  io::Timer after(io::Duration delay, std::function<void()> work) override;
  void post(std::function<void()> work) override;
  [[nodiscard]] bool on_loop_thread() const override;

  /// Runs what is posted and what is due now, and what that posts in turn.
  void run_ready() { advance(io::Duration::zero()); }
  /// Moves time by `step` and runs all that falls due on the way.
  void advance(io::Duration step);
  /// Jumps from timer to timer until `done()` or `limit` has passed. True when done.
  bool run_until(const std::function<bool()>& done, io::Duration limit);

  /// Timers that have neither run nor been withdrawn.
  [[nodiscard]] std::size_t pending_timers() const { return timers_->size(); }

 private:
  using Key = std::pair<io::TimePoint, std::uint64_t>;
  using Timers = std::map<Key, std::function<void()>>;
  class PendingCall;

  void run_posted();
  bool run_next_timer(io::TimePoint limit);

  std::thread::id owner_;
  io::TimePoint now_;
  io::TimePoint begun_;
  std::uint64_t sequence_ = 0;
  std::shared_ptr<Timers> timers_;
  std::mutex mutex_;
  std::deque<std::function<void()>> posted_;  // guarded by mutex_
};

}  // namespace market::fakes
