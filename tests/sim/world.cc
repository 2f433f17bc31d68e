#include "tests/sim/world.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::sim {
namespace {

Error unknown(std::string_view id) {
  return Error{Errc::NotFound, fmt::format("there is nothing called '{}' in this market", id)};
}

}  // namespace

std::size_t World::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? kNone : found->second;
}

std::size_t World::at_address(std::uint32_t address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? kNone : found->second;
}

StallSite* World::place(std::string_view id) {
  const auto found = place_by_id_.find(id);
  return found == place_by_id_.end() ? nullptr : &places_[found->second];
}

Result<void> World::set_plugged(std::string_view id, Plugged plugged, Time now) {
  const bool in = plugged == Plugged::Yes;
  if (StallSite* const stall = place(id)) {
    stall->plugged = in;
    settle(now);
    return {};
  }
  const std::size_t index = find(id);
  if (index == kNone) return tl::make_unexpected(unknown(id));
  Device& device = devices_[index];
  device.plugged = in;
  if (device.kind == Kind::Switch) {
    for (const std::size_t port : device.managed->uplinks) {
      device.managed->ports[port].jack.plugged = in;
    }
  }
  settle(now);
  return {};
}

Result<void> World::unplug(std::string_view id, Time now) {
  return set_plugged(id, Plugged::No, now);
}

Result<void> World::plug(std::string_view id, Time now) {
  return set_plugged(id, Plugged::Yes, now);
}

Result<std::size_t> World::powered_device(std::string_view id) const {
  const std::size_t index = find(id);
  if (index != kNone) return index;
  if (place_by_id_.find(id) == place_by_id_.end()) return tl::make_unexpected(unknown(id));
  return fail(Errc::InvalidValue,
              fmt::format("'{}' is a stall; name one of its terminals by serial", id));
}

Result<void> World::power_off(std::string_view id, Time now) {
  const auto index = powered_device(id);
  if (!index) return tl::make_unexpected(index.error());
  devices_[*index].powered = false;
  settle(now);
  return {};
}

Result<void> World::power_on(std::string_view id, Time now) {
  const auto index = powered_device(id);
  if (!index) return tl::make_unexpected(index.error());
  devices_[*index].powered = true;
  settle(now);
  return {};
}

Result<void> World::reboot(std::string_view id, Time now) {
  const auto index = powered_device(id);
  if (!index) return tl::make_unexpected(index.error());
  if (!devices_[*index].fed) {
    return fail(Errc::InvalidValue, fmt::format("'{}' has no power", id));
  }
  start(devices_[*index], now);
  settle(now);
  return {};
}

Result<void> World::swap_terminal(std::string_view stall, Time now) {
  const StallSite* const where = place(stall);
  if (where == nullptr) return tl::make_unexpected(unknown(stall));
  if (where->terminals.empty()) {
    return fail(Errc::InvalidValue, fmt::format("stall '{}' has no terminal", stall));
  }
  Device& device = devices_[where->terminals.front()];
  ++device.swaps;
  device.serial = fmt::format("{}-S{}", device.id, device.swaps);
  // Another vendor block of locally administered addresses: no swap meets a designed address.
  device.mac[0] = 0x06;
  device.mac[1] = static_cast<std::uint8_t>(device.swaps & 0xffU);
  start(device, now);
  settle(now);
  return {};
}

Result<void> World::rewire(std::string_view stall, std::string_view port, Time now) {
  StallSite* const where = place(stall);
  if (where == nullptr) return tl::make_unexpected(unknown(stall));
  const auto slash = port.find('/');
  const std::size_t index = find(port.substr(0, slash));
  if (slash == std::string_view::npos || index == kNone || devices_[index].kind != Kind::Switch) {
    return fail(Errc::NotFound, fmt::format("'{}' is no switch port such as 'sw-2/7'", port));
  }
  auto& ports = devices_[index].managed->ports;
  const auto target = std::find_if(ports.begin(), ports.end(), [&](const Port& candidate) {
    return candidate.name == port.substr(slash + 1);
  });
  if (target == ports.end()) {
    return fail(Errc::NotFound, fmt::format("switch '{}' has no port '{}'", port.substr(0, slash),
                                            port.substr(slash + 1)));
  }
  if (target->jack.to != Jack::To::Nothing) {
    return fail(Errc::InvalidValue, fmt::format("port '{}' is taken", port));
  }
  for (const StallSite::Drop& drop : where->drops) {
    devices_[drop.device].managed->ports[drop.port].jack = Jack{};
  }
  target->jack.to = Jack::To::Stall;
  target->jack.other = static_cast<std::size_t>(where - places_.data());
  where->drops = {{index, static_cast<std::size_t>(target - ports.begin())}};
  settle(now);
  return {};
}

Result<void> World::move_address(std::string_view id, std::uint32_t address) {
  const std::size_t index = find(id);
  if (index == kNone) return tl::make_unexpected(unknown(id));
  if (by_address_.count(address) != 0) {
    return fail(Errc::InvalidValue, fmt::format("device '{}' has this address already",
                                                devices_[by_address_[address]].id));
  }
  by_address_.erase(devices_[index].address);
  by_address_[address] = index;
  devices_[index].address = address;
  ++generation_;
  return {};
}

Result<void> World::service(std::string_view id, std::string_view state) {
  const auto found = std::find_if(outside_.begin(), outside_.end(),
                                  [id](const Outside& outside) { return outside.id == id; });
  if (found == outside_.end()) return tl::make_unexpected(unknown(id));
  if (state != "up" && state != "down") {
    return fail(Errc::InvalidValue, fmt::format("'{}' is neither 'up' nor 'down'", state));
  }
  found->up = state == "up";
  ++generation_;
  return {};
}

void World::store(std::size_t device, Settings settings, Time now) {
  Managed& managed = *devices_[device].managed;
  bool links_move = false;
  for (std::size_t i = 0; i < managed.ports.size(); ++i) {
    const PortSettings& before = managed.running.ports[i];
    const PortSettings& after = settings.ports[i];
    links_move = links_move || before.enabled != after.enabled || before.poe != after.poe;
  }
  managed.running = std::move(settings);
  managed.learnt_stale = true;
  if (links_move) settle(now);
}

}  // namespace market::sim
