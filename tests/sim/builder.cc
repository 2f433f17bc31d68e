#include "tests/sim/builder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <deque>

#include <fmt/format.h>

#include "tests/sim/dice.h"
#include "tests/sim/factory.h"

namespace market::sim {
namespace {

/// Ports of the sizes that are sold.
constexpr std::array<std::size_t, 7> kSizes{8, 16, 24, 48, 96, 192, 384};
constexpr std::uint64_t kHour = 3'600'000'000;  // microseconds

/// The number of a port named "3"; 0 when it is named otherwise.
std::size_t port_number(const std::string& name) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc{} && end == name.data() + name.size();
  return whole && number <= 384 && name.front() != '0' ? number : 0;
}

/// All ports of a switch in base port order: "1".."24" when the design's names are numbers, else
/// the design's names in the design's order.
std::vector<std::string> port_names(const Switch& device) {
  std::size_t highest = 0;
  std::vector<std::string> names;
  for (const SwitchPort& port : device.ports) {
    const std::size_t number = port_number(port.name);
    names.push_back(port.name);
    if (number == 0) highest = kNone;
    if (highest != kNone) highest = std::max(highest, number);
  }
  if (highest == kNone) return names;
  const std::size_t wanted = std::max<std::size_t>(highest, 24);
  const std::size_t count = *std::find_if(kSizes.begin(), kSizes.end() - 1,
                                          [wanted](std::size_t size) { return size >= wanted; });
  names.clear();
  for (std::size_t i = 1; i <= count; ++i) names.push_back(std::to_string(i));
  return names;
}

std::size_t index_of_port(const Managed& managed, std::string_view name) {
  const auto found = std::find_if(managed.ports.begin(), managed.ports.end(),
                                  [name](const Port& port) { return port.name == name; });
  return found == managed.ports.end() ? kNone
                                      : static_cast<std::size_t>(found - managed.ports.begin());
}

}  // namespace

Result<World> World::build(const Design& design, const WorldOptions& options) {
  return Builder{design, options}.build();
}

/// 02:4d:53 and a digest of the id: locally administered.
Mac Builder::make_mac(const std::string& id) const {
  const std::uint64_t bits = mix(id, options_.seed);
  return {0x02,
          0x4d,
          0x53,
          static_cast<std::uint8_t>(bits & 0xffU),
          static_cast<std::uint8_t>((bits >> 8U) & 0xffU),
          static_cast<std::uint8_t>((bits >> 16U) & 0xffU)};
}

Device& Builder::add_device(Kind kind, const std::string& id) {
  world_.by_id_.emplace(id, world_.devices_.size());
  Device& device = world_.devices_.emplace_back();
  device.kind = kind;
  device.id = id;
  device.serial = "SIM-" + id;
  device.mac = make_mac(id);
  // In service for between one hour and ten days, so that a restart shows as a step back.
  const std::uint64_t age = kHour + mix(id, options_.seed ^ 0x75U) % (239 * kHour);
  device.boot = -Time{static_cast<std::int64_t>(age)};
  device.boots = static_cast<std::uint32_t>(1 + mix(id, options_.seed ^ 0x76U) % 20);
  return device;
}

void Builder::add_switch(const Switch& wanted) {
  Device& device = add_device(Kind::Switch, wanted.id);
  if (!wanted.serial.empty()) device.serial = wanted.serial;
  if (wanted.mac) device.mac = wanted.mac->octets();
  device.address = wanted.address.v4_number();
  device.managed = std::make_unique<Managed>();
  Managed& managed = *device.managed;
  if (wanted.poe_budget) managed.poe_budget_mw = wanted.poe_budget->count();
  const auto names = port_names(wanted);
  for (const std::string& name : names) managed.ports.emplace_back().name = name;
  managed.startup = factory_switch(names.size());
  if (options_.birth == Birth::AsBuilt) {
    managed.startup = as_built(design_, wanted, std::move(managed.startup), names);
  }
  managed.running = managed.startup;
}

void Builder::add_access_point(const AccessPoint& wanted) {
  Device& device = add_device(Kind::AccessPoint, wanted.id);
  if (!wanted.serial.empty()) device.serial = wanted.serial;
  if (wanted.mac) device.mac = wanted.mac->octets();
  device.address = wanted.address.v4_number();
  device.managed = std::make_unique<Managed>();
  Managed& managed = *device.managed;
  managed.startup = factory_access_point(wanted);
  if (options_.birth == Birth::AsBuilt) {
    managed.startup = as_built(design_, wanted, std::move(managed.startup));
  }
  managed.running = managed.startup;
}

void Builder::add_stall(const Stall& stall) {
  const std::size_t index = world_.places_.size();
  world_.place_by_id_.emplace(stall.id, index);
  StallSite& place = world_.places_.emplace_back();
  place.id = stall.id;
  for (const Terminal& terminal : stall.terminals) {
    place.terminals.push_back(world_.devices_.size());
    Device& device = add_device(Kind::Terminal, terminal.serial);
    device.serial = terminal.serial;
    device.host = index;
    if (terminal.mac) device.mac = terminal.mac->octets();
    if (terminal.address) device.address = terminal.address->v4_number();
    device.snmp = terminal.snmp;
    device.tcp_port = terminal.tcp_port;
  }
}

void Builder::add_subnet(const Zone& zone) {
  if (!zone.prefix || !zone.prefix->network().is_v4()) return;
  const unsigned length = zone.prefix->length();
  Subnet& subnet = world_.subnets_.emplace_back();
  subnet.zone = zone.id;
  subnet.mask = length == 0 ? 0 : ~std::uint32_t{0} << (32 - length);
  subnet.network = zone.prefix->network().v4_number() & subnet.mask;
  if (zone.gateway && zone.gateway->is_v4()) subnet.gateway = zone.gateway->v4_number();
}

