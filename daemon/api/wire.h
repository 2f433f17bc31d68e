// Snapshot to JSON: the messages of the API (GET /api/v1/...), the same that `-o json` prints.
//
// Threads:  pure.
#pragma once

#include <optional>
#include <string>

#include "daemon/health/snapshot.h"

namespace market::api {

/// Counts, verdict, activity, last sweep, incidents: what the first screen needs.
[[nodiscard]] std::string status_json(const health::Snapshot& snapshot);
/// What has drifted, and the plan that puts it right.
[[nodiscard]] std::string drift_json(const health::Snapshot& snapshot);
[[nodiscard]] std::string devices_json(const health::Snapshot& snapshot);
/// `id`: or a key, serial, MAC, address or stall.
[[nodiscard]] std::optional<std::string> device_json(const health::Snapshot&, std::string_view id);
[[nodiscard]] std::string stalls_json(const health::Snapshot& snapshot);
[[nodiscard]] std::optional<std::string> stall_json(const health::Snapshot&, std::string_view id);
/// Who hangs on whom: nodes, and edges with a port at both ends.
[[nodiscard]] std::string topology_json(const health::Snapshot& snapshot);
[[nodiscard]] std::string findings_json(const health::Snapshot& snapshot);
[[nodiscard]] std::string incidents_json(const health::Snapshot& snapshot);
[[nodiscard]] std::string events_json(const health::Snapshot& snapshot);
/// {"error": message}
[[nodiscard]] std::string error_json(const std::string& message);

}  // namespace market::api
