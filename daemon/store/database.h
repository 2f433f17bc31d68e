// One SQLite connection: statements with bound values, transactions that roll back by themselves.
//
// WAL and synchronous=FULL: when a transaction has returned without an error it is on the disk.
//
// Threads:  none of its own; the Store's mutex is held around every use.
// Errors:   Io with SQLite's own words, the file's name in front. The connection stays usable.
// Sources:  https://sqlite.org/c3ref, https://sqlite.org/wal.html
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "config/types/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace market::store {

/// The row that a query stands on; valid until the next one. Columns count from 0.
class Row {
 public:
  explicit Row(sqlite3_stmt* statement) : statement_{statement} {}
  [[nodiscard]] std::int64_t number(int column) const;
  [[nodiscard]] std::string text(int column) const;  ///< NULL gives ""

 private:
  sqlite3_stmt* statement_;
};

class Database {
 public:
  using Work = std::function<Result<void>()>;
  using OnRow = std::function<Result<void>(const Row&)>;

  /// Waits this long for a reader of another process (the sqlite3 shell) to get out of the way.
  static constexpr int kBusyMs = 5000;

  /// Opens or makes the file, readable to its owner and group.
  [[nodiscard]] static Result<std::unique_ptr<Database>> open(const std::string& path);

  /// Statements without values; several, separated by semicolons.
  Result<void> script(const std::string& sql);
  /// One statement; `?` stand for the values, in order.
  template <class... Values>
  Result<void> run(std::string_view sql, const Values&... values) {
    return each(sql, {}, values...);
  }
  /// One query; an error of `on_row` ends it and is passed on.
  template <class... Values>
  Result<void> each(std::string_view sql, const OnRow& on_row, const Values&... values) {
    auto statement = prepare(sql);
    if (!statement) return tl::make_unexpected(std::move(statement.error()));
    int position = 0;
    (bind(statement->get(), ++position, values), ...);
    return walk(statement->get(), on_row);
  }
  /// All that `work` does, or nothing of it.
  Result<void> transaction(const Work& work);

  [[nodiscard]] std::int64_t last_id() const;       ///< of the row inserted last
  [[nodiscard]] std::int64_t changed_rows() const;  ///< by the statement run last
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  explicit Database(std::string path) : path_{std::move(path)} {}
  Result<void> connect();
  Result<Statement> prepare(std::string_view sql);
  /// A value that cannot be bound makes walk() fail: SQLite remembers the error.
  void bind(sqlite3_stmt* statement, int position, std::int64_t value);
  void bind(sqlite3_stmt* statement, int position, const std::string& value);
  Result<void> walk(sqlite3_stmt* statement, const OnRow& on_row);
  [[nodiscard]] Error error() const;

  std::string path_;
  std::unique_ptr<sqlite3, Close> connection_;
  int bind_status_ = 0;  ///< first failure of bind() since prepare()
};

}  // namespace market::store
