#include "daemon/reconcile/attempt.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::reconcile {
namespace {

/// At most this many differences are spelled out in a reason.
constexpr std::size_t kNamed = 3;

std::vector<const Change*> changes_on(const Plan& plan, const std::string& device) {
  std::vector<const Change*> changes;
  for (const auto& step : plan.steps) {
    if (step.device != device) continue;
    for (const auto& change : step.changes) changes.push_back(&change);
  }
  return changes;
}

Error journal_error(Error error) {
  error.code = Errc::Io;
  return std::move(error).within("journal");
}

}  // namespace

std::vector<std::string> devices_of(const Plan& plan) {
  std::vector<std::string> devices;
  for (const auto& step : plan.steps) {
    if (std::find(devices.begin(), devices.end(), step.device) == devices.end()) {
      devices.push_back(step.device);
    }
  }
  return devices;
}

Result<void> all_hold(const StepIo& io, const Plan& plan, Side side) {
  std::string text;
  std::size_t wrong = 0;
  for (const auto& device : devices_of(plan)) {
    auto seen = io.deviations(device, changes_on(plan, device), side);
    if (!seen) return tl::make_unexpected(std::move(seen.error()));
    for (const auto& deviation : *seen) {
      if (++wrong > kNamed) continue;
      if (!text.empty()) text += "; ";
      text += side == Side::Before ? describe_moved(device, deviation)
                                   : describe(device, deviation, side);
    }
  }
  if (wrong == 0) return {};
  if (wrong > kNamed) text += fmt::format("; and {} more", wrong - kNamed);
  return fail(Errc::Conflict, text);
}

Result<void> precheck(const StepIo& io, const Plan& plan) {
  for (const auto& device : devices_of(plan)) {
    const auto identity = plan.identities.find(device);
    if (identity == plan.identities.end()) continue;
    auto known = io.check_identity(device, identity->second);
    if (!known) return known;
  }
  return all_hold(io, plan, Side::Before);
}

Result<void> Attempt::run() {
  for (const auto& step : run_.plan.steps) {
    if (auto done = take(step); !done) return done;
  }
  return all_hold(io_, run_.plan, Side::After);
}

Result<void> Attempt::take(const Step& step) {
  if (progress_) {
    progress_(step.number, run_.plan.steps.size(),
              fmt::format("{} {}", step.device, step.changes.front().field));
  }
  auto changed = io_.deviations(step.device, changes_of(step), Side::Before);
  if (!changed) return tl::make_unexpected(std::move(changed.error()));
  if (!changed->empty()) {
    return fail(Errc::Conflict, describe(step.device, changed->front(), Side::Before));
  }
  if (auto noted = journal_.step_intent(run_.run, step.number); !noted) {
    return tl::make_unexpected(journal_error(std::move(noted.error())));
  }
  run_.begun.push_back(step.number);
  if (auto written = io_.write(step); !written) return written;
  run_.done.push_back(step.number);
  if (auto noted = journal_.step_done(run_.run, step.number); !noted) {
    return tl::make_unexpected(journal_error(std::move(noted.error())));
  }
  return {};
}

}  // namespace market::reconcile
