#include "tests/fakes/memory_journal.h"

#include <algorithm>

namespace market::fakes {
namespace {

using reconcile::RunRecord;
using reconcile::RunState;

bool is_open(RunState state) {
  return state == RunState::Applying || state == RunState::AwaitingConfirm ||
         state == RunState::RollingBack;
}

}  // namespace

Result<void> MemoryJournal::keep(const std::string& operation,
                                 const std::function<void()>& record) {
  if (hook) hook("before-" + operation);
  const auto call = ++calls_[operation];
  const auto breaks = breaks_at.find(operation);
  if (broken.contains(operation) || (breaks != breaks_at.end() && call >= breaks->second)) {
    return fail(Errc::Io, "database or disk is full");
  }
  record();
  if (hook) hook("after-" + operation);
  return {};
}

Result<RunRecord*> MemoryJournal::find(std::int64_t run) {
  if (run < 1 || static_cast<std::size_t>(run) > runs_.size()) {
    return fail(Errc::Io, "no such run");
  }
  return &runs_[static_cast<std::size_t>(run) - 1];
}

Result<std::int64_t> MemoryJournal::begin(const reconcile::Plan& plan, const std::string& actor) {
  const auto number = static_cast<std::int64_t>(runs_.size()) + 1;
  const auto kept = keep("begin", [&] {
    RunRecord record;
    record.run = number;
    record.actor = actor;
    record.started_ms = 1'000 * number;
    record.plan = plan;
    runs_.push_back(std::move(record));
  });
  if (!kept) return tl::make_unexpected(kept.error());
  return number;
}

Result<void> MemoryJournal::step_intent(std::int64_t run, std::size_t step) {
  return find(run).and_then(
      [&](RunRecord* record) { return keep("intent", [&] { record->begun.push_back(step); }); });
}

Result<void> MemoryJournal::step_done(std::int64_t run, std::size_t step) {
  return find(run).and_then(
      [&](RunRecord* record) { return keep("done", [&] { record->done.push_back(step); }); });
}

Result<void> MemoryJournal::step_undone(std::int64_t run, std::size_t step) {
  return find(run).and_then(
      [&](RunRecord* record) { return keep("undone", [&] { record->undone.push_back(step); }); });
}

Result<void> MemoryJournal::note_confirm(std::int64_t run, RunState state,
                                         const reconcile::BootTime& confirm_by) {
  return find(run).and_then([&](RunRecord* record) {
    return keep("await", [&] {
      record->state = state;
      record->confirm_by = confirm_by;
    });
  });
}

Result<void> MemoryJournal::set_state(std::int64_t run, RunState state, const std::string& note) {
  return find(run).and_then([&](RunRecord* record) {
    return keep("state", [&] {
      record->state = state;
      record->note = note;
      record->ended_ms = is_open(state) ? 0 : record->started_ms + 1;
    });
  });
}

Result<std::optional<RunRecord>> MemoryJournal::open_run() {
  if (broken.contains("open")) return fail(Errc::Io, "database is locked");
  for (const auto& record : runs_) {
    if (is_open(record.state)) return std::optional{record};
  }
  return std::optional<RunRecord>{};
}

Result<std::optional<RunRecord>> MemoryJournal::last_committed() {
  const auto found = std::find_if(runs_.rbegin(), runs_.rend(), [](const RunRecord& record) {
    return record.state == RunState::Committed && record.actor != reconcile::kDaemonActor;
  });
  if (found == runs_.rend()) return std::optional<RunRecord>{};
  return std::optional{*found};
}

Result<std::vector<RunRecord>> MemoryJournal::history(std::size_t limit) {
  std::vector<RunRecord> newest{runs_.rbegin(), runs_.rend()};
  if (newest.size() > limit) newest.resize(limit);
  return newest;
}

}  // namespace market::fakes
