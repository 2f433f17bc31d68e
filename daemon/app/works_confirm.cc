// A change that waits to be confirmed: a guard behind it, an eye on what it does to the market, and
// back with it when nobody confirms it or something stops working.
#include <fmt/format.h>

#include "daemon/app/boot_clock.h"
#include "daemon/app/log.h"
#include "daemon/app/works.h"
#include "daemon/health/regression.h"

namespace market::app {
namespace {

reconcile::BootTime later(std::chrono::seconds span) {
  auto moment = boot_now();
  moment.ms += std::chrono::milliseconds{span}.count();
  return moment;
}

/// What the eye of one change remembers; on the timer's thread alone.
struct Eye {
  health::Regression regression;
  reconcile::BootTime began;
  health::SnapshotPtr seen;
};

}  // namespace

Result<reconcile::Report> Works::apply_to_be_confirmed(const reconcile::Plan& plan,
                                                       const Drivers& drivers,
                                                       const std::string& actor,
                                                       std::chrono::seconds within) {
  const auto open = parts_.store.journal().open_run();
  // Otherwise nothing is begun, and a run that waits already keeps its guard.
  const bool begins = !plan.empty() && open && !*open;
  if (begins) {
    if (auto posted = parts_.guard.post(later(within)); !posted) {
      return tl::make_unexpected(std::move(posted.error()).within("nothing was written"));
    }
  }
  const auto before = parts_.snapshot();
  reconcile::BootTime until;
  auto result = executor(drivers, "apply").apply(plan, actor, [&until, within] {
    until = later(within);
    return until;
  });
  if (result.outcome == reconcile::Outcome::AwaitingConfirm) {
    wait_until(until, before);
  } else if (begins) {
    dismiss_guard();
  }
  return result;
}

void Works::wait_until(const std::optional<reconcile::BootTime>& until,
                       const health::SnapshotPtr& before) {
  if (until) {
    timer_.arm(*until, before ? eye(*before) : ConfirmTimer::Work{});
  } else {
    timer_.disarm();
    dismiss_guard();
  }
  parts_.loop.post([this, until] { parts_.watch.set_confirm_by(until); });
}

ConfirmTimer::Work Works::eye(const health::Snapshot& before) {
  auto eye = std::make_shared<Eye>(Eye{health::Regression{before}, boot_now(), parts_.snapshot()});
  return [this, eye = std::move(eye)] {
    auto now = parts_.snapshot();
    if (now == eye->seen) return;
    eye->seen = std::move(now);
    const auto worse = eye->regression.judge(*eye->seen);
    if (worse.empty()) return;
    put_back(
        fmt::format("{} {} s after the change", worse, (boot_now().ms - eye->began.ms) / 1000));
  };
}

void Works::put_back(const std::string& reason) {
  const auto lock = take();
  if (!lock) return;  // the timer asks again
  const auto open = parts_.store.journal().open_run();
  if (open && *open && (*open)->state == reconcile::RunState::AwaitingConfirm) {
    log(Level::Warning, "CHANGE_HARMFUL", {}, reason);
    parts_.loop.post([this, reason] { parts_.watch.note("put back: " + reason); });
    const auto tools = drivers(model_.copy());
    (void)report(executor(tools, "put back").put_back(reason), "put-back", "marketd");
  }
  wait_until({});
}

void Works::put_back_late() {
  const auto lock = take();
  if (!lock) return;
  log(Level::Warning, "CONFIRM_MISSED", {}, "nobody confirmed the last change in time");
  (void)resolve();
  wait_until({});
}

void Works::dismiss_guard() {
  if (const auto dismissed = parts_.guard.dismiss(); !dismissed) {
    log(Level::Warning, "GUARD_FAILED", {}, dismissed.error().message);
  }
}

}  // namespace market::app
