// The gateway as a device. Its fields come from several parts - the kernel's links, its packet
// filter, its settings - each of which owns some groups of field names.
//
// Threads:  blocking; on worker threads.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "probes/device/driver.h"

namespace market::device {

class GatewayPart {
 public:
  virtual ~GatewayPart() = default;
  /// The groups of fields that are this part's: "link", "rule".
  [[nodiscard]] virtual std::span<const std::string_view> groups() const = 0;
  [[nodiscard]] virtual Result<Observation> observe() = 0;
  /// The changes of one step that are this part's, in one transaction where the kernel has one.
  /// An error tells which field could not be written.
  [[nodiscard]] virtual Result<void> write(std::span<const FieldChange> changes) = 0;
};

/// A part that fails to observe as Unsupported leaves its fields out (Observation::unable); any
/// other failure is the gateway's.
[[nodiscard]] std::unique_ptr<Driver> make_gateway_driver(
    std::vector<std::unique_ptr<GatewayPart>> parts);

}  // namespace market::device
