// The ways that a plan must not cut, as they are now: the design's, those of the cables that were
// seen, and who is connected to the gateway.
//
// Threads:  any.
#pragma once

#include "config/design/design.h"
#include "daemon/health/snapshot.h"
#include "daemon/reconcile/lockout.h"

namespace market::app {

/// `snapshot` may be null: nothing has been seen yet.
[[nodiscard]] reconcile::Ways ways_now(const Design& design, const health::SnapshotPtr& snapshot);

}  // namespace market::app
