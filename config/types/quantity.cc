#include "config/types/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

namespace market {
namespace {

struct Unit {
  std::string_view suffix;
  double factor;  ///< base units in one of these
};

constexpr std::array kPower{Unit{"mW", 1}, Unit{"W", 1e3}};
constexpr std::array kDbm{Unit{"dBm", 100}};
constexpr std::array kRate{Unit{"bit/s", 1}, Unit{"kbit/s", 1e3}, Unit{"Mbit/s", 1e6},
                           Unit{"Gbit/s", 1e9}};
constexpr std::array kDuration{Unit{"us", 1}, Unit{"ms", 1e3}, Unit{"s", 1e6}, Unit{"m", 6e7},
                               Unit{"h", 3.6e9}};
constexpr std::array kRatio{Unit{"%", 1e4}, Unit{"", 1e6}};

std::string names(std::span<const Unit> units) {
  std::string text;
  for (const auto& unit : units) {
    if (unit.suffix.empty()) continue;
    if (!text.empty()) text += ", ";
    text += unit.suffix;
  }
  return text;
}

/// `text` as a whole number of base units. InvalidValue names the units that are accepted.
Result<std::int64_t> parse_scaled(std::string_view text, std::span<const Unit> units,
                                  std::string_view what) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  if (error == std::errc{}) {
    for (const auto& unit : units) {
      if (unit.suffix != suffix) continue;
      const double base = number * unit.factor;
      const double whole = std::round(base);
      if (std::abs(whole) > 9e15 || std::abs(base - whole) > 1e-6 * std::max(1.0, std::abs(base)))
        break;
      return static_cast<std::int64_t>(whole);
    }
  }
  return fail(Errc::InvalidValue, fmt::format("'{}' is not a {}: write a number with its unit ({})",
                                              text, what, names(units)));
}

template <class Q>
Result<Q> parse_as(std::string_view text, std::span<const Unit> units, std::string_view what) {
  auto base = parse_scaled(text, units, what);
  if (!base) return tl::make_unexpected(std::move(base.error()));
  using Rep = decltype(Q{}.count());
  if (*base > std::numeric_limits<Rep>::max() || *base < std::numeric_limits<Rep>::min()) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is too large for a {}", text, what));
  }
  return Q{static_cast<Rep>(*base)};
}

/// In the largest unit that leaves a whole number, or a decimal fraction of the base unit's
/// thousandfold.
std::string print(std::int64_t base, std::span<const Unit> units) {
  const Unit* best = units.data();
  for (const auto& unit : units) {
    const auto factor = static_cast<std::int64_t>(unit.factor);
    if (base % factor == 0 && unit.factor > best->factor) best = &unit;
  }
  return fmt::format("{}{}", base / static_cast<std::int64_t>(best->factor), best->suffix);
}

}  // namespace

Result<Milliwatts> parse_power(std::string_view text) {
  return parse_as<Milliwatts>(text, kPower, "power");
}
Result<CentiDbm> parse_dbm(std::string_view text) {
  return parse_as<CentiDbm>(text, kDbm, "radio power");
}
Result<BitsPerSecond> parse_rate(std::string_view text) {
  return parse_as<BitsPerSecond>(text, kRate, "data rate");
}
Result<PartsPerMillion> parse_ratio(std::string_view text) {
  return parse_as<PartsPerMillion>(text, kRatio, "ratio");
}
Result<std::chrono::microseconds> parse_duration(std::string_view text) {
  auto base = parse_scaled(text, kDuration, "duration");
  if (!base) return tl::make_unexpected(std::move(base.error()));
  return std::chrono::microseconds{*base};
}

std::string to_string(Milliwatts value) {
  return fmt::format("{}W", static_cast<double>(value.count()) / 1000);
}
std::string to_string(CentiDbm value) {
  return fmt::format("{}dBm", static_cast<double>(value.count()) / 100);
}
std::string to_string(BitsPerSecond value) { return print(value.count(), kRate); }
std::string to_string(PartsPerMillion value) {
  return fmt::format("{}%", static_cast<double>(value.count()) / 1e4);
}
std::string to_string(std::chrono::microseconds value) { return print(value.count(), kDuration); }

}  // namespace market
