// The kernel's neighbour table (ARP, ND) as it changes: who spoke to the gateway, from the moment
// of the first packet.
//
// The kernel announces each change (RTNLGRP_NEIGH). When we were too slow and it had to drop
// announcements (ENOBUFS), the whole table is read again: nothing is missed for good.
//
// Threads:  the loop's. Reading the table afresh blocks for the milliseconds that takes.
// Errors:   Io. A fresh reading that fails is tried again at the next announcement.
// Sources:  netlink(7) (ENOBUFS), rtnetlink(7), linux/neighbour.h.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "config/types/result.h"
#include "probes/io/asio_loop.h"
#include "probes/netlink/kernel.h"

namespace market::netlink {

struct NeighbourHandlers {
  /// The whole table: once soon after the start, and after each overflow.
  std::function<void(std::vector<Neighbour>)> on_table;
  /// One entry is new or otherwise than before; one without a MAC or "failed" is nobody (yet).
  std::function<void(Neighbour)> on_change;
  /// One entry was taken out; with the MAC it had, where the kernel tells.
  std::function<void(Neighbour)> on_gone;
};

/// Destroying it ends the calls; a handler may do so.
class NeighbourWatch {
 public:
  virtual ~NeighbourWatch() = default;
  /// How often announcements were lost and the table was read again.
  [[nodiscard]] virtual std::uint64_t overflows() const = 0;
};

/// 1 MiB holds some 8,000 announcements: a market that comes back from a power cut all at once.
inline constexpr int kNeighbourBuffer = 1024 * 1024;

/// Of the network namespace the calling thread is in; called on the loop's thread or before it
/// runs. `loop` must outlive it.
[[nodiscard]] Result<std::unique_ptr<NeighbourWatch>> watch_neighbours(
    io::AsioLoop& loop, NeighbourHandlers handlers, int buffer_octets = kNeighbourBuffer);

}  // namespace market::netlink
