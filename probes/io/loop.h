// The event loop and its clock: the one door to time and to other threads.
//
// One thread runs the loop and owns all mutable state of probes and daemon. Boost.Asio is seen
// in asio_loop.cc and udp_socket.cc only; tests run on FakeLoop (tests/fakes), whose time jumps.
//
// Threads:  post() may be called from anywhere; everything else only on the loop's thread.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <utility>

namespace market::io {

using TimePoint = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

/// A pending call. Destroying it withdraws the call. Empty by default.
class [[nodiscard]] Timer {
 public:
  class Impl {
   public:
    virtual ~Impl() = default;
  };
  Timer() = default;
  explicit Timer(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
  void cancel() { impl_.reset(); }
  [[nodiscard]] bool armed() const { return impl_ != nullptr; }

 private:
  std::unique_ptr<Impl> impl_;
};

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  [[nodiscard]] virtual WallTime wall_now() const = 0;
};

class Loop : public Clock {
 public:
  /// Calls `work` once, `delay` from now, from the loop, never from inside this call.
  virtual Timer after(Duration delay, std::function<void()> work) = 0;
  /// Calls `work` soon, from the loop. From any thread.
  virtual void post(std::function<void()> work) = 0;
  /// True on the loop's own thread (a blocking call there would never end).
  [[nodiscard]] virtual bool on_loop_thread() const = 0;
};

/// Starts `begin(done)` on the loop and waits, on this other thread, until `done(value)` is
/// called; nothing when that took longer than `deadline`. Never on the loop's thread.
template <class T>
std::optional<T> post_and_wait(Loop& loop, std::chrono::milliseconds deadline,
                               std::function<void(std::function<void(T)>)> begin) {
  auto promise = std::make_shared<std::promise<T>>();
  auto answer = promise->get_future();
  loop.post([promise, begin = std::move(begin)] {
    begin([promise](T value) { promise->set_value(std::move(value)); });
  });
  if (answer.wait_for(deadline) != std::future_status::ready) return std::nullopt;
  return answer.get();
}

}  // namespace market::io
