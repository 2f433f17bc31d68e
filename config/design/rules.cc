#include "config/design/rules.h"

#include <algorithm>

namespace market::design {

void check_rules(const Model& model, const std::set<Part>& incomplete, yaml::Findings& findings) {
  const auto allowed = [&incomplete](const Rule& rule) {
    return std::none_of(rule.needs.begin(), rule.needs.end(),
                        [&incomplete](Part part) { return incomplete.contains(part); });
  };
  for (const auto table :
       {address_rules(), queue_rules(), inventory_rules(), port_rules(), link_rules(), wifi_rules(),
        isolation_rules(), stall_rules(), cabling_rules(), family_rules()}) {
    for (const Rule& rule : table) {
      if (allowed(rule)) rule.check(model, findings);
    }
  }
}

}  // namespace market::design
