// Datagrams to and from many peers over one socket: the seam where tests put FakeWire.
//
// Threads:  confined to the loop's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "config/types/ip_address.h"
#include "config/types/result.h"
#include "probes/io/asio_loop.h"

namespace market::io {

struct Endpoint {
  IpAddress address;
  std::uint16_t port = 0;
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

class Wire {
 public:
  using Receiver = std::function<void(const Endpoint& from, std::span<const std::uint8_t> bytes)>;
  virtual ~Wire() = default;

  /// Queues one datagram. What the kernel refuses later (no route, full buffer) is lost, as on any
  /// network. Error: Unsupported, no socket for this address family; InvalidValue, too long.
  virtual Result<void> send(const Endpoint& to, std::span<const std::uint8_t> bytes) = 0;
  /// One receiver; it is called from the loop, once per datagram. It may replace itself and may
  /// destroy the wire. An empty one drops what arrives.
  virtual void on_receive(Receiver receiver) = 0;
  /// Datagrams the kernel dropped because our receive buffer was full (SO_RXQ_OVFL).
  [[nodiscard]] virtual std::uint64_t dropped() const = 0;
};

/// The longest payload of a UDP datagram over IPv4, octets: 65,535 less both headers.
inline constexpr std::size_t kMaxDatagram = 65507;

/// A UDP socket for each address family, non-blocking, SO_RCVBUF 2 MiB, recvmmsg and sendmmsg
/// (sends are gathered until the loop's next turn). Without IPv6 in the kernel, IPv4 alone.
/// Called on the loop's thread or before it runs. `port`: to be reached at; 0 = any. Error: Io.
[[nodiscard]] Result<std::unique_ptr<Wire>> open_udp(AsioLoop& loop, std::uint16_t port = 0);

}  // namespace market::io
