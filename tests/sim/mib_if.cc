// IF-MIB: ifNumber, ifTable, ifXTable. Counters grow while there is a link, at a rate that is fixed
// for each interface by the seed; the 32-bit counters are the low halves of the 64-bit ones.

#include <algorithm>

#include "tests/sim/dice.h"
#include "tests/sim/interfaces.h"
#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

enum class Direction : std::uint8_t { In, Out };

constexpr Writable kAdminStatus{Tag::Integer, 1, 2};
constexpr Writable kAlias{Tag::Octets, 0, 64};

/// Octets per second, 2..66 kB/s.
std::uint64_t octet_rate(const View& view, std::uint32_t index, Direction direction) {
  const std::uint64_t salt = index * 2 + (direction == Direction::In ? 0 : 1);
  return 2'000 + mix(view.device.id, view.world.seed() ^ salt) % 64'000;
}

std::uint64_t octets(const View& view, const Interface& interface, std::uint32_t index,
                     Direction direction) {
  const auto milliseconds = static_cast<std::uint64_t>(interface.carrying.count() / 1000);
  return milliseconds * octet_rate(view, index, direction) / 1000;
}

/// Frames of 300 octets on average.
std::uint64_t frames(const View& view, const Interface& interface, std::uint32_t index,
                     Direction direction) {
  return octets(view, interface, index, direction) / 300;
}

std::vector<Column> list_columns(std::initializer_list<std::uint32_t> arcs) {
  std::vector<Column> columns;
  for (const std::uint32_t arc : arcs) columns.push_back({arc, {}});
  return columns;
}

class Count : public Scalars {
 public:
  Count() : Scalars{{1, 3, 6, 1, 2, 1, 2}, {{1, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t /*column*/) const override {
    return Value::integer(interface_count(view.device, view.settings));
  }
};

class Rows : public NumberedTable {
 public:
  using NumberedTable::NumberedTable;

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    return interface_from(view, at_least);
  }

  /// The settings of a switch port that a SET names, or null.
  static PortSettings* port(Draft& draft, const Change& change) {
    if (change.row.size() != 1 || change.row[0] < kFirstPortIfIndex) return nullptr;
    const std::size_t index = change.row[0] - kFirstPortIfIndex;
    return index < draft.settings.ports.size() ? &draft.settings.ports[index] : nullptr;
  }
};

class IfTable : public Rows {
 public:
  explicit IfTable(Kind kind) : Rows{{1, 3, 6, 1, 2, 1, 2, 2, 1}, columns_of(kind)} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    PortSettings* const settings = port(draft, change);
    if (settings == nullptr) return ErrorStatus::NoCreation;
    if (stage == Stage::Write) settings->enabled = change.value.number == 1;
    return ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const Interface interface = interface_at(view, row);
    return column < 10 ? state(view, interface, column, row)
                       : counter(view, interface, column, row);
  }

 private:
  static std::vector<Column> columns_of(Kind kind) {
    auto columns = list_columns({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 16, 17, 19, 20});
    if (kind == Kind::Switch) columns[6].writable = kAdminStatus;
    return columns;
  }

  static Value state(const View& view, const Interface& interface, std::uint32_t column,
                     std::uint32_t row) {
    switch (column) {
      case 1:
        return Value::integer(row);
      case 2:
        return Value::text(interface.description);
      case 3:
        return Value::integer(interface.type);
      case 4:
        return Value::integer(1500);
      case 5:
        return Value::gauge(interface.megabits * 1'000'000);
      case 6:
        return Value::text(octets_of(interface.mac));
      case 7:
        return Value::integer(interface.enabled ? 1 : 2);
      case 8:
        return Value::integer(interface.link ? 1 : 2);
      default: {
        const auto since = (interface.changed - view.device.boot).count() / 10'000;
        const bool moved = interface.changed > Time::zero();
        return Value::ticks(moved && since > 0 ? static_cast<std::uint64_t>(since) : 0);
      }
    }
  }

  static Value counter(const View& view, const Interface& interface, std::uint32_t column,
                       std::uint32_t row) {
    switch (column) {
      case 10:
        return Value::counter32(octets(view, interface, row, Direction::In));
      case 11:
        return Value::counter32(frames(view, interface, row, Direction::In));
      case 16:
        return Value::counter32(octets(view, interface, row, Direction::Out));
      case 17:
        return Value::counter32(frames(view, interface, row, Direction::Out));
      default:
        return Value::counter32(0);  // discards and errors
    }
  }
};

class IfXTable : public Rows {
 public:
  explicit IfXTable(Kind kind) : Rows{{1, 3, 6, 1, 2, 1, 31, 1, 1, 1}, columns_of(kind)} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    PortSettings* const settings = port(draft, change);
    if (settings == nullptr) return ErrorStatus::NoCreation;
    if (stage == Stage::Write) settings->alias = change.value.octets;
    return ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const Interface interface = interface_at(view, row);
    switch (column) {
      case 1:
        return Value::text(interface.name);
      case 6:
        return Value::counter64(octets(view, interface, row, Direction::In));
      case 7:
        return Value::counter64(frames(view, interface, row, Direction::In));
      case 10:
        return Value::counter64(octets(view, interface, row, Direction::Out));
      case 11:
        return Value::counter64(frames(view, interface, row, Direction::Out));
      case 15:
        return Value::gauge(interface.megabits);
      case 17:
        return truth(interface.wired);
      case 18:
        return Value::text(interface.alias);
      case 19:
        return Value::ticks(0);
      default:
        return Value::counter64(0);  // multicast and broadcast
    }
  }

 private:
  static std::vector<Column> columns_of(Kind kind) {
    auto columns = list_columns({1, 6, 7, 8, 9, 10, 11, 12, 13, 15, 17, 18, 19});
    if (kind == Kind::Switch) columns[11].writable = kAlias;
    return columns;
  }
};

}  // namespace

void add_if_mib(Tables& tables, Kind kind) {
  tables.push_back(std::make_unique<Count>());
  tables.push_back(std::make_unique<IfTable>(kind));
  tables.push_back(std::make_unique<IfXTable>(kind));
}

}  // namespace market::sim
