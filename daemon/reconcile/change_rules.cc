#include "daemon/reconcile/change_rules.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>

#include <fmt/format.h>

#include "daemon/health/trading_hours.h"

namespace market::reconcile {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;
constexpr std::int64_t kWeekMs = 7LL * 24 * 60 * kMinuteMs;

bool is_open(const ChangeRules& rules, std::string_view timezone, std::int64_t at_ms) {
  return std::any_of(rules.windows.begin(), rules.windows.end(), [&](const Hours& window) {
    return health::is_trading(window, timezone, at_ms);
  });
}

std::optional<std::int64_t> next_open(const ChangeRules& rules, std::string_view timezone,
                                      std::int64_t now_ms) {
  for (auto at = now_ms - now_ms % kMinuteMs; at <= now_ms + kWeekMs; at += kMinuteMs) {
    if (is_open(rules, timezone, at)) return at;
  }
  return std::nullopt;
}

/// "mon 22:00", local to the site.
std::string local_text(std::int64_t at_ms, std::chrono::minutes offset) {
  constexpr std::array kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  const std::chrono::sys_time<std::chrono::minutes> local{
      std::chrono::floor<std::chrono::minutes>(std::chrono::milliseconds{at_ms}) + offset};
  const auto day = std::chrono::floor<std::chrono::days>(local);
  const auto minutes = (local - day).count();
  return fmt::format("{} {:02}:{:02}", kDays.at(std::chrono::weekday{day}.c_encoding()),
                     minutes / 60, minutes % 60);
}

std::string_view person(std::string_view actor) { return actor.substr(0, actor.find('@')); }

}  // namespace

std::string window_objection(const ChangeRules& rules, std::string_view timezone,
                             std::int64_t now_ms) {
  if (rules.windows.empty()) return {};
  const auto offset = health::utc_offset(timezone);
  if (!offset) {
    return fmt::format("{}: changes have windows, and the time in '{}' is not known here",
                       rules.position.to_string(), timezone);
  }
  if (is_open(rules, timezone, now_ms)) return {};
  const auto next = next_open(rules, timezone, now_ms);
  return fmt::format("{}: no change window is open now; {}", rules.position.to_string(),
                     next ? "the next begins " + local_text(*next, *offset) + " local time"
                          : std::string{"none ever opens"});
}

std::string approval_objection(const ChangeRules& rules, const std::vector<std::string>& approvers,
                               const std::string& actor) {
  if (!rules.four_eyes) return {};
  const bool approved =
      std::any_of(approvers.begin(), approvers.end(),
                  [&](const std::string& other) { return person(other) != person(actor); });
  if (approved) return {};
  return fmt::format(
      "{}: somebody else must approve this very plan: marketctl plan --out FILE, the other one "
      "says marketctl approve FILE, then marketctl apply FILE",
      rules.position.to_string());
}

}  // namespace market::reconcile
