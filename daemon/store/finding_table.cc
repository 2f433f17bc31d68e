#include "daemon/store/finding_table.h"

#include <algorithm>
#include <limits>
#include <map>
#include <sstream>
#include <utility>

#include "daemon/store/database.h"

namespace market::store {
namespace {

using inventory::Finding;
using inventory::Severity;

std::string in_lines(const std::vector<std::string>& evidence) {
  std::string text;
  for (auto line : evidence) {
    std::replace(line.begin(), line.end(), '\n', ' ');
    text += (text.empty() ? "" : "\n") + line;
  }
  return text;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream{text};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Severity severity_of(const std::string& text) {
  for (const auto severity : {Severity::Info, Severity::Critical}) {
    if (to_string(severity) == text) return severity;
  }
  return Severity::Warning;
}

using Open = std::map<std::pair<std::string, std::string>, std::int64_t>;

Result<Open> open_rows(Database& database) {
  Open open;
  auto read = database.each("SELECT id, kind, subject FROM finding WHERE closed_ms = 0",
                            [&open](const Row& row) -> Result<void> {
                              open[{row.text(1), row.text(2)}] = row.number(0);
                              return {};
                            });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return open;
}

Result<void> insert(Database& database, const Finding& finding) {
  return database.run(
      "INSERT INTO finding (kind, subject, severity, text, evidence, first_seen_ms, last_seen_ms)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)",
      finding.kind, finding.subject, std::string{to_string(finding.severity)}, finding.text,
      in_lines(finding.evidence), finding.first_seen_ms, finding.last_seen_ms);
}

Result<void> update(Database& database, std::int64_t row, const Finding& finding) {
  return database.run(
      "UPDATE finding SET severity = ?, text = ?, evidence = ?, first_seen_ms = ?,"
      " last_seen_ms = ? WHERE id = ?",
      std::string{to_string(finding.severity)}, finding.text, in_lines(finding.evidence),
      finding.first_seen_ms, finding.last_seen_ms, row);
}

}  // namespace

Result<std::vector<FindingRow>> read_findings(Database& database, std::size_t limit) {
  constexpr auto kMax = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  std::vector<FindingRow> rows;
  auto read = database.each(
      "SELECT kind, subject, severity, text, evidence, first_seen_ms, last_seen_ms, closed_ms"
      " FROM finding ORDER BY closed_ms <> 0, id DESC LIMIT ?",
      [&rows](const Row& row) -> Result<void> {
        rows.push_back({{row.text(0), row.text(1), severity_of(row.text(2)), row.text(3),
                         lines_of(row.text(4)), row.number(5), row.number(6)},
                        row.number(7)});
        return {};
      },
      static_cast<std::int64_t>(std::min(limit, kMax)));
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return rows;
}

Result<void> update_findings(Database& database, const std::vector<Finding>& findings,
                             std::int64_t now_ms) {
  return database.transaction([&]() -> Result<void> {
    auto open = open_rows(database);
    if (!open) return tl::make_unexpected(std::move(open.error()));
    for (const auto& finding : findings) {
      const auto known = open->find({finding.kind, finding.subject});
      auto written = known == open->end() ? insert(database, finding)
                                          : update(database, known->second, finding);
      if (!written) return fail_within(std::move(written), "finding '" + finding.id() + "'");
      if (known != open->end()) open->erase(known);
    }
    for (const auto& [unused, row] : *open) {
      // Never 0, which would mean that it is still so: clocks are set back.
      auto closed = database.run(
          "UPDATE finding SET closed_ms = max(?, first_seen_ms, 1) WHERE id = ?", now_ms, row);
      if (!closed) return closed;
    }
    return {};
  });
}

}  // namespace market::store