void Builder::add_outside(const Service& service) {
  Outside& outside = world_.outside_.emplace_back();
  outside.id = service.id;
  if (service.port.transport == Transport::Tcp) outside.tcp_port = service.port.number;
  for (const std::string& text : service.to) {
    const auto address = IpAddress::parse(text);
    if (address && address->is_v4()) outside.addresses.push_back(address->v4_number());
  }
}

void Builder::plug_peer(std::size_t device, std::size_t port, const std::string& peer) {
  Jack& jack = world_.devices_[device].managed->ports[port].jack;
  const std::string head = peer.substr(0, peer.find('/'));
  const std::string tail = peer.size() > head.size() ? peer.substr(head.size() + 1) : "";
  if (design_.gateway && head == design_.gateway->id) {
    jack.to = Jack::To::Gateway;
    jack.interface = tail;
    return;
  }
  const std::size_t other = world_.find(head);
  if (other == kNone) return;
  Device& far = world_.devices_[other];
  if (far.kind == Kind::AccessPoint && far.host == kNone) {
    jack.to = Jack::To::AccessPoint;
    jack.other = other;
    far.host = device;
    far.host_port = port;
  }
  if (far.kind != Kind::Switch) return;
  const std::size_t far_port = index_of_port(*far.managed, tail);
  if (far_port == kNone) return;
  jack.to = Jack::To::Switch;
  jack.other = other;
  jack.other_port = far_port;
  Jack& back = far.managed->ports[far_port].jack;
  back.to = Jack::To::Switch;
  back.other = device;
  back.other_port = port;
}

void Builder::plug_port(std::size_t device, std::size_t port, const SwitchPort& wanted) {
  Port& state = world_.devices_[device].managed->ports[port];
  const PortRole* const role = design_.port_role(wanted.role);
  if (role != nullptr && role->poe) state.draw_mw = role->poe->draw.count();
  if (!wanted.peer.empty()) plug_peer(device, port, wanted.peer);
  StallSite* const stall = wanted.stall.empty() ? nullptr : world_.place(wanted.stall);
  if (stall == nullptr) return;
  state.jack.to = Jack::To::Stall;
  state.jack.other = static_cast<std::size_t>(stall - world_.places_.data());
  stall->drops.push_back({device, port});
}

/// Breadth first from the gateway: an uplink leads to the gateway or to a switch that is nearer.
void Builder::find_uplinks() {
  std::vector<std::size_t> distance(world_.devices_.size(), kNone);
  std::deque<std::size_t> queue;
  for (std::size_t i = 0; i < design_.switches.size(); ++i) {
    const auto& ports = world_.devices_[i].managed->ports;
    if (std::any_of(ports.begin(), ports.end(),
                    [](const Port& port) { return port.jack.to == Jack::To::Gateway; })) {
      distance[i] = 0;
      queue.push_back(i);
    }
  }
  for (; !queue.empty(); queue.pop_front()) {
    for (const Port& port : world_.devices_[queue.front()].managed->ports) {
      if (port.jack.to != Jack::To::Switch || distance[port.jack.other] != kNone) continue;
      distance[port.jack.other] = distance[queue.front()] + 1;
      queue.push_back(port.jack.other);
    }
  }
  for (std::size_t i = 0; i < design_.switches.size(); ++i) {
    Managed& managed = *world_.devices_[i].managed;
    for (std::size_t port = 0; port < managed.ports.size(); ++port) {
      const Jack& jack = managed.ports[port].jack;
      const bool nearer =
          jack.to == Jack::To::Switch && distance[i] != kNone && distance[jack.other] < distance[i];
      if (jack.to == Jack::To::Gateway || nearer) managed.uplinks.push_back(port);
    }
  }
}

Result<void> Builder::index_addresses() {
  for (std::size_t i = 0; i < world_.devices_.size(); ++i) {
    const Device& device = world_.devices_[i];
    if (device.address == 0) continue;
    const std::size_t other = world_.at_address(device.address);
    if (other != kNone) {
      return fail(Errc::InvalidDesign, fmt::format("'{}' and '{}' have the same address",
                                                   world_.devices_[other].id, device.id));
    }
    world_.by_address_.emplace(device.address, i);
  }
  return {};
}

Result<void> Builder::leave_out() {
  for (const std::string& id : options_.left_out) {
    const auto done = world_.unplug(id, Time::zero());
    if (!done) return tl::make_unexpected(done.error());
  }
  return {};
}

Result<World> Builder::build() {
  world_.site_ = design_.site.id;
  world_.gateway_ = design_.gateway ? design_.gateway->id : "";
  world_.seed_ = options_.seed;
  world_.reboot_ = options_.reboot;
  for (const Zone& zone : design_.zones) add_subnet(zone);
  for (const Switch& device : design_.switches) add_switch(device);
  for (const AccessPoint& ap : design_.aps) add_access_point(ap);
  for (const Stall& stall : design_.stalls) add_stall(stall);
  for (const Service& service : design_.services) add_outside(service);
  for (std::size_t i = 0; i < design_.switches.size(); ++i) {
    for (const SwitchPort& port : design_.switches[i].ports) {
      const std::size_t index = index_of_port(*world_.devices_[i].managed, port.name);
      if (index != kNone) plug_port(i, index, port);
    }
  }
  find_uplinks();
  if (auto indexed = index_addresses(); !indexed) return tl::make_unexpected(indexed.error());
  world_.settle(Time::zero());
  if (auto left = leave_out(); !left) return tl::make_unexpected(left.error());
  return std::move(world_);
}

}  // namespace market::sim
