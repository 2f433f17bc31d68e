#include "daemon/health/evaluation.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "daemon/health/trading_hours.h"

namespace market::health {
namespace {

bool has_all(const std::vector<std::string>& have, const std::vector<std::string>& needed) {
  return std::all_of(needed.begin(), needed.end(), [&have](const auto& each) {
    return std::find(have.begin(), have.end(), each) != have.end();
  });
}

int rank(MethodState state) {
  switch (state) {
    case MethodState::Available:
      return 0;
    case MethodState::Degraded:
      return 1;
    case MethodState::Unverified:
      return 2;
    case MethodState::Closed:
      return 3;
    case MethodState::NotEnrolled:
    case MethodState::Unavailable:
      break;
  }
  return 4;
}

MethodReadiness closed(const Method& method, const Hop& hop) {
  return {method.id, MethodState::Closed, hop.name, hop.cause, "outside trading hours"};
}

MethodReadiness verdict(const Method& method, const Hop& hop) {
  auto state = MethodState::Available;
  if (hop.grade == Grade::Degraded) state = MethodState::Degraded;
  if (hop.grade == Grade::Unread) state = MethodState::Unverified;
  if (hop.grade == Grade::Bad) state = MethodState::Unavailable;
  return {method.id, state, hop.name, hop.cause, hop.reason};
}

}  // namespace

Evaluation::Evaluation(const Design& design, Judge& judge, std::int64_t now_ms)
    : judge_{judge},
      trading_{!design.hours || health::is_trading(*design.hours, design.site.timezone, now_ms)} {
  for (const auto& method : design.methods) methods_.emplace(method.id, &method);
}

StallReadiness Evaluation::of(const Stall& stall) {
  StallReadiness readiness{.stall = stall.id, .methods = {}};
  if (stall.state == StallState::Vacant) return readiness;
  readiness.methods.reserve(stall.accepts.size());
  for (const auto& id : stall.accepts) readiness.methods.push_back(method_at(stall, id));
  return readiness;
}

MethodReadiness Evaluation::method_at(const Stall& stall, const std::string& id) {
  const auto found = methods_.find(id);
  if (found == methods_.end()) {
    return {id, MethodState::Unverified, "", "", fmt::format("method '{}' is not known", id)};
  }
  const Method& method = *found->second;
  if (!method.membership.empty() && !has_all(stall.membership, {method.membership})) {
    return {id, MethodState::NotEnrolled, "", "",
            fmt::format("stall {} is not enrolled in {}", stall.id, method.membership)};
  }
  if (method.customer_side) return customer_side(stall, method);
  return through_a_terminal(stall, method);
}

MethodReadiness Evaluation::customer_side(const Stall& stall, const Method& method) {
  const bool all_silent =
      !stall.terminals.empty() &&
      std::all_of(stall.terminals.begin(), stall.terminals.end(),
                  [this](const auto& terminal) { return judge_.is_silent(terminal.serial); });
  if (!trading_ && all_silent) return closed(method, {});
  return verdict(method, worst(services_of(method)));
}

MethodReadiness Evaluation::through_a_terminal(const Stall& stall, const Method& method) {
  std::vector<MethodReadiness> each;
  for (const auto& terminal : stall.terminals) {
    if (!has_all(terminal.abilities, method.abilities)) continue;
    each.push_back(through(terminal, method));
  }
  if (each.empty()) {
    return {method.id, MethodState::Unavailable, "ability", stall.id,
            stall.terminals.empty()
                ? fmt::format("stall {} has no terminal", stall.id)
                : fmt::format("no terminal of stall {} can take {}", stall.id, method.id)};
  }
  const auto best = std::min_element(each.begin(), each.end(), [](const auto& a, const auto& b) {
    return rank(a.state) < rank(b.state);
  });
  const auto failed = std::find_if(each.begin(), each.end(), [](const auto& other) {
    return other.state == MethodState::Unavailable;
  });
  MethodReadiness readiness = *best;
  if (best->state == MethodState::Available && failed != each.end()) {
    readiness = *failed;
    readiness.state = MethodState::Degraded;
  }
  return readiness;
}

MethodReadiness Evaluation::through(const Terminal& terminal, const Method& method) {
  auto hops = services_of(method);
  auto path = judge_.path_to(terminal.serial);
  const bool shop_side = path.name == "port" || path.name == "terminal";
  if (!trading_ && path.grade == Grade::Bad && shop_side) return closed(method, path);
  hops.insert(hops.begin(), std::move(path));
  return verdict(method, worst(hops));
}

std::vector<Hop> Evaluation::services_of(const Method& method) {
  std::vector<Hop> hops;
  hops.reserve(method.services.size() + 1);
  for (const auto& service : method.services) hops.push_back(judge_.service(service));
  return hops;
}

}  // namespace market::health
