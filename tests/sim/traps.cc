#include "tests/sim/traps.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "config/types/ip_address.h"
#include "tests/sim/interfaces.h"

namespace market::sim {

Result<TrapOptions> TrapOptions::parse(std::string_view text) {
  TrapOptions options;
  const auto colon = text.find(':');
  const auto address = IpAddress::parse(text.substr(0, colon));
  bool good = address && address->is_v4() && address->v4_number() != 0;
  if (colon != std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), options.port);
    good = good && error == std::errc{} && end == port.data() + port.size() && options.port != 0;
  }
  if (!good) {
    return fail(Errc::InvalidValue,
                fmt::format("'{}' is no manager such as 10.64.0.1 or 10.64.0.1:1162", text));
  }
  options.address = address->v4_number();
  return options;
}

Traps::Traps(const World& world, TrapOptions options)
    : world_{world}, options_{std::move(options)}, followed_{world.generation()} {
  known_.resize(world.devices().size());
  for (std::size_t i = 0; i < known_.size(); ++i) remember(i);
}

void Traps::remember(std::size_t index) {
  const Device& device = world_.devices()[index];
  known_[index].boots = device.boots;
  known_[index].links.clear();
  if (device.kind != Kind::Switch) return;
  for (const Port& port : device.managed->ports) known_[index].links.push_back(port.link);
}

void Traps::follow(Time now) {
  if (options_.address == 0 || followed_ == world_.generation()) return;
  followed_ = world_.generation();
  for (std::size_t i = 0; i < known_.size(); ++i) follow_device(i, now);
}

void Traps::follow_device(std::size_t index, Time now) {
  const Device& device = world_.devices()[index];
  // Its start is told when it can be heard, its links as they are by then.
  if (device.boots != known_[index].boots) {
    if (!device.answers) return;
    tell(index, {TrapKind::ColdStart, options_.form}, now);
    if (device.kind == Kind::Switch)
      known_[index].links.assign(device.managed->ports.size(), false);
  }
  const std::vector<bool> before = known_[index].links;
  remember(index);
  for (std::size_t port = 0; port < before.size(); ++port) {
    const bool link = known_[index].links[port];
    if (link == before[port]) continue;
    const auto if_index = static_cast<std::uint32_t>(kFirstPortIfIndex + port);
    tell(index, {link ? TrapKind::LinkUp : TrapKind::LinkDown, options_.form, if_index}, now);
  }
}

bool Traps::tell(std::size_t index, Trap trap, Time now) {
  const Device& device = world_.devices()[index];
  if (options_.address == 0 || !device.answers || !device.snmp || device.address == 0) return false;
  trap.id = last_id_ = last_id_ == std::numeric_limits<std::int32_t>::max() ? 1 : last_id_ + 1;
  const View view{world_, device, device.managed ? &device.managed->running : nullptr, now};
  std::string message = write_trap(view, options_.community, trap);
  ready_.push_back({device.address, message});
  if (trap.form == TrapForm::Inform) {
    waiting_[trap.id] = {index, std::move(message), now + kPatience};
  }
  ++counts_.sent;
  return true;
}

void Traps::heard(std::size_t device, ber::Octets datagram) {
  const auto id = read_response_id(datagram);
  const auto waiting = id ? waiting_.find(*id) : waiting_.end();
  if (waiting == waiting_.end() || waiting->second.device != device) return;
  waiting_.erase(waiting);
  ++counts_.acknowledged;
}

std::optional<Traps::Datagram> Traps::take(Time now) {
  for (auto it = waiting_.begin(); it != waiting_.end();) {
    Waiting& inform = it->second;
    if (inform.due > now) {
      ++it;
    } else if (inform.attempts == kAttempts) {
      ++counts_.given_up;
      it = waiting_.erase(it);
    } else {
      ++inform.attempts;
      inform.due = now + kPatience;
      const Device& device = world_.devices()[inform.device];
      if (device.answers) ready_.push_back({device.address, inform.message});
      ++it;
    }
  }
  if (ready_.empty()) return std::nullopt;
  Datagram next = std::move(ready_.front());
  ready_.pop_front();
  return next;
}

std::optional<Time> Traps::next_due() const {
  if (!ready_.empty()) return Time::zero();
  std::optional<Time> next;
  for (const auto& [id, inform] : waiting_) next = std::min(next.value_or(inform.due), inform.due);
  return next;
}

}  // namespace market::sim
