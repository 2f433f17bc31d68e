#include "daemon/reconcile/undo.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

/// Times that a step is written back. The last one writes field by field, for devices that refuse
/// a whole write because of one part of it.
constexpr int kRounds = 3;
/// Passes over all steps: the second catches what undoing a later step has disturbed in an
/// earlier one.
constexpr int kPasses = 2;
/// Pauses, in all, that a forced plan waits for devices whose way is there again: a switch's
/// spanning tree takes a few seconds.
constexpr int kReturnWaits = 100;

std::vector<const Step*> begun_in_reverse(const RunRecord& run) {
  std::vector<const Step*> steps;
  std::set<std::size_t> seen;
  for (auto it = run.begun.rbegin(); it != run.begun.rend(); ++it) {
    if (*it == 0 || *it > run.plan.steps.size() || !seen.insert(*it).second) continue;
    steps.push_back(&run.plan.steps[*it - 1]);
  }
  return steps;
}

}  // namespace

Undo::Undo(Journal& journal, const StepIo& io, const Executor::Progress& progress,
           const RunRecord& run, Foreign foreign)
    : journal_{journal},
      io_{io},
      progress_{progress},
      run_{run},
      foreign_{foreign},
      steps_{begun_in_reverse(run)},
      done_{run.done.begin(), run.done.end()} {}

Undo::Result Undo::run() {
  auto pending = steps_;
  Result result;
  for (int pass = 1; pass <= kPasses; ++pass) {
    for (const auto* step : pending) restore(*step);
    result = Result{};
    pending = judge(result);
    if (pass < kPasses) {
      const auto back = come_back();
      pending.insert(pending.end(), back.begin(), back.end());
    }
    if (pending.empty()) break;
  }
  for (const auto* step : steps_) result.to_restore += step->changes.size();
  result.trouble = std::move(trouble_);
  return result;
}

bool Undo::open(const std::string& device) {
  if (barred_.contains(device)) return false;
  const auto identity = run_.plan.identities.find(device);
  if (identity == run_.plan.identities.end() || !open_.insert(device).second) return true;
  auto known = io_.check_identity(device, identity->second);
  if (!known) bar(device, std::move(known.error()));
  return known.has_value();
}

std::vector<const Step*> Undo::come_back() {
  auto waits_left = run_.plan.lockouts.empty() ? 0 : kReturnWaits;
  std::set<std::string> back;
  for (auto each = barred_.begin(); each != barred_.end();) {
    const auto identity = run_.plan.identities.find(each->first);
    bool known = false;
    if (each->second.code == Errc::Silent && identity != run_.plan.identities.end()) {
      known = io_.check_identity(each->first, identity->second).has_value();
      for (; !known && waits_left > 0; --waits_left) {
        io_.pause();
        known = io_.check_identity(each->first, identity->second).has_value();
      }
    }
    if (known) back.insert(each->first);
    each = known ? barred_.erase(each) : std::next(each);
  }
  std::vector<const Step*> steps;
  std::copy_if(steps_.begin(), steps_.end(), std::back_inserter(steps),
               [&back](const Step* step) { return back.contains(step->device); });
  return steps;
}

void Undo::bar(const std::string& device, Error error) {
  note_trouble(error.message);
  barred_.emplace(device, std::move(error));
}

void Undo::note_trouble(const std::string& text) {
  if (std::find(trouble_.begin(), trouble_.end(), text) == trouble_.end()) {
    trouble_.push_back(text);
  }
}

void Undo::restore(const Step& step) {
  if (!open(step.device)) return;
  if (progress_) {
    progress_(step.number, run_.plan.steps.size(),
              fmt::format("undoing {} {}", step.device, step.changes.front().field));
  }
  for (int number = 1; number <= kRounds; ++number) {
    if (!round(step, number) || !stays_restored(step)) {
      if (barred_.contains(step.device)) return;
      continue;
    }
    if (const auto noted = journal_.step_undone(run_.run, step.number); !noted) {
      note_trouble(noted.error().message);
    }
    return;
  }
}

