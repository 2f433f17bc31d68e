// A device in memory: fields that behave as a switch's, an AP's or a gateway's do.
//
// A VLAN row must exist before ports join it, and takes its memberships along when it goes; a link
// must exist before it is enslaved, addressed or brought up; a write to a field that is not there
// is refused, and a refused write changes nothing. On top of that a test may make it wicked.
//
// A hook is called around each operation, so that a test can kill the program there by throwing.
//
// Threads:  none.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "probes/device/driver.h"

namespace market::fakes {

class FakeDriver final : public device::Driver {
 public:
  explicit FakeDriver(FieldMap fields, device::Identity identity = {"80007ed900", "SN-1", ""});

  [[nodiscard]] Result<device::Observation> observe() override;
  [[nodiscard]] Result<FieldMap> read(std::span<const std::string> fields) override;
  [[nodiscard]] Result<device::Identity> identity() override;
  [[nodiscard]] device::WriteOutcome write(std::span<const device::FieldChange> changes) override;
  [[nodiscard]] Result<void> save() override;
  [[nodiscard]] std::size_t max_changes_per_write() const override { return max_changes; }

  /// What the device really holds now.
  [[nodiscard]] const FieldMap& fields() const { return fields_; }
  /// What it would come up with after a power cut.
  [[nodiscard]] const FieldMap& startup() const { return startup_; }
  /// Somebody else's hand.
  void set(const std::string& field, FieldValue value) { fields_[field] = std::move(value); }
  void erase(const std::string& field) { fields_.erase(field); }
  /// Time passes: writes that settle late come to hold.
  void advance(std::chrono::milliseconds step);
  void power_cut() { fields_ = startup_; }

  /// Called with "read", "before-write", "after-write", "before-save", "after-save".
  std::function<void(const std::string& point)> hook;
  std::size_t max_changes = 16;

  // Wickedness, off by default. Writes count from 1 over the life of the driver.
  std::set<std::size_t> forget_writes;  ///< says done, does nothing
  std::set<std::size_t> halve_writes;   ///< does the first half, then refuses
  std::set<std::size_t> lose_replies;   ///< does it, says nothing
  std::set<std::size_t> lose_writes;    ///< does nothing, says nothing
  std::set<std::size_t> refuse_writes;
  std::map<std::string, FieldValue> mangle;  ///< a field that becomes this whenever it is written
  std::chrono::milliseconds settle{0};       ///< writes come to hold this much later
  std::size_t silent_from_write = SIZE_MAX;  ///< unreachable once so many writes were begun
  std::size_t silent_reads = 0;              ///< so many reads from now on go unanswered
  bool refuses_deletions = false;
  bool refuses_big_writes = false;  ///< any write of more than one change
  bool can_save = true;

  std::size_t writes = 0, reads = 0, saves = 0;

 private:
  struct Late {
    std::chrono::milliseconds due;
    device::FieldChange change;
  };

  /// The hook may replace itself.
  void at(const std::string& point) const {
    if (const auto called = hook) called(point);
  }
  [[nodiscard]] bool silent() const { return writes >= silent_from_write; }
  /// Why the change is not possible now; empty = it is.
  [[nodiscard]] static std::string objection(const FieldMap& fields,
                                             const device::FieldChange& change);
  static void make(FieldMap& fields, const std::string& field, const FieldValue& value);
  void take_effect(const device::FieldChange& change);

  FieldMap fields_, startup_;
  device::Identity identity_;
  std::chrono::milliseconds now_{0};
  std::deque<Late> late_;
};

}  // namespace market::fakes
