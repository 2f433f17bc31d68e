#include "daemon/store/run_journal.h"

#include <algorithm>
#include <chrono>
#include <limits>

namespace market::store {
namespace {

using reconcile::Plan;
using reconcile::RunRecord;
using reconcile::RunState;

std::int64_t now_ms() {
  using std::chrono::milliseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<milliseconds>(now).count();
}

bool is_open(RunState state) {
  return state == RunState::Applying || state == RunState::AwaitingConfirm ||
         state == RunState::RollingBack;
}

std::optional<RunState> parse_state(const std::string& text) {
  for (const auto state :
       {RunState::Applying, RunState::AwaitingConfirm, RunState::RollingBack, RunState::Committed,
        RunState::RolledBack, RunState::RollbackIncomplete}) {
    if (reconcile::to_string(state) == text) return state;
  }
  return std::nullopt;
}

tl::unexpected<Error> already_open(std::int64_t run) {
  return fail(Errc::Conflict, "run " + std::to_string(run) + " has not ended");
}

}  // namespace

Result<std::int64_t> RunJournal::open_number() {
  std::int64_t number = 0;
  auto read = database_.each("SELECT id FROM run WHERE ended_ms = 0",
                             [&number](const Row& row) -> Result<void> {
                               number = row.number(0);
                               return {};
                             });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return number;
}

Result<std::int64_t> RunJournal::begin(const Plan& plan, const std::string& actor) {
  const std::lock_guard guard{mutex_};
  const auto json = reconcile::plan_to_json(plan);
  std::int64_t number = 0;
  auto begun = database_.transaction([&]() -> Result<void> {
    auto open = open_number();
    if (!open) return tl::make_unexpected(std::move(open.error()));
    if (*open != 0) return already_open(*open);
    auto inserted = database_.run(
        "INSERT INTO run (plan_id, plan, actor, started_ms, state) VALUES (?, ?, ?, ?, ?)", plan.id,
        json, actor, now_ms(), reconcile::to_string(RunState::Applying));
    number = database_.last_id();
    return inserted;
  });
  if (!begun) return tl::make_unexpected(std::move(begun.error()));
  return number;
}

Result<void> RunJournal::note_step(std::int64_t run, const std::string& event, std::size_t step) {
  const std::lock_guard guard{mutex_};
  return database_.transaction([&]() -> Result<void> {
    auto open = open_number();
    if (!open) return tl::make_unexpected(std::move(open.error()));
    if (*open != run || run == 0) {
      return fail(Errc::Conflict, "run " + std::to_string(run) + " is not under way");
    }
    return database_.run(
        "INSERT OR IGNORE INTO run_step (run, event, step, at_ms) VALUES (?, ?, ?, ?)", run, event,
        static_cast<std::int64_t>(step), now_ms());
  });
}

Result<void> RunJournal::step_intent(std::int64_t run, std::size_t step) {
  return note_step(run, "begun", step);
}
Result<void> RunJournal::step_done(std::int64_t run, std::size_t step) {
  return note_step(run, "done", step);
}
Result<void> RunJournal::step_undone(std::int64_t run, std::size_t step) {
  return note_step(run, "undone", step);
}

Result<void> RunJournal::note_confirm(std::int64_t run, RunState state,
                                      const reconcile::BootTime& confirm_by) {
  const std::lock_guard guard{mutex_};
  return database_.transaction([&]() -> Result<void> {
    auto updated = database_.run(
        "UPDATE run SET state = ?, confirm_boot = ?, confirm_ms = ? WHERE id = ? AND ended_ms = 0",
        reconcile::to_string(state), confirm_by.boot, confirm_by.ms, run);
    if (updated && database_.changed_rows() == 0) {
      return fail(Errc::Conflict, "run " + std::to_string(run) + " is not under way");
    }
    return updated;
  });
}

Result<void> RunJournal::set_state(std::int64_t run, RunState state, const std::string& note) {
  const std::lock_guard guard{mutex_};
  return database_.transaction([&]() -> Result<void> {
    auto open = open_number();
    if (!open) return tl::make_unexpected(std::move(open.error()));
    if (is_open(state) && *open != 0 && *open != run) return already_open(*open);
    const auto ended = is_open(state) ? std::int64_t{0} : now_ms();
    auto updated = database_.run("UPDATE run SET state = ?, note = ?, ended_ms = ? WHERE id = ?",
                                 reconcile::to_string(state), note, ended, run);
    if (updated && database_.changed_rows() == 0) {
      return fail(Errc::NotFound, "no run " + std::to_string(run));
    }
    return updated;
  });
}

Result<std::vector<RunRecord>> RunJournal::select(const std::string& condition,
                                                  std::int64_t limit) {
  std::vector<RunRecord> records;
  auto read = database_.each(
      "SELECT id, actor, started_ms, ended_ms, state, note, plan, confirm_boot, confirm_ms FROM "
      "run WHERE " +
          condition + " ORDER BY id DESC LIMIT ?",
      [&](const Row& row) -> Result<void> {
        auto record = run_of(row);
        if (!record) return tl::make_unexpected(std::move(record.error()));
        records.push_back(std::move(*record));
        return {};
      },
      limit);
  if (!read) return tl::make_unexpected(std::move(read.error()));
  for (auto& record : records) {
    if (auto added = add_steps(record); !added) {
      return tl::make_unexpected(std::move(added.error()));
    }
  }
  return records;
}

Result<RunRecord> RunJournal::run_of(const Row& row) {
  RunRecord record;
  record.run = row.number(0);
  record.actor = row.text(1);
  record.started_ms = row.number(2);
  record.ended_ms = row.number(3);
  record.note = row.text(5);
  const auto place = "'" + database_.path() + "': run " + std::to_string(record.run);
  const auto state = parse_state(row.text(4));
  if (!state) return fail(Errc::Io, place + ": state '" + row.text(4) + "' is unknown");
  record.state = *state;
  auto plan = reconcile::plan_from_json(row.text(6));
  if (!plan) return fail(Errc::Io, place + ": " + plan.error().message);
  record.plan = std::move(*plan);
  record.confirm_by = {row.text(7), row.number(8)};
  return record;
}

Result<void> RunJournal::add_steps(RunRecord& record) {
  return database_.each(
      "SELECT event, step FROM run_step WHERE run = ? ORDER BY id",
      [&record](const Row& row) -> Result<void> {
        const auto event = row.text(0);
        auto& steps = event == "begun"  ? record.begun
                      : event == "done" ? record.done
                                        : record.undone;
        steps.push_back(static_cast<std::size_t>(row.number(1)));
        return {};
      },
      record.run);
}

Result<std::optional<RunRecord>> RunJournal::open_run() {
  const std::lock_guard guard{mutex_};
  auto found = select("ended_ms = 0", 1);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  if (found->empty()) return std::nullopt;
  return std::optional{std::move(found->front())};
}

Result<std::optional<RunRecord>> RunJournal::last_committed() {
  const std::lock_guard guard{mutex_};
  auto found = select("state = '" + reconcile::to_string(RunState::Committed) + "' AND actor <> '" +
                          reconcile::kDaemonActor + "'",
                      1);
  if (!found) return tl::make_unexpected(std::move(found.error()));
  if (found->empty()) return std::nullopt;
  return std::optional{std::move(found->front())};
}

Result<std::vector<RunRecord>> RunJournal::history(std::size_t limit) {
  const std::lock_guard guard{mutex_};
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return select("TRUE", static_cast<std::int64_t>(std::min(limit, kMax)));
}

}  // namespace market::store
