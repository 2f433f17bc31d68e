#include "tests/sim/neighbours.h"

#include "tests/sim/interfaces.h"
#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

bool speaks(const Device& device, Announces protocol) {
  return device.announces == protocol || device.announces == Announces::Both;
}

Neighbour device_neighbour(const Device& device, const std::string& port) {
  return {device.kind == Kind::Switch ? Neighbour::Kind::Switch : Neighbour::Kind::AccessPoint,
          device.mac,
          device.managed->running.name,
          port,
          description_of(device),
          model_of(device),
          device.address,
          address_if_index(device)};
}

/// The gateway announces itself with LLDP, with its address in the subnet of who listens.
Neighbour gateway_neighbour(const View& view, const std::string& interface) {
  const Subnet* const subnet = view.world.subnet_of(view.device.address);
  return {Neighbour::Kind::Gateway,
          view.world.gateway_mac(),
          view.world.gateway(),
          interface,
          "marketd gateway",
          "gateway",
          subnet == nullptr ? 0 : subnet->gateway,
          2};
}

bool has_neighbour(const View& view, std::uint32_t port, Announces protocol) {
  const auto& devices = view.world.devices();
  if (view.device.kind != Kind::Switch) {
    if (view.device.host == kNone) return false;
    const Device& host = devices[view.device.host];
    return host.managed->ports[view.device.host_port].link && speaks(host, protocol);
  }
  const Port& state = view.device.managed->ports[port - 1];
  if (!state.link) return false;
  switch (state.jack.to) {
    case Jack::To::Gateway:
      return protocol == Announces::Lldp;
    case Jack::To::Switch:
    case Jack::To::AccessPoint:
      return speaks(devices[state.jack.other], protocol);
    case Jack::To::Nothing:
    case Jack::To::Stall:
      break;
  }
  return false;
}

}  // namespace

std::uint32_t wired_ports(const Device& device) {
  if (device.kind != Kind::Switch) return 1;
  return static_cast<std::uint32_t>(device.managed->ports.size());
}

std::string wired_port_name(const Device& device, std::uint32_t port) {
  return device.kind == Kind::Switch ? device.managed->ports[port - 1].name : "eth0";
}

std::vector<std::uint32_t> ports_with_neighbours(const View& view, Announces protocol) {
  std::vector<std::uint32_t> ports;
  if (!speaks(view.device, protocol)) return ports;
  for (std::uint32_t port = 1; port <= wired_ports(view.device); ++port) {
    if (has_neighbour(view, port, protocol)) ports.push_back(port);
  }
  return ports;
}

Neighbour neighbour_at(const View& view, std::uint32_t port) {
  const auto& devices = view.world.devices();
  if (view.device.kind != Kind::Switch) {
    const Device& host = devices[view.device.host];
    return device_neighbour(host, host.managed->ports[view.device.host_port].name);
  }
  const Jack& jack = view.device.managed->ports[port - 1].jack;
  if (jack.to == Jack::To::Gateway) return gateway_neighbour(view, jack.interface);
  const bool trunk = jack.to == Jack::To::Switch;
  const auto far_port = trunk ? static_cast<std::uint32_t>(jack.other_port + 1) : 1U;
  return device_neighbour(devices[jack.other], wired_port_name(devices[jack.other], far_port));
}

}  // namespace market::sim
