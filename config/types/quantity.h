// Numbers that know their unit. Convert at the edge, once; compute in one unit everywhere else.
// In a design the unit is part of the value ("15.4W"): a bare number is refused, and the message
// names the units that would be accepted.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/types/result.h"

namespace market {

/// A number of `Tag`, stored as `Rep`. Two quantities of different tags never mix.
template <class Tag, class Rep>
class Quantity {
 public:
  constexpr Quantity() = default;
  constexpr explicit Quantity(Rep count) : count_{count} {}
  [[nodiscard]] constexpr Rep count() const { return count_; }
  friend constexpr auto operator<=>(Quantity, Quantity) = default;

 private:
  Rep count_{};
};

/// PoE draw, in milliwatts: POWER-ETHERNET-MIB counts whole watts, vendors count less.
using Milliwatts = Quantity<struct MilliwattsTag, std::int64_t>;
/// Radio power against 1 mW, in hundredths of a dBm. Logarithmic: there is no operator+.
using CentiDbm = Quantity<struct CentiDbmTag, std::int32_t>;
/// Data rate, in bits per second.
using BitsPerSecond = Quantity<struct BitsPerSecondTag, std::int64_t>;
/// A ratio, in parts per million: 50% is 500,000 and 1e-6 is 1.
using PartsPerMillion = Quantity<struct PartsPerMillionTag, std::int64_t>;

/// "15.4W", "800mW".
[[nodiscard]] Result<Milliwatts> parse_power(std::string_view text);
/// "14dBm", "14.5dBm".
[[nodiscard]] Result<CentiDbm> parse_dbm(std::string_view text);
/// "20Mbit/s", "1Gbit/s", "64kbit/s", "10bit/s".
[[nodiscard]] Result<BitsPerSecond> parse_rate(std::string_view text);
/// "50%", "1e-6".
[[nodiscard]] Result<PartsPerMillion> parse_ratio(std::string_view text);
/// "200ms", "15s", "5m", "24h", "300us".
[[nodiscard]] Result<std::chrono::microseconds> parse_duration(std::string_view text);

/// The shortest spelling that parses back to the same value.
[[nodiscard]] std::string to_string(Milliwatts value);
[[nodiscard]] std::string to_string(CentiDbm value);
[[nodiscard]] std::string to_string(BitsPerSecond value);
[[nodiscard]] std::string to_string(PartsPerMillion value);
[[nodiscard]] std::string to_string(std::chrono::microseconds value);

}  // namespace market
