#include "config/types/ip_address.h"

#include <arpa/inet.h>

#include <algorithm>

#include <fmt/format.h>

namespace market {

Result<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated{text};
  IpAddress address;
  if (inet_pton(AF_INET, terminated.c_str(), address.octets_.data()) == 1) return address;
  address.size_ = 16;
  if (inet_pton(AF_INET6, terminated.c_str(), address.octets_.data()) == 1) return address;
  return fail(Errc::InvalidValue, "'" + terminated + "' is not an IP address");
}

IpAddress IpAddress::v4(std::uint32_t host_order) {
  IpAddress address;
  for (std::size_t i = 0; i < 4; ++i) {
    address.octets_[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  }
  return address;
}

Result<IpAddress> IpAddress::from(std::span<const std::uint8_t> octets) {
  if (octets.size() != 4 && octets.size() != 16) {
    return fail(Errc::InvalidValue,
                fmt::format("an IP address has 4 or 16 octets, this has {}", octets.size()));
  }
  IpAddress address;
  address.size_ = static_cast<std::uint8_t>(octets.size());
  std::copy(octets.begin(), octets.end(), address.octets_.begin());
  return address;
}

std::uint32_t IpAddress::v4_number() const {
  if (!is_v4()) return 0;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) number = number << 8U | octets_[i];
  return number;
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  inet_ntop(is_v4() ? AF_INET : AF_INET6, octets_.data(), text.data(), text.size());
  return text.data();
}

}  // namespace market
