// Acts when nobody has confirmed a change in time.
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
  /// `late`: called on the timer's thread while the deadline is over; true = done, else it is called
  /// again a second later.
  explicit ConfirmTimer(std::function<bool()> late);
  ~ConfirmTimer();
  ConfirmTimer(const ConfirmTimer&) = delete;
  ConfirmTimer& operator=(const ConfirmTimer&) = delete;

  void arm(const reconcile::BootTime& deadline);
  void disarm();

 private:
  void run();

  std::function<bool()> late_;
  std::mutex mutex_;
  std::condition_variable woken_;
  std::optional<reconcile::BootTime> deadline_;
  bool ends_ = false;
  std::thread thread_;  // the last: it uses all the others
};

}  // namespace market::app
