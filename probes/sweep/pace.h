// How many packets may go out now: a budget that time fills and each packet takes from. Retries are
// charged when they are really sent, so that silence costs what it sent and no more. Drops in our
// own socket halve the pace; it recovers by a tenth of the full pace a second.
//
// Threads:  pure; time is passed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "probes/io/loop.h"

namespace market::sweep {

class Pace {
 public:
  /// At most one `burst` worth of packets is saved up, but always one.
  Pace(std::uint32_t packets_per_second, io::Duration burst, io::TimePoint now)
      : full_{static_cast<double>(std::max<std::uint32_t>(packets_per_second, 1))},
        burst_{std::chrono::duration<double>(burst).count()},
        last_{now},
        budget_{most()} {}

  void refill(io::TimePoint now) {
    const double seconds = std::chrono::duration<double>(now - last_).count();
    last_ = now;
    budget_ = std::min(budget_ + rate_ * seconds, most());
    rate_ = std::min(rate_ + full_ / 10 * seconds, full_);
  }
  [[nodiscard]] bool may_send() const { return budget_ >= 1; }
  /// Packets that were sent, also those that nobody was asked about; the debt is waited off.
  void charge(std::uint64_t packets) { budget_ -= static_cast<double>(packets); }
  void slow_down() { rate_ = std::max(rate_ / 2, std::min(1.0, full_)); }
  [[nodiscard]] double packets_per_second() const { return rate_; }

 private:
  [[nodiscard]] double most() const { return std::max(rate_ * burst_, 1.0); }

  double full_;
  double rate_ = full_;
  double burst_;  ///< seconds
  io::TimePoint last_;
  double budget_;
};

}  // namespace market::sweep
