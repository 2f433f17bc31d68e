#include "daemon/reconcile/executor.h"

#include <set>

#include <fmt/format.h>

#include "daemon/reconcile/attempt.h"
#include "daemon/reconcile/step_io.h"
#include "daemon/reconcile/undo.h"

namespace market::reconcile {
namespace {

Report report_on(const Plan& plan, std::int64_t run) {
  Report report;
  report.run = run;
  report.plan_id = plan.id;
  report.steps_total = plan.steps.size();
  return report;
}

void add_reason(Report& report, const std::string& reason) {
  if (!report.reason.empty()) report.reason += "; ";
  report.reason += reason;
}

Report ended(Report report, Outcome outcome) {
  report.outcome = outcome;
  return report;
}

Report ended(Report report, Outcome outcome, const std::string& reason) {
  add_reason(report, reason);
  return ended(std::move(report), outcome);
}

void note_done(Report& report, const RunRecord& run) {
  report.steps_done = run.done.size();
  for (const auto number : run.done) {
    if (number == 0 || number > run.plan.steps.size()) continue;
    report.changes_done += run.plan.steps[number - 1].changes.size();
  }
}

bool all_steps_done(const RunRecord& run) {
  const std::set<std::size_t> done{run.done.begin(), run.done.end()};
  return done.size() == run.plan.steps.size();
}

/// Of a run before any write to a device.
Outcome outcome_unwritten(const Error& error) {
  return error.code == Errc::Io ? Outcome::Failed : Outcome::Stale;
}

}  // namespace

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::Committed:
      return "committed";
    case Outcome::AwaitingConfirm:
      return "awaiting-confirm";
    case Outcome::NothingToDo:
      return "nothing-to-do";
    case Outcome::Stale:
      return "stale";
    case Outcome::RolledBack:
      return "rolled-back";
    case Outcome::RollbackIncomplete:
      return "rollback-incomplete";
    case Outcome::Failed:
      return "failed";
  }
  return "failed";
}

int exit_code(Outcome outcome) {
  switch (outcome) {
    case Outcome::Committed:
    case Outcome::AwaitingConfirm:
    case Outcome::NothingToDo:
      return 0;
    case Outcome::Stale:
      return 3;
    case Outcome::RolledBack:
      return 4;
    case Outcome::RollbackIncomplete:
      return 5;
    case Outcome::Failed:
      return 1;
  }
  return 1;
}

Executor::Executor(Journal& journal, Drivers drivers, Pause pause, Progress progress,
                   ExecutorOptions options)
    : journal_{journal},
      drivers_{std::move(drivers)},
      pause_{std::move(pause)},
      progress_{std::move(progress)},
      options_{options} {}

Report Executor::apply(const Plan& plan, const std::string& actor, const ConfirmBy& confirm_by) {
  auto report = report_on(plan, 0);
  if (plan.empty()) return ended(std::move(report), Outcome::NothingToDo);
  const auto open = journal_.open_run();
  if (!open) return ended(std::move(report), Outcome::Failed, open.error().message);
  if (*open) {
    const bool waits = (*open)->state == RunState::AwaitingConfirm;
    return ended(std::move(report), Outcome::Failed,
                 fmt::format("run {} {} first", (*open)->run,
                             waits ? "waits to be confirmed: confirm it or roll it back"
                                   : "was interrupted and must be rolled back or recovered"));
  }
  const StepIo io{drivers_, pause_, options_};
  if (const auto fresh = precheck(io, plan); !fresh) {
    return ended(std::move(report), Outcome::Stale, fresh.error().message);
  }
  const auto begun = journal_.begin(plan, actor);
  if (!begun) return ended(std::move(report), Outcome::Failed, begun.error().message);
  RunRecord run;
  run.run = report.run = *begun;
  run.plan = plan;
  if (confirm_by) {
    const auto noted = journal_.note_confirm(run.run, RunState::Applying, confirm_by());
    if (!noted) {
      (void)journal_.set_state(run.run, RunState::RolledBack, noted.error().message);
      return ended(std::move(report), Outcome::Failed, noted.error().message);
    }
  }
  const auto done = Attempt{journal_, io, progress_, run}.run();
  note_done(report, run);
  if (done && confirm_by) return await(std::move(report), run, confirm_by());
  if (done) return commit(std::move(report), plan);
  add_reason(report, done.error().message);
  if (!run.begun.empty()) return undo(std::move(report), run, Undoing::FailedApply);
  if (const auto noted = journal_.set_state(run.run, RunState::RolledBack, report.reason); !noted) {
    add_reason(report, noted.error().message);
  }
  return ended(std::move(report), outcome_unwritten(done.error()));
}

/// A deadline that is not on disk is none.
Report Executor::await(Report report, const RunRecord& run, const BootTime& until) {
  const auto noted = journal_.note_confirm(run.run, RunState::AwaitingConfirm, until);
  if (noted) return ended(std::move(report), Outcome::AwaitingConfirm);
  add_reason(report, "journal: " + noted.error().message);
  return undo(std::move(report), run, Undoing::FailedApply);
}

std::optional<RunRecord> Executor::waiting_run(Report& report) {
  auto open = journal_.open_run();
  if (!open) {
    report = ended({}, Outcome::Failed, open.error().message);
    return std::nullopt;
  }
  if (!*open || (*open)->state != RunState::AwaitingConfirm) {
    report = ended({}, Outcome::NothingToDo, "no run waits to be confirmed");
    return std::nullopt;
  }
  report = report_on((*open)->plan, (*open)->run);
  note_done(report, **open);
  return std::move(*open);
}

