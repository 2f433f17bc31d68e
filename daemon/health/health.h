// Up, suspect, down, unreachable - and the one cause behind many silences.
//
//               reply                      3rd silence in a row, and an ancestor is down
//        .---------------- up <------.         .------------> unreachable (cause = ancestor)
//        |  silence         ^        | reply   |
//        v                  | reply  |         |
//     unknown --reply----> up     suspect -----+-- 3rd silence, ancestors answer --> down
//
// A child's silence makes its ancestors be asked at once; it stays suspect until they are
// decided. Children of a device that is down are unreachable, never down: one cause, not 200
// alarms. Only a fresh reply makes a device up again.
//
// Threads:  pure; time is passed in. No I/O.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/design/design.h"

namespace market::health {

enum class DeviceState : std::uint8_t { Unknown, Up, Suspect, Down, Unreachable };
[[nodiscard]] std::string to_string(DeviceState state);  ///< "up", ...

/// The tree of what hangs on what: gateway -> switches -> APs, terminals. From the design's
/// `peer` links and stalls. The gateway is the root and always up (we run on it).
struct Topology {
  std::map<std::string, std::string> parent;  ///< device -> upstream device; root = ""
  std::map<std::string, std::string> port;    ///< device -> "sw-a1/3", where it is plugged in
};
[[nodiscard]] Topology topology_of(const Design& design);

struct DeviceHealth {
  DeviceState state = DeviceState::Unknown;
  std::string cause;  ///< id of the device to blame, itself when down; empty when up or unknown
  int silences = 0;   ///< in a row
  std::int64_t since_ms = 0;         ///< Unix time of the last change of state
  std::int64_t last_success_ms = 0;  ///< 0 = never answered
};

struct HealthEvent {
  std::string device;
  DeviceState from, to;
  std::string cause;
  std::int64_t at_ms = 0;
};

class HealthTracker {
 public:
  explicit HealthTracker(Topology topology);

  /// What a poll found. Returns the changes of state it brought, ancestors first.
  std::vector<HealthEvent> on_reply(const std::string& device, std::int64_t now_ms);
  std::vector<HealthEvent> on_silence(const std::string& device, std::int64_t now_ms);

  /// Ancestors that must be asked now to decide suspects. Cleared by the call.
  [[nodiscard]] std::vector<std::string> wanted();
  [[nodiscard]] const std::map<std::string, DeviceHealth>& devices() const { return devices_; }

 private:
  void set_state(const std::string& device, DeviceState to, std::string cause,
                 std::int64_t now_ms, std::vector<HealthEvent>& events);
  void settle(std::int64_t now_ms, std::vector<HealthEvent>& events);

  Topology topology_;
  std::map<std::string, DeviceHealth> devices_;
  std::vector<std::string> wanted_;
};

}  // namespace market::health
