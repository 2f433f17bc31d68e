// Leases by address while a log of them is read. Private to the room.
#pragma once

#include <charconv>
#include <map>
#include <string_view>

#include "probes/dhcp/leases.h"

namespace market::dhcp {

using LeaseLog = std::map<IpAddress, Lease>;

/// Seconds since 1970; nothing when it is no number, or of no century of ours.
inline std::optional<std::chrono::sys_seconds> epoch_of(std::string_view text) {
  constexpr std::int64_t kLatest = 1LL << 40U;
  std::int64_t seconds = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  if (read.ec != std::errc{} || read.ptr != end || seconds < 0 || seconds > kLatest) {
    return std::nullopt;
  }
  return std::chrono::sys_seconds{std::chrono::seconds{seconds}};
}

/// Names come from strangers: what is not printable ASCII shows as "?".
inline std::string clean_name(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  std::string name{text.substr(0, kLongest)};
  for (char& c : name) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet < 0x20 || octet >= 0x7f) c = '?';
  }
  return name;
}

void parse_isc(std::string_view text, LeaseLog& log);

}  // namespace market::dhcp
