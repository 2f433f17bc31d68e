// The real loop, on Boost.Asio. One per process part that needs one; run() on one thread.
//
// Every Timer (watches of descriptors included) must die before the loop does.
#pragma once

#include <functional>
#include <memory>

#include "probes/io/loop.h"

namespace market::io {

class AsioLoop final : public Loop {
 public:
  AsioLoop();
  ~AsioLoop() override;
  AsioLoop(const AsioLoop&) = delete;
  AsioLoop& operator=(const AsioLoop&) = delete;

  [[nodiscard]] TimePoint now() const override;
  [[nodiscard]] WallTime wall_now() const override;
  Timer after(Duration delay, std::function<void()> work) override;
  void post(std::function<void()> work) override;
  [[nodiscard]] bool on_loop_thread() const override;

  /// Runs until stop(). The calling thread becomes the loop's thread.
  void run();
  /// From any thread and from signal-free code: run() returns soon.
  void stop();

  /// Calls `work` from the loop for each SIGTERM, SIGINT (stop) or SIGHUP (reload).
  void on_signals(std::function<void(int signal_number)> work);

  /// Calls `work` from the loop whenever `fd` is readable, until the Timer-like handle dies.
  /// The descriptor stays the caller's, who closes it after the handle is gone; it is made
  /// non-blocking. One watch per descriptor. A descriptor that cannot be polled (a file) gives a
  /// handle that is not armed.
  Timer on_readable(int fd, std::function<void()> work);
  /// The same for a descriptor that can be written to: a connection that stands or has failed.
  Timer on_writable(int fd, std::function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace market::io
