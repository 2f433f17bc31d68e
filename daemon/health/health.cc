#include "daemon/health/health.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace market::health {

std::string to_string(DeviceState state) {
  switch (state) {
    case DeviceState::Unknown:
      return "unknown";
    case DeviceState::Up:
      return "up";
    case DeviceState::Suspect:
      return "suspect";
    case DeviceState::Down:
      return "down";
    case DeviceState::Unreachable:
      return "unreachable";
  }
  return "unknown";
}

HealthTracker::HealthTracker(std::shared_ptr<const Topology> topology)
    : topology_{std::move(topology)} {
  std::vector<std::pair<std::size_t, std::string>> by_depth;
  for (const auto& [device, parent] : topology_->parent) {
    by_depth.emplace_back(ancestors_of(device).size(), device);
    if (!parent.empty() && !topology_->parent.contains(parent)) by_depth.emplace_back(0, parent);
  }
  if (!topology_->gateway.empty()) by_depth.emplace_back(0, topology_->gateway);
  std::sort(by_depth.begin(), by_depth.end());
  for (const auto& [depth, device] : by_depth) watch(device);
  for (const auto& [device, parent] : topology_->parent) {
    if (!parent.empty()) below_[rank_.at(parent)].push_back(rank_.at(device));
  }
  if (!topology_->gateway.empty()) {
    devices_[topology_->gateway].state = DeviceState::Up;
    touched_.insert(rank_.at(topology_->gateway));
  }
}

void HealthTracker::watch(const std::string& device) {
  if (!devices_.try_emplace(device).second) return;
  rank_.emplace(device, order_.size());
  order_.push_back(device);
  marks_.emplace_back();
  below_.emplace_back();
}

std::vector<HealthEvent> HealthTracker::on_reply(const std::string& device, std::int64_t now_ms) {
  watch(device);
  std::vector<HealthEvent> events;
  touched_.insert(rank_.at(device));
  auto& health = devices_[device];
  health.silences = 0;
  health.last_success_ms = now_ms;
  marks_of(device) = {
      .reply = ++turn_, .silence = 0, .silence_before = 0, .down = 0, .refuses = false};
  set_state(device, DeviceState::Up, "", now_ms, events);
  settle(device, now_ms, events);
  return events;
}

std::vector<HealthEvent> HealthTracker::on_failure(const std::string& device, std::int64_t now_ms) {
  std::vector<HealthEvent> events;
  if (device == topology_->gateway) return events;  // we run on it
  touched_.insert(rank_.at(device));
  auto& health = devices_[device];
  auto& marks = marks_of(device);
  ++health.silences;
  marks.silence_before = std::exchange(marks.silence, ++turn_);
  const bool was_heard = health.state == DeviceState::Up || health.state == DeviceState::Unknown;
  if (was_heard && to_blame(device).empty()) {
    set_state(device, DeviceState::Suspect, "", now_ms, events);
  } else if (was_heard) {
    set_state(device, DeviceState::Unreachable, to_blame(device), now_ms, events);
  }
  settle(device, now_ms, events);
  if (health.state == DeviceState::Suspect) want_ancestors_of(device);
  return events;
}

std::vector<HealthEvent> HealthTracker::on_silence(const std::string& device, std::int64_t now_ms) {
  watch(device);
  marks_of(device).refuses = false;
  return on_failure(device, now_ms);
}

std::vector<HealthEvent> HealthTracker::on_refusal(const std::string& device, std::int64_t now_ms) {
  watch(device);
  marks_of(device).refuses = true;
  auto& health = devices_[device];
  health.silences = std::max(health.silences, kSilencesToDown - 1);
  return on_failure(device, now_ms);
}

std::vector<HealthEvent> HealthTracker::forget(const std::string& device, std::int64_t now_ms) {
  std::vector<HealthEvent> events;
  if (!devices_.contains(device) || device == topology_->gateway) return events;
  set_state(device, DeviceState::Unknown, "", now_ms, events);
  auto& health = devices_[device];
  health.silences = 0;
  health.last_success_ms = 0;
  marks_of(device) = {};
  settle(device, now_ms, events);
  return events;
}

std::vector<std::string> HealthTracker::wanted() {
  std::vector<std::string> asked;
  for (const auto place : std::exchange(wanted_, {})) asked.push_back(order_[place]);
  return asked;
}

std::vector<std::string> HealthTracker::touched() {
  std::vector<std::string> others;
  for (const auto place : std::exchange(touched_, {})) others.push_back(order_[place]);
  return others;
}

