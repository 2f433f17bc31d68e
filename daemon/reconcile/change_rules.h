// Whether a change may be begun now, by this person: the design's `changes` (pure).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/design/design.h"

namespace market::reconcile {

/// Why nothing may be begun at this moment, and when it may; empty = now. In a time zone whose
/// offset is not known no window is open.
[[nodiscard]] std::string window_objection(const ChangeRules& rules, std::string_view timezone,
                                           std::int64_t now_ms);

/// Why `actor` ("kim@gw1") may not apply a plan that `approvers` have approved; empty = he may.
/// Somebody is somebody else by the name before the '@'.
[[nodiscard]] std::string approval_objection(const ChangeRules& rules,
                                             const std::vector<std::string>& approvers,
                                             const std::string& actor);

}  // namespace market::reconcile
