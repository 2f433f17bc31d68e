#include "daemon/api/wire_parts.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace market::api {
namespace {

/// "2026-11-23T06:53:00.123Z" (RFC 3339, 5.6); null for 0, which means never.
Json time_text(std::int64_t unix_ms) {
  if (unix_ms == 0) return nullptr;
  using std::chrono::milliseconds;
  const std::chrono::sys_time<milliseconds> time{milliseconds{unix_ms}};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

}  // namespace

std::string print(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void put_time(Json& json, const std::string& name, std::int64_t unix_ms) {
  json[name] = time_text(unix_ms);
  json[name + "_ms"] = unix_ms == 0 ? Json(nullptr) : Json(unix_ms);
}

Json age(const health::Snapshot& snapshot, std::int64_t unix_ms) {
  if (unix_ms == 0) return nullptr;
  return static_cast<double>(std::max<std::int64_t>(0, snapshot.at_ms - unix_ms)) / 1000.0;
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json stamped(const health::Snapshot& snapshot) {
  Json json;
  put_time(json, "at", snapshot.at_ms);
  return json;
}

}  // namespace market::api
