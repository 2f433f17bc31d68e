// Tables of a switch whose rows are its base ports, 1..n.
#pragma once

#include <algorithm>

#include "tests/sim/table.h"

namespace market::sim {

class PortTable : public NumberedTable {
 public:
  using NumberedTable::NumberedTable;

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    const std::uint32_t row = std::max(at_least, 1U);
    if (row > view.settings->ports.size()) return std::nullopt;
    return row;
  }

  /// The settings of the port that a SET names, or null.
  static PortSettings* port(Draft& draft, const Change& change) {
    if (change.row.size() != 1 || change.row[0] == 0) return nullptr;
    const std::size_t index = change.row[0] - 1;
    return index < draft.settings.ports.size() ? &draft.settings.ports[index] : nullptr;
  }
};

}  // namespace market::sim
