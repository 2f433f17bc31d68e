#include "config/design/waivers.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::design {
namespace {

using std::chrono::year_month_day;
using yaml::MapReader;
using yaml::Need;

/// "2026-12-31" (RFC 3339, full-date).
Result<year_month_day> parse_date(std::string_view text) {
  const auto number = [text](std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) {
      if (c < '0' || c > '9') return -1;
      value = value * 10 + (c - '0');
    }
    return value;
  };
  if (text.size() == 10 && text[4] == '-' && text[7] == '-') {
    const int month = number(5, 2), day = number(8, 2);
    const year_month_day date{std::chrono::year{number(0, 4)},
                              std::chrono::month{static_cast<unsigned>(month)},
                              std::chrono::day{static_cast<unsigned>(day)}};
    if (number(0, 4) >= 0 && month > 0 && day > 0 && date.ok()) return date;
  }
  return fail(Errc::InvalidValue, fmt::format("'{}' is not a date: write 2026-12-31", text));
}

bool is_rule(std::string_view id) {
  return id.size() == 4 && id.front() == 'D' &&
         std::all_of(id.begin() + 1, id.end(), [](char c) { return c >= '0' && c <= '9'; });
}

void read_waiver(const yaml::Node& item, yaml::Findings& findings, std::vector<Waiver>& waivers) {
  MapReader map{item, "waiver", findings};
  Waiver waiver;
  waiver.position = map.position();
  waiver.rule = map.text("id", Need::Required);
  if (!waiver.rule.empty()) map.called(waiver.rule);
  waiver.at = map.text("at", Need::Optional);
  waiver.reason = map.text("reason", Need::Required);
  waiver.by = map.text("by", Need::Required);
  const auto until = map.parsed("until", Need::Required, parse_date);
  if (!waiver.rule.empty() && !is_rule(waiver.rule)) {
    return map.refuse(findings.rules().type, *map.find("id", Need::Required), "id",
                      fmt::format("'{}' is no rule's id", waiver.rule), "write it as D306");
  }
  if (waiver.rule.starts_with("D0")) {
    return map.refuse(findings.rules().range, *map.find("id", Need::Required), "id",
                      fmt::format("'{}' cannot be waived: with it there is no design", waiver.rule),
                      "mend what it says");
  }
  if (waiver.rule.empty() || waiver.reason.empty() || waiver.by.empty() || !until) return;
  waiver.until = *until;
  waivers.push_back(std::move(waiver));
}

bool covers(const Waiver& waiver, const Diagnostic& problem) {
  return problem.rule == waiver.rule &&
         (waiver.at.empty() || problem.message.find("'" + waiver.at + "'") != std::string::npos);
}

std::string day(const year_month_day& date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

void mark(const Waiver& waiver, bool counts, Diagnostic& problem) {
  if (counts) {
    problem.severity = Severity::Waived;
    problem.fix =
        fmt::format("waived by {} until {}: {}", waiver.by, day(waiver.until), waiver.reason);
  } else {
    problem.fix +=
        fmt::format("{}its waiver ended on {}", problem.fix.empty() ? "" : "; ", day(waiver.until));
  }
  problem.other = waiver.position;
}

}  // namespace

std::vector<Waiver> read_waivers(MapReader& top) {
  std::vector<Waiver> waivers;
  for (const yaml::Node* item : top.items("waive", Need::Optional)) {
    read_waiver(*item, top.findings(), waivers);
  }
  return waivers;
}

void apply_waivers(const std::vector<Waiver>& waivers, std::optional<year_month_day> today,
                   Diagnostics& problems) {
  for (const Waiver& waiver : waivers) {
    const bool counts = !today || *today <= waiver.until;
    bool used = false;
    for (Diagnostic& problem : problems) {
      if (problem.severity == Severity::Waived || !covers(waiver, problem)) continue;
      mark(waiver, counts, problem);
      used = true;
    }
    if (used) continue;
    problems.push_back({"D006", Severity::Warning, waiver.position,
                        fmt::format("the waiver of '{}' has no finding to waive", waiver.rule),
                        "remove it", std::nullopt});
  }
}

}  // namespace market::design
