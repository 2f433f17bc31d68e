// Q-BRIDGE-MIB: dot1qFdbTable and dot1qTpFdbTable. A VLAN has an FDB of its own, with its number.
// BRIDGE-MIB: dot1dTpFdbTable, which knows no VLANs and has each MAC once.

#include <algorithm>

#include "tests/sim/listed_table.h"
#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

constexpr std::int64_t kLearned = 3;  // dot1qTpFdbStatus, dot1dTpFdbStatus

class Databases : public NumberedTable {
 public:
  Databases() : NumberedTable{{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1, 1}, {{2, {}}}} {}

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    const auto& learnt = view.world.learnt(view.device);
    const auto found = std::find_if(learnt.begin(), learnt.end(), [at_least](const Learnt& entry) {
      return entry.vlan >= at_least;
    });
    if (found == learnt.end()) return std::nullopt;
    return found->vlan;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t /*column*/,
                           std::uint32_t row) const override {
    const auto& learnt = view.world.learnt(view.device);
    const auto count = std::count_if(learnt.begin(), learnt.end(),
                                     [row](const Learnt& entry) { return entry.vlan == row; });
    return Value::counter32(static_cast<std::uint64_t>(count));
  }
};

/// Rows are the FDB's number and the six octets of the MAC.
class Dot1qEntries : public ListedTable {
 public:
  Dot1qEntries() : ListedTable{{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1}, {{2, {}}, {3, {}}}} {}

 protected:
  [[nodiscard]] std::size_t count(const View& view) const override {
    return view.world.learnt(view.device).size();
  }
  void name(const View& view, std::size_t index, Name& into) const override {
    const Learnt& entry = view.world.learnt(view.device)[index];
    into.assign(1, entry.vlan);
    into.insert(into.end(), entry.mac.begin(), entry.mac.end());
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const Learnt& entry = view.world.learnt(view.device)[index];
    return Value::integer(column == 2 ? static_cast<std::int64_t>(entry.port) : kLearned);
  }
};

class Dot1dEntries : public ListedTable {
 public:
  Dot1dEntries() : ListedTable{{1, 3, 6, 1, 2, 1, 17, 4, 3, 1}, {{1, {}}, {2, {}}, {3, {}}}} {}

 protected:
  [[nodiscard]] std::size_t count(const View& view) const override {
    return view.world.learnt_by_mac(view.device).size();
  }
  void name(const View& view, std::size_t index, Name& into) const override {
    const Mac& mac = view.world.learnt_by_mac(view.device)[index].mac;
    into.assign(mac.begin(), mac.end());
  }
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::size_t index) const override {
    const Learnt& entry = view.world.learnt_by_mac(view.device)[index];
    if (column == 1) return Value::text(octets_of(entry.mac));
    return Value::integer(column == 2 ? static_cast<std::int64_t>(entry.port) : kLearned);
  }
};

}  // namespace

void add_forwarding_mib(Tables& tables) {
  tables.push_back(std::make_unique<Databases>());
  tables.push_back(std::make_unique<Dot1qEntries>());
  tables.push_back(std::make_unique<Dot1dEntries>());
}

}  // namespace market::sim