bool Undo::round(const Step& step, int number) {
  auto seen = io_.deviations(step.device, changes_of(step), Side::Before);
  if (!seen) {
    bar(step.device, std::move(seen.error()));
    return false;
  }
  const auto pending = ours(step, std::move(*seen));
  if (pending.empty()) return true;
  if (number < kRounds) {
    io_.write_back(step.device, pending);
  } else {
    for (auto it = pending.rbegin(); it != pending.rend(); ++it) {
      io_.write_back(step.device, {*it});
    }
  }
  std::vector<const Change*> written;
  for (const auto& deviation : pending) written.push_back(deviation.change);
  seen = io_.settle(step.device, written, Side::Before);
  return seen && seen->empty();
}

bool Undo::stays_restored(const Step& step) {
  if (done_.contains(step.number)) return true;
  for (int attempt = 1; attempt < io_.attempts(); ++attempt) {
    io_.pause();
    auto seen = io_.deviations(step.device, changes_of(step), Side::Before);
    if (!seen || !ours(step, std::move(*seen)).empty()) return false;
  }
  return true;
}

std::vector<Deviation> Undo::ours(const Step& step, std::vector<Deviation> deviations) {
  if (foreign_ == Foreign::Overwrite) return deviations;
  std::vector<Deviation> mine;
  for (auto& deviation : deviations) {
    const auto& change = *deviation.change;
    const bool foreign = !same_value(change.field, deviation.seen, change.after);
    if (foreign || holds_foreign_fields(step, change)) {
      kept_.insert({step.device, change.field});
    } else {
      mine.push_back(std::move(deviation));
    }
  }
  return mine;
}

/// Deleting a VLAN row or a link would delete what somebody else made of it.
bool Undo::holds_foreign_fields(const Step& step, const Change& change) const {
  if (!std::holds_alternative<Absent>(change.before)) return false;
  const auto name = FieldName::split(change.field);
  if (!is_existence(name)) return false;
  return std::any_of(kept_.begin(), kept_.end(), [&](const FieldPath& path) {
    const auto other = FieldName::split(path.field);
    return path.device == step.device && other.group == name.group && other.key == name.key;
  });
}

std::vector<const Step*> Undo::judge(Result& result) {
  std::vector<const Step*> wrong;
  std::set<std::string> judged;
  for (const auto* step : steps_) {
    if (judged.insert(step->device).second) judge_device(step->device, result, wrong);
  }
  return wrong;
}

void Undo::judge_device(const std::string& device, Result& result,
                        std::vector<const Step*>& wrong) {
  std::vector<const Change*> changes;
  std::map<const Change*, const Step*> owner;
  for (const auto* step : steps_) {
    if (step->device != device) continue;
    for (const auto& change : step->changes) {
      changes.push_back(&change);
      owner[&change] = step;
    }
  }
  market::Result<std::vector<Deviation>> seen;
  if (!barred_.contains(device)) {
    seen = io_.deviations(device, changes, Side::Before);
    if (!seen) bar(device, std::move(seen.error()));
  }
  if (const auto why = barred_.find(device); why != barred_.end()) {
    for (const auto* change : changes) {
      result.left_over.push_back(fmt::format("{} {} was not restored to {}: {}", device,
                                             change->field, escaped(to_string(change->before)),
                                             why->second.message));
    }
    return;
  }
  result.restored += changes.size() - seen->size();
  for (const auto& deviation : *seen) {
    result.left_over.push_back(describe(device, deviation, Side::Before));
    if (kept_.contains({device, deviation.change->field})) continue;
    const auto* step = owner.at(deviation.change);
    if (std::find(wrong.begin(), wrong.end(), step) == wrong.end()) wrong.push_back(step);
  }
}

}  // namespace market::reconcile
