// What a stall can take at one moment, method by method, judged through a Judge.
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "daemon/health/path.h"
#include "daemon/health/readiness.h"

namespace market::health {

class Evaluation {
 public:
  /// `design` and `judge` must outlive it.
  Evaluation(const Design& design, Judge& judge, std::int64_t now_ms);

  /// Trading hours, or none are known.
  [[nodiscard]] bool is_trading() const { return trading_; }
  [[nodiscard]] StallReadiness of(const Stall& stall);

 private:
  [[nodiscard]] MethodReadiness method_at(const Stall& stall, const std::string& id);
  [[nodiscard]] MethodReadiness customer_side(const Stall& stall, const Method& method);
  /// The best that any able terminal can do.
  [[nodiscard]] MethodReadiness through_a_terminal(const Stall& stall, const Method& method);
  [[nodiscard]] MethodReadiness through(const Terminal& terminal, const Method& method);
  [[nodiscard]] std::vector<Hop> services_of(const Method& method);

  Judge& judge_;
  bool trading_;
  std::map<std::string, const Method*> methods_;
};

}  // namespace market::health