Report Executor::confirm(const BootTime& now) {
  Report report;
  const auto waiting = waiting_run(report);
  if (!waiting) return report;
  const auto& run = *waiting;
  if (is_over(run.confirm_by, now)) {
    return ended(std::move(report), Outcome::Failed, "too late: it is being put back");
  }
  const StepIo io{drivers_, pause_, options_};
  if (const auto whole = all_hold(io, run.plan, Side::After); !whole) {
    return ended(std::move(report), Outcome::Failed,
                 "it is not as planned any more, and is put back unless it comes to be: " +
                     whole.error().message);
  }
  // Killed while it saves, recover() goes on with that.
  if (const auto noted = journal_.note_confirm(run.run, RunState::Applying, {}); !noted) {
    return ended(std::move(report), Outcome::Failed, noted.error().message);
  }
  return commit(std::move(report), run.plan);
}

Report Executor::put_back(const std::string& reason) {
  Report report;
  const auto waiting = waiting_run(report);
  if (!waiting) return report;
  const auto& run = *waiting;
  add_reason(report, reason);
  return undo(std::move(report), run, Undoing::FailedApply);
}

Report Executor::commit(Report report, const Plan& plan) {
  save(report, plan);
  if (const auto noted = journal_.set_state(report.run, RunState::Committed, ""); !noted) {
    add_reason(report, "done, but the journal did not record it: " + noted.error().message);
  }
  return ended(std::move(report), Outcome::Committed);
}

void Executor::save(Report& report, const Plan& plan) {
  const StepIo io{drivers_, pause_, options_};
  for (const auto& device : devices_of(plan)) {
    const auto saved = io.save(device);
    if (!saved) report.unsaved.push_back(device + ": " + saved.error().message);
  }
}

Report Executor::undo(Report report, const RunRecord& run, Undoing what) {
  const StepIo io{drivers_, pause_, options_};
  if (const auto noted = journal_.set_state(run.run, RunState::RollingBack, report.reason);
      !noted) {
    add_reason(report, noted.error().message);
  }
  const auto foreign =
      what == Undoing::CommittedRun ? Undo::Foreign::LeaveAlone : Undo::Foreign::Overwrite;
  auto result = Undo{journal_, io, progress_, run, foreign}.run();
  report.restored = result.restored;
  report.to_restore = result.to_restore;
  report.left_over = std::move(result.left_over);
  for (const auto& trouble : result.trouble) add_reason(report, trouble);
  // Until every step was done nothing was saved, so the startup configuration is still `before`.
  if (what != Undoing::FailedApply && all_steps_done(run)) save(report, run.plan);
  const bool whole = report.left_over.empty();
  const auto noted = journal_.set_state(
      run.run, whole ? RunState::RolledBack : RunState::RollbackIncomplete, report.reason);
  if (!noted) add_reason(report, noted.error().message);
  return ended(std::move(report), whole ? Outcome::RolledBack : Outcome::RollbackIncomplete);
}

Result<std::optional<RunRecord>> Executor::run_to_undo() {
  auto open = journal_.open_run();
  if (!open || *open) return open;
  auto newest = journal_.history(1);
  if (!newest) return tl::make_unexpected(std::move(newest.error()));
  if (!newest->empty() && newest->front().state == RunState::RollbackIncomplete) {
    return std::optional<RunRecord>{std::move(newest->front())};
  }
  return journal_.last_committed();
}

Report Executor::rollback(const std::string& actor) {
  const auto found = run_to_undo();
  if (!found) return ended({}, Outcome::Failed, found.error().message);
  if (!*found) return ended({}, Outcome::NothingToDo, "no committed run is left to undo");
  const auto& run = **found;
  auto report = report_on(run.plan, run.run);
  note_done(report, run);
  add_reason(report, "rollback asked for by " + actor);
  if (const auto noted = journal_.set_state(run.run, RunState::RollingBack, report.reason);
      !noted) {
    return ended(std::move(report), Outcome::Failed, noted.error().message);
  }
  // What waits to be confirmed was not saved, like a run that failed.
  if (run.state == RunState::AwaitingConfirm) {
    return undo(std::move(report), run, Undoing::FailedApply);
  }
  return undo(std::move(report), run,
              all_steps_done(run) ? Undoing::CommittedRun : Undoing::InterruptedRun);
}

Report Executor::recover(const BootTime& now) {
  const auto open = journal_.open_run();
  if (!open) return ended({}, Outcome::Failed, open.error().message);
  if (!*open) return ended({}, Outcome::NothingToDo);
  const auto& run = **open;
  auto report = report_on(run.plan, run.run);
  note_done(report, run);
  if (run.state == RunState::AwaitingConfirm) {
    if (!is_over(run.confirm_by, now)) return ended(std::move(report), Outcome::AwaitingConfirm);
    return put_back("nobody confirmed it in time");
  }
  if (run.state == RunState::Applying && !run.confirm_by.boot.empty()) {
    add_reason(report, "the run was interrupted before it could wait to be confirmed");
    return undo(std::move(report), run, Undoing::FailedApply);
  }
  if (run.state == RunState::Applying && all_steps_done(run)) {
    const StepIo io{drivers_, pause_, options_};
    const auto whole = all_hold(io, run.plan, Side::After);
    if (whole) return commit(std::move(report), run.plan);
    add_reason(report, whole.error().message);
    if (whole.error().code != Errc::Conflict) {
      report.left_over.push_back(fmt::format(
          "run {} stays open: every step was done, and not every device can be asked", run.run));
      return ended(std::move(report), Outcome::RollbackIncomplete);
    }
    return undo(std::move(report), run, Undoing::InterruptedRun);
  }
  add_reason(report, "the run was interrupted");
  // A rollback that was cut short, of a run that was whole: others may have changed things since.
  return undo(std::move(report), run,
              all_steps_done(run) ? Undoing::CommittedRun : Undoing::InterruptedRun);
}

}  // namespace market::reconcile
