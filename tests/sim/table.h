// A MIB as tables: a root, columns, and rows that are computed when somebody asks for them, so that
// ten thousand agents share one set of tables and none keeps a copy of its own values.
//
// A group of scalars is a table whose only row is 0. Tables hold no state.
//
// Threads:  pure. Sources: RFC 3416, 4.2.1-4.2.3 (what is missing, what comes next) and 4.2.5
// (SET).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "tests/sim/device.h"
#include "tests/sim/pdu.h"

namespace market::sim {

class World;

/// The device that is asked, with the configuration to answer from.
struct View {
  const World& world;
  const Device& device;
  const Settings* settings;  ///< running or startup; null for a terminal
  Time now{};
};

/// What a writable column accepts: the type, and the bounds of its number or its length in octets.
struct Writable {
  Tag tag = Tag::Integer;
  std::int64_t min = 0;
  std::int64_t max = 0;
  enum class Show : std::uint8_t { Text, Hex } show = Show::Text;  ///< octets in a dump
};

struct Column {
  std::uint32_t arc = 0;
  std::optional<Writable> writable;
};

/// A SET is worked through binding by binding, three times over a copy of the configuration, so
/// that bindings take effect as if simultaneously, whatever their order in the message.
enum class Stage : std::uint8_t {
  Create,  ///< rows come into being
  Write,   ///< columns take their values
  Finish,  ///< rows change state or go, and the whole must be consistent
};

/// The copy that a SET works on.
struct Draft {
  Settings settings;
  bool save = false;  ///< the running configuration is to be saved, after this SET
  bool asks = false;  ///< `request` is to be carried out, after this SET
  PvidRequest request;
};

struct Change {
  std::uint32_t column = 0;
  NameView row;
  const Value& value;  ///< of the column's type and within its bounds
};

class Table {
 public:
  Table(Name root, std::vector<Column> columns);
  virtual ~Table() = default;
  Table(const Table&) = delete;
  Table(Table&&) = delete;
  Table& operator=(const Table&) = delete;
  Table& operator=(Table&&) = delete;

  [[nodiscard]] NameView root() const { return root_; }
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] const Column* column(std::uint32_t arc) const;

  /// Replaces `row` by the first row behind it; an empty `row` asks for the first one. False when
  /// there is none.
  [[nodiscard]] virtual bool next_row(const View& view, Name& row) const = 0;
  /// The value, or NoSuchInstance. `column` is one of columns().
  [[nodiscard]] virtual Value get(const View& view, std::uint32_t column, NameView row) const = 0;
  /// Does this change's part of `stage`. Only called for writable columns.
  [[nodiscard]] virtual ErrorStatus change(Draft& draft, Stage stage, const Change& change) const;

 private:
  Name root_;
  std::vector<Column> columns_;  ///< sorted by arc
};

/// A table whose only row is 0.
class Scalars : public Table {
 public:
  using Table::Table;
  [[nodiscard]] bool next_row(const View& view, Name& row) const final;
  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const final;
  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const final;

 protected:
  [[nodiscard]] virtual Value scalar(const View& view, std::uint32_t column) const = 0;
  /// Stage::Write of a scalar.
  [[nodiscard]] virtual ErrorStatus write(Draft& draft, std::uint32_t column,
                                          const Value& value) const;
};

/// A table indexed by one number.
class NumberedTable : public Table {
 public:
  using Table::Table;
  [[nodiscard]] bool next_row(const View& view, Name& row) const final;
  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const final;

 protected:
  /// The smallest index that is at least `at_least`.
  [[nodiscard]] virtual std::optional<std::uint32_t> row_from(const View& view,
                                                              std::uint32_t at_least) const = 0;
  /// The value in an existing row.
  [[nodiscard]] virtual Value cell(const View& view, std::uint32_t column,
                                   std::uint32_t row) const = 0;
};

/// All tables of one kind of device, in the order of their names.
class Mib {
 public:
  explicit Mib(std::vector<std::unique_ptr<Table>> tables);

  [[nodiscard]] Value get(const View& view, NameView name) const;
  /// Puts the name and value of the first object behind `name` into `next` and returns the value;
  /// EndOfMibView, and `next` equal to `name`, at the end.
  [[nodiscard]] Value get_next(const View& view, NameView name, Name& next) const;

  struct Place {
    const Table* table = nullptr;    ///< null: no such object type here
    const Column* column = nullptr;  ///< null: likewise
    NameView row;
  };
  /// Where a name belongs, whether or not the row exists. Borrows from `name`.
  [[nodiscard]] Place locate(NameView name) const;
  [[nodiscard]] const std::vector<std::unique_ptr<Table>>& tables() const { return tables_; }

 private:
  /// Sorted by root and first column, so that scalars beside a table in the same group keep apart.
  std::vector<std::unique_ptr<Table>> tables_;
  std::vector<Name> keys_;
};

}  // namespace market::sim
