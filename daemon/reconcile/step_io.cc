#include "daemon/reconcile/step_io.h"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

/// Readings of a silent device before it counts as unreachable. The driver repeats on its own;
/// this bridges a supervisor-engine switchover or a restarting agent.
constexpr int kReadings = 2;

struct OutcomeReason {
  std::string operator()(const device::Written&) const { return "accepted, but not done"; }
  std::string operator()(const device::WriteRefused& refused) const {
    return "refused: " + refused.reason;
  }
  std::string operator()(const device::WriteUnknown& unknown) const {
    return "no answer to the write: " + unknown.reason;
  }
};

}  // namespace

const FieldValue& side_of(const Change& change, Side side) {
  return side == Side::Before ? change.before : change.after;
}

std::vector<const Change*> changes_of(const Step& step) {
  std::vector<const Change*> changes;
  for (const auto& change : step.changes) changes.push_back(&change);
  return changes;
}

std::string describe(const std::string& device, const Deviation& deviation, Side side) {
  const auto& change = *deviation.change;
  return fmt::format("{} {} is {}, {} {}", device, change.field, escaped(to_string(deviation.seen)),
                     side == Side::Before ? "was" : "not",
                     escaped(to_string(side_of(change, side))));
}

std::string describe_moved(const std::string& device, const Deviation& deviation) {
  const auto& change = *deviation.change;
  return fmt::format("{} {}: planned from {}, is {} now, wanted {}", device, change.field,
                     escaped(to_string(change.before)), escaped(to_string(deviation.seen)),
                     escaped(to_string(change.after)));
}

int StepIo::attempts() const { return std::max(options_.verify_attempts, 1); }

void StepIo::pause() const {
  if (pause_) pause_(options_.verify_interval);
}

Result<device::Driver*> StepIo::driver(const std::string& device) const {
  auto* found = drivers_ ? drivers_(device) : nullptr;
  if (found == nullptr) return fail(Errc::Silent, fmt::format("{} cannot be reached", device));
  return found;
}

Result<void> StepIo::check_identity(const std::string& device, const std::string& identity) const {
  auto found = driver(device);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  for (int reading = 1;; ++reading) {
    auto seen = (*found)->identity();
    if (seen) {
      const auto text = identity_text(seen->engine_id, seen->serial, seen->mac);
      if (text == identity) return {};
      return fail(Errc::Conflict,
                  fmt::format("{} is another device: '{}', not '{}'", device, text, identity));
    }
    if (reading >= kReadings) return fail_within(std::move(seen), device);
    pause();
  }
}

Result<std::vector<Deviation>> StepIo::look(const std::string& device,
                                            const std::vector<const Change*>& changes,
                                            Side side) const {
  auto found = driver(device);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  std::vector<std::string> fields;
  for (const auto* change : changes) fields.push_back(change->field);
  auto values = (*found)->read(fields);
  if (!values) return fail_within(std::move(values), device);
  std::vector<Deviation> deviations;
  for (const auto* change : changes) {
    const auto seen = value_in(*values, change->field);
    if (!same_value(change->field, seen, side_of(*change, side))) {
      deviations.push_back({change, seen});
    }
  }
  return deviations;
}

Result<std::vector<Deviation>> StepIo::deviations(const std::string& device,
                                                  const std::vector<const Change*>& changes,
                                                  Side side) const {
  for (int reading = 1;; ++reading) {
    auto seen = look(device, changes, side);
    if (seen || reading >= kReadings) return seen;
    pause();
  }
}

Result<std::vector<Deviation>> StepIo::settle(const std::string& device,
                                              const std::vector<const Change*>& changes,
                                              Side side) const {
  for (int attempt = 1;; ++attempt) {
    auto seen = look(device, changes, side);
    if ((seen && seen->empty()) || attempt >= attempts()) return seen;
    pause();
  }
}

Result<void> StepIo::write(const Step& step) const {
  auto found = driver(step.device);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  std::vector<device::FieldChange> writes;
  for (const auto& change : step.changes) {
    writes.push_back({change.field, change.before, change.after});
  }
  const auto outcome = (*found)->write(writes);
  auto wrong = settle(step.device, changes_of(step), Side::After);
  if (wrong && wrong->empty()) return {};
  const auto reason = std::visit(OutcomeReason{}, outcome);
  if (!wrong) return fail(wrong.error().code, fmt::format("{}; {}", reason, wrong.error().message));
  return fail(Errc::Refused,
              fmt::format("{} ({})", describe(step.device, wrong->front(), Side::After), reason));
}

void StepIo::write_back(const std::string& device, const std::vector<Deviation>& deviations) const {
  auto found = driver(device);
  if (!found) return;
  std::vector<device::FieldChange> writes;
  for (auto it = deviations.rbegin(); it != deviations.rend(); ++it) {
    writes.push_back({it->change->field, it->seen, it->change->before});
  }
  (void)(*found)->write(writes);
}

Result<void> StepIo::save(const std::string& device) const {
  auto found = driver(device);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  return (*found)->save();
}

}  // namespace market::reconcile
