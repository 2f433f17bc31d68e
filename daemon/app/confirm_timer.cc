#include "daemon/app/confirm_timer.h"

#include "daemon/app/boot_clock.h"

namespace market::app {

ConfirmTimer::ConfirmTimer(Work late) : late_{std::move(late)}, thread_{[this] { run(); }} {}

ConfirmTimer::~ConfirmTimer() {
  {
    const std::lock_guard lock{mutex_};
    ends_ = true;
  }
  woken_.notify_all();
  thread_.join();
}

void ConfirmTimer::arm(const reconcile::BootTime& deadline, Work look) {
  {
    const std::lock_guard lock{mutex_};
    deadline_ = deadline;
    look_ = std::move(look);
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
    const auto work = is_over(*deadline_, boot_now()) ? late_ : look_;
    lock.unlock();
    if (work) work();
    lock.lock();
    // The steady clock that this waits by stands still in suspend, hence seconds.
    if (!ends_ && deadline_) woken_.wait_for(lock, std::chrono::seconds{1});
  }
}

}  // namespace market::app
