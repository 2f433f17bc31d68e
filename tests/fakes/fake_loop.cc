#include "tests/fakes/fake_loop.h"

#include <stdexcept>

namespace market::fakes {
namespace {

using namespace std::chrono_literals;

// More callbacks in one advance() than any test needs.
constexpr std::uint64_t kRunaway = 20'000'000;
constexpr auto kWallStart = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1};

}  // namespace

class FakeLoop::PendingCall final : public io::Timer::Impl {
 public:
  PendingCall(const std::shared_ptr<Timers>& timers, Key key) : timers_{timers}, key_{key} {}
  ~PendingCall() override {
    const auto timers = timers_.lock();
    if (!timers) return;
    // What the call holds dies after the table is whole again: it may own further timers.
    const auto node = timers->extract(key_);
  }
  PendingCall(const PendingCall&) = delete;
  PendingCall& operator=(const PendingCall&) = delete;

 private:
  std::weak_ptr<Timers> timers_;
  Key key_;
};

FakeLoop::FakeLoop()
    : owner_{std::this_thread::get_id()},
      now_{io::TimePoint{} + 1h},
      begun_{now_},
      timers_{std::make_shared<Timers>()} {}

io::WallTime FakeLoop::wall_now() const {
  return kWallStart + std::chrono::duration_cast<io::WallTime::duration>(now_ - begun_);
}

io::Timer FakeLoop::after(io::Duration delay, std::function<void()> work) {
  const Key key{now_ + std::max(delay, io::Duration::zero()), sequence_++};
  timers_->emplace(key, std::move(work));
  return io::Timer{std::make_unique<PendingCall>(timers_, key)};
}

void FakeLoop::post(std::function<void()> work) {
  const std::lock_guard lock{mutex_};
  posted_.push_back(std::move(work));
}

bool FakeLoop::on_loop_thread() const { return std::this_thread::get_id() == owner_; }

void FakeLoop::run_posted() {
  for (std::uint64_t turns = 0; turns < kRunaway; ++turns) {
    std::function<void()> work;
    {
      const std::lock_guard lock{mutex_};
      if (posted_.empty()) return;
      work = std::move(posted_.front());
      posted_.pop_front();
    }
    work();
  }
  throw std::logic_error{"FakeLoop: work is posted for ever"};
}

bool FakeLoop::run_next_timer(io::TimePoint limit) {
  if (timers_->empty() || timers_->begin()->first.first > limit) return false;
  const auto node = timers_->extract(timers_->begin());
  now_ = std::max(now_, node.key().first);
  node.mapped()();
  return true;
}

void FakeLoop::advance(io::Duration step) {
  const auto target = now_ + step;
  run_posted();
  for (std::uint64_t turns = 0; run_next_timer(target); ++turns) {
    if (turns == kRunaway) throw std::logic_error{"FakeLoop: timers fall due for ever"};
    run_posted();
  }
  now_ = target;
}

bool FakeLoop::run_until(const std::function<bool()>& done, io::Duration limit) {
  const auto target = now_ + limit;
  run_posted();
  for (std::uint64_t turns = 0; !done(); ++turns) {
    if (turns == kRunaway) throw std::logic_error{"FakeLoop: timers fall due for ever"};
    if (!run_next_timer(target)) break;
    run_posted();
  }
  if (!done()) now_ = target;
  return done();
}

}  // namespace market::fakes
