// TCP listeners of the simulated world: terminals that speak no SNMP, and services outside. A
// connection is accepted and closed, which is all that a reachability probe asks.
//
// What loses power or path stops listening: its port refuses connections.
//
// Threads:  one. Nothing blocks. An address that cannot be listened on is logged once and left out.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>

#include "config/types/result.h"
#include "tests/sim/descriptor.h"
#include "tests/sim/world.h"

namespace market::sim {

class TcpDoor {
 public:
  [[nodiscard]] static Result<TcpDoor> open();

  [[nodiscard]] int descriptor() const { return events_.number(); }
  /// Opens and closes listeners so that they fit the world.
  void follow(const World& world);
  void serve();
  [[nodiscard]] std::size_t listeners() const { return listeners_.size(); }

 private:
  using Endpoint = std::pair<std::uint32_t, std::uint16_t>;  // IPv4 in host order, port

  TcpDoor() = default;
  [[nodiscard]] Descriptor listen_on(Endpoint endpoint) const;

  Descriptor events_;  ///< epoll of all listeners
  std::map<Endpoint, Descriptor> listeners_;
  std::set<Endpoint> refused_;  ///< those that could not be opened
};

}  // namespace market::sim
