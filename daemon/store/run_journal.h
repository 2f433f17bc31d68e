// The apply journal as rows: a run with its plan as canonical JSON, and an event per step.
// That there is at most one open run is an index of the database, not a habit of the callers.
#pragma once

#include <mutex>

#include "daemon/reconcile/journal.h"
#include "daemon/store/database.h"

namespace market::store {

/// Noting the same event of a step twice is one event: undoing may be repeated.
class RunJournal final : public reconcile::Journal {
 public:
  /// Both must outlive the journal.
  RunJournal(Database& database, std::mutex& mutex) : database_{database}, mutex_{mutex} {}

  /// Conflict when a run is open.
  Result<std::int64_t> begin(const reconcile::Plan& plan, const std::string& actor) override;
  /// Conflict when that run is not the open one.
  Result<void> step_intent(std::int64_t run, std::size_t step) override;
  Result<void> step_done(std::int64_t run, std::size_t step) override;
  Result<void> step_undone(std::int64_t run, std::size_t step) override;
  /// Conflict when that run is not the open one.
  Result<void> note_confirm(std::int64_t run, reconcile::RunState state,
                            const reconcile::BootTime& confirm_by) override;
  /// NotFound when there is no such run, Conflict when it would be reopened beside another.
  Result<void> set_state(std::int64_t run, reconcile::RunState state,
                         const std::string& note) override;
  Result<std::optional<reconcile::RunRecord>> open_run() override;
  Result<std::optional<reconcile::RunRecord>> last_committed() override;
  Result<std::vector<reconcile::RunRecord>> history(std::size_t limit) override;

 private:
  Result<void> note_step(std::int64_t run, const std::string& event, std::size_t step);
  /// Number of the open run; 0 = none.
  Result<std::int64_t> open_number();
  Result<std::vector<reconcile::RunRecord>> select(const std::string& condition,
                                                   std::int64_t limit);
  Result<reconcile::RunRecord> run_of(const Row& row);
  Result<void> add_steps(reconcile::RunRecord& record);

  Database& database_;
  std::mutex& mutex_;
};

}  // namespace market::store
