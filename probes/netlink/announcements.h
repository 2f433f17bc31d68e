// A socket on which the kernel announces changes. Private to this room.
//
// Errors:   Io.
// Sources:  netlink(7).
#pragma once

#include <cstdint>

#include "config/types/result.h"
#include "probes/io/owned_fd.h"

namespace market::netlink {

/// `protocol`: NETLINK_ROUTE, NETLINK_NETFILTER; `groups`: a bit mask (RTMGRP_*). Not blocking.
[[nodiscard]] Result<io::OwnedFd> subscribe(int protocol, std::uint32_t groups, int buffer_octets);

/// One datagram of the kernel's. Octets; 0 = none now, -1 = announcements were lost (ENOBUFS).
/// What other processes send to the socket is passed over.
[[nodiscard]] int receive_announcement(int fd, void* room, std::size_t room_octets);

}  // namespace market::netlink
