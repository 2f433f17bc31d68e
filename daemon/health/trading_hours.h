// Is the market open at this moment?
//
// Zones are a fixed table of those that have no summer time (Korea and its neighbours, UTC): GCC 12
// has no C++20 tz database, and TZ of the process is shared by all threads. In a zone that is not
// in the table the market counts as open, so that no outage is taken for a closed shop.
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/design/design.h"

namespace market::health {

/// From UTC, eastwards. Nothing for a zone that is not in the table.
[[nodiscard]] std::optional<std::chrono::minutes> utc_offset(std::string_view timezone);

/// The opening minute belongs to the hours, the closing minute does not. Hours that close before
/// they open run over midnight and belong to the weekday they began on; equal ones are 24 hours.
[[nodiscard]] bool is_trading(const Hours& hours, std::string_view timezone, std::int64_t now_ms);

}  // namespace market::health
