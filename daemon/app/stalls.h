// The longest time that the loop kept a timer waiting, of the last minute or two.
//
// Threads:  pure; time is passed in.
#pragma once

#include <algorithm>
#include <chrono>

#include "probes/io/loop.h"

namespace market::app {

class Stalls {
 public:
  explicit Stalls(io::TimePoint now) : begun_{now} {}

  /// A timer ran `late` after it was due.
  void note(io::Duration late, io::TimePoint now) {
    if (now - begun_ >= kSpan) {
      before_ = longest_;
      longest_ = io::Duration::zero();
      begun_ = now;
    }
    longest_ = std::max(longest_, late);
  }
  [[nodiscard]] io::Duration longest() const { return std::max(longest_, before_); }

 private:
  static constexpr std::chrono::minutes kSpan{1};

  io::TimePoint begun_;
  io::Duration longest_{}, before_{};  ///< in this span, in the one before
};

}  // namespace market::app
