// Who is connected to this machine: established TCP connections to ports that listen here, from the
// kernel's socket table. Those that this machine has begun are none of them.
//
// Threads:  any. Errors: Io, with the kernel's words.
// Sources:  sock_diag(7), linux/inet_diag.h.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/result.h"

namespace market::netlink {

struct TcpSession {
  IpAddress local, remote;
  std::uint16_t local_port = 0, remote_port = 0;
  friend bool operator==(const TcpSession&, const TcpSession&) = default;
};

/// The user of the socket at the other end of a connection of ours; nothing unless that is on this
/// machine and in this network namespace.
[[nodiscard]] Result<std::optional<std::uint32_t>> peer_user(const TcpSession& ours);

/// Of both families; those of IPv4 on a socket of IPv6 as IPv4.
[[nodiscard]] Result<std::vector<TcpSession>> read_inbound_sessions();

}  // namespace market::netlink
