// The market's ends of the gateway's links, as packet sockets: whole Ethernet frames in and out,
// past the kernel, which is told not to speak ARP there (IFF_NOARP).
//
// Threads:  one. Nothing blocks. Errors: only opening can fail (no such link, no CAP_NET_RAW); a
// frame that cannot be sent - the other end is down - is lost, as on a wire, and counted.
// Sources: packet(7), netdevice(7).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/types/result.h"
#include "tests/sim/descriptor.h"
#include "tests/sim/wire.h"

namespace market::sim {

class LinkDoor {
 public:
  /// `inner`: "host0=host1", the kernel's and our end of the inner link; empty = none, then
  /// nothing that the devices do not do themselves is answered.
  [[nodiscard]] static Result<LinkDoor> open(Wire& wire, const std::string& inner);

  [[nodiscard]] std::vector<int> descriptors() const;
  /// Takes in what has arrived at any of the sockets, at most a few hundred frames.
  void receive(Wire& wire, Time now);
  /// Sends what is due.
  void send(Wire& wire, Time now);
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }

 private:
  struct Socket {
    Descriptor descriptor;
    std::size_t link = 0;  ///< index, or Wire::kInner
  };

  std::vector<Socket> sockets_;
  std::uint64_t unsent_ = 0;
};

}  // namespace market::sim
