// The tables of market.db and the steps that lead to them, all in one place.
//
// PRAGMA user_version counts the steps taken. A step that a release has shipped is never edited:
// a change of the tables is a new step at the end.
#pragma once

#include "daemon/store/database.h"

namespace market::store {

/// What this program writes.
[[nodiscard]] std::int64_t schema_version();

/// Takes the steps that are missing, each in a transaction of its own. Unsupported, and nothing
/// touched, when the database has taken more steps than this program knows.
/// Stops at `up_to`, for tests of the steps after it.
[[nodiscard]] Result<void> migrate(Database& database, std::int64_t up_to = schema_version());

}  // namespace market::store
