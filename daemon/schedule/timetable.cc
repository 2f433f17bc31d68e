#include "daemon/schedule/timetable.h"

#include <algorithm>

namespace market::schedule {

void Timetable::set_devices(const std::vector<std::string>& ids, io::TimePoint now,
                            io::Duration spread) {
  std::map<std::string, io::TimePoint> due;
  const auto count = static_cast<io::Duration::rep>(std::max<std::size_t>(ids.size(), 1));
  io::Duration::rep position = 0;
  for (const auto& id : ids) {
    const auto known = due_.find(id);
    due[id] = known != due_.end() ? known->second : now + spread * position / count;
    ++position;
  }
  due_ = std::move(due);
  order_.clear();
  for (const auto& [id, time] : due_) order_.emplace(time, id);
}

std::vector<std::string> Timetable::take_due(io::TimePoint now, std::size_t limit) {
  std::vector<std::string> ids;
  while (!order_.empty() && order_.begin()->first <= now && ids.size() < limit) {
    auto node = order_.extract(order_.begin());
    auto& [time, id] = node.value();
    time = time + interval_ < now ? now + interval_ : time + interval_;
    due_[id] = time;
    ids.push_back(id);
    order_.insert(std::move(node));
  }
  return ids;
}

void Timetable::ask_now(const std::string& id, io::TimePoint now) {
  const auto known = due_.find(id);
  if (known == due_.end()) return;
  order_.erase({known->second, id});
  known->second = std::min(known->second, now);
  order_.emplace(known->second, id);
}

io::TimePoint Timetable::next_due() const {
  return order_.empty() ? io::TimePoint::max() : order_.begin()->first;
}

io::Duration Timetable::lag(io::TimePoint now) const {
  return std::max(io::Duration::zero(), order_.empty() ? io::Duration::zero() : now - next_due());
}

}  // namespace market::schedule
