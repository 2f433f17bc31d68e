// Model, firmware, serial and the like, read by rules from what a device has said.
//
// Of a column the row that stands for the device is taken: the chassis of entPhysicalTable, not the
// power supply before it; the printer of hrDeviceTable, not its processor.
//
// Threads:  pure. Errors: none; what no rule finds stays empty.
// Sources:  RFC 6933, entPhysicalClass, entPhysicalContainedIn; RFC 2790, hrDeviceType.
#pragma once

#include <vector>

#include "config/profile/profile.h"
#include "probes/sweep/read.h"
#include "probes/sweep/sweep.h"

namespace market::sweep {

/// Fills what is empty in `identification` by the first rule that finds something.
void read_facts(const Read& read, const FactRules& rules, Identification& identification);

/// Columns that tell which row of `column` stands for the device: to be asked with it.
[[nodiscard]] std::vector<Oid> choosers_of(const Oid& column);

}  // namespace market::sweep
