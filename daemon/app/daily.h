// What is done once a day, and counts as done only when it came to its end.
//
// Threads:  pure; time is passed in.
#pragma once

#include <cstdint>
#include <optional>

namespace market::app {

class Daily {
 public:
  /// True when it is to be done now. What was begun before and did not end is to be done again.
  [[nodiscard]] bool begin(std::int64_t now_ms) {
    const bool due = !done_ms_ || now_ms - *done_ms_ >= kDayMs;
    begun_ms_ = due ? std::optional{now_ms} : std::nullopt;
    return due;
  }
  /// What the last begin() was about has ended, whether it was to be done or not.
  void end() {
    if (begun_ms_) done_ms_ = begun_ms_;
  }

 private:
  static constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

  std::optional<std::int64_t> begun_ms_, done_ms_;  ///< Unix time; empty = not
};

}  // namespace market::app
