// BRIDGE-MIB: dot1dBase. Base port n is ifIndex 100 + n.

#include "tests/sim/interfaces.h"
#include "tests/sim/mibs.h"
#include "tests/sim/ports.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

class Base : public Scalars {
 public:
  Base() : Scalars{{1, 3, 6, 1, 2, 1, 17, 1}, {{1, {}}, {2, {}}, {3, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    if (column == 1) return Value::text(octets_of(view.device.mac));
    if (column == 2) return Value::integer(interface_count(view.device, view.settings));
    return Value::integer(2);  // transparent-only
  }
};

class BasePort : public PortTable {
 public:
  BasePort() : PortTable{{1, 3, 6, 1, 2, 1, 17, 1, 4, 1}, {{1, {}}, {2, {}}, {4, {}}, {5, {}}}} {}

 protected:
  [[nodiscard]] Value cell(const View& /*view*/, std::uint32_t column,
                           std::uint32_t row) const override {
    if (column == 1) return Value::integer(row);
    if (column == 2) return Value::integer(row + kFirstPortIfIndex - 1);
    return Value::counter32(0);
  }
};

}  // namespace

void add_bridge_mib(Tables& tables) {
  tables.push_back(std::make_unique<Base>());
  tables.push_back(std::make_unique<BasePort>());
}

}  // namespace market::sim
