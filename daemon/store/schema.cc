#include "daemon/store/schema.h"

#include <array>

namespace market::store {
namespace {

/// Times are Unix milliseconds. `ended_ms` 0 = goes on: at most one outage of a device and one
/// apply run can, and the unique indexes see to it.
constexpr const char* kFirst = R"(
CREATE TABLE device (
  key           TEXT PRIMARY KEY,
  address       TEXT NOT NULL,
  port          INTEGER NOT NULL CHECK (port BETWEEN 0 AND 65535),
  credentials   TEXT NOT NULL,
  class         TEXT NOT NULL,
  vendor        TEXT NOT NULL,
  model         TEXT NOT NULL,
  firmware      TEXT NOT NULL,
  serial        TEXT NOT NULL,
  mac           TEXT NOT NULL,
  engine_id     TEXT NOT NULL,
  profile       TEXT NOT NULL,
  sys_name      TEXT NOT NULL,
  sys_descr     TEXT NOT NULL,
  sys_location  TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER NOT NULL,
  design_id     TEXT NOT NULL
) STRICT;

CREATE TABLE device_evidence (
  device   TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  text     TEXT NOT NULL,
  PRIMARY KEY (device, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE outage (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  device   TEXT NOT NULL,
  cause    TEXT NOT NULL,
  state    TEXT NOT NULL CHECK (state IN ('down', 'unreachable')),
  began_ms INTEGER NOT NULL,
  ended_ms INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX outage_open ON outage (device) WHERE ended_ms = 0;

CREATE TABLE audit (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms  INTEGER NOT NULL,
  actor  TEXT NOT NULL,
  verb   TEXT NOT NULL,
  object TEXT NOT NULL,
  result TEXT NOT NULL
) STRICT;

CREATE TABLE run (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  plan_id    TEXT NOT NULL,
  plan       TEXT NOT NULL,
  actor      TEXT NOT NULL,
  started_ms INTEGER NOT NULL,
  ended_ms   INTEGER NOT NULL DEFAULT 0,
  state      TEXT NOT NULL,
  note       TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX run_open ON run (ended_ms) WHERE ended_ms = 0;

CREATE TABLE run_step (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  run   INTEGER NOT NULL REFERENCES run (id),
  event TEXT NOT NULL CHECK (event IN ('begun', 'done', 'undone')),
  step  INTEGER NOT NULL,
  at_ms INTEGER NOT NULL,
  UNIQUE (run, event, step)
) STRICT;
)";

/// Several addresses and MACs of one device, what others say of it, what was found. Of a claim ''
/// and 0 = not told. Where things are plugged in is drawn anew from the claims, edge by edge.
/// `closed_ms` 0 = still so: one open finding a kind and subject.
constexpr const char* kWhere = R"(
ALTER TABLE device ADD COLUMN silent INTEGER NOT NULL DEFAULT 0;

CREATE TABLE device_address (
  device        TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  address       TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER NOT NULL,
  PRIMARY KEY (device, address)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_mac (
  device TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  mac    TEXT NOT NULL,
  PRIMARY KEY (device, mac)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_community (
  device    TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  community TEXT NOT NULL,
  PRIMARY KEY (device, community)
) STRICT, WITHOUT ROWID;

CREATE TABLE device_claim (
  device        TEXT NOT NULL REFERENCES device (key) ON DELETE CASCADE,
  position      INTEGER NOT NULL,
  source        TEXT NOT NULL,
  by            TEXT NOT NULL,
  mac           TEXT NOT NULL,
  address       TEXT NOT NULL,
  port          TEXT NOT NULL,
  vlan          INTEGER NOT NULL,
  name          TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER NOT NULL,
  PRIMARY KEY (device, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  kind          TEXT NOT NULL,
  subject       TEXT NOT NULL,
  severity      TEXT NOT NULL,
  text          TEXT NOT NULL,
  evidence      TEXT NOT NULL,
  first_seen_ms INTEGER NOT NULL,
  last_seen_ms  INTEGER NOT NULL,
  closed_ms     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX finding_open ON finding (kind, subject) WHERE closed_ms = 0;
)";

/// Who this daemon is to senders of informs (RFC 3414, 3.1). 80001F8880: net-snmp's enterprise, a
/// random id (RFC 3411, 5); we have no number of our own.
constexpr const char* kEngine = R"(
CREATE TABLE snmp_engine (
  id    TEXT NOT NULL,
  boots INTEGER NOT NULL
) STRICT;
INSERT INTO snmp_engine VALUES ('80001F8880' || hex(randomblob(8)), 0);
)";

/// Until when a run waits to be confirmed, milliseconds of CLOCK_BOOTTIME of that boot.
constexpr const char* kConfirm = R"(
ALTER TABLE run ADD COLUMN confirm_boot TEXT NOT NULL DEFAULT '';
ALTER TABLE run ADD COLUMN confirm_ms INTEGER NOT NULL DEFAULT 0;
)";

constexpr std::array kSteps{kFirst, kWhere, kEngine, kConfirm};

Result<std::int64_t> version_of(Database& database) {
  std::int64_t version = 0;
  auto read = database.each("PRAGMA user_version", [&version](const Row& row) -> Result<void> {
    version = row.number(0);
    return {};
  });
  if (!read) return tl::make_unexpected(std::move(read.error()));
  return version;
}

}  // namespace

std::int64_t schema_version() { return static_cast<std::int64_t>(kSteps.size()); }

Result<void> migrate(Database& database, std::int64_t up_to) {
  auto version = version_of(database);
  if (!version) return tl::make_unexpected(std::move(version.error()));
  if (*version < 0 || *version > schema_version()) {
    return fail(Errc::Unsupported, "'" + database.path() + "' has schema version " +
                                       std::to_string(*version) + ", this program knows up to " +
                                       std::to_string(schema_version()) +
                                       ": a newer version has written it");
  }
  for (auto step = *version; step < up_to; ++step) {
    auto taken = database.transaction([&database, step]() -> Result<void> {
      if (auto made = database.script(kSteps[static_cast<std::size_t>(step)]); !made) return made;
      return database.script("PRAGMA user_version = " + std::to_string(step + 1));
    });
    if (!taken) return taken;
  }
  return {};
}

}  // namespace market::store
