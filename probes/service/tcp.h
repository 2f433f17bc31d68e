// Does a service answer? A TCP connection is opened and closed; nothing is sent (and never
// anything financial).
//
// Threads:  confined to the loop's thread; the handler runs at most once.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "probes/io/asio_loop.h"
#include "probes/io/datagram.h"

namespace market::service {

struct TcpVerdict {
  bool connected = false;
  std::chrono::microseconds took{};
  std::string reason;  ///< "connection refused", "no answer within 2000 ms"; empty when connected
};

/// Destroying it withdraws the question.
class Probe {
 public:
  virtual ~Probe() = default;
};

[[nodiscard]] std::unique_ptr<Probe> tcp_connect(io::AsioLoop& loop, const io::Endpoint& to,
                                                 std::chrono::milliseconds patience,
                                                 std::function<void(TcpVerdict)> handler);

}  // namespace market::service
