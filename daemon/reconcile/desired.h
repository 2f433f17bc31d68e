// What must hold on each device, from the design alone (pure).
#pragma once

#include "config/design/design.h"
#include "config/profile/profile.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// Gateway, switches and access points; fields named in config/types/field.h. InvalidDesign when
/// a device is asked for what its profile cannot do (too many SSIDs, no such radio).
[[nodiscard]] Result<Desired> make_desired(const Design& design, const ProfileSet& profiles);

}  // namespace market::reconcile
