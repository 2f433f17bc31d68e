// Findings that somebody answers for: `waive: [{ id: D306, reason: ..., by: ..., until: ... }]`.
//
// A waiver names a rule, and a thing (`at`) when it is not for all of them: one whose name stands
// in the finding's text. Until the end of its last day its findings count neither as errors nor as
// warnings; they are shown, with who answers for them. What makes a text no design at all (D001 to
// D010) cannot be waived.
//
// Threads:  pure. Private to this room.
#pragma once

#include <chrono>
#include <optional>
#include <vector>

#include "config/design/design.h"
#include "config/yaml/reader.h"

namespace market::design {

[[nodiscard]] std::vector<Waiver> read_waivers(yaml::MapReader& top);

/// Marks what the waivers cover; `today`: without it no waiver ends. A waiver that is over, or that
/// covers nothing, is told.
void apply_waivers(const std::vector<Waiver>& waivers,
                   std::optional<std::chrono::year_month_day> today, Diagnostics& problems);

}  // namespace market::design
