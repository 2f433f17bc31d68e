#include "daemon/health/readiness.h"

#include "daemon/health/evaluation.h"

namespace market::health {

std::string to_string(MethodState state) {
  switch (state) {
    case MethodState::Available:
      return "available";
    case MethodState::Degraded:
      return "degraded";
    case MethodState::Unavailable:
      return "unavailable";
    case MethodState::Unverified:
      return "unverified";
    case MethodState::NotEnrolled:
      return "not-enrolled";
    case MethodState::Closed:
      return "closed";
  }
  return "unverified";
}

std::vector<StallReadiness> evaluate(const Design& design, const Topology& topology,
                                     const Readings& readings, std::int64_t now_ms,
                                     std::chrono::milliseconds stale_after) {
  Judge judge{topology, readings, now_ms, stale_after};
  Evaluation evaluation{design, judge, now_ms};
  std::vector<StallReadiness> rows;
  rows.reserve(design.stalls.size());
  for (const auto& stall : design.stalls) rows.push_back(evaluation.of(stall));
  return rows;
}

}  // namespace market::health
