#include "daemon/store/store.h"

#include <mutex>

#include "daemon/store/database.h"
#include "daemon/store/device_table.h"
#include "daemon/store/event_tables.h"
#include "daemon/store/finding_table.h"
#include "daemon/store/lock_file.h"
#include "daemon/store/run_journal.h"
#include "daemon/store/schema.h"

namespace market::store {
namespace {

class SqliteStore final : public Store {
 public:
  SqliteStore(LockFile lock, std::unique_ptr<Database> database)
      : lock_{std::move(lock)}, database_{std::move(database)}, journal_{*database_, mutex_} {}

  Result<std::vector<inventory::DeviceRecord>> devices() override {
    const std::lock_guard guard{mutex_};
    return read_devices(*database_);
  }
  Result<void> save_devices(const std::vector<inventory::DeviceRecord>& records) override {
    const std::lock_guard guard{mutex_};
    return replace_devices(*database_, records);
  }
  Result<std::vector<FindingRow>> findings(std::size_t limit) override {
    const std::lock_guard guard{mutex_};
    return read_findings(*database_, limit);
  }
  Result<void> save_findings(const std::vector<inventory::Finding>& findings,
                             std::int64_t now_ms) override {
    const std::lock_guard guard{mutex_};
    return update_findings(*database_, findings, now_ms);
  }
  Result<void> record(const std::vector<health::HealthEvent>& events) override {
    const std::lock_guard guard{mutex_};
    return record_events(*database_, events);
  }
  Result<std::vector<OutageRow>> outages(std::size_t limit) override {
    const std::lock_guard guard{mutex_};
    return read_outages(*database_, limit);
  }
  Result<void> audit(const AuditRow& row) override {
    const std::lock_guard guard{mutex_};
    return add_audit(*database_, row);
  }
  Result<std::vector<AuditRow>> audit_rows(std::size_t limit) override {
    const std::lock_guard guard{mutex_};
    return read_audit(*database_, limit);
  }
  Result<std::vector<std::string>> actors_of(const std::string& verb,
                                             const std::string& object) override {
    const std::lock_guard guard{mutex_};
    return read_actors(*database_, verb, object);
  }
  Result<EngineStart> start_engine() override {
    const std::lock_guard guard{mutex_};
    EngineStart start;
    auto counted = database_->each("UPDATE snmp_engine SET boots = boots + 1 RETURNING id, boots",
                                   [&start](const Row& row) -> Result<void> {
                                     start = {row.text(0), row.number(1)};
                                     return {};
                                   });
    if (!counted) return tl::make_unexpected(std::move(counted.error()));
    return start;
  }
  reconcile::Journal& journal() override { return journal_; }

 private:
  LockFile lock_;  // first: given back after the database is closed
  std::mutex mutex_;
  std::unique_ptr<Database> database_;
  RunJournal journal_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_store(const std::string& directory) {
  auto lock = LockFile::take(directory);
  if (!lock) return tl::make_unexpected(std::move(lock.error()));
  auto database = Database::open(directory + "/market.db");
  if (!database) return tl::make_unexpected(std::move(database.error()));
  if (auto ready = migrate(**database); !ready) {
    return tl::make_unexpected(std::move(ready.error()));
  }
  return std::make_unique<SqliteStore>(std::move(*lock), std::move(*database));
}

}  // namespace market::store
