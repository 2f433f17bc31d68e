// Up, suspect, down, unreachable - and the one cause behind many silences.
//
//   state        what happens                                        next
//   any          reply                                               up
//   unknown, up  silence                                             suspect
//   suspect      third silence in a row, and its ancestors answer    down (cause = itself)
//   not up       an ancestor is down and to blame                    unreachable (cause = the
//   unknown, up  silence, while an ancestor is down and to blame     topmost such ancestor)
//   unreachable  that ancestor is back                               suspect, counting anew
//
// A child's silence makes its ancestors be asked at once; it stays suspect until they are
// decided: none is suspect, and its parent was heard after the child's last silence but one.
// Children of a device that is down are unreachable, never down: one cause, not 200 alarms. Only a
// fresh reply makes a device up again. A device that is down but behind which others have answered
// since has lost its agent, not its wires: it is not blamed for what lies behind those.
//
// Threads:  pure; time is passed in. No I/O.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
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
  std::string gateway;                        ///< empty = the design has none
};
/// What has no place in the design (an unlinked switch, a terminal without a port) hangs on the
/// gateway and has no `port`. Without a gateway the first switch of each group of linked ones is a
/// root.
[[nodiscard]] Topology topology_of(const Design& design);

struct DeviceHealth {
  DeviceState state = DeviceState::Unknown;
  std::string cause;  ///< id of the device to blame, itself when down; empty in other states
  int silences = 0;   ///< in a row; counted anew when the device to blame has come back
  std::int64_t since_ms = 0;         ///< Unix time of the last change of state
  std::int64_t last_success_ms = 0;  ///< 0 = never answered
  friend bool operator==(const DeviceHealth&, const DeviceHealth&) = default;
};

struct HealthEvent {
  std::string device;
  DeviceState from, to;
  std::string cause;
  std::int64_t at_ms = 0;
};

class HealthTracker {
 public:
  /// This many silences in a row make a suspect down: one lost packet is no outage, and each
  /// silence is itself several attempts.
  static constexpr int kSilencesToDown = 3;

  explicit HealthTracker(std::shared_ptr<const Topology> topology);
  explicit HealthTracker(Topology topology)
      : HealthTracker{std::make_shared<const Topology>(std::move(topology))} {}

  /// What a poll found. Returns the changes of state it brought, ancestors first. A device that is
  /// not in the topology is watched too; it hangs on nothing.
  std::vector<HealthEvent> on_reply(const std::string& device, std::int64_t now_ms);
  std::vector<HealthEvent> on_silence(const std::string& device, std::int64_t now_ms);
  /// It said that it refuses us: no packet was lost, so one is as good as kSilencesToDown silences.
  std::vector<HealthEvent> on_refusal(const std::string& device, std::int64_t now_ms);

  /// What was heard was not of this device: it is unknown again, as if it had never been asked.
  std::vector<HealthEvent> forget(const std::string& device, std::int64_t now_ms);

  /// Who must be asked now: ancestors, to decide suspects, and whoever was unreachable behind a
  /// device that is back. Ancestors first, each once. Cleared by the call.
  [[nodiscard]] std::vector<std::string> wanted();
  /// Whose health is other than at the last call, each once.
  [[nodiscard]] std::vector<std::string> touched();
  [[nodiscard]] const std::map<std::string, DeviceHealth>& devices() const { return devices_; }

 private:
  /// When, counted in calls of on_reply and on_silence; 0 = never. Clocks step, this does not.
  struct Marks {
    std::uint64_t reply = 0;
    std::uint64_t silence = 0, silence_before = 0;  ///< 0 after a reply
    std::uint64_t down = 0;
    bool refuses = false;  ///< at the last poll: it is there, and what is behind it may be, too
  };

  void watch(const std::string& device);
  std::vector<HealthEvent> on_failure(const std::string& device, std::int64_t now_ms);
  [[nodiscard]] Marks& marks_of(const std::string& device) { return marks_[rank_.at(device)]; }
  [[nodiscard]] const Marks& marks_of(const std::string& device) const {
    return marks_[rank_.at(device)];
  }
  void set_state(const std::string& device, DeviceState to, std::string cause, std::int64_t now_ms,
                 std::vector<HealthEvent>& events);
  void settle(const std::string& device, std::int64_t now_ms, std::vector<HealthEvent>& events);
  void settle_one(const std::string& device, std::int64_t now_ms, std::vector<HealthEvent>& events);
  void want(const std::string& device);
  void want_ancestors_of(const std::string& device);
  /// Nearest first, without the gateway.
  [[nodiscard]] std::vector<std::string> ancestors_of(const std::string& device) const;
  /// The topmost ancestor whose being down explains a silence of `device`; empty = none.
  [[nodiscard]] std::string to_blame(const std::string& device) const;
  [[nodiscard]] bool ancestors_answer(const std::string& device) const;

  std::shared_ptr<const Topology> topology_;
  std::map<std::string, DeviceHealth> devices_;
  std::vector<std::string> order_;               ///< the same keys, parents before children
  std::vector<Marks> marks_;                     ///< of each place
  std::map<std::string, std::size_t> rank_;      ///< place in order_
  std::vector<std::vector<std::size_t>> below_;  ///< of each place: the places that hang on it
  std::set<std::size_t> wanted_, touched_;       ///< places
  std::uint64_t turn_ = 0;
};

}  // namespace market::health
