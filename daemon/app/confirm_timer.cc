#include "daemon/app/confirm_timer.h"

#include "daemon/app/boot_clock.h"

namespace market::app {

ConfirmTimer::ConfirmTimer(std::function<bool()> late)
    : late_{std::move(late)}, thread_{[this] { run(); }} {}

ConfirmTimer::~ConfirmTimer() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void ConfirmTimer::arm(const reconcile::BootTime& deadline) {
  {
    const std::lock_guard lock{mutex_};
    deadline_ = deadline;
  }
  woken_.notify_all();
}

void ConfirmTimer::disarm() {
  const std::lock_guard lock{mutex_};
  deadline_.reset();
}

void ConfirmTimer::run() {
  std::unique_lock lock{mutex_};
  while (!ends_) {
    if (!deadline_) {
      woken_.wait(lock);
      continue;
    }
    if (!is_over(*deadline_, boot_now())) {
      // The steady clock that this waits by stands still in suspend, hence seconds.
      woken_.wait_for(lock, std::chrono::seconds{1});
      continue;
    }
    lock.unlock();
    const bool done = late_();
    lock.lock();
    if (done) {
      deadline_.reset();
    } else if (!ends_) {
      woken_.wait_for(lock, std::chrono::seconds{1});
    }
  }
}

}  // namespace market::app
