// Wakes when the kernel's network configuration changes: links, addresses, routes, nftables.
//
// A wake-up says that something may be otherwise, never what: whoever is woken looks afresh.
//
// Threads:  the loop's.
// Errors:   Io.
// Sources:  rtnetlink(7), linux/netfilter/nfnetlink.h (NFNLGRP_NFTABLES).
#pragma once

#include <functional>
#include <memory>

#include "config/types/result.h"
#include "probes/io/asio_loop.h"

namespace market::netlink {

/// Destroying it ends the calls.
class ChangeWatch {
 public:
  virtual ~ChangeWatch() = default;
};

/// Of the network namespace the calling thread is in. `on_change` is called from the loop, once for
/// all that was announced together. Elements that come and go in a set of addresses do not count:
/// every name that is resolved may add one. A kernel without nftables is watched for the rest.
[[nodiscard]] Result<std::unique_ptr<ChangeWatch>> watch_changes(io::AsioLoop& loop,
                                                                 std::function<void()> on_change);

}  // namespace market::netlink
