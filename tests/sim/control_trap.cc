// The verbs of notifications: trap, traps.

#include <fmt/format.h>

#include "tests/sim/control.h"
#include "tests/sim/interfaces.h"
#include "tests/sim/neighbours.h"

namespace market::sim {
namespace {

/// The ifIndex of a port by its name; 0 = there is none.
std::uint32_t if_index_of(const Device& device, const std::string& name) {
  for (std::uint32_t port = 1; port <= wired_ports(device); ++port) {
    if (wired_port_name(device, port) != name) continue;
    return device.kind == Kind::Switch ? kFirstPortIfIndex + port - 1 : port;
  }
  return 0;
}

}  // namespace

/// Says it whatever the truth is.
Answer Control::trap(const Words& words, Time now) {
  if (traps_ == nullptr || traps_->options().address == 0) {
    return Answer::refuse("there is no manager: marketsim runs without --trap-to");
  }
  const std::size_t device = world_.find(words[0]);
  if (device == kNone) return Answer::refuse(fmt::format("there is no device '{}'", words[0]));
  const auto kind = trap_kind_of(words[1]);
  if (!kind) return Answer::refuse(fmt::format("there is no trap '{}'", words[1]));
  Trap trap{*kind, traps_->options().form};
  std::size_t next = 2;
  if (*kind == TrapKind::LinkDown || *kind == TrapKind::LinkUp) {
    const std::string port = words.size() > next ? words[next++] : "";
    trap.if_index = if_index_of(world_.devices()[device], port);
    if (trap.if_index == 0)
      return Answer::refuse(fmt::format("'{}' has no port '{}'", words[0], port));
  }
  if (words.size() > next) {
    const auto form = trap_form_of(words[next]);
    if (!form || words.size() > next + 1) {
      return Answer::refuse(fmt::format("'{}' is none of v1, v2c, inform", words.back()));
    }
    trap.form = *form;
  }
  if (traps_->tell(device, trap, now)) return {};
  return Answer::refuse(fmt::format("'{}' is no agent that is heard", words[0]));
}

Answer Control::traps(const Words& /*words*/, Time /*now*/) {
  const Traps::Counts counts = traps_ == nullptr ? Traps::Counts{} : traps_->counts();
  return {true, fmt::format("{{\"sent\": {}, \"acknowledged\": {}, \"given_up\": {}}}\n",
                            counts.sent, counts.acknowledged, counts.given_up)};
}

}  // namespace market::sim
