#include "tests/sim/interfaces.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::sim {
namespace {

Interface port_interface(const View& view, std::uint32_t index) {
  const std::size_t port = index - kFirstPortIfIndex;
  const Port& state = view.device.managed->ports[port];
  const PortSettings& settings = view.settings->ports[port];
  Interface result;
  result.name = state.name;
  result.description = "Port " + state.name;
  result.alias = settings.alias;
  result.mac = view.device.mac;
  result.mac[5] = static_cast<std::uint8_t>((result.mac[5] + port + 1) & 0xffU);
  result.enabled = settings.enabled;
  result.link = state.link;
  result.changed = state.changed;
  result.carrying = state.link_before;
  if (state.link) result.carrying += view.now - state.link_since;
  return result;
}

Interface own_interface(const View& view, std::uint32_t index) {
  Interface result;
  result.mac = view.device.mac;
  result.carrying = std::max(view.now - view.device.boot, Time::zero());
  if (index == 1) {
    result.name = "eth0";
    result.description = "Ethernet";
    if (view.device.kind == Kind::Terminal) result.megabits = 100;
    return result;
  }
  const bool slow = view.settings->radios[index - 2].band == Band::G2;
  result.name = fmt::format("wlan{}", index - 2);
  result.description = slow ? "Radio 2.4 GHz" : "Radio 5 or 6 GHz";
  result.type = 71;
  result.megabits = slow ? 574 : 2402;
  result.wired = false;
  result.mac[5] = static_cast<std::uint8_t>((result.mac[5] + index - 1) & 0xffU);
  return result;
}

}  // namespace

std::uint32_t interface_count(const Device& device, const Settings* settings) {
  if (device.kind == Kind::Switch) return static_cast<std::uint32_t>(device.managed->ports.size());
  return settings == nullptr ? 1 : static_cast<std::uint32_t>(1 + settings->radios.size());
}

std::uint32_t address_if_index(const Device& device) {
  if (device.kind != Kind::Switch) return 1;
  const auto& uplinks = device.managed->uplinks;
  return kFirstPortIfIndex + static_cast<std::uint32_t>(uplinks.empty() ? 0 : uplinks.front());
}

std::optional<std::uint32_t> interface_from(const View& view, std::uint32_t at_least) {
  const std::uint32_t first = view.device.kind == Kind::Switch ? kFirstPortIfIndex : 1;
  const std::uint32_t index = std::max(first, at_least);
  if (index >= first + interface_count(view.device, view.settings)) return std::nullopt;
  return index;
}

Interface interface_at(const View& view, std::uint32_t index) {
  return view.device.kind == Kind::Switch ? port_interface(view, index)
                                          : own_interface(view, index);
}

}  // namespace market::sim
