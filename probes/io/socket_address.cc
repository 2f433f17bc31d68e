#include "probes/io/socket_address.h"

#include <algorithm>
#include <cstring>

namespace market::io {

SocketAddress to_socket_address(const Endpoint& endpoint) {
  SocketAddress address;
  const auto octets = endpoint.address.octets();
  if (endpoint.address.is_v4()) {
    sockaddr_in v4{};
    v4.sin_family = AF_INET;
    v4.sin_port = htons(endpoint.port);
    std::memcpy(&v4.sin_addr, octets.data(), sizeof v4.sin_addr);
    std::memcpy(&address.storage, &v4, sizeof v4);
    address.length = sizeof v4;
    return address;
  }
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = htons(endpoint.port);
  std::memcpy(&v6.sin6_addr, octets.data(), sizeof v6.sin6_addr);
  std::memcpy(&address.storage, &v6, sizeof v6);
  address.length = sizeof v6;
  return address;
}

std::optional<Endpoint> to_endpoint(const sockaddr_storage& storage) {
  if (storage.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &storage, sizeof v4);
    return Endpoint{IpAddress::v4(ntohl(v4.sin_addr.s_addr)), ntohs(v4.sin_port)};
  }
  if (storage.ss_family != AF_INET6) return std::nullopt;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &storage, sizeof v6);
  const auto address = IpAddress::from(std::span<const std::uint8_t>{v6.sin6_addr.s6_addr, 16});
  if (!address) return std::nullopt;
  return Endpoint{*address, ntohs(v6.sin6_port)};
}

}  // namespace market::io
