#include "daemon/store/database.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace market::store {
namespace {

/// SQLITE_TRANSIENT is a cast of -1 to a function pointer: SQLite copies the text.
sqlite3_destructor_type copied() {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wold-style-cast"
  return SQLITE_TRANSIENT;
#pragma GCC diagnostic pop
}

/// The mode of the file is the mode of its -wal and -shm too.
Result<void> make_file(const std::string& path) {
  constexpr mode_t kOwnerAndGroup = 0640;
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kOwnerAndGroup);
  if (descriptor < 0) {
    return fail(Errc::Io, "'" + path + "': " + std::generic_category().message(errno));
  }
  ::close(descriptor);
  return {};
}

}  // namespace

std::int64_t Row::number(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Row::text(int column) const {
  const void* data = sqlite3_column_text(statement_, column);
  if (data == nullptr) return {};
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  return {static_cast<const char*>(data), size};
}

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close(connection); }
void Database::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Result<std::unique_ptr<Database>> Database::open(const std::string& path) {
  if (auto made = make_file(path); !made) return tl::make_unexpected(std::move(made.error()));
  std::unique_ptr<Database> database{new Database{path}};
  if (auto ready = database->connect(); !ready) {
    return tl::make_unexpected(std::move(ready.error()));
  }
  return database;
}

Result<void> Database::connect() {
  sqlite3* opened = nullptr;
  const int status =
      sqlite3_open_v2(path_.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr);
  connection_.reset(opened);
  if (status != SQLITE_OK) return tl::make_unexpected(error());
  sqlite3_busy_timeout(opened, kBusyMs);
  return script(
      "PRAGMA journal_mode = WAL;"
      "PRAGMA synchronous = FULL;"
      "PRAGMA foreign_keys = ON;"
      "PRAGMA trusted_schema = OFF;");
}

Error Database::error() const {
  const std::string words = connection_ ? sqlite3_errmsg(connection_.get()) : "out of memory";
  return Error{Errc::Io, "'" + path_ + "': " + words};
}

Result<void> Database::script(const std::string& sql) {
  const int status = sqlite3_exec(connection_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (status != SQLITE_OK) return tl::make_unexpected(error());
  return {};
}

Result<Database::Statement> Database::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int status = sqlite3_prepare_v2(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        &statement, nullptr);
  if (status != SQLITE_OK) return tl::make_unexpected(error());
  bind_status_ = SQLITE_OK;
  return Statement{statement};
}

void Database::bind(sqlite3_stmt* statement, int position, std::int64_t value) {
  const int status = sqlite3_bind_int64(statement, position, value);
  if (bind_status_ == SQLITE_OK) bind_status_ = status;
}

void Database::bind(sqlite3_stmt* statement, int position, const std::string& value) {
  const int status =
      sqlite3_bind_text64(statement, position, value.data(), value.size(), copied(), SQLITE_UTF8);
  if (bind_status_ == SQLITE_OK) bind_status_ = status;
}

Result<void> Database::walk(sqlite3_stmt* statement, const OnRow& on_row) {
  if (bind_status_ != SQLITE_OK) {
    return fail(Errc::Io, "'" + path_ + "': " + sqlite3_errstr(bind_status_));
  }
  int status = sqlite3_step(statement);
  for (; status == SQLITE_ROW; status = sqlite3_step(statement)) {
    if (!on_row) continue;
    if (auto taken = on_row(Row{statement}); !taken) return taken;
  }
  if (status != SQLITE_DONE) return tl::make_unexpected(error());
  return {};
}

Result<void> Database::transaction(const Work& work) {
  // IMMEDIATE: a writer that must wait does so here, not in the middle.
  if (auto begun = script("BEGIN IMMEDIATE"); !begun) return begun;
  auto done = work();
  if (done) done = script("COMMIT");
  // Some errors end the transaction by themselves, a full disk among them; the others do not.
  if (!done && sqlite3_get_autocommit(connection_.get()) == 0) (void)script("ROLLBACK");
  return done;
}

std::int64_t Database::last_id() const { return sqlite3_last_insert_rowid(connection_.get()); }
std::int64_t Database::changed_rows() const { return sqlite3_changes64(connection_.get()); }

}  // namespace market::store
