// A market of one of everything, for tests: one stall that can be paid, one that cannot and one
// vacant, a switch that is down and an AP behind it, names that hurt.
#pragma once

#include "daemon/health/snapshot.h"

namespace market::api {

[[nodiscard]] health::Snapshot sample_snapshot();

}  // namespace market::api
