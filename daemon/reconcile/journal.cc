#include "daemon/reconcile/journal.h"

namespace market::reconcile {

std::string to_string(RunState state) {
  switch (state) {
    case RunState::Applying:
      return "applying";
    case RunState::AwaitingConfirm:
      return "awaiting-confirm";
    case RunState::RollingBack:
      return "rolling-back";
    case RunState::Committed:
      return "committed";
    case RunState::RolledBack:
      return "rolled-back";
    case RunState::RollbackIncomplete:
      return "rollback-incomplete";
  }
  return "applying";
}

bool is_over(const BootTime& deadline, const BootTime& now) {
  return deadline.boot != now.boot || now.ms >= deadline.ms;
}

}  // namespace market::reconcile
