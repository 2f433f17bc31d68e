// CLOCK_BOOTTIME and which boot it counts from: time that neither a clock step nor suspend fools.
#pragma once

#include "daemon/reconcile/journal.h"

namespace market::app {

/// Aborts where the kernel tells neither: without them no deadline could be kept.
[[nodiscard]] reconcile::BootTime boot_now();

}  // namespace market::app
