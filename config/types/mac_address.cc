#include "config/types/mac_address.h"

#include <algorithm>

#include <fmt/format.h>

namespace market {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// True when separators stand where one of the three spellings has them.
bool well_separated(std::string_view text) {
  if (text.size() == 17) {
    const char separator = text[2];
    if (separator != ':' && separator != '-') return false;
    for (std::size_t i = 2; i < text.size(); i += 3) {
      if (text[i] != separator) return false;
    }
    return true;
  }
  return text.size() == 14 && text[4] == '.' && text[9] == '.';
}

}  // namespace

Result<MacAddress> MacAddress::parse(std::string_view text) {
  MacAddress mac;
  std::size_t digits = 0;
  bool good = well_separated(text);
  for (const char c : text) {
    if (c == ':' || c == '-' || c == '.') continue;
    const int value = hex_digit(c);
    if (value < 0 || digits >= 2 * kOctets) {
      good = false;
      break;
    }
    auto& octet = mac.octets_[digits / 2];
    octet = static_cast<std::uint8_t>(static_cast<unsigned>(octet) << 4U |
                                      static_cast<unsigned>(value));
    ++digits;
  }
  if (!good || digits != 2 * kOctets) {
    return fail(Errc::InvalidValue,
                "'" + std::string{text} + "' is not a MAC address like 02:00:00:00:0a:01");
  }
  return mac;
}

Result<MacAddress> MacAddress::from(std::span<const std::uint8_t> octets) {
  if (octets.size() != kOctets) {
    return fail(Errc::InvalidValue,
                fmt::format("a MAC address has 6 octets, this has {}", octets.size()));
  }
  MacAddress mac;
  std::copy(octets.begin(), octets.end(), mac.octets_.begin());
  return mac;
}

std::string MacAddress::to_string() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", octets_[0], octets_[1],
                     octets_[2], octets_[3], octets_[4], octets_[5]);
}

}  // namespace market
