// Reading and writing steps through drivers: what apply and undo share.
//
// Errors:   Silent when a device does not answer, Conflict when it is another device or holds
//           another value, Refused when a write is not in place.
#pragma once

#include <string>
#include <vector>

#include "config/types/result.h"
#include "daemon/reconcile/executor.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// A change that does not read as it should.
struct Deviation {
  const Change* change = nullptr;
  FieldValue seen;
};

enum class Side : std::uint8_t { Before, After };
[[nodiscard]] const FieldValue& side_of(const Change& change, Side side);

class StepIo {
 public:
  StepIo(const Executor::Drivers& drivers, const Executor::Pause& pause, ExecutorOptions options)
      : drivers_{drivers}, pause_{pause}, options_{options} {}

  /// Silent, or Conflict when `device` is not who `identity` says.
  [[nodiscard]] Result<void> check_identity(const std::string& device,
                                            const std::string& identity) const;

  /// The changes whose field is not at `side` now. Repeated while the device is silent.
  [[nodiscard]] Result<std::vector<Deviation>> deviations(const std::string& device,
                                                          const std::vector<const Change*>& changes,
                                                          Side side) const;
  /// Writes a step and reads it back until every `after` holds. What the driver says of the write
  /// decides nothing; it only explains a failure.
  [[nodiscard]] Result<void> write(const Step& step) const;
  /// Reads back until `side` holds for all; the last deviations otherwise.
  [[nodiscard]] Result<std::vector<Deviation>> settle(const std::string& device,
                                                      const std::vector<const Change*>& changes,
                                                      Side side) const;
  /// Writes `before` back for each of them, in one write; the outcome is for the next reading.
  void write_back(const std::string& device, const std::vector<Deviation>& deviations) const;

  [[nodiscard]] Result<void> save(const std::string& device) const;
  void pause() const;
  [[nodiscard]] int attempts() const;

 private:
  [[nodiscard]] Result<device::Driver*> driver(const std::string& device) const;
  [[nodiscard]] Result<std::vector<Deviation>> look(const std::string& device,
                                                    const std::vector<const Change*>& changes,
                                                    Side side) const;

  const Executor::Drivers& drivers_;
  const Executor::Pause& pause_;
  ExecutorOptions options_;
};

[[nodiscard]] std::vector<const Change*> changes_of(const Step& step);

/// "sw-a1 port[3].pvid: planned from 1, is 30 now, wanted 20"
[[nodiscard]] std::string describe_moved(const std::string& device, const Deviation& deviation);

/// "sw-a1 port[3].pvid is 30, was 1"
[[nodiscard]] std::string describe(const std::string& device, const Deviation& deviation,
                                   Side side);

}  // namespace market::reconcile
