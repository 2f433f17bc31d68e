// Weighs the evidence for a device that no profile settles: who made it, and of which class it is.
//
// Threads:  pure. Errors: none; where nothing speaks, the class is Unknown and the vendor empty.
#pragma once

#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "probes/sweep/read.h"

namespace market::sweep {

struct Weighed {
  DeviceClass device_class = DeviceClass::Unknown;
  double confidence = 0;              ///< 0..1, by the lead over the next best class
  std::vector<std::string> evidence;  ///< every rule that held, with its weights
};

/// The maker, or null: by the enterprise of sysObjectID; where that only names the agent's software
/// or nothing, by the words of sysDescr, then by whose objects it answers. Says why in `evidence`.
[[nodiscard]] const Vendor* vendor_of(const Knowledge& knowledge, const Read& read,
                                      std::vector<std::string>& evidence);

/// The class with the largest sum of weights; `vendor` may be null.
[[nodiscard]] Weighed weigh(const Knowledge& knowledge, const Vendor* vendor, const Read& read);

}  // namespace market::sweep
