// Findings as rows: open while they are so, closed when they are no more. Caller holds the mutex.
#pragma once

#include <vector>

#include "daemon/store/store.h"

namespace market::store {

class Database;

/// Open ones first, then the closed, newest first.
[[nodiscard]] Result<std::vector<FindingRow>> read_findings(Database& database, std::size_t limit);
/// All of it or nothing. A finding that was closed and is back is a new row.
[[nodiscard]] Result<void> update_findings(Database& database,
                                           const std::vector<inventory::Finding>& findings,
                                           std::int64_t now_ms);

}  // namespace market::store
