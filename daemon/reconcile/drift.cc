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

bool is_of(const std::string& field, const ObjectClasses& classes) {
  return classes.contains(object_class(FieldName::split(field)));
}

}  // namespace

std::string_view object_class(const FieldName& name) {
  if (is_firewall(name)) return "firewall";
  if (name.group == "dnsmasq") return "names";
  if (name.group == "route-rule") return "route";
  if (name.group == "qdisc" || name.group == "class") return "queues";
  static constexpr std::array<std::string_view, 8> kAsTheyAre{"system", "port", "vlan",    "radio",
                                                              "ssid",   "link", "address", "route"};
  const auto* found = std::find(kAsTheyAre.begin(), kAsTheyAre.end(), name.group);
  return found == kAsTheyAre.end() ? std::string_view{} : *found;
}

bool is_applied(const std::vector<RunRecord>& history, const std::string& design_digest) {
  const auto last = std::find_if(history.begin(), history.end(),
                                 [](const RunRecord& run) { return run.actor != kDaemonActor; });
  return last != history.end() && last->state == RunState::Committed &&
         last->plan.design_digest == design_digest;
}

std::vector<health::DriftRow> drift_rows(const Plan& plan, const Observed& observed,
                                         const health::DriftPtr& before, std::int64_t now_ms) {
  const auto less = [](const auto& a, const auto& b) {
    if (a.first != b.first) return natural_less(a.first, b.first);
    return a.second < b.second;
  };
  std::map<std::pair<std::string, std::string>, health::DriftRow, decltype(less)> rows{less};
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      const std::string object{object_class(FieldName::split(change.field))};
      auto& row = rows[{step.device, object}];
      row.device = step.device;
      row.object_class = object;
      row.since_ms = now_ms;
      ++row.changes;
      if (row.fields.size() == kFieldsShown) continue;
      row.fields.push_back(fmt::format("{} is {}, designed {}", change.field, shown(change.before),
                                       shown(change.after)));
    }
  }
  if (before) {
    for (const auto& old : before->rows) {
      const auto seen = observed.find(old.device);
      const auto row = rows.find({old.device, old.object_class});
      if (row != rows.end()) {
        row->second.since_ms = old.since_ms;
      } else if (seen == observed.end() || !seen->second.reached) {
        rows.emplace(std::pair{old.device, old.object_class}, old);
      }
    }
  }
  std::vector<health::DriftRow> sorted;
  for (auto& [key, row] : rows) sorted.push_back(std::move(row));
  return sorted;
}

Plan enforcing_plan(const Desired& desired, const Observed& observed, const ObjectClasses& classes,
                    const std::string& design_digest, const Ways* ways) {
  auto wanted = desired;
  auto seen = observed;
  for (auto& [id, device] : wanted) {
    std::erase_if(device.fields, [&](const auto& each) { return !is_of(each.first, classes); });
    device.manual.clear();
  }
  for (auto& [id, device] : seen) {
    std::erase_if(device.ours, [&](const auto& field) { return !is_of(field, classes); });
  }
  return make_plan(wanted, seen, design_digest, ways);
}

std::string objection_to_enforcing(const Plan& plan, const std::vector<RunRecord>& history,
                                   std::int64_t now_ms) {
  if (!plan.lockouts.empty()) return "it would cut us off: " + plan.lockouts.front().words;
  std::size_t repeats = 0;
  for (const auto& run : history) {
    if (run.plan.id != plan.id) continue;
    if (run.state != RunState::Committed) {
      return fmt::format("run {} tried the same and was put back: {}", run.run, run.note);
    }
    if (now_ms - run.started_ms < kRepeatWithinMs) ++repeats;
  }
  if (repeats < kRepeatsMax) return {};
  return fmt::format("put right {} times within the hour: somebody keeps changing it back",
                     repeats);
}

}  // namespace market::reconcile
