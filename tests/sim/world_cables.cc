// Other cables than the design's, and devices that are odd: what discovery must see through.

#include <algorithm>

#include <fmt/format.h>

#include "tests/sim/vendor.h"
#include "tests/sim/world.h"

namespace market::sim {

Result<World::PortPlace> World::find_port(std::string_view text) const {
  const auto slash = text.find('/');
  const std::size_t index = find(text.substr(0, slash));
  if (slash == std::string_view::npos || index == kNone || devices_[index].kind != Kind::Switch) {
    return fail(Errc::NotFound, fmt::format("'{}' is no switch port such as 'sw-2/7'", text));
  }
  const auto& ports = devices_[index].managed->ports;
  const auto found = std::find_if(ports.begin(), ports.end(), [&](const Port& candidate) {
    return candidate.name == text.substr(slash + 1);
  });
  if (found == ports.end()) {
    return fail(Errc::NotFound, fmt::format("switch '{}' has no port '{}'", text.substr(0, slash),
                                            text.substr(slash + 1)));
  }
  return PortPlace{index, static_cast<std::size_t>(found - ports.begin())};
}

/// Takes a stall off every port it is plugged into.
void World::pull_cable(std::size_t stall) {
  for (const StallSite::Drop& drop : places_[stall].drops) {
    Jack& jack = devices_[drop.device].managed->ports[drop.port].jack;
    std::vector<std::size_t> others = jack.stalls();
    std::erase(others, stall);
    const bool hub = jack.hub;
    jack = Jack{};
    if (others.empty()) continue;
    jack.to = Jack::To::Stall;
    jack.other = others.front();
    jack.more.assign(others.begin() + 1, others.end());
    jack.hub = hub;
  }
  places_[stall].drops.clear();
}

Result<void> World::rewire(std::string_view stall, std::string_view port, Time now) {
  StallSite* const where = place(stall);
  if (where == nullptr) return tl::make_unexpected(no_such(stall));
  const auto target = find_port(port);
  if (!target) return tl::make_unexpected(target.error());
  Jack& jack = devices_[target->device].managed->ports[target->port].jack;
  if (jack.to != Jack::To::Nothing) {
    return fail(Errc::InvalidValue, fmt::format("port '{}' is taken", port));
  }
  const auto index = static_cast<std::size_t>(where - places_.data());
  pull_cable(index);
  jack.to = Jack::To::Stall;
  jack.other = index;
  where->drops = {{target->device, target->port}};
  settle(now);
  return {};
}

Result<void> World::exchange(std::string_view one, std::string_view other, Time now) {
  StallSite* const left = place(one);
  StallSite* const right = place(other);
  if (left == nullptr || right == nullptr) {
    return tl::make_unexpected(no_such(left == nullptr ? one : other));
  }
  const auto left_index = static_cast<std::size_t>(left - places_.data());
  const auto right_index = static_cast<std::size_t>(right - places_.data());
  const auto hang = [this](const StallSite::Drop& drop, std::size_t from, std::size_t to) {
    Jack& jack = devices_[drop.device].managed->ports[drop.port].jack;
    std::vector<std::size_t> stalls = jack.stalls();
    std::replace(stalls.begin(), stalls.end(), from, to);
    jack.other = stalls.front();
    jack.more.assign(stalls.begin() + 1, stalls.end());
  };
  if (left == right || left->drops.empty() || right->drops.empty()) {
    return fail(Errc::InvalidValue, "both stalls must have a cable of their own");
  }
  for (const auto& drop : left->drops) hang(drop, left_index, right_index);
  for (const auto& drop : right->drops) hang(drop, right_index, left_index);
  std::swap(left->drops, right->drops);
  settle(now);
  return {};
}

Result<void> World::hub(std::string_view port, const std::vector<std::string>& stalls, Time now) {
  const auto target = find_port(port);
  if (!target) return tl::make_unexpected(target.error());
  std::vector<std::size_t> indexes;
  for (const std::string& id : stalls) {
    const StallSite* const stall = place(id);
    if (stall == nullptr) return tl::make_unexpected(no_such(id));
    indexes.push_back(static_cast<std::size_t>(stall - places_.data()));
  }
  Jack& jack = devices_[target->device].managed->ports[target->port].jack;
  for (const std::size_t present : jack.stalls()) {
    if (std::find(indexes.begin(), indexes.end(), present) == indexes.end()) {
      indexes.push_back(present);
    }
  }
  if (indexes.empty() || (jack.to != Jack::To::Nothing && jack.to != Jack::To::Stall)) {
    return fail(Errc::InvalidValue, fmt::format("port '{}' is taken by no stall", port));
  }
  for (const std::size_t index : indexes) {
    pull_cable(index);
    places_[index].drops = {{target->device, target->port}};
  }
  jack = Jack{};
  jack.to = Jack::To::Stall;
  jack.other = indexes.front();
  jack.more.assign(indexes.begin() + 1, indexes.end());
  jack.hub = true;
  settle(now);
  return {};
}

Result<void> World::second_address(std::string_view id, std::uint32_t address) {
  const std::size_t index = find(id);
  if (index == kNone) return tl::make_unexpected(no_such(id));
  if (auto free = check_free(address); !free) return free;
  quirks(index).more_addresses.push_back(address);
  by_address_.emplace(address, index);
  forget_learnt();
  ++generation_;
  return {};
}

Result<void> World::duplicate_address(std::string_view id, std::string_view of) {
  const std::size_t index = find(id);
  const std::size_t other = find(of);
  if (index == kNone || other == kNone)
    return tl::make_unexpected(no_such(index == kNone ? id : of));
  if (index == other || devices_[other].address == 0) {
    return fail(Errc::InvalidValue, fmt::format("'{}' has no address to be taken", of));
  }
  take_address(index, devices_[other].address);
  return {};
}

Quirks& World::quirks(std::size_t device) {
  std::unique_ptr<Quirks>& own = devices_[device].quirks;
  if (!own) own = std::make_unique<Quirks>();
  return *own;
}

Engine World::engine(const Device& device, Time now) const {
  const bool cloned = device.quirks && device.quirks->cloned_engine != kNone;
  const Device& owner = cloned ? devices_[device.quirks->cloned_engine] : device;
  const auto seconds = uptime_of(device, now) / 100;
  return {engine_id_of(owner), device.boots, static_cast<std::uint32_t>(seconds)};
}

Result<void> World::clone_engine(std::string_view from, std::string_view to) {
  const std::size_t source = find(from);
  const std::size_t target = find(to);
  if (source == kNone || target == kNone) {
    return tl::make_unexpected(no_such(source == kNone ? from : to));
  }
  quirks(target).cloned_engine = source;
  return {};
}

Result<void> World::flap(std::string_view id, std::string_view port, Time every, Time now) {
  const std::size_t index = find(id);
  if (index == kNone) return tl::make_unexpected(no_such(id));
  std::erase(flapping_, index);
  quirks(index).flapped = false;
  forget_learnt();
  if (every <= Time::zero()) return {};
  const auto target = find_port(port);
  if (!target) return tl::make_unexpected(target.error());
  Quirks& own = quirks(index);
  own.flap_device = target->device;
  own.flap_port = target->port;
  own.flap_every = every;
  own.flap_at = now + every;
  flapping_.push_back(index);
  next_wake_ = std::min(next_wake_.value_or(own.flap_at), own.flap_at);
  return {};
}

Result<void> World::loop(std::string_view port, bool on) {
  const auto target = find_port(port);
  if (!target) return tl::make_unexpected(target.error());
  auto& looped = quirks(target->device).looped_ports;
  std::erase(looped, target->port);
  if (on) looped.push_back(target->port);
  forget_learnt();
  return {};
}

bool World::flapped(std::size_t device) const {
  return devices_[device].quirks && devices_[device].quirks->flapped;
}

/// Changes sides where it is time, and sets the next wake.
void World::turn_flaps(Time now) {
  for (const std::size_t index : flapping_) {
    Quirks& own = quirks(index);
    if (own.flap_at <= now) {
      own.flapped = !own.flapped;
      own.flap_at = now + own.flap_every;
      forget_learnt();
    }
    next_wake_ = std::min(next_wake_.value_or(own.flap_at), own.flap_at);
  }
}

}  // namespace market::sim
