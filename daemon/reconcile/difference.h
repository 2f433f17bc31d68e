// What one device has that differs from what the design wants of it (pure).
#pragma once

#include <string>
#include <vector>

#include "daemon/reconcile/plan.h"

namespace market::reconcile {

struct Difference {
  std::vector<Change> changes;   ///< in the order of field names
  std::vector<Skipped> skipped;  ///< wanted, and not to be had by writing
};

/// `observed` must have been reached. A VLAN row, a membership in it, a link, an address and a
/// route may come into being; any other field that the device was not seen to have is skipped.
[[nodiscard]] Difference difference(const std::string& device, const DesiredDevice& desired,
                                    const ObservedDevice& observed);

}  // namespace market::reconcile
