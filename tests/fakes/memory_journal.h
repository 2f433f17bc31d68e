// The apply journal in memory. It outlives an Executor that a test kills, as a disk would.
//
// A hook is called before and after each record is made, so that a test can kill the program
// there by throwing; operations can be made to fail as a full disk does.
//
// Threads:  none.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/reconcile/journal.h"

namespace market::fakes {

class MemoryJournal final : public reconcile::Journal {
 public:
  [[nodiscard]] Result<std::int64_t> begin(const reconcile::Plan& plan,
                                           const std::string& actor) override;
  [[nodiscard]] Result<void> step_intent(std::int64_t run, std::size_t step) override;
  [[nodiscard]] Result<void> step_done(std::int64_t run, std::size_t step) override;
  [[nodiscard]] Result<void> step_undone(std::int64_t run, std::size_t step) override;
  [[nodiscard]] Result<void> note_confirm(std::int64_t run, reconcile::RunState state,
                                          const reconcile::BootTime& confirm_by) override;
  [[nodiscard]] Result<void> set_state(std::int64_t run, reconcile::RunState state,
                                       const std::string& note) override;
  [[nodiscard]] Result<std::optional<reconcile::RunRecord>> open_run() override;
  [[nodiscard]] Result<std::optional<reconcile::RunRecord>> last_committed() override;
  [[nodiscard]] Result<std::vector<reconcile::RunRecord>> history(std::size_t limit) override;

  /// Called with "before-begin", "after-begin", and so for intent, done, await (note_confirm),
  /// undone, state.
  std::function<void(const std::string& point)> hook;
  /// Operations that fail with Io: "begin", "intent", "done", "await", "undone", "state", "open".
  std::set<std::string> broken;
  /// Operations that fail with Io from their n-th call on (1 = the first).
  std::map<std::string, std::size_t> breaks_at;

  [[nodiscard]] const std::vector<reconcile::RunRecord>& runs() const { return runs_; }

 private:
  [[nodiscard]] Result<reconcile::RunRecord*> find(std::int64_t run);
  /// Runs `record` between the hooks, unless the operation is broken.
  [[nodiscard]] Result<void> keep(const std::string& operation,
                                  const std::function<void()>& record);

  std::vector<reconcile::RunRecord> runs_;  ///< oldest first; run numbers from 1
  std::map<std::string, std::size_t> calls_;
};

}  // namespace market::fakes
