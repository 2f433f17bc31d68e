// Keeps up with the readiness of every stall: judges only those that a change, or the time gone by,
// can concern, and says the same as evaluate() of all of them.
//
//   judged anew   when
//   a stall       a reading of a terminal of it, of its port, or a switch above it says something
//                 else; the oldest of its readings goes stale; each time, while one is stale or a
//                 switch above it is silent (it rests on the age of readings then)
//   all           at first; a service says something else; trading begins or ends; the clock was
//                 set back
//
// In a healthy market that is a few stalls in a hundred at each look.
//
// Threads:  pure; time is passed in.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/design/design.h"
#include "daemon/health/readiness.h"

namespace market::health {

class ReadinessTracker {
 public:
  /// `place` in the design's stalls.
  using Tell = std::function<void(std::size_t place, StallReadiness)>;

  /// `design` and `topology` must outlive it. `stale_after` as of evaluate().
  ReadinessTracker(const Design& design, const Topology& topology,
                   std::chrono::milliseconds stale_after);

  /// Tells every stall whose readiness may be other than at the last call, in the design's order.
  /// `changes`: all that is other in `readings` since then.
  void judge(const Readings& readings, const Changes& changes, std::int64_t now_ms,
             const Tell& tell);

 private:
  /// Which stalls rest on what: sorted pairs, since maps of strings would take ten times as much.
  class Index {
   public:
    void add(std::string_view key, std::size_t place) { stalls_.emplace_back(key, place); }
    void close();  ///< when everything was added
    template <class Do>
    void each(std::string_view key, Do with) const;

   private:
    std::vector<std::pair<std::string_view, std::size_t>> stalls_;
  };
  void add(const Terminal& terminal, std::size_t place);
  void forget(const Changes& changes);

  const Design& design_;
  const Topology& topology_;
  std::chrono::milliseconds stale_after_;
  Index below_, on_port_, with_terminal_;  ///< by switch, "sw-a1/3", serial
  /// Of each stall: until when (Unix time, ms) what was told of it stays so, while nothing changes.
  std::vector<std::int64_t> horizons_ms_;
  bool trading_ = false;
  std::int64_t judged_ms_ = 0;
};

}  // namespace market::health
