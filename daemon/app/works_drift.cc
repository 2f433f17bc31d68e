// What the daemon finds changed behind its back, and what of it it puts right by itself.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/app/log.h"
#include "daemon/app/works.h"
#include "daemon/reconcile/drift.h"
#include "daemon/reconcile/field_rules.h"

namespace market::app {
namespace {

/// Newest runs that are asked for repeats; an hour of one enforcement every minute.
constexpr std::size_t kRunsAsked = 60;

bool by_device(const health::DriftRow& a, const health::DriftRow& b) {
  if (a.device != b.device) return reconcile::natural_less(a.device, b.device);
  return a.object_class < b.object_class;
}

/// The rows of devices that were not looked at now stay as they were.
void keep_other_rows(const health::DriftPtr& before, const reconcile::Observed& looked_at,
                     std::vector<health::DriftRow>& rows) {
  if (!before) return;
  for (const auto& row : before->rows) {
    const auto seen = looked_at.find(row.device);
    if (seen == looked_at.end() || !seen->second.reached) rows.push_back(row);
  }
  std::sort(rows.begin(), rows.end(), by_device);
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

void Works::look_at(const DevicesToLookAt& devices) {
  const auto open = parts_.store.journal().open_run();
  if (!open || *open) return;  // a change waits or is left over: nobody is where he should be
  const auto model = model_.copy();
  const auto history = parts_.store.journal().history(kRunsAsked);
  if (!history || !reconcile::is_applied(*history, model->design.digest)) {
    return show_drift(nullptr);
  }
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
  const auto plan = reconcile::make_plan(desired, observed, model->design.digest);
  if (devices.empty()) show_verdict(plan);
  auto drift = std::make_shared<health::Drift>();
  drift->looked_ms = wall_ms();
  drift->rows = reconcile::drift_rows(plan, drift_, drift->looked_ms);
  keep_other_rows(drift_, observed, drift->rows);
  drift->plan_id = plan.id;
  if (!plan.empty()) drift->plan_json = reconcile::plan_to_json(plan);
  drift->note = std::move(note);
  show_drift(std::move(drift));
}

bool Works::enforce(const Model& model, const Drivers& tools, const reconcile::Desired& desired,
                    const reconcile::Observed& observed,
                    const std::vector<reconcile::RunRecord>& history, std::string& note) {
  if (model.design.enforced.empty()) return false;
  const auto plan = reconcile::enforcing_plan(desired, observed, model.design.enforced,
                                              model.design.digest);
  if (plan.empty()) return false;
  note = apply_objection(model);
  if (note.empty()) note = reconcile::objection_to_enforcing(plan, history, wall_ms());
  if (!note.empty()) return false;
  log(Level::Warning, "DRIFT_ENFORCED", {{"plan", plan.id}},
      fmt::format("{} settings have drifted and are put right, as the design says",
                  plan.change_count()));
  const auto result = executor(tools, "enforce").apply(plan, reconcile::kRestorer);
  (void)report(result, "enforce", reconcile::kRestorer);
  if (result.outcome != reconcile::Outcome::Committed) note = result.reason;
  return true;
}

void Works::show_drift(health::DriftPtr drift) {
  const auto count = drift ? drift->rows.size() : 0;
  if (count > 0 && (!drift_ || drift_->rows.size() != count)) {
    log(Level::Warning, "DRIFT_FOUND", {{"plan", drift->plan_id}},
        fmt::format("{} {}: {}", drift->rows.front().device, drift->rows.front().object_class,
                    drift->rows.front().fields.empty() ? "" : drift->rows.front().fields.front()));
  }
  drift_ = drift;
  parts_.loop.post([this, drift = std::move(drift)]() mutable {
    parts_.watch.set_drift(std::move(drift));
  });
}

}  // namespace market::app
