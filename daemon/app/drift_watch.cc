#include "daemon/app/drift_watch.h"

#include <algorithm>
#include <utility>

namespace market::app {
namespace {

using std::chrono::seconds;

/// A change seldom comes alone: a cable that is pulled, a person who types.
constexpr io::Duration kSettle = seconds{2};
/// Between two looks, however often we are woken.
constexpr io::Duration kSpacing = seconds{10};

}  // namespace

DriftWatch::DriftWatch(io::Loop& loop, io::Duration interval, Look look)
    : loop_{loop}, interval_{interval}, look_{std::move(look)}, all_due_{loop.now() + interval} {
  look_at_all_by(all_due_);
}

void DriftWatch::set_interval(io::Duration interval) {
  interval_ = interval;
  all_due_ = loop_.now() + interval_;
  if (!looking_ && woken_.empty()) look_at_all_by(all_due_);
}

void DriftWatch::wake(const std::string& device) {
  woken_.insert(device);
  if (looking_) return;  // it comes after this one
  auto pause = kSettle;
  if (looked_ != io::TimePoint::min()) {
    pause = std::max(pause, looked_ + kSpacing - loop_.now());
  }
  if (loop_.now() + pause < due_) look_after(pause, false);
}

void DriftWatch::look_at_all_by(io::TimePoint due) {
  look_after(std::max(due - loop_.now(), io::Duration::zero()), true);
}

void DriftWatch::look_after(io::Duration pause, bool all) {
  all_ = all;
  due_ = loop_.now() + pause;
  timer_ = loop_.after(pause, [this] { look(); });
}

void DriftWatch::look() {
  auto devices = all_ ? DevicesToLookAt{} : std::exchange(woken_, {});
  if (all_) woken_.clear();
  looking_ = worker_.post([this, devices = std::move(devices)] {
    const bool looked = look_(devices);
    loop_.post([this, looked, devices] { on_looked(looked, devices); });
  });
  if (!looking_) look_after(kSpacing, all_);
}

void DriftWatch::on_looked(bool looked, const DevicesToLookAt& devices) {
  looking_ = false;
  looked_ = loop_.now();
  if (!looked) {
    woken_.insert(devices.begin(), devices.end());
    return look_after(kSpacing, devices.empty());
  }
  if (devices.empty()) all_due_ = looked_ + interval_;
  if (!woken_.empty()) return look_after(kSpacing, all_due_ <= looked_ + kSpacing);
  look_at_all_by(std::max(all_due_, looked_ + std::min(kSpacing, interval_)));
}

}  // namespace market::app
