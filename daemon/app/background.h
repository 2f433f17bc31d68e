// A thread for work that waits for the disk, so that the loop never does. First in, first out.
//
// Threads:  post() from anywhere. The destructor finishes what was posted.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace market::app {

class Background {
 public:
  explicit Background(std::size_t capacity);
  ~Background();
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// False when the queue is full: the work is then not taken, and the caller says so.
  [[nodiscard]] bool post(std::function<void()> work);

 private:
  void run();

  std::size_t capacity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace market::app
