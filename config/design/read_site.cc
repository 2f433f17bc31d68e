// site, addressing, hours, allow-v2c-write.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

bool good_site_id(std::string_view id) {
  return id.size() >= 2 && id.size() <= 24 &&
         id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string_view::npos;
}

void read_work(const Node& node, Reading& reading) {
  MapReader work{node, "site work", reading.findings};
  for (const auto* key : {"contract", "contractor", "supervisor"}) {
    std::string value = work.text(key, Need::Optional);
    if (!value.empty()) reading.design.site.work.emplace(key, std::move(value));
  }
}

void read_site_map(const Node& node, Reading& reading) {
  MapReader map{node, "site", reading.findings};
  Site& site = reading.design.site;
  site.position = map.position();
  site.id = map.text("id", Need::Required);
  if (!site.id.empty() && !good_site_id(site.id)) {
    map.refuse(map.findings().rules().type, *map.find("id", Need::Required), "id",
               fmt::format("'{}' must be 2..24 of a-z, 0-9 and '-'", site.id));
  }
  site.name = map.text("name", Need::Optional);
  if (site.name.empty()) site.name = site.id;
  if (auto zone = map.text("timezone", Need::Optional); !zone.empty()) {
    site.timezone = std::move(zone);
  }
  if (const Node* work = map.find("work", Need::Optional)) read_work(*work, reading);
}

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

void read_closed(MapReader& map, Hours& hours) {
  constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
  for (const std::string& word : map.words("closed", Need::Optional)) {
    const auto* day = std::find(kDays.begin(), kDays.end(), word);
    if (day != kDays.end()) {
      hours.closed_weekdays.insert(static_cast<unsigned>(day - kDays.begin()));
      continue;
    }
    map.findings().lose();
    map.findings().error(map.findings().rules().type, map.place("closed=" + word),
                         fmt::format("hours: 'closed' has '{}', which is not a day", word),
                         "use sun, mon, tue, wed, thu, fri or sat");
  }
}

void read_hours(const Node& node, Reading& reading) {
  MapReader map{node, "hours", reading.findings};
  Hours hours;
  const auto open = map.parsed("open", Need::Required, parse_time_of_day);
  const auto close = map.parsed("close", Need::Required, parse_time_of_day);
  read_closed(map, hours);
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

}  // namespace

void read_site(MapReader& top, Reading& reading) {
  if (const Node* node = top.find("site", Need::Required)) read_site_map(*node, reading);
  if (const Node* node = top.find("addressing", Need::Optional)) {
    MapReader map{*node, "addressing", reading.findings};
    reading.design.supernet = map.parsed("supernet", Need::Optional, IpPrefix::parse);
  }
  if (const Node* node = top.find("hours", Need::Optional)) read_hours(*node, reading);
  reading.design.allow_v2c_write = top.text("allow-v2c-write", Need::Optional);
}

}  // namespace market::design
