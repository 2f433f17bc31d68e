#include "probes/snmp/usm_clock.h"

namespace market::snmp {

void EngineClock::guess(EngineTime told, io::TimePoint now) {
  latest_ = told;
  told_at_ = now;
  known_ = true;
}

EngineTime EngineClock::at(io::TimePoint now) const {
  if (!known_) return {};
  const auto since = std::chrono::duration_cast<std::chrono::seconds>(now - told_at_).count();
  return {latest_.boots, latest_.time + static_cast<std::uint32_t>(since)};
}

bool EngineClock::accept(EngineTime told, io::TimePoint now) {
  constexpr std::uint32_t kBootsWornOut = 0x7fffffff;  // "must be configured anew"
  const bool newer =
      told.boots > latest_.boots || (told.boots == latest_.boots && told.time > latest_.time);
  if (newer || !proven_) {
    guess(told, now);
    proven_ = true;
  }
  const auto shown = at(now);
  return shown.boots != kBootsWornOut && told.boots == shown.boots &&
         std::int64_t{told.time} + kTimeWindow >= std::int64_t{shown.time};
}

}  // namespace market::snmp
