// What the daemon finds changed behind its back, and what of it it puts right by itself.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/app/log.h"
#include "daemon/app/ways.h"
#include "daemon/app/works.h"
#include "daemon/reconcile/drift.h"

namespace market::app {
namespace {

/// Newest runs that are asked for repeats; an hour of one enforcement every minute.
constexpr std::size_t kRunsAsked = 60;

/// The devices with open findings are looked at along with those that were asked for: the plan that
/// is kept with the findings puts all of them right.
DevicesToLookAt with_findings(DevicesToLookAt devices, const health::DriftPtr& drift) {
  if (devices.empty() || !drift) return devices;
  for (const auto& row : drift->rows) devices.insert(row.device);
  return devices;
}

}  // namespace

bool Works::look_for_drift(const DevicesToLookAt& devices) {
  looks_ = true;
  Turn lock{at_work_, std::try_to_lock};
  const bool mine = lock.owns_lock();
  if (mine) {
    look_at(devices);
    lock.unlock();
  }
  looks_ = false;  // only now: nobody may find it taken, and think it was a change
  return mine;
}

void Works::look_at(const DevicesToLookAt& asked) {
  const auto open = parts_.store.journal().open_run();
  if (!open || *open) return;  // a change waits or is left over: nobody is where he should be
  const auto model = model_.copy();
  const auto history = parts_.store.journal().history(kRunsAsked);
  if (!history || !reconcile::is_applied(*history, model->design.digest)) {
    return show_drift(nullptr);
  }
  const auto devices = with_findings(asked, drift_);
  const auto tools = drivers(model);
  auto desired = desired_of(*model);
  if (!devices.empty()) {
    std::erase_if(desired, [&](const auto& each) { return !devices.contains(each.first); });
  }
  auto observed = devices.empty() ? tools.observe_all() : tools.observe(devices);
  std::string note;
  if (enforce(*model, tools, desired, observed, *history, note)) {
    observed = devices.empty() ? tools.observe_all() : tools.observe(devices);
  }
  const auto ways = ways_now(model->design, parts_.snapshot());
  const auto plan = reconcile::make_plan(desired, observed, model->design.digest, &ways);
  if (devices.empty()) show_verdict(plan);
  auto drift = std::make_shared<health::Drift>();
  drift->looked_ms = wall_ms();
  drift->rows = reconcile::drift_rows(plan, observed, drift_, drift->looked_ms);
  drift->plan_id = plan.id;
  if (!plan.empty()) drift->plan_json = reconcile::plan_to_json(plan);
  drift->note = std::move(note);
  show_drift(std::move(drift));
}

bool Works::enforce(const Model& model, const Drivers& tools, const reconcile::Desired& desired,
                    const reconcile::Observed& observed,
                    const std::vector<reconcile::RunRecord>& history, std::string& note) {
  if (model.design.enforced.empty()) return false;
  const auto ways = ways_now(model.design, parts_.snapshot());
  const auto plan = reconcile::enforcing_plan(desired, observed, model.design.enforced,
                                              model.design.digest, &ways);
  if (plan.empty()) return false;
  note = apply_objection(model);
  if (note.empty()) note = reconcile::objection_to_enforcing(plan, history, wall_ms());
  if (!note.empty()) return false;
  log(Level::Warning, "DRIFT_ENFORCED", {{"plan", plan.id}},
      fmt::format("{} settings have drifted and are put right, as the design says",
                  plan.change_count()));
  const auto result = executor(tools, "enforce").apply(plan, reconcile::kDaemonActor);
  (void)report(result, "enforce", reconcile::kDaemonActor);
  if (result.outcome != reconcile::Outcome::Committed) note = result.reason;
  return true;
}

void Works::show_drift(health::DriftPtr drift) {
  if (drift) {
    for (const auto& row : drift->rows) {
      if (row.since_ms != drift->looked_ms || row.fields.empty()) continue;  // told before
      log(Level::Warning, "DRIFT_FOUND",
          {{"device", row.device}, {"object_class", row.object_class}, {"plan", drift->plan_id}},
          row.fields.front());
    }
  }
  drift_ = drift;
  parts_.loop.post(
      [this, drift = std::move(drift)]() mutable { parts_.watch.set_drift(std::move(drift)); });
}

}  // namespace market::app
