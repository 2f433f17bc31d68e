#include "daemon/reconcile/plan.h"

#include <algorithm>

#include "config/types/digest.h"
#include "daemon/reconcile/difference.h"
#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/impact.h"
#include "daemon/reconcile/lockout.h"
#include "daemon/reconcile/ordering.h"
#include "daemon/reconcile/plan_digest.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

const ObservedDevice& seen_of(const Observed& observed, const std::string& device) {
  static const ObservedDevice kNever{};
  const auto found = observed.find(device);
  return found == observed.end() ? kNever : found->second;
}

/// What a person has to do on a device: what a reading proves is done and left out.
void add_manual(const std::string& device, const DesiredDevice& desired, const ObservedDevice& seen,
                std::vector<ManualStep>& steps) {
  for (const auto& [field, manual] : desired.manual) {
    const auto read = seen.fields.find(field);
    const bool readable = read != seen.fields.end();
    if (readable && same_value(field, read->second, manual.want.value)) continue;
    steps.push_back({device, field, readable ? read->second : FieldValue{Absent{}},
                     manual.want.value, readable, manual.words, manual.want.origin,
                     manual.want.subject});
  }
}

template <class T>
void sort_by_field(std::vector<T>& rows) {
  std::sort(rows.begin(), rows.end(), [](const T& a, const T& b) {
    if (a.device != b.device) return natural_less(a.device, b.device);
    return natural_less(a.field, b.field);
  });
}

}  // namespace

std::string to_string(Risk risk) {
  switch (risk) {
    case Risk::None:
      return "none";
    case Risk::Blip:
      return "blip";
    case Risk::DropsPort:
      return "drops-port";
    case Risk::MgmtPath:
      return "mgmt-path";
  }
  return "none";
}

std::size_t Plan::change_count() const {
  std::size_t count = 0;
  for (const auto& step : steps) count += step.changes.size();
  return count;
}

std::size_t Plan::manual_open() const {
  return static_cast<std::size_t>(std::count_if(
      manual.begin(), manual.end(), [](const ManualStep& step) { return step.readable; }));
}

std::string identity_text(const std::string& engine_id, const std::string& serial,
                          const std::string& mac) {
  std::string text;
  const auto add = [&text](std::string_view word, const std::string& value) {
    if (value.empty()) return;
    if (!text.empty()) text += ' ';
    text.append(word).append(" ").append(escaped(value));
  };
  add("engine", engine_id);
  add("serial", serial);
  add("mac", mac);
  return text;
}

std::string reads_digest(const DesiredDevice& desired, const ObservedDevice& observed) {
  std::string text;
  for (const auto& [field, want] : desired.fields) {
    text.append(field).append("=");
    text.append(escaped(to_string(value_in(observed.fields, field)))).append("\n");
  }
  return sha256_hex(text);
}

Plan make_plan(const Desired& desired, const Observed& observed, const std::string& design_digest,
               const Ways* ways) {
  Plan plan;
  plan.design_digest = design_digest;
  std::vector<OrderedChange> changes;
  std::map<std::string, std::size_t> limits;
  for (const auto& [device, want] : desired) {
    const auto& seen = seen_of(observed, device);
    if (!seen.reached) {
      plan.skipped.push_back({device, "", seen.reason.empty() ? "not read" : seen.reason});
      continue;
    }
    auto found = difference(device, want, seen);
    limits[device] = seen.max_changes_per_write;
    for (auto& change : found.changes) {
      changes.push_back(classify(device, want, std::move(change)));
    }
    add_manual(device, want, seen, plan.manual);
    std::move(found.skipped.begin(), found.skipped.end(), std::back_inserter(plan.skipped));
  }
  plan.steps = to_steps(std::move(changes), limits);
  plan.impact = impact_of(plan.steps, desired);
  if (ways != nullptr) plan.lockouts = lockouts_of(plan.steps, observed, *ways);
  for (const auto& step : plan.steps) {
    const auto& seen = seen_of(observed, step.device);
    plan.identities[step.device] = identity_text(seen.engine_id, seen.serial, seen.mac);
    if (!plan.reads.contains(step.device)) {
      plan.reads.emplace(step.device, reads_digest(desired.find(step.device)->second, seen));
    }
  }
  sort_by_field(plan.skipped);
  sort_by_field(plan.manual);
  plan.id = plan_digest(plan);
  return plan;
}

}  // namespace market::reconcile
