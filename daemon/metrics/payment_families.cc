#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "daemon/metrics/family.h"

namespace market::metrics {
namespace {

using health::MethodState;

constexpr std::array kStates{MethodState::Available,   MethodState::Degraded,
                             MethodState::Unavailable, MethodState::Unverified,
                             MethodState::NotEnrolled, MethodState::Closed};

Family stall_info(const health::Snapshot& snapshot) {
  Family info{kStallInfo};
  for (const auto& stall : snapshot.stalls) {
    info.add({stall.id, stall.name, stall.zone_port, stall.vacant ? "true" : "false"}, true);
  }
  return info;
}

Family method_info(const health::Snapshot& snapshot) {
  Family info{kMethodInfo};
  for (const auto& [method, name] : snapshot.method_names) info.add({method, name}, true);
  return info;
}

/// Every method of the design has all its states, counted or zero.
Family stalls_by_state(const health::Snapshot& snapshot) {
  std::map<std::string, std::map<MethodState, std::uint64_t>> counts;
  for (const auto& [method, name] : snapshot.method_names) counts[method];
  for (const auto& stall : snapshot.stalls) {
    for (const auto& each : stall.readiness.methods) ++counts[each.method][each.state];
  }
  Family stalls{kStallsPayment};
  for (auto& [method, by_state] : counts) {
    for (const auto state : kStates) stalls.add({method, to_string(state)}, by_state[state]);
  }
  return stalls;
}

}  // namespace

Families stall_families(const health::Snapshot& snapshot) {
  Family available{kStallPaymentAvailable};
  for (const auto& stall : snapshot.stalls) {
    for (const auto& each : stall.readiness.methods) {
      const bool works =
          each.state == MethodState::Available || each.state == MethodState::Degraded;
      if (works || each.state == MethodState::Unavailable) {
        available.add({stall.id, each.method}, works);
      }
    }
  }
  Families families;
  families.push_back(stall_info(snapshot));
  families.push_back(method_info(snapshot));
  families.push_back(std::move(available));
  return families;
}

Family payment_states(const health::Snapshot& snapshot, std::size_t first, std::size_t most) {
  Family states{kStallPaymentState};
  const auto end = std::min(first + most, snapshot.stalls.size());
  for (auto place = first; place < end; ++place) {
    const auto& stall = snapshot.stalls[place];
    for (const auto& each : stall.readiness.methods) {
      for (const auto state : kStates) {
        states.add({stall.id, each.method, to_string(state)}, each.state == state);
      }
    }
  }
  return states;
}

Families payment_counts(const health::Snapshot& snapshot) { return {stalls_by_state(snapshot)}; }

}  // namespace market::metrics
