// What a device hears of the other end of its cables: LLDP, and CDP where both ends speak it. A
// cable to a stall tells nothing, since terminals announce nothing.
//
// Threads:  pure. Ports count from 1, as lldpLocPortNum does: a switch's base port n; an access
// point's only one is eth0.
#pragma once

#include <string>
#include <vector>

#include "tests/sim/table.h"

namespace market::sim {

struct Neighbour {
  enum class Kind : std::uint8_t { Gateway, Switch, AccessPoint };
  Kind kind = Kind::Switch;
  Mac mac{};
  std::string name;            ///< sysName
  std::string port;            ///< of the other end
  std::string description;     ///< sysDescr
  std::string platform;        ///< model
  std::uint32_t address = 0;   ///< management address, IPv4; 0 = none
  std::uint32_t if_index = 0;  ///< of the interface that has it
};

[[nodiscard]] std::uint32_t wired_ports(const Device& device);
/// The name of a port of its own.
[[nodiscard]] std::string wired_port_name(const Device& device, std::uint32_t port);
/// The ports with a neighbour, ascending: those whose cable is alive and both ends of which speak
/// the protocol. A port has at most one neighbour.
[[nodiscard]] std::vector<std::uint32_t> ports_with_neighbours(const View& view,
                                                               Announces protocol);
/// `port` is one of ports_with_neighbours().
[[nodiscard]] Neighbour neighbour_at(const View& view, std::uint32_t port);

}  // namespace market::sim
