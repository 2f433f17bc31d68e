#include "daemon/app/background.h"

#include <utility>

namespace market::app {

Background::Background(std::size_t capacity) : capacity_{capacity}, thread_{[this] { run(); }} {}

Background::~Background() {
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Background::post(std::function<void()> work) {
  {
    const std::lock_guard lock{mutex_};
    if (queue_.size() >= capacity_) return false;
    queue_.push_back(std::move(work));
  }
  changed_.notify_one();
  return true;
}

void Background::run() {
  std::unique_lock lock{mutex_};
  while (true) {
    changed_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    auto work = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    work();
    lock.lock();
  }
}

}  // namespace market::app
