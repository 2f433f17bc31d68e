// Between our Endpoint and the kernel's socket address.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>

#include <optional>

#include "probes/io/datagram.h"

namespace market::io {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;

  [[nodiscard]] sockaddr* data() { return reinterpret_cast<sockaddr*>(&storage); }
  [[nodiscard]] const sockaddr* data() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

[[nodiscard]] SocketAddress to_socket_address(const Endpoint& endpoint);
/// Nothing when the family is neither IPv4 nor IPv6.
[[nodiscard]] std::optional<Endpoint> to_endpoint(const sockaddr_storage& storage);

}  // namespace market::io
