// A market that was brought to its design and is otherwise now has drifted. What has, and what of
// it may be put right without asking (pure).
//
// Before a design was applied, and while the last change of a person was rolled back, a difference
// is no drift: it is what nobody has asked for yet, or what somebody did not want.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/health/drift.h"
#include "daemon/reconcile/journal.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

using ObjectClasses = std::set<std::string, std::less<>>;

/// "port", "firewall" for chains, rules and sets, "names" for dnsmasq's, "queues" for qdiscs.
[[nodiscard]] std::string_view object_class(const FieldName& name);

/// Whether the last run of a person, newest first in `history`, brought exactly this design.
[[nodiscard]] bool is_applied(const std::vector<RunRecord>& history,
                              const std::string& design_digest);

/// The rows of `plan`; what `before` had already keeps its time, and the rows of devices that could
/// not be read now stay.
[[nodiscard]] std::vector<health::DriftRow> drift_rows(const Plan& plan, const Observed& observed,
                                                       const health::DriftPtr& before,
                                                       std::int64_t now_ms);

/// The plan for these classes of objects alone: nothing else is changed, nor taken away.
[[nodiscard]] Plan enforcing_plan(const Desired& desired, const Observed& observed,
                                  const ObjectClasses& classes, const std::string& design_digest,
                                  const Ways* ways = nullptr);

/// Why this plan is not to be carried out by itself: it would cut us off, it was rolled back once,
/// or has been carried out three times within the hour and somebody keeps changing it back. Empty =
/// it may.
[[nodiscard]] std::string objection_to_enforcing(const Plan& plan,
                                                 const std::vector<RunRecord>& history,
                                                 std::int64_t now_ms);

}  // namespace market::reconcile
