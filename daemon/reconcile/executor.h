// Brings a plan to the devices, or brings the devices back.
//
//   for each step:  re-read `before` -> journal the intent (fsync) -> write -> read back
//   any refusal, loss or lie: the steps begun so far are undone in reverse and read back
//   at the end:     every change is read back once more, then each device saves - or, when the run
//                   is to be confirmed, nothing is saved until confirm(), and a run that nobody
//                   confirmed in time is undone by recover()
//
// Before the first write every `before` of the plan is read: a difference, another device at the
// address or a silent one gives Stale, and nothing is written. An open run refuses a new one.
//
// Undoing writes `before` back where it does not hold, whatever is there - except in rollback() of
// a committed run: there a field that is neither `after` nor `before` was changed by somebody
// since, is left alone and reported in `left_over`.
//
// Threads:  blocking; runs on the apply thread. Drivers are asked for by device id and may be
//           absent (unreachable: the run is then rolled back).
// Errors:   all in the Report; nothing is thrown.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "daemon/reconcile/journal.h"
#include "daemon/reconcile/plan.h"
#include "probes/device/driver.h"
#include "probes/io/loop.h"

namespace market::reconcile {

enum class Outcome : std::uint8_t {
  Committed,           ///< exit 0
  AwaitingConfirm,     ///< exit 0: in place and read back, not saved; put back unless confirmed
  NothingToDo,         ///< exit 0
  Stale,               ///< exit 3: nothing was written
  RolledBack,          ///< exit 4: exactly as before, read back
  RollbackIncomplete,  ///< exit 5: `left_over` says what
  Failed,              ///< exit 1: the journal could not be read or written; nothing was sent
};
[[nodiscard]] std::string to_string(Outcome outcome);
[[nodiscard]] int exit_code(Outcome outcome);

struct Report {
  Outcome outcome = Outcome::Committed;
  std::int64_t run = 0;
  std::string plan_id;
  std::size_t steps_done = 0, steps_total = 0, changes_done = 0;
  std::size_t restored = 0, to_restore = 0;  ///< changes read back as `before`, of those begun
  std::string reason;  ///< why it is not Committed, and what the journal could not record
  std::vector<std::string> left_over;  ///< "sw-a1 port[3].pvid is 20, was 1"
  std::vector<std::string> unsaved;    ///< startup configuration not saved: "sw-a1: <why>"
};

struct ExecutorOptions {
  int verify_attempts = 5;  ///< read-backs of a step before it counts as not written
  std::chrono::milliseconds verify_interval{300};
};

class Executor {
 public:
  using Drivers =
      std::function<device::Driver*(const std::string& device)>;  ///< null = unreachable
  using Pause = std::function<void(std::chrono::milliseconds)>;   ///< sleeps; a fake clock in tests
  using Progress = std::function<void(std::size_t step, std::size_t of, const std::string& text)>;

  Executor(Journal& journal, Drivers drivers, Pause pause, Progress progress,
           ExecutorOptions options = {});

  /// When the run is to be confirmed at the latest: asked before the first step, and again once
  /// every step holds. None: it is committed at once.
  using ConfirmBy = std::function<BootTime()>;

  [[nodiscard]] Report apply(const Plan& plan, const std::string& actor,
                             const ConfirmBy& confirm_by = {});
  /// Saves the run that waits, if everything still reads as planned and its time is not over;
  /// Failed otherwise, and it goes on waiting. NothingToDo when none waits.
  [[nodiscard]] Report confirm(const BootTime& now);
  /// Undoes the run that waits to be confirmed, whatever time it has left. NothingToDo when none
  /// waits.
  [[nodiscard]] Report put_back(const std::string& reason);
  /// Undoes the run that was left open, or the newest when its rollback was incomplete, else the
  /// last committed one.
  [[nodiscard]] Report rollback(const std::string& actor);
  /// Resolves a run that a crash or a kill left open: Committed when all of its steps were done
  /// and read back and nobody was to confirm it, else everything begun is undone. When all were
  /// done and a device is silent now, nothing is touched and the run stays open. One that waits to
  /// be confirmed goes on waiting (AwaitingConfirm) until its time is over, and is undone then.
  /// NothingToDo when there is none.
  [[nodiscard]] Report recover(const BootTime& now);

 private:
  /// What is undone decides what may be overwritten, and what must be saved afterwards.
  enum class Undoing : std::uint8_t { FailedApply, InterruptedRun, CommittedRun };

  [[nodiscard]] Report commit(Report report, const Plan& plan);
  [[nodiscard]] Report await(Report report, const RunRecord& run, const BootTime& until);
  [[nodiscard]] Report undo(Report report, const RunRecord& run, Undoing what);
  void save(Report& report, const Plan& plan);
  [[nodiscard]] Result<std::optional<RunRecord>> run_to_undo();
  /// The run that waits to be confirmed, with what is done of it in `report`; else `report` is why
  /// there is none.
  [[nodiscard]] std::optional<RunRecord> waiting_run(Report& report);

  Journal& journal_;
  Drivers drivers_;
  Pause pause_;
  Progress progress_;
  ExecutorOptions options_;
};

}  // namespace market::reconcile
