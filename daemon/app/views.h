// The rows of the snapshot: one per device, one per stall. A row that a snapshot has is never
// changed, so snapshots share what stayed the same.
//
// Threads:  confined to the loop's thread; the rows it gives are immutable.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/app/evidence.h"
#include "daemon/app/model.h"
#include "daemon/health/readiness_tracker.h"
#include "daemon/health/snapshot.h"
#include "daemon/inventory/inventory.h"

namespace market::app {

class Views {
 public:
  explicit Views(ModelPtr model);

  /// Of a device, to be changed.
  [[nodiscard]] health::DeviceView& edit(const std::string& id);
  /// Has a row for every device of the design and every record that speaks for itself, and forgets
  /// all others that `is_subject` denies. `health` is of whom there was no row before.
  void fill(const std::function<bool(const std::string& id)>& is_subject,
            const std::vector<inventory::DeviceRecord>& records,
            const std::map<std::string, health::DeviceHealth>& health);
  /// Takes over whose health is other than before, for the readings of `evidence` as well.
  void follow(health::HealthTracker& tracker, Evidence& evidence);

  /// For a snapshot, sorted by id.
  [[nodiscard]] health::Rows<health::DeviceView> devices();
  /// For a snapshot, in the design's order.
  [[nodiscard]] const health::Rows<health::StallView>& stalls(Evidence& evidence,
                                                              std::int64_t now_ms);

 private:
  struct Row {
    std::shared_ptr<health::DeviceView> view;
    bool published = false;  ///< a snapshot has it: it is not changed any more
  };
  void fill_designed();
  void forget_plates(const std::vector<inventory::DeviceRecord>& records);
  void fill_known(const inventory::DeviceRecord& record);
  template <class Write>
  void write(const std::string& id, Write with);

  ModelPtr model_;
  std::map<std::string, Row> rows_;
  health::ReadinessTracker readiness_;
  health::Rows<health::StallView> stalls_;  ///< as told last
};

}  // namespace market::app
