// Who is asked when: every device once per interval, spread evenly, and at once on request.
//
// Threads:  pure; time is passed in.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/io/loop.h"

namespace market::schedule {

class Timetable {
 public:
  explicit Timetable(io::Duration interval) : interval_{interval} {}

  /// The devices to ask from now on. New ones get a first turn within `spread` of now (all at
  /// once when it is zero), known ones keep theirs, others are forgotten.
  void set_devices(const std::vector<std::string>& ids, io::TimePoint now, io::Duration spread);
  /// Due devices, longest overdue first, at most `limit`; each gets its next turn one interval
  /// after this one was due, or after now when it is late by more than an interval.
  std::vector<std::string> take_due(io::TimePoint now, std::size_t limit);
  /// Its next turn is now. Nothing happens for an unknown id.
  void ask_now(const std::string& id, io::TimePoint now);
  /// When the next device is due; TimePoint::max() when there is none.
  [[nodiscard]] io::TimePoint next_due() const;
  /// How late the longest overdue device is; zero when nothing is due.
  [[nodiscard]] io::Duration lag(io::TimePoint now) const;

 private:
  io::Duration interval_;
  std::map<std::string, io::TimePoint> due_;
  std::set<std::pair<io::TimePoint, std::string>> order_;
};

}  // namespace market::schedule
