// What the messages of the API are put together from. Private to the API.
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/health/snapshot.h"

namespace market::api {

using Json = nlohmann::ordered_json;

/// Devices put any bytes into their names; what is not UTF-8 becomes U+FFFD instead of an error.
[[nodiscard]] std::string print(const Json& json);
/// Adds "<name>" (text), "<name>_ms" (number); both null for 0.
void put_time(Json& json, const std::string& name, std::int64_t unix_ms);
/// Seconds from `unix_ms` to the snapshot, never negative; null when there is no such time.
[[nodiscard]] Json age(const health::Snapshot& snapshot, std::int64_t unix_ms);
[[nodiscard]] Json text_or_null(const std::string& text);
/// What every message begins with: when it was true.
[[nodiscard]] Json stamped(const health::Snapshot& snapshot);

/// Adds all addresses of a device, its place, and the ids of the findings about it.
void put_whereabouts(Json& row, const health::Snapshot& snapshot, const std::string& id);
/// Adds what everybody says about it, freshest first, and why it is taken for what it is.
void put_evidence(Json& row, const health::Snapshot& snapshot, const std::string& id);
/// Devices that nobody designed and that never answered: known from what others say.
[[nodiscard]] std::vector<health::DeviceView> silent_strangers(const health::Snapshot& snapshot);
/// By id, key, serial, MAC, address or stall, in this order; `asked` itself when nobody fits.
[[nodiscard]] std::string device_meant(const health::Snapshot& snapshot, std::string_view asked);

}  // namespace market::api
