// An IPv4 or IPv6 address, without zone or prefix length.
// IPv4 sorts before IPv6; within a family the order is numeric.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/types/result.h"

namespace market {

class IpAddress {
 public:
  /// "10.64.0.11" or "fd00::1". InvalidValue otherwise.
  [[nodiscard]] static Result<IpAddress> parse(std::string_view text);
  /// `host_order`: 10.0.0.1 is 0x0a000001.
  [[nodiscard]] static IpAddress v4(std::uint32_t host_order);
  /// InvalidValue unless 4 or 16 octets, in network order.
  [[nodiscard]] static Result<IpAddress> from(std::span<const std::uint8_t> octets);

  [[nodiscard]] bool is_v4() const { return size_ == 4; }
  /// In network order: 4 octets for IPv4, 16 for IPv6.
  [[nodiscard]] std::span<const std::uint8_t> octets() const { return {octets_.data(), size_}; }
  /// Host order. Zero for IPv6.
  [[nodiscard]] std::uint32_t v4_number() const;
  /// RFC 5952 text; inverse of parse.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  IpAddress() = default;
  std::uint8_t size_ = 4;
  std::array<std::uint8_t, 16> octets_{};
};

}  // namespace market
