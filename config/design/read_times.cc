// hours, changes, drift: when things may happen, and who must agree.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// "09:00" .. "24:00".
Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
  const auto digit = [text](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() == 5 && text[2] == ':' && digit(0) && digit(1) && digit(3) && digit(4)) {
    const int hours = (text[0] - '0') * 10 + (text[1] - '0');
    const int minutes = (text[3] - '0') * 10 + (text[4] - '0');
    if (minutes < 60 && hours * 60 + minutes <= 24 * 60) {
      return std::chrono::minutes{hours * 60 + minutes};
    }
  }
  return fail(Errc::InvalidValue, fmt::format("'{}' is not a time of day: write \"09:00\"", text));
}

/// 0 = Sunday.
std::set<unsigned> read_weekdays(MapReader& map, const std::string& key) {
  constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  std::set<unsigned> weekdays;
  for (const std::string& word : map.words(key, Need::Optional)) {
    const auto* day = std::find(kDays.begin(), kDays.end(), word);
    if (day != kDays.end()) {
      weekdays.insert(static_cast<unsigned>(day - kDays.begin()));
      continue;
    }
    map.findings().lose();
    map.findings().error(
        map.findings().rules().type, map.place(key + "=" + word),
        fmt::format("{}: '{}' has '{}', which is not a day", map.what(), key, word),
        "use sun, mon, tue, wed, thu, fri or sat");
  }
  return weekdays;
}

void read_hours(const Node& node, Reading& reading) {
  MapReader map{node, "hours", reading.findings};
  Hours hours;
  const auto open = map.parsed("open", Need::Required, parse_time_of_day);
  const auto close = map.parsed("close", Need::Required, parse_time_of_day);
  hours.closed_weekdays = read_weekdays(map, "closed");
  // The only rhythm this version knows; the word is required of nobody.
  static_cast<void>(map.word("market-days", Need::Optional, {"every-day"}));
  if (!open || !close) return;
  if (*close <= *open) {
    map.refuse(map.findings().rules().range, *map.find("close", Need::Required), "close",
               "is not later than 'open'", "write midnight as \"24:00\"");
    return;
  }
  hours.open = *open;
  hours.close = *close;
  reading.design.hours = hours;
}

/// Unlike trading hours, a window may run over midnight: it belongs to the day it begins on.
void read_window(const Node& item, Reading& reading) {
  MapReader map{item, "change window", reading.findings};
  Hours window;
  const auto from = map.parsed("from", Need::Required, parse_time_of_day);
  const auto to = map.parsed("to", Need::Required, parse_time_of_day);
  const auto days = read_weekdays(map, "days");
  if (!from || !to) return;
  if (*from == *to) {
    map.refuse(map.findings().rules().range, *map.find("to", Need::Required), "to",
               "is the same as 'from'", "for any time leave the windows out");
    return;
  }
  window.open = *from;
  window.close = *to;
  for (unsigned day = 0; day < 7; ++day) {
    if (!days.empty() && !days.contains(day)) window.closed_weekdays.insert(day);
  }
  reading.design.changes.windows.push_back(std::move(window));
}

void read_changes(const Node& node, Reading& reading) {
  MapReader map{node, "changes", reading.findings};
  auto& changes = reading.design.changes;
  changes.position = map.position();
  changes.four_eyes = map.word("approval", Need::Optional, {"none", "four-eyes"}) == "four-eyes";
  for (const Node* item : map.items("windows", Need::Optional)) read_window(*item, reading);
}

void read_drift(const Node& node, Reading& reading) {
  MapReader map{node, "drift", reading.findings};
  for (std::string& word : map.words("enforce", Need::Optional)) {
    if (std::find(kObjectClasses.begin(), kObjectClasses.end(), word) != kObjectClasses.end()) {
      reading.design.enforced.insert(std::move(word));
      continue;
    }
    const std::vector<std::string> known{kObjectClasses.begin(), kObjectClasses.end()};
    map.findings().lose();
    map.findings().error(map.findings().rules().range, map.place("enforce=" + word),
                         fmt::format("drift: there is no class of objects '{}'", word),
                         "use " + yaml::quoted_list(known));
  }
}

}  // namespace

void read_times(MapReader& top, Reading& reading) {
  if (const Node* node = top.find("hours", Need::Optional)) read_hours(*node, reading);
  if (const Node* node = top.find("changes", Need::Optional)) read_changes(*node, reading);
  if (const Node* node = top.find("drift", Need::Optional)) read_drift(*node, reading);
}

}  // namespace market::design
