// A 48-bit MAC address (EUI-48, IEEE 802-2014, 8.2).
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/types/result.h"

namespace market {

class MacAddress {
 public:
  static constexpr std::size_t kOctets = 6;

  /// "02:00:00:00:0a:01", "02-00-00-00-0A-01" or "0200.0000.0a01". InvalidValue otherwise.
  [[nodiscard]] static Result<MacAddress> parse(std::string_view text);
  /// InvalidValue unless there are exactly six octets.
  [[nodiscard]] static Result<MacAddress> from(std::span<const std::uint8_t> octets);

  [[nodiscard]] const std::array<std::uint8_t, kOctets>& octets() const { return octets_; }
  /// Lower case, colons: "02:00:00:00:0a:01"; inverse of parse.
  [[nodiscard]] std::string to_string() const;

  /// The 48 bits as a number, the first octet highest.
  [[nodiscard]] std::uint64_t number() const {
    std::uint64_t number = 0;
    for (const auto octet : octets_) number = number << 8U | octet;
    return number;
  }

  friend bool operator==(const MacAddress& a, const MacAddress& b) {
    return a.number() == b.number();
  }
  friend std::strong_ordering operator<=>(const MacAddress& a, const MacAddress& b) {
    return a.number() <=> b.number();
  }

 private:
  MacAddress() = default;
  std::array<std::uint8_t, kOctets> octets_{};
};

}  // namespace market
