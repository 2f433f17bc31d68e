// What follows from the cables and the power: who has power, which links are up, who is heard.

#include <algorithm>

#include "tests/sim/dice.h"
#include "tests/sim/world.h"

namespace market::sim {

/// Cold or warm start: the running configuration is lost, the device is silent for a while.
void World::start(Device& device, Time now) {
  device.boot = now;
  ++device.boots;
  device.usm_faults = {};
  device.rebooting = reboot_ > Time::zero();
  device.awake_at = now + reboot_;
  if (device.rebooting) {
    next_wake_ = std::min(next_wake_.value_or(device.awake_at), device.awake_at);
  }
  if (device.managed) device.managed->running = device.managed->startup;
}

void World::feed(Device& device, Time now) {
  const bool fed = device.powered;
  if (fed && !device.fed) start(device, now);
  device.fed = fed;
}

/// An access point that hangs on a switch lives on its PoE: switch running, cable in, port's PoE
/// on. A switch that restarts keeps feeding.
void World::feed_access_point(Device& device, Time now) {
  bool fed = device.powered;
  if (device.host != kNone) {
    const Device& host = devices_[device.host];
    fed = fed && device.plugged && host.fed && host.managed->running.ports[device.host_port].poe;
  }
  if (fed && !device.fed) start(device, now);
  device.fed = fed;
}

/// True when the link between two switches, or to the gateway, is up.
bool World::trunk_alive(std::size_t device, std::size_t port) const {
  const Device& near = devices_[device];
  const Jack& jack = near.managed->ports[port].jack;
  if (!running(near) || !jack.plugged || !near.managed->running.ports[port].enabled) return false;
  if (jack.to == Jack::To::Gateway) return true;
  const Device& far = devices_[jack.other];
  return running(far) && far.managed->ports[jack.other_port].jack.plugged &&
         far.managed->running.ports[jack.other_port].enabled;
}

bool World::jack_alive(std::size_t device, std::size_t port) const {
  const Device& near = devices_[device];
  const Jack& jack = near.managed->ports[port].jack;
  switch (jack.to) {
    case Jack::To::Nothing:
      return false;
    case Jack::To::Gateway:
    case Jack::To::Switch:
      return trunk_alive(device, port);
    case Jack::To::AccessPoint:
      return running(near) && near.managed->running.ports[port].enabled &&
             devices_[jack.other].plugged && running(devices_[jack.other]);
    case Jack::To::Stall:
      return running(near) && near.managed->running.ports[port].enabled &&
             (jack.hub || !live_terminals(jack, device, port).empty());
  }
  return false;
}

std::vector<std::size_t> World::live_terminals(const Jack& jack, std::size_t device,
                                               std::size_t port) const {
  std::vector<std::size_t> live;
  for (const std::size_t index : jack.stalls()) {
    const StallSite& stall = places_[index];
    if (!stall.plugged) continue;
    for (std::size_t i = 0; i < stall.terminals.size(); ++i) {
      const StallSite::Drop& drop = stall.drops[std::min(i, stall.drops.size() - 1)];
      const Device& terminal = devices_[stall.terminals[i]];
      if (drop.device == device && drop.port == port && terminal.plugged && terminal.fed) {
        live.push_back(stall.terminals[i]);
      }
    }
  }
  return live;
}

/// Marks the switches that have a live path to the gateway. A switch that the design links to
/// nothing at all counts as connected, since nothing is known of its path.
void World::connect_switches() {
  std::vector<std::size_t> reached;
  for (std::size_t i = 0; i < devices_.size() && devices_[i].kind == Kind::Switch; ++i) {
    Managed& managed = *devices_[i].managed;
    managed.connected = managed.uplinks.empty();
    for (const std::size_t port : managed.uplinks) {
      const bool to_gateway = managed.ports[port].jack.to == Jack::To::Gateway;
      managed.connected = managed.connected || (to_gateway && trunk_alive(i, port));
    }
    if (managed.connected) reached.push_back(i);
  }
  for (std::size_t next = 0; next < reached.size(); ++next) {
    const std::size_t from = reached[next];
    const auto& ports = devices_[from].managed->ports;
    for (std::size_t port = 0; port < ports.size(); ++port) {
      if (ports[port].jack.to != Jack::To::Switch || !trunk_alive(from, port)) continue;
      Managed& far = *devices_[ports[port].jack.other].managed;
      if (far.connected) continue;
      far.connected = true;
      reached.push_back(ports[port].jack.other);
    }
  }
}

void World::settle_port(std::size_t device, std::size_t port, Time now) {
  Port& state = devices_[device].managed->ports[port];
  const bool link = jack_alive(device, port);
  if (link == state.link) return;
  if (state.link) state.link_before += now - state.link_since;
  state.link = link;
  state.link_since = now;
  state.changed = now;
}

void World::settle_answers() {
  for (Device& device : devices_) {
    device.answers = running(device);
    if (device.kind == Kind::Switch) {
      device.answers = device.answers && device.managed->connected;
    } else if (device.kind == Kind::AccessPoint && device.host != kNone) {
      const Managed& host = *devices_[device.host].managed;
      device.answers = device.answers && host.connected && host.ports[device.host_port].link;
    } else {
      device.answers = device.answers && device.plugged;
    }
  }
  for (const StallSite& stall : places_) {
    for (std::size_t i = 0; i < stall.terminals.size(); ++i) {
      Device& terminal = devices_[stall.terminals[i]];
      terminal.answers = terminal.answers && stall.plugged;
      if (stall.drops.empty()) continue;
      const StallSite::Drop& drop = stall.drops[std::min(i, stall.drops.size() - 1)];
      const Managed& host = *devices_[drop.device].managed;
      terminal.answers = terminal.answers && host.connected && host.ports[drop.port].link;
    }
  }
}

Mac World::gateway_mac() const {
  const std::uint64_t bits = mix(gateway_, seed_);
  return {0x02,
          0x47,
          0x57,
          static_cast<std::uint8_t>(bits & 0xffU),
          static_cast<std::uint8_t>((bits >> 8U) & 0xffU),
          0x01};
}

std::int64_t World::drawn_mw(const Device& device, std::size_t port) const {
  const Port& state = device.managed->ports[port];
  if (!device.fed || state.jack.to != Jack::To::AccessPoint) return 0;
  return devices_[state.jack.other].fed ? state.draw_mw : 0;
}

void World::settle(Time now) {
  for (Device& device : devices_) {
    if (device.kind != Kind::AccessPoint) feed(device, now);
  }
  for (Device& device : devices_) {
    if (device.kind == Kind::AccessPoint) feed_access_point(device, now);
  }
  connect_switches();
  for (std::size_t i = 0; i < devices_.size() && devices_[i].kind == Kind::Switch; ++i) {
    Managed& managed = *devices_[i].managed;
    for (std::size_t port = 0; port < managed.ports.size(); ++port) settle_port(i, port, now);
  }
  settle_answers();
  forget_learnt();
  ++generation_;
}

void World::advance(Time now) {
  if (!next_wake_ || *next_wake_ > now) return;
  next_wake_.reset();
  turn_flaps(now);
  bool awake = false;
  for (Device& device : devices_) {
    if (!device.rebooting) continue;
    if (device.awake_at <= now) {
      device.rebooting = false;
      awake = true;
    } else {
      next_wake_ = std::min(next_wake_.value_or(device.awake_at), device.awake_at);
    }
  }
  if (awake) settle(now);
}

}  // namespace market::sim
