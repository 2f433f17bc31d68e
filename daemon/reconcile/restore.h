// A gateway forgets what was applied when it loses its power; its switches and access points have
// saved it. What restores the gateway, and when (pure).
#pragma once

#include <optional>
#include <string>

#include "daemon/reconcile/journal.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// What brings `gateway` back to the design of the last committed run. Empty unless the design is
/// still the same and nothing that carries our mark is left in the gateway: then it has restarted.
/// A gateway that has lost something else has drifted, and that is for people to judge.
[[nodiscard]] Plan restoring_plan(const std::string& gateway, const Desired& desired,
                                  const ObservedDevice& seen, const std::string& design_digest,
                                  const std::optional<RunRecord>& last_committed);

}  // namespace market::reconcile
