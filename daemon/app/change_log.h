// How a change ended, told in the log and in the audit records.
#pragma once

#include <chrono>
#include <string>

#include "daemon/reconcile/executor.h"
#include "daemon/store/store.h"

namespace market::app {

/// The error is the store's; the log has it all the same.
Result<void> tell_end(store::Store& store, const reconcile::Report& report, const std::string& verb,
                      const std::string& actor, std::chrono::system_clock::time_point now);

}  // namespace market::app
