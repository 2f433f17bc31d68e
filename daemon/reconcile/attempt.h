// One go at the steps of a plan, each re-read, journalled, written and read back.
#pragma once

#include <string>
#include <vector>

#include "daemon/reconcile/executor.h"
#include "daemon/reconcile/step_io.h"

namespace market::reconcile {

/// Each once, in the order of the steps.
[[nodiscard]] std::vector<std::string> devices_of(const Plan& plan);

/// Conflict, with the first few differences, unless every change of the plan reads as `side`.
[[nodiscard]] Result<void> all_hold(const StepIo& io, const Plan& plan, Side side);

/// Are these the devices that the plan was made for, and is everything as it was then?
[[nodiscard]] Result<void> precheck(const StepIo& io, const Plan& plan);

class Attempt {
 public:
  /// `run` is kept as the journal has it: what is begun, what is done.
  Attempt(Journal& journal, const StepIo& io, const Executor::Progress& progress, RunRecord& run)
      : journal_{journal}, io_{io}, progress_{progress}, run_{run} {}

  /// Why the steps did not all come to hold. Errc::Io = the journal.
  [[nodiscard]] Result<void> run();

 private:
  [[nodiscard]] Result<void> take(const Step& step);

  Journal& journal_;
  const StepIo& io_;
  const Executor::Progress& progress_;
  RunRecord& run_;
};

}  // namespace market::reconcile
