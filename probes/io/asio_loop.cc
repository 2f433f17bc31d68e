#include "probes/io/asio_loop.h"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <optional>
#include <thread>

namespace market::io {
namespace {

namespace asio = boost::asio;
using Descriptor = asio::posix::stream_descriptor;
using boost::system::error_code;

// The Timer owns the state, the loop's queue holds it weakly: withdrawing is dropping the state,
// and a completion that is queued already finds nothing left to call.
class PendingCall final : public Timer::Impl {
 public:
  PendingCall(asio::io_context& context, Duration delay, std::function<void()> work)
      : state_{std::make_shared<State>(context, std::move(work))} {
    state_->timer.expires_after(delay);
    state_->timer.async_wait([weak = std::weak_ptr{state_}](const error_code& error) {
      const auto state = weak.lock();
      if (!state || error) return;
      const auto due = std::move(state->work);
      due();
    });
  }

 private:
  struct State {
    State(asio::io_context& context, std::function<void()> what)
        : timer{context}, work{std::move(what)} {}
    asio::steady_timer timer;
    std::function<void()> work;
  };
  std::shared_ptr<State> state_;
};

class Watch final : public Timer::Impl {
 public:
  Watch(asio::io_context& context, int fd, Descriptor::wait_type readiness,
        std::function<void()> work)
      : state_{std::make_shared<State>(context, readiness, std::move(work))} {
    state_->descriptor.assign(fd, state_->refused);
    if (!state_->refused) arm(state_);
  }
  ~Watch() override {
    // The descriptor belongs to the caller: let go of it, never close it.
    if (state_->descriptor.is_open()) state_->descriptor.release();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

  [[nodiscard]] bool stands() const { return !state_->refused; }

 private:
  struct State {
    State(asio::io_context& context, Descriptor::wait_type what, std::function<void()> call)
        : descriptor{context}, readiness{what}, work{std::move(call)} {}
    Descriptor descriptor;
    Descriptor::wait_type readiness;
    std::function<void()> work;
    error_code refused;
  };

  static void arm(const std::shared_ptr<State>& state) {
    state->descriptor.async_wait(state->readiness,
                                 [weak = std::weak_ptr{state}](const error_code& error) {
                                   const auto self = weak.lock();
                                   if (!self || error || !self->descriptor.is_open()) return;
                                   self->work();
                                   if (self->descriptor.is_open()) arm(self);
                                 });
  }

  std::shared_ptr<State> state_;
};

}  // namespace

struct AsioLoop::Impl {
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> keep_running{context.get_executor()};
  std::atomic<std::thread::id> runner;
  std::optional<asio::signal_set> signals;
  std::function<void(int)> on_signal;

  void await_signal() {
    signals->async_wait([this](const error_code& error, int number) {
      if (error) return;
      await_signal();
      const auto call = on_signal;  // it may set another
      call(number);
    });
  }

  Timer watch(int fd, Descriptor::wait_type readiness, std::function<void()> work) {
    auto watch = std::make_unique<Watch>(context, fd, readiness, std::move(work));
    return watch->stands() ? Timer{std::move(watch)} : Timer{};
  }
};

AsioLoop::AsioLoop() : impl_{std::make_unique<Impl>()} {}
AsioLoop::~AsioLoop() = default;

TimePoint AsioLoop::now() const { return std::chrono::steady_clock::now(); }
WallTime AsioLoop::wall_now() const { return std::chrono::system_clock::now(); }

Timer AsioLoop::after(Duration delay, std::function<void()> work) {
  return Timer{std::make_unique<PendingCall>(impl_->context, delay, std::move(work))};
}

void AsioLoop::post(std::function<void()> work) { asio::post(impl_->context, std::move(work)); }

bool AsioLoop::on_loop_thread() const { return impl_->runner.load() == std::this_thread::get_id(); }

void AsioLoop::run() {
  // Forgets the runner however run() ends, an exception of a handler included.
  struct Running {
    explicit Running(Impl& loop) : impl{loop} { impl.runner = std::this_thread::get_id(); }
    ~Running() {
      impl.runner = std::thread::id{};
      impl.context.restart();
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    Impl& impl;
  } const running{*impl_};
  impl_->context.run();
}

void AsioLoop::stop() { impl_->context.stop(); }

void AsioLoop::on_signals(std::function<void(int)> work) {
  impl_->on_signal = std::move(work);
  if (impl_->signals) return;
  impl_->signals.emplace(impl_->context, SIGTERM, SIGINT, SIGHUP);
  impl_->await_signal();
}

Timer AsioLoop::on_readable(int fd, std::function<void()> work) {
  return impl_->watch(fd, Descriptor::wait_read, std::move(work));
}

Timer AsioLoop::on_writable(int fd, std::function<void()> work) {
  return impl_->watch(fd, Descriptor::wait_write, std::move(work));
}

}  // namespace market::io
