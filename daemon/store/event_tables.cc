#include "daemon/store/event_tables.h"

#include <algorithm>
#include <limits>

#include "daemon/store/database.h"

namespace market::store {
namespace {

using health::DeviceState;
using health::HealthEvent;

std::int64_t as_limit(std::size_t limit) {
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  return static_cast<std::int64_t>(std::min(limit, kMax));
}

/// Never before it began, and never 0, which would mean that it goes on: clocks are set back.
Result<void> end_outage(Database& database, const HealthEvent& event) {
  return database.run(
      "UPDATE outage SET ended_ms = max(?, began_ms, 1) WHERE device = ? AND ended_ms = 0",
      event.at_ms, event.device);
}

Result<void> begin_outage(Database& database, const HealthEvent& event) {
  const std::string state = event.to == DeviceState::Down ? "down" : "unreachable";
  bool goes_on = false;
  auto read = database.each(
      "SELECT 1 FROM outage WHERE device = ? AND ended_ms = 0 AND state = ? AND cause = ?",
      [&goes_on](const Row& /*row*/) -> Result<void> {
        goes_on = true;
        return {};
      },
      event.device, state, event.cause);
  if (!read || goes_on) return read;
  if (auto ended = end_outage(database, event); !ended) return ended;
  return database.run("INSERT INTO outage (device, cause, state, began_ms) VALUES (?, ?, ?, ?)",
                      event.device, event.cause, state, event.at_ms);
}

Result<void> record_one(Database& database, const HealthEvent& event) {
  switch (event.to) {
    case DeviceState::Down:
    case DeviceState::Unreachable:
      return begin_outage(database, event);
    case DeviceState::Up:
      return end_outage(database, event);
    case DeviceState::Suspect:
    case DeviceState::Unknown:
      break;
  }
  return {};
}

}  // namespace

Result<void> record_events(Database& database, const std::vector<HealthEvent>& events) {
  if (events.empty()) return {};
  return database.transaction([&]() -> Result<void> {
    for (const auto& event : events) {
      if (auto recorded = record_one(database, event); !recorded) return recorded;
    }
    return {};
  });
}

Result<std::vector<OutageRow>> read_outages(Database& database, std::size_t limit) {
  std::vector<OutageRow> rows;
  auto read = database.each(
      "SELECT id, device, cause, state, began_ms, ended_ms FROM outage"
      " ORDER BY began_ms DESC, id DESC LIMIT ?",
      [&rows](const Row& row) -> Result<void> {
        rows.push_back(
            {row.number(0), row.text(1), row.text(2), row.text(3), row.number(4), row.number(5)});
        return {};
      },
      as_limit(limit));
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return rows;
}

Result<void> add_audit(Database& database, const AuditRow& row) {
  return database.transaction([&] {
    return database.run(
        "INSERT INTO audit (at_ms, actor, verb, object, result) VALUES (?, ?, ?, ?, ?)", row.at_ms,
        row.actor, row.verb, row.object, row.result);
  });
}

Result<std::vector<AuditRow>> read_audit(Database& database, std::size_t limit) {
  std::vector<AuditRow> rows;
  auto read = database.each(
      "SELECT id, at_ms, actor, verb, object, result FROM audit ORDER BY id DESC LIMIT ?",
      [&rows](const Row& row) -> Result<void> {
        rows.push_back(
            {row.number(0), row.number(1), row.text(2), row.text(3), row.text(4), row.text(5)});
        return {};
      },
      as_limit(limit));
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return rows;
}

Result<std::vector<std::string>> read_actors(Database& database, const std::string& verb,
                                             const std::string& object) {
  std::vector<std::string> actors;
  auto read = database.each(
      "SELECT DISTINCT actor FROM audit WHERE verb = ? AND object = ?",
      [&actors](const Row& row) -> Result<void> {
        actors.push_back(row.text(0));
        return {};
      },
      verb, object);
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return actors;
}

}  // namespace market::store
