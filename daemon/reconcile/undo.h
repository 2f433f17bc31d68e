// Brings the fields of begun steps back to `before`, in reverse order, and reads them back.
//
// A step that was begun and not seen done is uncertain: a lost write may still take effect. It is
// watched for a whole read-back window, and a late effect is undone too.
//
// Every device is asked who it is before it is written to, and not sooner: what is undone first may
// be what brings back the way to it. One that is silent or another is not written to, and all of
// its changes are left over; where the plan was forced to cut us off, it is waited for.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "daemon/reconcile/executor.h"
#include "daemon/reconcile/step_io.h"

namespace market::reconcile {

class Undo {
 public:
  /// What to do with a field that is neither `before` nor `after`.
  enum class Foreign : std::uint8_t { Overwrite, LeaveAlone };

  struct Result {
    std::size_t restored = 0, to_restore = 0;
    std::vector<std::string> left_over;
    std::vector<std::string> trouble;  ///< devices not reached, what the journal did not record
  };

  Undo(Journal& journal, const StepIo& io, const Executor::Progress& progress, const RunRecord& run,
       Foreign foreign);

  [[nodiscard]] Result run();

 private:
  /// False when the device is not to be written to.
  [[nodiscard]] bool open(const std::string& device);
  /// The steps of devices that were silent and answer now.
  [[nodiscard]] std::vector<const Step*> come_back();
  void restore(const Step& step);
  /// One round: write back what deviates. True when the step then reads as before.
  [[nodiscard]] bool round(const Step& step, int number);
  [[nodiscard]] bool stays_restored(const Step& step);
  /// The deviations that may be written back, the others noted in kept_.
  [[nodiscard]] std::vector<Deviation> ours(const Step& step, std::vector<Deviation> deviations);
  [[nodiscard]] bool holds_foreign_fields(const Step& step, const Change& change) const;
  /// Reads everything once more. Steps that do not read as before.
  [[nodiscard]] std::vector<const Step*> judge(Result& result);
  void judge_device(const std::string& device, Result& result, std::vector<const Step*>& wrong);
  void bar(const std::string& device, Error error);
  void note_trouble(const std::string& text);

  Journal& journal_;
  const StepIo& io_;
  const Executor::Progress& progress_;
  const RunRecord& run_;
  Foreign foreign_;
  std::vector<const Step*> steps_;       ///< begun, in the order of undoing
  std::set<std::size_t> done_;           ///< seen done when they were applied
  std::set<std::string> open_;           ///< devices that have said who they are
  std::map<std::string, Error> barred_;  ///< device -> why it is not written to
  std::set<FieldPath> kept_;             ///< foreign fields, left alone
  std::vector<std::string> trouble_;
};

}  // namespace market::reconcile
