// Looks on while a change waits to be confirmed, and acts when nobody has confirmed it in time.
//
// Threads:  one of its own, which looks at the clock once a second. arm and disarm from any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "daemon/reconcile/journal.h"

namespace market::app {

class ConfirmTimer {
 public:
  using Work = std::function<void()>;

  /// `late`: called on the timer's thread once a second while the deadline is over, until it
  /// disarms the timer.
  explicit ConfirmTimer(Work late);
  ~ConfirmTimer();
  ConfirmTimer(const ConfirmTimer&) = delete;
  ConfirmTimer& operator=(const ConfirmTimer&) = delete;

  /// `look`: the same, while there is time left; may be empty.
  void arm(const reconcile::BootTime& deadline, Work look);
  void disarm();

 private:
  void run();

  Work late_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::optional<reconcile::BootTime> deadline_;
  Work look_;
  bool ends_ = false;
  std::thread thread_;  // the last: it uses all the others
};

}  // namespace market::app
