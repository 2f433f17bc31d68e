// The daemon's own metrics, kept and written by prometheus-cpp. Private to the room.
//
// Threads:  pure.
#pragma once

#include <string>

#include "daemon/metrics/exposition.h"

namespace market::metrics {

[[nodiscard]] std::string render_self(const SelfMetrics& self);

}  // namespace market::metrics
