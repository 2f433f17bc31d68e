#include "daemon/reconcile/drift.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

constexpr std::size_t kFieldsShown = 5;
constexpr std::size_t kRepeatsMax = 3;
constexpr std::int64_t kRepeatWithinMs = 60LL * 60 * 1000;

std::string shown(const FieldValue& value) { return escaped(to_string(value)); }

std::int64_t first_seen(const health::DriftPtr& before, const std::string& device,
                        std::string_view object, std::int64_t now_ms) {
  if (!before) return now_ms;
  const auto row = std::find_if(before->rows.begin(), before->rows.end(), [&](const auto& each) {
    return each.device == device && each.object_class == object;
  });
  return row == before->rows.end() ? now_ms : row->since_ms;
}

bool is_of(const std::string& field, const ObjectClasses& classes) {
  return classes.contains(object_class(FieldName::split(field)));
}

}  // namespace

std::string_view object_class(const FieldName& name) {
  if (is_firewall(name)) return "firewall";
  if (name.group == "dnsmasq") return "names";
  if (name.group == "qdisc" || name.group == "class") return "queues";
  static constexpr std::array<std::string_view, 8> kAsTheyAre{
      "system", "port", "vlan", "radio", "ssid", "link", "address", "route"};
  const auto* found = std::find(kAsTheyAre.begin(), kAsTheyAre.end(), name.group);
  return found == kAsTheyAre.end() ? std::string_view{} : *found;
}

bool is_applied(const std::vector<RunRecord>& history, const std::string& design_digest) {
  const auto last = std::find_if(history.begin(), history.end(), [](const RunRecord& run) {
    return run.actor != kRestorer;
  });
  return last != history.end() && last->state == RunState::Committed &&
         last->plan.design_digest == design_digest;
}

std::vector<health::DriftRow> drift_rows(const Plan& plan, const health::DriftPtr& before,
                                         std::int64_t now_ms) {
  const auto less = [](const auto& a, const auto& b) {
    if (a.first != b.first) return natural_less(a.first, b.first);
    return a.second < b.second;
  };
  std::map<std::pair<std::string, std::string_view>, health::DriftRow, decltype(less)> rows{less};
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      const auto object = object_class(FieldName::split(change.field));
      auto& row = rows[{step.device, object}];
      ++row.changes;
      if (row.fields.size() == kFieldsShown) continue;
      row.fields.push_back(fmt::format("{} is {}, designed {}", change.field, shown(change.before),
                                       shown(change.after)));
    }
  }
  std::vector<health::DriftRow> sorted;
  for (auto& [key, row] : rows) {
    row.device = key.first;
    row.object_class = key.second;
    row.since_ms = first_seen(before, key.first, key.second, now_ms);
    sorted.push_back(std::move(row));
  }
  return sorted;
}

Plan enforcing_plan(const Desired& desired, const Observed& observed, const ObjectClasses& classes,
                    const std::string& design_digest) {
  auto wanted = desired;
  auto seen = observed;
  for (auto& [id, device] : wanted) {
    std::erase_if(device.fields, [&](const auto& each) { return !is_of(each.first, classes); });
    device.manual.clear();
  }
  for (auto& [id, device] : seen) {
    std::erase_if(device.ours, [&](const auto& field) { return !is_of(field, classes); });
  }
  return make_plan(wanted, seen, design_digest);
}

std::string objection_to_enforcing(const Plan& plan, const std::vector<RunRecord>& history,
                                   std::int64_t now_ms) {
  std::size_t repeats = 0;
  for (const auto& run : history) {
    if (run.plan.id != plan.id) continue;
    if (run.state != RunState::Committed) {
      return fmt::format("run {} tried the same and was put back: {}", run.run, run.note);
    }
    if (now_ms - run.started_ms < kRepeatWithinMs) ++repeats;
  }
  if (repeats < kRepeatsMax) return {};
  return fmt::format("put right {} times within the hour: somebody keeps changing it back", repeats);
}

}  // namespace market::reconcile
