// stalls and their terminals.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

void read_terminal(const Node& item, Stall& stall, Reading& reading) {
  MapReader map{item, fmt::format("stall '{}' terminal", stall.id), reading.findings};
  Terminal terminal;
  terminal.serial = map.text("serial", Need::Required);
  if (!terminal.serial.empty()) map.called(terminal.serial);
  terminal.type = map.text("type", Need::Optional);
  terminal.abilities = map.words("abilities", Need::Optional);
  terminal.mac = map.parsed("mac", Need::Optional, MacAddress::parse);
  terminal.address = map.parsed("address", Need::Optional, IpAddress::parse);
  terminal.tcp_port =
      static_cast<std::uint16_t>(map.integer("tcp-port", Need::Optional, {1, 65535}).value_or(0));
  terminal.snmp = map.flag("snmp", Need::Optional).value_or(false);
  terminal.position = map.position();
  const bool probed = terminal.snmp || terminal.tcp_port != 0;
  if (probed && map.find("address", Need::Optional) == nullptr) {
    const std::string_view key = terminal.snmp ? "snmp" : "tcp-port";
    map.refuse(map.findings().rules().type, *map.find(key, Need::Optional), key,
               "needs an 'address' to ask at", "add the terminal's address");
  }
  if (!terminal.serial.empty()) stall.terminals.push_back(std::move(terminal));
}

Stall read_stall_map(const Node& item, Reading& reading) {
  MapReader map{item, "stall", reading.findings};
  Stall stall;
  stall.id = reading.declare(map, Part::Stalls);
  stall.name = map.text("name", Need::Optional);
  if (map.word("state", Need::Optional, {"open", "vacant"}) == "vacant") {
    stall.state = StallState::Vacant;
  }
  stall.accepts = reading.references(map, "accepts", Need::Optional, Part::Methods, Part::Stalls);
  stall.membership = map.words("membership", Need::Optional);
  stall.position = map.position();
  for (const Node* terminal : map.items("terminals", Need::Optional)) {
    read_terminal(*terminal, stall, reading);
  }
  return stall;
}

void read_stall(const Node& item, Reading& reading) {
  const std::size_t losses = reading.findings.losses();
  Stall stall = read_stall_map(item, reading);  // unknown keys are reported at its end
  if (reading.findings.losses() != losses) reading.findings.damage(stall.position);
  if (!stall.id.empty()) reading.design.stalls.push_back(std::move(stall));
}

}  // namespace

void read_stalls(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("stalls", Need::Optional)) read_stall(*item, reading);
}

}  // namespace market::design
