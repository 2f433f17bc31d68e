// What has drifted: devices that no longer are as the applied design wants them.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace market::health {

/// One class of objects of one device.
struct DriftRow {
  std::string device;
  std::string object_class;         ///< "port", "firewall": kObjectClasses (config/design/design.h)
  std::size_t changes = 0;          ///< that would put it right
  std::vector<std::string> fields;  ///< the first of them: "port[3].pvid is 20, designed 10"
  std::int64_t since_ms = 0;        ///< Unix time of the look that found it first
};

/// Immutable, made by one look at the devices.
struct Drift {
  std::int64_t looked_ms = 0;  ///< Unix time
  std::vector<DriftRow> rows;  ///< by device, then class; empty = none
  std::string plan_id;
  std::string plan_json;  ///< puts all of it right; empty with no rows
  std::string note;       ///< why what is to be enforced was not put right; empty = it was
};
using DriftPtr = std::shared_ptr<const Drift>;

}  // namespace market::health
