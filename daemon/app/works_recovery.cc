// What the daemon ends or brings back by itself: a change that a crash cut short, one that nobody
// confirmed, a gateway that has lost its power.
#include "daemon/app/boot_clock.h"
#include "daemon/app/log.h"
#include "daemon/app/works.h"
#include "daemon/reconcile/restore.h"

namespace market::app {

bool Works::recover() {
  const auto open = parts_.store.journal().open_run();
  const std::lock_guard lock{at_work_};
  if (open && !*open) {
    dismiss_guard();  // of a daemon that settled everything and died before it said so
    return true;
  }
  if (open && (*open)->state == reconcile::RunState::AwaitingConfirm &&
      !is_over((*open)->confirm_by, boot_now())) {
    log(Level::Info, "CONFIRM_AWAITED", {{"run", std::to_string((*open)->run)}},
        "a change waits to be confirmed, or is put back");
    if (const auto posted = parts_.guard.post((*open)->confirm_by); !posted) {
      log(Level::Error, "GUARD_MISSING", {}, posted.error().message);
    }
    wait_until((*open)->confirm_by);
    return true;
  }
  log(Level::Warning, "RECOVERY_BEGUN", {},
      "a change was cut short by a crash; the journal decides how to end it");
  const bool whole = resolve();
  wait_until({});
  return whole;
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
  (void)report(executor(tools, "restore").apply(plan, reconcile::kDaemonActor), "restore",
               reconcile::kDaemonActor);
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
