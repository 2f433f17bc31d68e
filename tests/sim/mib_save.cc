// MarketSim's own: 32473.9.1.0 set to 1 saves the running configuration to startup; 32473.9.2.0 is
// 1 when they are equal, 2 when there is something to save.

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

class Save : public Scalars {
 public:
  Save()
      : Scalars{{kSaveRoot.begin(), kSaveRoot.end()},
                {{1, Writable{Tag::Integer, 1, 1}}, {2, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    if (column == 1) return Value::integer(0);  // nothing under way
    const Managed& managed = *view.device.managed;
    return Value::integer(managed.running == managed.startup ? 1 : 2);
  }

  [[nodiscard]] ErrorStatus write(Draft& draft, std::uint32_t /*column*/,
                                  const Value& /*value*/) const override {
    draft.save = true;
    return ErrorStatus::NoError;
  }
};

}  // namespace

void add_save_mib(Tables& tables) { tables.push_back(std::make_unique<Save>()); }

}  // namespace market::sim
