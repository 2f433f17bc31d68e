// D201, D202, D502: what may exist once only - ports of a switch, serials, MACs, addresses, names.
#include <array>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

void check_port_twice(const Model& model, Findings& findings) {
  for (const Switch& device : model.design().switches) {
    std::map<std::string_view, const SwitchPort*> seen;
    const SourcePosition* reported = nullptr;  // a range clashes once, not once a port
    for (const SwitchPort& port : device.ports) {
      const auto [first, fresh] = seen.emplace(port.name, &port);
      if (fresh || (reported != nullptr && *reported == port.position)) continue;
      reported = &port.position;
      findings.error("D201", port.position,
                     fmt::format("switch '{}' has port '{}' twice", device.id, port.name),
                     "name each port once, ranges included", first->second->position);
    }
  }
}

/// One thing that only one device may have.
struct Mark {
  std::string kind;  ///< "serial"
  std::string value;
  std::string owner;  ///< "switch 'sw-a1'"
  SourcePosition position;
};

template <class Device>
void add_marks(const Model& model, const Device& device, std::string_view what,
               std::vector<Mark>& marks) {
  const std::string owner = fmt::format("{} '{}'", what, device.id);
  const auto add = [&](const char* kind, const char* key, std::string value) {
    marks.push_back({kind, std::move(value), owner, model.place(device.position, key)});
  };
  add("name", "id", device.id);
  add("address", "address", device.address.to_string());
  if (!device.serial.empty()) add("serial", "serial", device.serial);
  if (device.mac) add("mac", "mac", device.mac->to_string());
}

std::vector<Mark> marks_of(const Model& model) {
  const Design& design = model.design();
  std::vector<Mark> marks;
  if (design.gateway) {
    marks.push_back({"name", design.gateway->id, fmt::format("gateway '{}'", design.gateway->id),
                     model.place(design.gateway->position, "id")});
  }
  for (const Switch& device : design.switches) add_marks(model, device, "switch", marks);
  for (const AccessPoint& ap : design.aps) add_marks(model, ap, "access point", marks);
  for (const Stall& stall : design.stalls) {
    for (const Terminal& terminal : stall.terminals) {
      if (!terminal.mac) continue;
      marks.push_back({"mac", terminal.mac->to_string(),
                       fmt::format("terminal '{}'", terminal.serial),
                       model.place(terminal.position, "mac")});
    }
  }
  return marks;
}

void check_device_twice(const Model& model, Findings& findings) {
  std::map<std::pair<std::string, std::string>, Mark> seen;
  for (const Mark& mark : marks_of(model)) {
    const auto [first, fresh] = seen.emplace(std::pair{mark.kind, mark.value}, mark);
    if (fresh) continue;
    findings.error("D202", mark.position,
                   fmt::format("{} has {} '{}', which {} has already", mark.owner, mark.kind,
                               mark.value, first->second.owner),
                   "each device has its own", first->second.position);
  }
}

void check_terminal_twice(const Model& model, Findings& findings) {
  struct Seen {
    const Stall* stall;
    const Terminal* terminal;
  };
  std::map<std::string_view, Seen> seen;
  for (const Stall& stall : model.design().stalls) {
    for (const Terminal& terminal : stall.terminals) {
      const auto [first, fresh] = seen.emplace(terminal.serial, Seen{&stall, &terminal});
      if (fresh) continue;
      findings.error("D502", model.place(terminal.position, "serial"),
                     fmt::format("terminal '{}' is at stall '{}' and at stall '{}'",
                                 terminal.serial, first->second.stall->id, stall.id),
                     "read the serial off both terminals",
                     model.place(first->second.terminal->position, "serial"));
    }
  }
}

constexpr std::array kInventoryRules{
    Rule{"D201", check_port_twice, {}},
    Rule{"D202", check_device_twice, {}},
    Rule{"D502", check_terminal_twice, {}},
};

}  // namespace

std::span<const Rule> inventory_rules() { return kInventoryRules; }

}  // namespace market::design
