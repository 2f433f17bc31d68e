// The way from the gateway to one terminal, hop by hop, judged by the readings.
//
// Threads:  pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "daemon/health/readiness.h"

namespace market::health {

/// From good to bad. Degraded: good, but something that should carry it does not.
enum class Grade : std::uint8_t { Good, Degraded, Unread, Bad };

struct Hop {
  Grade grade = Grade::Good;
  std::string name, cause, reason;  ///< as in MethodReadiness; empty when good
};

/// The hop that decides: the first bad one, else the first unread, else the first degraded one.
[[nodiscard]] Hop worst(const std::vector<Hop>& hops);

/// Readings as of one moment.
class Judge {
 public:
  /// What holds till then must be judged anew each time.
  static constexpr std::int64_t kNoLonger = std::numeric_limits<std::int64_t>::min();

  /// The arguments must outlive it.
  Judge(const Topology& topology, const Readings& readings, std::int64_t now_ms,
        std::chrono::milliseconds stale_after)
      : topology_{topology}, readings_{readings}, now_ms_{now_ms}, stale_after_{stale_after} {}

  /// Switches, port, VLAN and the terminal itself.
  [[nodiscard]] Hop path_to(const std::string& terminal);
  [[nodiscard]] Hop service(const std::string& id);
  /// There is a fresh reading, and it says so.
  [[nodiscard]] bool is_silent(const std::string& terminal);

  /// Until when (Unix time, ms, inclusive) all that was judged since the last call stays so, while
  /// no reading says something else; one that is read again and says the same only makes it longer.
  /// kNoLonger: it rests on how old something is, or on what was heard before what.
  [[nodiscard]] std::int64_t take_horizon();

 private:
  /// What a terminal's own answer says about the switches before it.
  struct Chain {
    std::vector<Hop> hops;            ///< topmost switch first
    bool answers_through_it = false;  ///< the nearest switch is down, the terminal answers since
  };
  [[nodiscard]] bool is_fresh(std::int64_t at_ms);
  [[nodiscard]] Hop judge(const std::map<std::string, Reading>& readings, const std::string& key,
                          const std::string& hop, const std::string& prefix);
  [[nodiscard]] Hop switch_hop(const std::string& id, std::int64_t heard_below_ms);
  [[nodiscard]] Chain chain_to(const std::string& terminal);

  const Topology& topology_;
  const Readings& readings_;
  std::int64_t now_ms_;
  std::chrono::milliseconds stale_after_;
  std::int64_t horizon_ms_ = std::numeric_limits<std::int64_t>::max();
};

}  // namespace market::health
