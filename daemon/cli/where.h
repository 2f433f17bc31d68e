// Devices, their places, the topology and the findings as people read them.
//
// Threads:  pure: JSON of the API in, text out.
#pragma once

#include <string>

#include "daemon/cli/ask.h"

namespace market::cli {

[[nodiscard]] std::string devices_text(const Json& devices);
/// With `evidence`: who said what, and how long ago.
[[nodiscard]] std::string device_text(const Json& device, bool evidence);
/// An indented tree from the gateway outwards; what hangs in two places is drawn once.
[[nodiscard]] std::string topology_text(const Json& topology);
[[nodiscard]] std::string findings_text(const Json& findings, bool evidence);
/// "3 s", "12 min", "5 h", "9 d"; "-" for never.
[[nodiscard]] std::string age_text(const Json& row, const char* key = "age_seconds");

}  // namespace market::cli
