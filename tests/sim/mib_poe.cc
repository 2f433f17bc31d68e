// POWER-ETHERNET-MIB: pethPsePortTable (group 1, base port) and pethMainPseTable (group 1).

#include <algorithm>

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::uint32_t kEnable = 3, kPriority = 7;

class PsePort : public Table {
 public:
  PsePort()
      : Table{{1, 3, 6, 1, 2, 1, 105, 1, 1, 1},
              {{kEnable, Writable{Tag::Integer, 1, 2}},
               {4, {}},
               {5, {}},
               {6, {}},
               {kPriority, Writable{Tag::Integer, 1, 3}},
               {9, {}},
               {10, {}}}} {}

  [[nodiscard]] bool next_row(const View& view, Name& row) const override {
    if (!row.empty() && row[0] > 1) return false;
    const bool inside = !row.empty() && row[0] == 1;
    const std::uint32_t after = inside && row.size() > 1 ? row[1] : 0;
    if (after >= view.settings->ports.size()) return false;
    row = {1, after + 1};
    return true;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const override {
    if (!exists(*view.settings, row)) return Value::missing(Tag::NoSuchInstance);
    const std::size_t port = row[1] - 1;
    const PortSettings& settings = view.settings->ports[port];
    switch (column) {
      case kEnable:
        return truth(settings.poe);
      case 4:
        return truth(false);  // the pairs are fixed
      case 5:
        return Value::integer(1);  // signal pairs
      case 6:
        return Value::integer(detection(view, port, settings));
      case kPriority:
        return Value::integer(settings.poe_priority);
      case 9:
        return Value::text("");
      default:
        return Value::integer(view.world.drawn_mw(view.device, port) > 0 ? 5 : 1);  // class 4 or 0
    }
  }

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    if (!exists(draft.settings, change.row)) return ErrorStatus::NoCreation;
    PortSettings& settings = draft.settings.ports[change.row[1] - 1];
    if (stage != Stage::Write) return ErrorStatus::NoError;
    if (change.column == kEnable) settings.poe = change.value.number == 1;
    if (change.column == kPriority) settings.poe_priority = change.value.number;
    return ErrorStatus::NoError;
  }

 private:
  static bool exists(const Settings& settings, NameView row) {
    return row.size() == 2 && row[0] == 1 && row[1] >= 1 && row[1] <= settings.ports.size();
  }

  /// pethPsePortDetectionStatus: 1 disabled, 2 searching, 3 deliveringPower.
  static std::int64_t detection(const View& view, std::size_t port, const PortSettings& settings) {
    if (!settings.poe) return 1;
    const Jack& jack = view.device.managed->ports[port].jack;
    const bool fed = jack.to == Jack::To::AccessPoint && view.world.devices()[jack.other].fed;
    return fed ? 3 : 2;
  }
};

class MainPse : public NumberedTable {
 public:
  MainPse()
      : NumberedTable{{1, 3, 6, 1, 2, 1, 105, 1, 3, 1, 1}, {{2, {}}, {3, {}}, {4, {}}, {5, {}}}} {}

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& /*view*/,
                                                      std::uint32_t at_least) const override {
    return at_least <= 1 ? std::optional<std::uint32_t>{1} : std::nullopt;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t /*row*/) const override {
    switch (column) {
      case 2:
        return Value::gauge(watts(view.device.managed->poe_budget_mw));
      case 3:
        return Value::integer(1);  // on
      case 4:
        return Value::gauge(watts(drawn(view)));
      default:
        return Value::integer(80);  // percent
    }
  }

 private:
  static std::int64_t drawn(const View& view) {
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < view.device.managed->ports.size(); ++i) {
      sum += view.world.drawn_mw(view.device, i);
    }
    return sum;
  }
  static std::uint32_t watts(std::int64_t milliwatts) {
    return static_cast<std::uint32_t>((milliwatts + 500) / 1000);
  }
};

}  // namespace

void add_poe_mib(Tables& tables) {
  tables.push_back(std::make_unique<PsePort>());
  tables.push_back(std::make_unique<MainPse>());
}

}  // namespace market::sim
