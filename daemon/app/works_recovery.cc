// What the daemon ends or brings back by itself: a change that a crash cut short, one that nobody
// confirmed, a gateway that has lost its power.
#include "daemon/app/boot_clock.h"
#include "daemon/app/log.h"
#include "daemon/app/works.h"
#include "daemon/reconcile/restore.h"

namespace market::app {

void Works::wait_until(const std::optional<reconcile::BootTime>& until) {
  std::int64_t unix_ms = 0;
  if (until) {
    timer_.arm(*until);
    const auto wall = std::chrono::duration_cast<std::chrono::milliseconds>(
        parts_.loop.wall_now().time_since_epoch());
    unix_ms = wall.count() + until->ms - boot_now().ms;
  } else {
    timer_.disarm();
  }
  parts_.loop.post([this, unix_ms] { parts_.watch.set_confirm_by(unix_ms); });
}

bool Works::recover() {
  const auto open = parts_.store.journal().open_run();
  if (open && !*open) return true;
  const std::lock_guard lock{at_work_};
  if (open && (*open)->state == reconcile::RunState::AwaitingConfirm &&
      !is_over((*open)->confirm_by, boot_now())) {
    log(Level::Info, "CONFIRM_AWAITED", {{"run", std::to_string((*open)->run)}},
        "a change waits to be confirmed, or is put back");
    wait_until((*open)->confirm_by);
    return true;
  }
  log(Level::Warning, "RECOVERY_BEGUN", {},
      "a change was cut short by a crash; the journal decides how to end it");
  return resolve();
}

void Works::restore() {
  const std::lock_guard lock{at_work_};
  const auto model = model_.copy();
  if (!model->design.gateway) return;
  const auto& gateway = model->design.gateway->id;
  const auto last = parts_.store.journal().last_committed();
  if (!last || !*last) return;
  const auto tools = drivers(model);
  const auto plan = reconcile::restoring_plan(gateway, desired_of(*model), tools.observe(gateway),
                                              model->design.digest, *last);
  if (plan.empty()) return;
  log(Level::Warning, "RESTORE_BEGUN", {{"gateway", gateway}},
      "nothing of what was applied is left in the gateway: it has restarted, and gets it back");
  (void)report(executor(tools, "restore").apply(plan, reconcile::kRestorer), "restore",
               reconcile::kRestorer);
}

bool Works::put_back() {
  const auto lock = take();
  if (!lock) return false;
  log(Level::Warning, "CONFIRM_MISSED", {}, "nobody confirmed the last change in time");
  (void)resolve();
  wait_until({});
  return true;
}

bool Works::resolve() {
  const auto model = model_.copy();
  const auto tools = drivers(model);
  const auto result = executor(tools, "recover").recover(boot_now());
  (void)report(result, "recover", "marketd");
  return result.outcome != reconcile::Outcome::RollbackIncomplete &&
         result.outcome != reconcile::Outcome::Failed;
}

}  // namespace market::app
