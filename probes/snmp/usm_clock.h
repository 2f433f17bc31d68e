// The clock of an engine that is authoritative for what it says: how replays are told. Private.
//
// Sources:  RFC 3414, 2.2.3, 2.3 and 3.2.7b.
#pragma once

#include "probes/io/loop.h"
#include "probes/snmp/usm_crypto.h"

namespace market::snmp {

class EngineClock {
 public:
  /// Told without proof: good to begin with, and gives way to whatever is proven.
  void guess(EngineTime told, io::TimePoint now);
  /// Told by an authentic message: false when that is older than the time window allows, or from
  /// before a boot that is known of. What is newer sets the clock.
  [[nodiscard]] bool accept(EngineTime told, io::TimePoint now);
  /// What it shows now; zeros when nothing is known.
  [[nodiscard]] EngineTime at(io::TimePoint now) const;

 private:
  EngineTime latest_;  ///< as told at told_at_
  io::TimePoint told_at_;
  bool known_ = false;
  bool proven_ = false;
};

/// Seconds by which a message may be late (RFC 3414, 2.2.3).
inline constexpr std::int64_t kTimeWindow = 150;

}  // namespace market::snmp
