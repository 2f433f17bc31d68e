#include "daemon/health/path.h"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace market::health {
namespace {

const Reading* find(const std::map<std::string, Reading>& readings, const std::string& key) {
  const auto found = readings.find(key);
  return found == readings.end() ? nullptr : &found->second;
}

/// What to say of a bad reading that brings no detail.
std::string plain_fault(const std::string& hop) {
  if (hop == "port") return "no link";
  if (hop == "vlan") return "not in the VLAN of the design";
  return "does not answer";
}

}  // namespace

Hop worst(const std::vector<Hop>& hops) {
  Hop decides;
  for (const auto& hop : hops) {
    if (hop.grade > decides.grade) decides = hop;
  }
  return decides;
}

std::int64_t Judge::take_horizon() {
  return std::exchange(horizon_ms_, std::numeric_limits<std::int64_t>::max());
}

bool Judge::is_fresh(std::int64_t at_ms) {
  const bool fresh = std::abs(now_ms_ - at_ms) <= stale_after_.count();
  // A time to come is one before the clock was set back: the next reading is older than that.
  const bool lasts = fresh && at_ms <= now_ms_;
  horizon_ms_ = lasts ? std::min(horizon_ms_, at_ms + stale_after_.count()) : kNoLonger;
  return fresh;
}

Hop Judge::judge(const std::map<std::string, Reading>& readings, const std::string& key,
                 const std::string& hop, const std::string& prefix) {
  const auto* reading = find(readings, key);
  if (reading == nullptr || !reading->ok) {
    return {Grade::Unread, hop, key, fmt::format("{}{} has not been read", prefix, key)};
  }
  if (!is_fresh(reading->at_ms)) {
    return {
        Grade::Unread, hop, key,
        fmt::format("{}{} was last read {} s ago", prefix, key, (now_ms_ - reading->at_ms) / 1000)};
  }
  if (*reading->ok) return {};
  // What is said of a port names the port.
  const bool complete = hop == "port" || hop == "vlan";
  if (complete && !reading->detail.empty()) return {Grade::Bad, hop, key, reading->detail};
  return {Grade::Bad, hop, key,
          fmt::format("{}{}: {}", prefix, key,
                      reading->detail.empty() ? plain_fault(hop) : reading->detail)};
}

bool Judge::is_silent(const std::string& terminal) {
  return judge(readings_.terminals, terminal, "terminal", "").grade == Grade::Bad;
}

Hop Judge::service(const std::string& id) {
  return judge(readings_.services, id, "service", "service ");
}

/// `heard_below_ms`: the last answer that came through this switch.
Hop Judge::switch_hop(const std::string& id, std::int64_t heard_below_ms) {
  const auto found = readings_.devices.find(id);
  const DeviceHealth health = found == readings_.devices.end() ? DeviceHealth{} : found->second;
  const bool is_silent =
      health.state == DeviceState::Down || health.state == DeviceState::Unreachable;
  if (is_silent) {
    horizon_ms_ = kNoLonger;  // the next answer from behind it may change the verdict
    const auto cause = health.cause.empty() ? id : health.cause;
    const auto reason = cause == id ? fmt::format("switch {} does not answer", id)
                                    : fmt::format("switch {} is unreachable behind {}", id, cause);
    if (heard_below_ms <= health.since_ms) return {Grade::Bad, "switch", cause, reason};
    return {Grade::Degraded, "switch", cause, reason + ", but what is behind it answers"};
  }
  // A suspect has missed an answer or two; what it said before that is still fresh, or it is not.
  if (health.last_success_ms != 0 && is_fresh(health.last_success_ms)) return {};
  return {Grade::Unread, "switch", id, fmt::format("switch {} has not answered of late", id)};
}

Judge::Chain Judge::chain_to(const std::string& terminal) {
  Chain chain;
  const auto* answer = find(readings_.terminals, terminal);
  const bool answers = answer != nullptr && answer->ok == true && is_fresh(answer->at_ms);
  std::int64_t heard_ms = answers ? answer->at_ms : 0;
  auto at = topology_.parent.find(terminal);
  // The bound ends a walk through a topology that bites its own tail.
  for (std::size_t i = 0; i < topology_.parent.size(); ++i) {
    if (at == topology_.parent.end() || at->second.empty()) break;
    const std::string& id = at->second;
    if (id == topology_.gateway) break;
    chain.hops.push_back(switch_hop(id, heard_ms));
    if (i == 0) chain.answers_through_it = chain.hops.back().grade == Grade::Degraded;
    if (const auto found = readings_.devices.find(id); found != readings_.devices.end()) {
      heard_ms = std::max(heard_ms, found->second.last_success_ms);
    }
    at = topology_.parent.find(id);
  }
  std::reverse(chain.hops.begin(), chain.hops.end());
  return chain;
}

Hop Judge::path_to(const std::string& terminal) {
  auto [hops, answers_through_it] = chain_to(terminal);
  if (const auto port = topology_.port.find(terminal); port != topology_.port.end()) {
    for (auto hop : {judge(readings_.port_link, port->second, "port", "port "),
                     judge(readings_.port_vlan, port->second, "vlan", "port ")}) {
      // A switch without an agent cannot be asked for its ports; the terminal's answer came
      // through this one all the same.
      if (hop.grade == Grade::Unread && answers_through_it) continue;
      hops.push_back(std::move(hop));
    }
  }
  hops.push_back(judge(readings_.terminals, terminal, "terminal", "terminal "));
  return worst(hops);
}

}  // namespace market::health
