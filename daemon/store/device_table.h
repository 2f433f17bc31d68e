// The inventory as rows: one per device, its evidence beside it. Caller holds the mutex.
#pragma once

#include <vector>

#include "daemon/inventory/inventory.h"
#include "daemon/store/database.h"

namespace market::store {

/// Sorted by key.
[[nodiscard]] Result<std::vector<inventory::DeviceRecord>> read_devices(Database& database);
/// The table holds exactly `records` afterwards, or what it held before.
[[nodiscard]] Result<void> replace_devices(Database& database,
                                           const std::vector<inventory::DeviceRecord>& records);

}  // namespace market::store
