// Hears who asks for an address on the gateway's links: broadcasts that reach us anyway. Nothing is
// sent, and a DHCP server on the same machine is not disturbed.
//
// Threads:  the loop's. A handler may destroy the listener.
// Errors:   Io: a link that is not there, or no right to listen (CAP_NET_RAW).
// Sources:  packet(7), Documentation/networking/filter.rst.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "probes/dhcp/message.h"
#include "probes/io/asio_loop.h"

namespace market::dhcp {

/// Destroying it ends the calls.
class Listener {
 public:
  virtual ~Listener() = default;
};

using Heard = std::function<void(const std::string& link, const ClientMessage&)>;

/// On each of `links`, by name. `loop` must outlive it. In the network namespace of the calling
/// thread; called on the loop's thread or before it runs.
[[nodiscard]] Result<std::unique_ptr<Listener>> listen(io::AsioLoop& loop,
                                                       const std::vector<std::string>& links,
                                                       Heard heard);

}  // namespace market::dhcp
