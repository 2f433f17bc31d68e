// Stall x payment method: can this stall take this payment now, and if not, at which hop does it
// break? The answer is Unverified until readings say otherwise: a yes needs a reading for every
// hop.
//
//   switches above the stall -> link of the port -> VLAN of the port -> terminal answers
//     -> terminal has the abilities -> every service of the method answers
//
// The first hop with a bad reading makes the method unavailable and is named; without one, the
// first hop that has no fresh reading makes it unverified. The gateway is no hop: we run on it.
//   - No reading is needed to know that a stall is not enrolled, or that no terminal of it has the
//     abilities.
//   - A stall with several able terminals takes the method when one of them does; it is degraded
//     while another cannot.
//   - A switch that lost its agent but not its wires - down, and a terminal or a switch behind it
//     has answered since - degrades a method, it does not stop it.
//   - Outside trading hours a dead port or a silent terminal means closed. What a closed shop does
//     not explain (a switch that is down, a wrong VLAN, a dead service) stays unavailable.
//   - A customer-side method rests on its services only; it is closed with the stall.
//   - Trading hours are known for zones without summer time, see trading_hours.h. In another zone
//     a stall is never closed.
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "daemon/health/health.h"

namespace market::health {

enum class MethodState : std::uint8_t {
  Available,    ///< 가능: every hop has a good reading
  Degraded,     ///< 저하: it works, but not through everything that should carry it
  Unavailable,  ///< 불가: a hop has a bad reading; `reason` says which
  Unverified,   ///< 미확인: a hop has no reading, or one that is too old
  NotEnrolled,  ///< 미가맹: the stall is not a member of the scheme
  Closed,       ///< 영업종료: outside trading hours and the stall is silent
};
[[nodiscard]] std::string to_string(MethodState state);  ///< "available", ...

/// One reading with its age. `ok` empty = never read.
struct Reading {
  std::optional<bool> ok;
  std::int64_t at_ms = 0;
  std::string detail;  ///< "tcp 203.0.113.10:443 connected in 3 ms", "port 3 has pvid 1, not 20"
};

/// Everything readiness rests on, keyed by design ids.
struct Readings {
  std::map<std::string, DeviceHealth> devices;
  std::map<std::string, Reading> port_link;  ///< "sw-a1/3": ifOperStatus up
  std::map<std::string, Reading> port_vlan;  ///< "sw-a1/3": pvid as designed
  std::map<std::string, Reading> terminals;  ///< by serial: answers, or its MAC is on the port
  std::map<std::string, Reading> services;   ///< by service id
};

/// Keys of Readings whose value says something else than before; one that was only read again and
/// says the same is not among them.
struct Changes {
  std::set<std::string> devices;  ///< another state, cause or time of the last change
  std::set<std::string> ports;    ///< link or VLAN
  std::set<std::string> terminals, services;
};

struct MethodReadiness {
  std::string method;
  MethodState state = MethodState::Unverified;
  /// First hop that is not good: "switch", "port", "vlan", "terminal", "ability" or "service".
  std::string hop;
  /// Id to blame: "sw-a1", "sw-a1/3", "T-9001", "van-a"; the stall's own without an able terminal.
  std::string cause;
  std::string reason;  ///< for people, English; the page translates hop and state
  friend bool operator==(const MethodReadiness&, const MethodReadiness&) = default;
};

struct StallReadiness {
  std::string stall;
  std::vector<MethodReadiness> methods;  ///< in the order of the stall's `accepts`
  friend bool operator==(const StallReadiness&, const StallReadiness&) = default;
};

/// A reading older than `stale_after` counts as none, and so does one from further in the future
/// (a clock was set back). One row per stall, in the design's order; a vacant one has no methods.
[[nodiscard]] std::vector<StallReadiness> evaluate(const Design& design, const Topology& topology,
                                                   const Readings& readings, std::int64_t now_ms,
                                                   std::chrono::milliseconds stale_after);

}  // namespace market::health
