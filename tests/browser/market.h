// Markets for the page's tests: one healthy but for a few stalls not yet verified, and the same
// with something broken.
#pragma once

#include <string>

#include "daemon/health/snapshot.h"

namespace market::browser {

/// `scenario`: "calm", "switch-down", "service-down", "perfect", "store-full", "awaiting"; any
/// other is calm. Times count back from `now_ms`, Unix time.
[[nodiscard]] health::Snapshot market_in(const std::string& scenario, std::int64_t now_ms);

/// What GET /api/v1/audit answers in these markets.
[[nodiscard]] std::string audit_answer(std::int64_t now_ms);

}  // namespace market::browser
