#include "daemon/health/trading_hours.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

namespace market::health {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

constexpr std::array<std::pair<std::string_view, minutes>, 14> kZones{{
    {"Asia/Seoul", hours{9}},
    {"ROK", hours{9}},
    {"Asia/Pyongyang", hours{9}},
    {"Asia/Tokyo", hours{9}},
    {"Japan", hours{9}},
    {"Asia/Shanghai", hours{8}},
    {"Asia/Taipei", hours{8}},
    {"Asia/Singapore", hours{8}},
    {"Asia/Manila", hours{8}},
    {"Asia/Ho_Chi_Minh", hours{7}},
    {"Asia/Bangkok", hours{7}},
    {"UTC", hours{0}},
    {"Etc/UTC", hours{0}},
    {"GMT", hours{0}},
}};

/// 0 = Sunday. 1970-01-01 was a Thursday.
unsigned weekday_of(std::chrono::sys_days day) { return std::chrono::weekday{day}.c_encoding(); }

}  // namespace

std::optional<minutes> utc_offset(std::string_view timezone) {
  const auto* const found = std::find_if(kZones.begin(), kZones.end(),
                                         [&](const auto& zone) { return zone.first == timezone; });
  if (found == kZones.end()) return std::nullopt;
  return found->second;
}

bool is_trading(const Hours& hours, std::string_view timezone, std::int64_t now_ms) {
  const auto offset = utc_offset(timezone);
  if (!offset) return true;
  const auto local =
      std::chrono::sys_time<std::chrono::milliseconds>{std::chrono::milliseconds{now_ms} + *offset};
  const auto day = std::chrono::floor<days>(local);
  const auto time_of_day = local - day;
  const auto trades_on = [&hours](std::chrono::sys_days date) {
    return !hours.closed_weekdays.contains(weekday_of(date));
  };
  if (hours.open < hours.close) {
    return trades_on(day) && time_of_day >= hours.open && time_of_day < hours.close;
  }
  if (time_of_day >= hours.open) return trades_on(day);
  return time_of_day < hours.close && trades_on(day - days{1});
}

}  // namespace market::health
