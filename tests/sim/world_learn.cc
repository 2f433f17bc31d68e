// What the switches learn: a MAC is seen on every switch between its own port and the gateway,
// since everything that a device says goes there.

#include <algorithm>

#include "tests/sim/addresses.h"
#include "tests/sim/stations.h"
#include "tests/sim/world.h"

namespace market::sim {
namespace {

bool is_uplink(const Managed& managed, std::size_t port) {
  return std::find(managed.uplinks.begin(), managed.uplinks.end(), port) != managed.uplinks.end();
}

}  // namespace

void World::forget_learnt() {
  for (Device& device : devices_) {
    if (device.kind != Kind::Switch) return;  // they come first
    device.managed->learnt_stale = true;
  }
}

void World::learn_access_point(std::size_t device, std::uint16_t vlan, std::size_t base_port,
                               std::vector<Learnt>& learnt) const {
  const Device& ap = devices_[device];
  if (!flapped(device)) learnt.push_back({vlan, ap.mac, base_port});
  const Settings& settings = ap.managed->running;
  const View view{*this, ap, &settings, Time::zero()};
  for (std::size_t radio = 0; radio < settings.radios.size(); ++radio) {
    for (const Station& station : stations_of(view, radio)) {
      const SsidSettings& ssid = settings.ssids[static_cast<std::size_t>(station.slot) - 1];
      learnt.push_back({static_cast<std::uint16_t>(ssid.vlan), station.mac, base_port});
    }
  }
}

void World::learn_port(std::size_t device, std::size_t port, std::vector<Learnt>& learnt) const {
  const Managed& managed = *devices_[device].managed;
  const Jack& jack = managed.ports[port].jack;
  const std::uint16_t vlan = managed.running.ports[port].pvid;
  switch (jack.to) {
    case Jack::To::Nothing:
      return;
    case Jack::To::Gateway:
      learnt.push_back({vlan, gateway_mac(), port + 1});
      return;
    case Jack::To::AccessPoint:
      return learn_access_point(jack.other, vlan, port + 1, learnt);
    case Jack::To::Stall:
      for (const std::size_t terminal : live_terminals(jack, device, port)) {
        if (!flapped(terminal)) learnt.push_back({vlan, devices_[terminal].mac, port + 1});
      }
      return;
    case Jack::To::Switch:
      break;
  }
  const Device& far = devices_[jack.other];
  learnt.push_back({vlan, far.mac, port + 1});
  if (is_uplink(managed, port)) {
    if (managed.connected) learnt.push_back({vlan, gateway_mac(), port + 1});
    return;
  }
  if (!is_uplink(*far.managed, jack.other_port)) return;
  for (const Learnt& entry : this->learnt(far)) {
    if (is_uplink(*far.managed, entry.port - 1)) continue;
    learnt.push_back({entry.vlan, entry.mac, port + 1});
  }
}

const std::vector<Learnt>& World::learnt(const Device& device) const {
  Managed& managed = *device.managed;
  if (!managed.learnt_stale) return managed.learnt;
  managed.learnt_stale = false;
  managed.learnt.clear();
  const auto index = static_cast<std::size_t>(&device - devices_.data());
  for (std::size_t i = 0; i < managed.ports.size(); ++i) {
    if (managed.ports[i].link) learn_port(index, i, managed.learnt);
  }
  if (device.quirks) {
    for (const std::size_t port : device.quirks->looped_ports) {
      managed.learnt.push_back({managed.running.ports[port].pvid, device.mac, port + 1});
    }
  }
  for (const std::size_t other : flapping_) {
    const Quirks& odd = *devices_[other].quirks;
    if (!odd.flapped || odd.flap_device != index || !devices_[other].answers) continue;
    managed.learnt.push_back(
        {managed.running.ports[odd.flap_port].pvid, devices_[other].mac, odd.flap_port + 1});
  }
  std::sort(managed.learnt.begin(), managed.learnt.end());
  // A MAC is learnt on one port of a VLAN: several cables to the gateway leave one entry.
  const auto same = [](const Learnt& a, const Learnt& b) {
    return a.vlan == b.vlan && a.mac == b.mac;
  };
  managed.learnt.erase(std::unique(managed.learnt.begin(), managed.learnt.end(), same),
                       managed.learnt.end());
  managed.learnt_by_mac = managed.learnt;
  std::stable_sort(managed.learnt_by_mac.begin(), managed.learnt_by_mac.end(),
                   [](const Learnt& a, const Learnt& b) { return a.mac < b.mac; });
  managed.learnt_by_mac.erase(
      std::unique(managed.learnt_by_mac.begin(), managed.learnt_by_mac.end(),
                  [](const Learnt& a, const Learnt& b) { return a.mac == b.mac; }),
      managed.learnt_by_mac.end());
  resolve(managed);
  return managed.learnt;
}

const std::vector<Learnt>& World::learnt_by_mac(const Device& device) const {
  (void)learnt(device);
  return device.managed->learnt_by_mac;
}

const std::vector<Resolved>& World::resolved(const Device& device) const {
  (void)learnt(device);
  return device.managed->resolved;
}

/// The addresses of what was learnt; of two claimants behind one port, the one whose MAC is less.
void World::resolve(Managed& managed) const {
  managed.resolved.clear();
  const bool core = std::any_of(managed.ports.begin(), managed.ports.end(),
                                [](const Port& port) { return port.jack.to == Jack::To::Gateway; });
  if (!core) return;
  for (const Device& device : devices_) {
    const auto entry =
        std::lower_bound(managed.learnt_by_mac.begin(), managed.learnt_by_mac.end(), device.mac,
                         [](const Learnt& left, const Mac& right) { return left.mac < right; });
    if (entry == managed.learnt_by_mac.end() || entry->mac != device.mac) continue;
    for (const std::uint32_t address : addresses_of(device)) {
      managed.resolved.push_back({entry->port, address, device.mac});
    }
  }
  std::sort(managed.resolved.begin(), managed.resolved.end());
  const auto same = [](const Resolved& a, const Resolved& b) {
    return a.port == b.port && a.address == b.address;
  };
  managed.resolved.erase(std::unique(managed.resolved.begin(), managed.resolved.end(), same),
                         managed.resolved.end());
}

}  // namespace market::sim