void HealthTracker::want(const std::string& device) { wanted_.insert(rank_.at(device)); }

void HealthTracker::want_ancestors_of(const std::string& device) {
  const bool first_silence = devices_.at(device).silences == 1;
  for (const auto& ancestor : ancestors_of(device)) {
    const auto state = devices_.at(ancestor).state;
    if (state == DeviceState::Down || state == DeviceState::Unreachable) continue;
    const bool heard =
        state == DeviceState::Up && marks_of(ancestor).reply > marks_of(device).silence_before;
    if (first_silence || !heard) want(ancestor);
  }
}

void HealthTracker::set_state(const std::string& device, DeviceState to, std::string cause,
                              std::int64_t now_ms, std::vector<HealthEvent>& events) {
  auto& health = devices_[device];
  if (health.state != to || health.cause != cause) touched_.insert(rank_.at(device));
  health.cause = std::move(cause);
  if (health.state == to) return;
  events.push_back(
      {.device = device, .from = health.state, .to = to, .cause = health.cause, .at_ms = now_ms});
  health.state = to;
  health.since_ms = now_ms;
  if (to == DeviceState::Down) marks_of(device).down = turn_;
}

/// What happened at a device decides about itself and what hangs on it, and about nothing else.
/// Parents before children, so one pass decides everything that can be decided now.
void HealthTracker::settle(const std::string& device, std::int64_t now_ms,
                           std::vector<HealthEvent>& events) {
  std::set<std::size_t> places;  // a set also ends a topology that bites its own tail
  std::vector<std::size_t> open{rank_.at(device)};
  while (!open.empty()) {
    const auto place = open.back();
    open.pop_back();
    if (!places.insert(place).second) continue;
    open.insert(open.end(), below_[place].begin(), below_[place].end());
  }
  for (const auto place : places) settle_one(order_[place], now_ms, events);
}

void HealthTracker::settle_one(const std::string& device, std::int64_t now_ms,
                               std::vector<HealthEvent>& events) {
  auto& health = devices_[device];
  if (health.state == DeviceState::Up || health.state == DeviceState::Unknown) return;
  auto blamed = to_blame(device);
  if (!blamed.empty()) {
    set_state(device, DeviceState::Unreachable, std::move(blamed), now_ms, events);
  } else if (health.state == DeviceState::Unreachable) {
    health.silences = 0;
    marks_of(device).silence = marks_of(device).silence_before = 0;
    set_state(device, DeviceState::Suspect, "", now_ms, events);
    want(device);
  } else if (health.state == DeviceState::Suspect && health.silences >= kSilencesToDown &&
             ancestors_answer(device)) {
    set_state(device, DeviceState::Down, device, now_ms, events);
  }
}

std::vector<std::string> HealthTracker::ancestors_of(const std::string& device) const {
  std::vector<std::string> ancestors;
  auto at = topology_->parent.find(device);
  // The bound ends a walk through a topology that bites its own tail.
  while (at != topology_->parent.end() && !at->second.empty() && at->second != topology_->gateway &&
         ancestors.size() < topology_->parent.size()) {
    ancestors.push_back(at->second);
    at = topology_->parent.find(at->second);
  }
  return ancestors;
}

std::string HealthTracker::to_blame(const std::string& device) const {
  std::string blamed;
  std::uint64_t heard_below = 0;  // the last reply that came through what lies above
  for (const auto& ancestor : ancestors_of(device)) {
    const auto& marks = marks_of(ancestor);
    const auto state = devices_.at(ancestor).state;
    if (state == DeviceState::Up) heard_below = std::max(heard_below, marks.reply);
    const bool dead = state == DeviceState::Down && !marks.refuses;  // who refuses does forward
    if (dead && marks.down > heard_below) blamed = ancestor;
  }
  return blamed;
}

bool HealthTracker::ancestors_answer(const std::string& device) const {
  const auto ancestors = ancestors_of(device);
  if (ancestors.empty()) return true;
  const auto& parent = ancestors.front();
  const bool answers = devices_.at(parent).state == DeviceState::Up &&
                       marks_of(parent).reply > marks_of(device).silence_before;
  return (answers || marks_of(parent).refuses) &&
         std::none_of(ancestors.begin(), ancestors.end(), [this](const auto& ancestor) {
           return devices_.at(ancestor).state == DeviceState::Suspect;
         });
}

}  // namespace market::health
