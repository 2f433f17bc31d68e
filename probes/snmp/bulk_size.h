// How many bindings a GETBULK should ask for: as many as one frame carries back, less for an agent
// that cannot (tooBig) or falls silent. Private. Pure.
//
// Sources:  RFC 3416, 4.2.3: an agent gives fewer than asked when they do not fit its answer.
#pragma once

#include <algorithm>
#include <cstddef>

namespace market::snmp {

class BulkSize {
 public:
  /// max-repetitions for `columns` side by side; at least 1.
  [[nodiscard]] std::size_t rows(std::size_t columns) const {
    return std::max<std::size_t>(wanted_ / std::max<std::size_t>(columns, 1), 1);
  }

  /// `asked` bindings were answered with `got` of them in a message of `octets`.
  void answered(std::size_t asked, std::size_t got, std::size_t octets) {
    if (got == 0) return;
    // What one frame carries of bindings like these; an unknown size counts as large.
    const auto fit = octets == 0 ? got : std::max<std::size_t>(kFrameOctets * got / octets, 1);
    wanted_ = got < asked ? std::max<std::size_t>(std::min(got, fit), 1)
                          : std::min({2 * std::max(wanted_, asked), fit, ceiling_});
    wanted_ = std::max<std::size_t>(wanted_, 1);
  }
  /// `asked` bindings were too many; never again as many.
  void too_big(std::size_t asked) {
    ceiling_ = std::max<std::size_t>(std::min(ceiling_, asked / 2), 1);
    wanted_ = std::min(wanted_, ceiling_);
  }
  /// No answer at all: perhaps a large one is lost on the way. True when the next is smaller.
  bool lost() {
    if (wanted_ <= kSmall) return false;
    wanted_ = std::max(wanted_ / 2, kSmall);
    return true;
  }

 private:
  /// Of an Ethernet frame's 1,472, some room for a longer row.
  static constexpr std::size_t kFrameOctets = 1400;
  static constexpr std::size_t kFirst = 25;  ///< counters with their names: half a frame
  static constexpr std::size_t kSmall = 5;

  std::size_t wanted_ = kFirst;
  std::size_t ceiling_ = 500;
};

}  // namespace market::snmp
