// The id of a plan: SHA-256 of its canonical JSON without the id.
#pragma once

#include <string>
#include <string_view>

#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// 64 hex digits, lower case. `plan.id` is not looked at.
[[nodiscard]] std::string plan_digest(const Plan& plan);

}  // namespace market::reconcile
