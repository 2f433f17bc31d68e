#include "tests/sim/world.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::sim {

Error no_such(std::string_view id) {
  return Error{Errc::NotFound, fmt::format("there is nothing called '{}' in this market", id)};
}

std::size_t World::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? kNone : found->second;
}

std::size_t World::at_address(std::uint32_t address) const {
  std::size_t first = kNone;
  const auto [begin, end] = by_address_.equal_range(address);
  for (auto it = begin; it != end; ++it) {
    if (devices_[it->second].answers) return it->second;
    if (first == kNone) first = it->second;
  }
  return first;
}

std::vector<std::size_t> World::all_at(std::uint32_t address) const {
  std::vector<std::size_t> found;
  const auto [begin, end] = by_address_.equal_range(address);
  for (auto it = begin; it != end; ++it) found.push_back(it->second);
  return found;
}

const Subnet* World::subnet_of(std::uint32_t address) const {
  const auto found =
      std::find_if(subnets_.begin(), subnets_.end(),
                   [address](const Subnet& subnet) { return subnet.holds(address); });
  return found == subnets_.end() ? nullptr : &*found;
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
  if (index == kNone) return tl::make_unexpected(no_such(id));
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
  if (place_by_id_.find(id) == place_by_id_.end()) return tl::make_unexpected(no_such(id));
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
  if (where == nullptr) return tl::make_unexpected(no_such(stall));
  if (where->terminals.empty()) {
    return fail(Errc::InvalidValue, fmt::format("stall '{}' has no terminal", stall));
  }
  Device& device = devices_[where->terminals.front()];
  ++device.swaps;
  device.serial = fmt::format("{}-S{}", device.id, device.swaps);
  // Another vendor block of locally administered addresses: no swap meets a designed address.
  device.mac[0] = 0x06;
  device.mac[1] = static_cast<std::uint8_t>(device.swaps & 0xffU);
  device.boots = 0;  // another engine, which starts for the first time
  start(device, now);
  settle(now);
  return {};
}

Result<void> World::move_address(std::string_view id, std::uint32_t address) {
  const std::size_t index = find(id);
  if (index == kNone) return tl::make_unexpected(no_such(id));
  if (auto free = check_free(address); !free) return free;
  take_address(index, address);
  return {};
}

Result<void> World::check_free(std::uint32_t address) const {
  const std::size_t other = at_address(address);
  if (other == kNone) return {};
  return fail(Errc::InvalidValue,
              fmt::format("device '{}' has this address already", devices_[other].id));
}

void World::take_address(std::size_t index, std::uint32_t address) {
  const auto [begin, end] = by_address_.equal_range(devices_[index].address);
  const auto own = std::find_if(begin, end, [=](const auto& item) { return item.second == index; });
  if (own != end) by_address_.erase(own);
  by_address_.emplace(address, index);
  devices_[index].address = address;
  forget_learnt();
  ++generation_;
}

Result<void> World::service(std::string_view id, std::string_view state) {
  const auto found = std::find_if(outside_.begin(), outside_.end(),
                                  [id](const Outside& outside) { return outside.id == id; });
  if (found == outside_.end()) return tl::make_unexpected(no_such(id));
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
  forget_learnt();
  if (links_move) settle(now);
}

}  // namespace market::sim
