// The guard: a process that is left behind while a change may have to be put back, and outlives
// the daemon.
//
//   post() -> marketd --guard DEADLINE -> loads what the daemon runs on, and waits
//     daemon says so (confirmed, rolled back, put back) -> ends
//     deadline is over, a daemon lives                  -> leaves it to the daemon, looks on
//     deadline is over, no daemon                       -> recover(), as a daemon would at its
//     start
//
// It is there before the first write of a change that is to be confirmed, so that a daemon that is
// killed at any time and never started again leaves no such change behind. What it needs - design,
// profiles, secrets - it has read before: systemd takes a dead service's secrets away.
//
// Two locks of the state folder say who is who (store/lock_file.h): whoever holds `lock` may write,
// and the guard holds it only while it works; `guard` makes it the only one. It has no descriptor
// of the daemon's but stderr, and a session of its own.
//
// Threads:  any, one at a time. Errors: Io, Silent, with the guard's own words.
#pragma once

#include <memory>
#include <string>

#include "config/types/result.h"
#include "daemon/reconcile/journal.h"
#include "daemon/store/store.h"

namespace market::app {

/// The daemon's side.
class Guard {
 public:
  Guard(std::string settings_file, std::string state_directory)
      : settings_file_{std::move(settings_file)}, state_directory_{std::move(state_directory)} {}

  /// Leaves one behind, in place of any other; it stands guard when this returns.
  [[nodiscard]] Result<void> post(const reconcile::BootTime& deadline) const;
  /// Ends it, whoever posted it; nothing when there is none.
  [[nodiscard]] Result<void> dismiss() const;

 private:
  std::string settings_file_;
  std::string state_directory_;
};

/// store::open_store(), when a guard that holds it has ended its work: a minute at the most.
[[nodiscard]] Result<std::unique_ptr<store::Store>> open_store_after_guard(
    const std::string& state_directory);

/// The guard itself, `marketd --guard`; to be called before there are threads. Returns at once,
/// with the exit code, while a child stands guard: that one says "ready" on stdout, or why it
/// cannot.
[[nodiscard]] int stand_guard(const std::string& settings_file, std::int64_t deadline_ms);

}  // namespace market::app
