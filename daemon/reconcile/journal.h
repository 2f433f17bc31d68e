// The apply journal: what is about to be done is on disk before it is done.
//
//   begin -> Applying: [ step_intent(k) -> step_done(k) ]* -----> Committed
//               |                                   |           ^     |  rollback()
//               |                                   v           |     |
//               |                           AwaitingConfirm -----     |
//               |                                   | too late        |
//               '--> RollingBack: [ step_undone(k) ]* <---------------'
//                      '--> RolledBack | RollbackIncomplete
//
// A run in Applying, AwaitingConfirm or RollingBack is open. When nobody works on one in Applying
// or RollingBack, it was interrupted, and at the next start recover() brings the market back to
// exactly before, or finds it exactly as designed. One in AwaitingConfirm has done all of its
// steps and saved nothing.
// Undoing has no intents: writing `before` back may be repeated. SQLite implements it
// (daemon/store).
//
// Errors:   Io when the record is not durable; the caller must then not write to the device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

enum class RunState : std::uint8_t {
  Applying,
  AwaitingConfirm,
  RollingBack,
  Committed,
  RolledBack,
  RollbackIncomplete,
};
[[nodiscard]] std::string to_string(RunState state);

/// A moment of one boot of this machine (CLOCK_BOOTTIME, which goes on in suspend): no step of the
/// wall clock moves it, and another boot is later than any moment of this one.
struct BootTime {
  std::string boot;     ///< /proc/sys/kernel/random/boot_id
  std::int64_t ms = 0;  ///< since that boot
};
[[nodiscard]] bool is_over(const BootTime& deadline, const BootTime& now);

struct RunRecord {
  std::int64_t run = 0;
  std::string actor;            ///< who asked: "kim@gw1"
  std::int64_t started_ms = 0;  ///< Unix time, ms
  std::int64_t ended_ms = 0;    ///< 0 = not ended
  RunState state = RunState::Applying;
  BootTime confirm_by;  ///< of one that is to be confirmed; no boot = of none
  std::string note;     ///< why it was rolled back, what was left over
  Plan plan;
  std::vector<std::size_t> begun;  ///< step numbers with an intent, in order
  std::vector<std::size_t> done;   ///< steps read back as written
  std::vector<std::size_t> undone;
};

/// Who asks for a run that brings back what was applied: to a restarted gateway, or where it
/// drifted.
inline constexpr const char* kDaemonActor = "marketd";

class Journal {
 public:
  virtual ~Journal() = default;
  [[nodiscard]] virtual Result<std::int64_t> begin(const Plan& plan, const std::string& actor) = 0;
  [[nodiscard]] virtual Result<void> step_intent(std::int64_t run, std::size_t step) = 0;
  [[nodiscard]] virtual Result<void> step_done(std::int64_t run, std::size_t step) = 0;
  [[nodiscard]] virtual Result<void> step_undone(std::int64_t run, std::size_t step) = 0;
  /// Of an open run. Applying with a deadline: it is to be confirmed, recover() does not commit it.
  /// AwaitingConfirm: all steps are done. Applying without a deadline: somebody confirmed it, and
  /// nothing was saved before.
  [[nodiscard]] virtual Result<void> note_confirm(std::int64_t run, RunState state,
                                                  const BootTime& confirm_by) = 0;
  /// RollingBack reopens a run that has ended; the three later states end it.
  [[nodiscard]] virtual Result<void> set_state(std::int64_t run, RunState state,
                                               const std::string& note) = 0;
  /// The run that has not ended, if any; there is at most one.
  [[nodiscard]] virtual Result<std::optional<RunRecord>> open_run() = 0;
  /// The last run that ended Committed and was not rolled back since; one of the daemon's own
  /// (kDaemonActor) brings nothing new, and counts for none.
  [[nodiscard]] virtual Result<std::optional<RunRecord>> last_committed() = 0;
  /// Newest first.
  [[nodiscard]] virtual Result<std::vector<RunRecord>> history(std::size_t limit) = 0;
};

}  // namespace market::reconcile
