// Q-BRIDGE-MIB: dot1qFdbTable and dot1qTpFdbTable. A VLAN has an FDB of its own, with its number.

#include <algorithm>

#include "tests/sim/mibs.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

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
class Entries : public Table {
 public:
  Entries() : Table{{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1}, {{2, {}}, {3, {}}}} {}

  [[nodiscard]] bool next_row(const View& view, Name& row) const override {
    const auto& learnt = view.world.learnt(view.device);
    const auto behind = [](NameView after, const Learnt& entry) {
      return compare(after, name_of(entry)) < 0;
    };
    const auto found = row.empty()
                           ? learnt.begin()
                           : std::upper_bound(learnt.begin(), learnt.end(), NameView{row}, behind);
    if (found == learnt.end()) return false;
    const auto name = name_of(*found);
    row.assign(name.begin(), name.end());
    return true;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const override {
    const auto& learnt = view.world.learnt(view.device);
    const auto found = std::lower_bound(
        learnt.begin(), learnt.end(), row,
        [](const Learnt& entry, NameView wanted) { return compare(name_of(entry), wanted) < 0; });
    if (found == learnt.end() || compare(name_of(*found), row) != 0) {
      return Value::missing(Tag::NoSuchInstance);
    }
    return Value::integer(column == 2 ? static_cast<std::int64_t>(found->port) : 3);  // learned
  }

 private:
  static std::array<std::uint32_t, 7> name_of(const Learnt& entry) {
    std::array<std::uint32_t, 7> name{entry.vlan};
    std::copy(entry.mac.begin(), entry.mac.end(), name.begin() + 1);
    return name;
  }
};

}  // namespace

void add_forwarding_mib(Tables& tables) {
  tables.push_back(std::make_unique<Databases>());
  tables.push_back(std::make_unique<Entries>());
}

}  // namespace market::sim
