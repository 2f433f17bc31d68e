// Everything the daemon remembers, in one SQLite database: inventory, apply journal, outages,
// audit records. WAL, synchronous=FULL: what was acknowledged is on the disk.
//
// Threads:  one connection per Store behind a mutex; may be called from any thread.
// Errors:   Io with the database's own words ("database or disk is full") and the file's name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "daemon/health/health.h"
#include "daemon/inventory/inventory.h"
#include "daemon/inventory/picture.h"
#include "daemon/reconcile/journal.h"

namespace market::store {

struct OutageRow {
  std::int64_t id = 0;
  std::string device;
  std::string cause;
  std::string state;  ///< "down" or "unreachable"
  std::int64_t began_ms = 0;
  std::int64_t ended_ms = 0;  ///< 0 = goes on
};

struct AuditRow {
  std::int64_t id = 0;
  std::int64_t at_ms = 0;
  std::string actor;
  std::string verb;    ///< "apply", "rollback", "reload"
  std::string object;  ///< plan id, file
  std::string result;
};

struct FindingRow {
  inventory::Finding finding;
  std::int64_t closed_ms = 0;  ///< 0 = still so
};

/// snmpEngineID in hex, the same for the life of the database, and snmpEngineBoots (RFC 3414, 2.2).
struct EngineStart {
  std::string id;
  std::int64_t boots = 0;
};

class Store {
 public:
  virtual ~Store() = default;
  [[nodiscard]] virtual Result<std::vector<inventory::DeviceRecord>> devices() = 0;
  [[nodiscard]] virtual Result<void> save_devices(
      const std::vector<inventory::DeviceRecord>& records) = 0;  ///< the whole inventory, at once
  /// Open ones first, then the closed, newest first.
  [[nodiscard]] virtual Result<std::vector<FindingRow>> findings(std::size_t limit) = 0;
  /// What is found now: new ones are opened, those that are not among them any more are closed.
  [[nodiscard]] virtual Result<void> save_findings(const std::vector<inventory::Finding>& findings,
                                                   std::int64_t now_ms) = 0;
  [[nodiscard]] virtual Result<void> record(const std::vector<health::HealthEvent>& events) = 0;
  [[nodiscard]] virtual Result<std::vector<OutageRow>> outages(std::size_t limit) = 0;
  [[nodiscard]] virtual Result<void> audit(const AuditRow& row) = 0;  ///< id is given by the store
  [[nodiscard]] virtual Result<std::vector<AuditRow>> audit_rows(std::size_t limit) = 0;
  /// Who has done `verb` to `object`, by the audit rows.
  [[nodiscard]] virtual Result<std::vector<std::string>> actors_of(const std::string& verb,
                                                                   const std::string& object) = 0;
  /// Counts one more start of our SNMP engine; it is on the disk when this returns.
  [[nodiscard]] virtual Result<EngineStart> start_engine() = 0;
  [[nodiscard]] virtual reconcile::Journal& journal() = 0;
};

/// Opens or makes `<directory>/market.db` and takes `<directory>/lock` for the life of the Store.
/// Conflict when another process has it, with its pid; Io when the directory cannot be used;
/// Unsupported when the database was written by a newer version.
[[nodiscard]] Result<std::unique_ptr<Store>> open_store(const std::string& directory);

}  // namespace market::store
