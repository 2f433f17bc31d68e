#include "tests/sim/table.h"

#include <algorithm>
#include <limits>

namespace market::sim {

Table::Table(Name root, std::vector<Column> columns)
    : root_{std::move(root)}, columns_{std::move(columns)} {
  std::sort(columns_.begin(), columns_.end(),
            [](const Column& a, const Column& b) { return a.arc < b.arc; });
}

const Column* Table::column(std::uint32_t arc) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(),
                                  [arc](const Column& column) { return column.arc == arc; });
  return found == columns_.end() ? nullptr : &*found;
}

ErrorStatus Table::change(Draft& /*draft*/, Stage /*stage*/, const Change& /*change*/) const {
  return ErrorStatus::NotWritable;
}

bool Scalars::next_row(const View& /*view*/, Name& row) const {
  if (!row.empty()) return false;
  row.push_back(0);
  return true;
}

Value Scalars::get(const View& view, std::uint32_t column, NameView row) const {
  if (row.size() != 1 || row[0] != 0) return Value::missing(Tag::NoSuchInstance);
  return scalar(view, column);
}

ErrorStatus Scalars::change(Draft& draft, Stage stage, const Change& change) const {
  if (change.row.size() != 1 || change.row[0] != 0) return ErrorStatus::NoCreation;
  return stage == Stage::Write ? write(draft, change.column, change.value) : ErrorStatus::NoError;
}

ErrorStatus Scalars::write(Draft& /*draft*/, std::uint32_t /*column*/,
                           const Value& /*value*/) const {
  return ErrorStatus::NotWritable;
}

bool NumberedTable::next_row(const View& view, Name& row) const {
  // A longer name than one arc stands behind the row of its first arc.
  std::uint32_t at_least = 0;
  if (!row.empty()) {
    if (row[0] == std::numeric_limits<std::uint32_t>::max()) return false;
    at_least = row[0] + 1;
  }
  const auto found = row_from(view, at_least);
  if (!found) return false;
  row.assign(1, *found);
  return true;
}

Value NumberedTable::get(const View& view, std::uint32_t column, NameView row) const {
  if (row.size() != 1 || row_from(view, row[0]) != row[0]) {
    return Value::missing(Tag::NoSuchInstance);
  }
  return cell(view, column, row[0]);
}

Mib::Mib(std::vector<std::unique_ptr<Table>> tables) : tables_{std::move(tables)} {
  const auto key = [](const Table& table) {
    Name name{table.root().begin(), table.root().end()};
    name.push_back(table.columns().front().arc);
    return name;
  };
  std::sort(tables_.begin(), tables_.end(),
            [&](const auto& a, const auto& b) { return key(*a) < key(*b); });
  for (const auto& table : tables_) keys_.push_back(key(*table));
}

namespace {

/// Index of the last key that is not behind `name`; kNone when all are.
std::size_t last_key_before(const std::vector<Name>& keys, NameView name) {
  const auto behind =
      std::upper_bound(keys.begin(), keys.end(), name,
                       [](NameView left, const Name& right) { return compare(left, right) < 0; });
  return behind == keys.begin() ? kNone : static_cast<std::size_t>(behind - keys.begin()) - 1;
}

/// First object of `table` in or behind `column`, in rows behind `row`.
Value first_from(const View& view, const Table& table, std::size_t column, Name& row, Name& next) {
  const auto& columns = table.columns();
  for (; column < columns.size(); ++column, row.clear()) {
    while (table.next_row(view, row)) {
      Value value = table.get(view, columns[column].arc, row);
      if (value.tag == Tag::NoSuchInstance) continue;
      next.assign(table.root().begin(), table.root().end());
      next.push_back(columns[column].arc);
      next.insert(next.end(), row.begin(), row.end());
      return value;
    }
  }
  return Value::missing(Tag::EndOfMibView);
}

/// Where to begin in a table whose key is not behind `name`: column and row to start after.
std::size_t start_in(const Table& table, NameView name, Name& row) {
  const auto& columns = table.columns();
  const NameView root = table.root();
  row.clear();
  if (!starts_with(name, root)) return columns.size();
  const std::uint32_t arc = name[root.size()];
  std::size_t column = 0;
  while (column < columns.size() && columns[column].arc < arc) ++column;
  if (column < columns.size() && columns[column].arc == arc) {
    row.assign(name.begin() + static_cast<std::ptrdiff_t>(root.size()) + 1, name.end());
  }
  return column;
}

}  // namespace

Mib::Place Mib::locate(NameView name) const {
  const std::size_t at = last_key_before(keys_, name);
  if (at == kNone) return {};
  const Table& table = *tables_[at];
  const std::size_t depth = table.root().size();
  if (!starts_with(name, table.root()) || name.size() <= depth) return {};
  return Place{&table, table.column(name[depth]), name.subspan(depth + 1)};
}

Value Mib::get(const View& view, NameView name) const {
  const Place place = locate(name);
  if (place.column == nullptr) return Value::missing(Tag::NoSuchObject);
  return place.table->get(view, place.column->arc, place.row);
}

Value Mib::get_next(const View& view, NameView name, Name& next) const {
  std::size_t at = last_key_before(keys_, name);
  Name row;
  if (at == kNone) {
    at = 0;
  } else {
    const std::size_t column = start_in(*tables_[at], name, row);
    Value value = first_from(view, *tables_[at], column, row, next);
    if (value.tag != Tag::EndOfMibView) return value;
    ++at;
  }
  for (; at < tables_.size(); ++at) {
    row.clear();
    Value value = first_from(view, *tables_[at], 0, row, next);
    if (value.tag != Tag::EndOfMibView) return value;
  }
  next.assign(name.begin(), name.end());
  return Value::missing(Tag::EndOfMibView);
}

}  // namespace market::sim
