#include "daemon/app/change_log.h"

#include <fmt/format.h>

#include "daemon/app/log.h"

namespace market::app {
namespace {

bool is_good(reconcile::Outcome outcome) {
  return outcome == reconcile::Outcome::Committed ||
         outcome == reconcile::Outcome::AwaitingConfirm ||
         outcome == reconcile::Outcome::NothingToDo;
}

}  // namespace

Result<void> tell_end(store::Store& store, const reconcile::Report& report, const std::string& verb,
                      const std::string& actor, std::chrono::system_clock::time_point now) {
  const auto outcome = to_string(report.outcome);
  log(is_good(report.outcome) ? Level::Info : Level::Warning, "CHANGE_ENDED",
      {{"verb", verb},
       {"actor", actor},
       {"outcome", outcome},
       {"plan", report.plan_id},
       {"steps", fmt::format("{}/{}", report.steps_done, report.steps_total)}},
      report.reason.empty() ? "a change has ended" : report.reason);
  return store.audit(
      {.id = 0,
       .at_ms =
           std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count(),
       .actor = actor,
       .verb = verb,
       .object = report.plan_id,
       .result = outcome});
}

}  // namespace market::app
