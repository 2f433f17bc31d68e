// How long to wait for an agent: from the round trips it has shown. Private. Pure.
//
// Sources:  RFC 6298 (smoothed round trip and its variation; a retried exchange is no sample, since
//           nobody knows which send was answered).
#pragma once

#include <algorithm>
#include <chrono>

namespace market::snmp {

class RoundTrip {
 public:
  using Time = std::chrono::microseconds;

  void sample(Time took) {
    if (!known_) {
      smooth_ = took;
      variation_ = took / 2;
      known_ = true;
      return;
    }
    const auto off = took > smooth_ ? took - smooth_ : smooth_ - took;
    variation_ += (off - variation_) / 4;
    smooth_ += (took - smooth_) / 8;
  }

  /// Before send `attempt` (1 = the first) of `attempts` is given up, at most `longest`. An agent
  /// never heard of, and the last send to any, get all of it. `jitter`: 0..1, spreads the retries
  /// of many agents that fell silent together over the last tenth.
  [[nodiscard]] Time patience(Time longest, int attempt, int attempts, double jitter) const {
    if (!known_ || attempt >= attempts) return longest;
    const auto base = std::max<Time>(smooth_ + 4 * variation_, kShortest);
    const auto doubled = base * (1 << std::min(attempt - 1, 10));
    const auto most = static_cast<double>(std::min(doubled, longest).count());
    return Time{static_cast<Time::rep>(most * (1 - jitter / 10))};
  }

 private:
  /// Agents on small CPUs answer at leisure when they are asked for a table.
  static constexpr Time kShortest = std::chrono::milliseconds{200};

  bool known_ = false;
  Time smooth_{0};
  Time variation_{0};
};

}  // namespace market::snmp
