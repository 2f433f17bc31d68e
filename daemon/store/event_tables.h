// What happened in the market: outages from events of health, and who asked for what.
// Caller holds the mutex.
//
//   Down, Unreachable   opens a row; one that is open for another reason ends there
//   Up                  ends the open row
//   Suspect, Unknown    change nothing: a doubt is no outage and no end of one
#pragma once

#include <vector>

#include "daemon/store/store.h"

namespace market::store {

class Database;

[[nodiscard]] Result<void> record_events(Database& database,
                                         const std::vector<health::HealthEvent>& events);
/// Newest first.
[[nodiscard]] Result<std::vector<OutageRow>> read_outages(Database& database, std::size_t limit);

[[nodiscard]] Result<void> add_audit(Database& database, const AuditRow& row);
/// Newest first.
[[nodiscard]] Result<std::vector<AuditRow>> read_audit(Database& database, std::size_t limit);
/// Each once.
[[nodiscard]] Result<std::vector<std::string>> read_actors(Database& database,
                                                           const std::string& verb,
                                                           const std::string& object);

}  // namespace market::store
