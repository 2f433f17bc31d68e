// The running simulation: sockets, time, signals. Ends at `quit`, SIGINT or SIGTERM.
//
// Threads:  one, the caller's.
#pragma once

#include <cstdint>
#include <string>

#include "config/types/result.h"
#include "tests/sim/agent.h"
#include "tests/sim/traps.h"
#include "tests/sim/wire.h"
#include "tests/sim/world.h"

namespace market::sim {

enum class Tcp : std::uint8_t { Closed, Open };

struct ServerOptions {
  std::string bind = "0.0.0.0";
  std::uint16_t port = 161;
  std::string control;  ///< path of the control socket; empty = none
  Tcp tcp = Tcp::Closed;
  WireOptions wire;   ///< without links: devices have addresses only, no MACs
  TrapOptions traps;  ///< without an address nobody tells anything
  std::string inner;  ///< "host0=host1": see link_door.h
};

/// Io when a socket cannot be opened; otherwise returns when the simulation is over.
[[nodiscard]] Result<void> serve(World& world, const AgentOptions& agents,
                                 const ServerOptions& options);

}  // namespace market::sim
