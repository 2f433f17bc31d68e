#include "daemon/app/evidence.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::app {
namespace {

health::Reading good(std::int64_t now_ms, std::string detail) {
  return {.ok = true, .at_ms = now_ms, .detail = std::move(detail)};
}
health::Reading bad(std::int64_t now_ms, std::string detail) {
  return {.ok = false, .at_ms = now_ms, .detail = std::move(detail)};
}

}  // namespace

Evidence::Evidence(const Design& design) : design_{design} {
  for (const auto& stall : design.stalls) {
    std::vector<std::string> ports;
    for (const auto& drop : design.drops_of(stall.id)) {
      ports.push_back(drop.switch_id + "/" + drop.port);
    }
    for (const auto& terminal : stall.terminals) {
      terminals_[terminal.serial] = {
          .stall = stall.id,
          .mac = terminal.mac ? terminal.mac->to_string() : "",
          .ports = ports,
          .answers_expected = terminal.address && (terminal.snmp || terminal.tcp_port != 0),
          .answer = {},
          .place = {}};
    }
  }
}

void Evidence::on_switch(const std::string& id, const schedule::PollResult& result,
                         std::int64_t now_ms) {
  const auto* designed = design_.switch_(id);
  if (designed == nullptr || !result.replied || !result.failure.empty()) return;
  for (const auto& port : designed->ports) {
    const std::string key = id + "/" + port.name;
    const auto sample = std::find_if(result.ports.begin(), result.ports.end(),
                                     [&](const auto& each) { return each.name == port.name; });
    if (sample != result.ports.end()) {
      readings_.port_link[key] =
          sample->oper_up ? good(now_ms, fmt::format("{} has link", key))
                          : bad(now_ms, fmt::format("{} has no link{}", key,
                                                    sample->admin_up ? "" : " (disabled)"));
    }
    const auto* role = design_.port_role(port.role);
    const auto* zone = role == nullptr ? nullptr : design_.zone(role->untagged);
    const auto pvid = result.pvids.find(port.name);
    if (zone == nullptr || pvid == result.pvids.end()) continue;
    readings_.port_vlan[key] =
        pvid->second == zone->vid.number()
            ? good(now_ms, fmt::format("{} is in VLAN {} ({})", key, pvid->second, zone->id))
            : bad(now_ms, fmt::format("{} is in VLAN {}, not {} ({})", key, pvid->second,
                                      zone->vid.number(), zone->id));
  }
  place_terminals(id, result, now_ms);
}

void Evidence::place_terminals(const std::string& switch_id, const schedule::PollResult& result,
                               std::int64_t now_ms) {
  std::map<std::string, std::vector<std::string>> macs_by_port;
  for (const auto& [mac, port] : result.forwarding) {
    macs_by_port[switch_id + "/" + port].push_back(mac.to_string());
  }
  for (auto& [serial, facts] : terminals_) {
    if (facts.mac.empty()) continue;
    const auto mac = MacAddress::parse(facts.mac);
    const auto learned = mac ? result.forwarding.find(*mac) : result.forwarding.end();
    const bool ours = std::any_of(facts.ports.begin(), facts.ports.end(), [&](const auto& port) {
      return port.starts_with(switch_id + "/");
    });
    if (learned != result.forwarding.end()) {
      const std::string at = switch_id + "/" + learned->second;
      if (std::find(facts.ports.begin(), facts.ports.end(), at) != facts.ports.end()) {
        facts.place = good(now_ms, fmt::format("{} is on {}", facts.mac, at));
      } else if (macs_by_port[at].size() == 1) {  // an uplink port has many
        facts.place = bad(now_ms, fmt::format("{} is on {}, not on {}", facts.mac, at,
                                              fmt::join(facts.ports, ", ")));
      }
    } else if (ours) {
      const auto others = macs_by_port.find(facts.ports.front());
      facts.place = others != macs_by_port.end()
                        ? bad(now_ms, fmt::format("{} has {} instead of {}", facts.ports.front(),
                                                  fmt::join(others->second, ", "), facts.mac))
                        : bad(now_ms, fmt::format("{} is not seen on {}", facts.mac,
                                                  fmt::join(facts.ports, ", ")));
    }
  }
}

void Evidence::on_terminal(const std::string& serial, const schedule::PollResult& result,
                           std::int64_t now_ms) {
  const auto known = terminals_.find(serial);
  if (known == terminals_.end() || !result.replied) return;
  known->second.answer =
      result.serial.empty() || result.serial == serial
          ? good(now_ms, result.serial.empty() ? "answers SNMP, tells no serial"
                                               : "answers SNMP with serial " + serial)
          : bad(now_ms, fmt::format("another terminal answers: serial {} instead of {}",
                                    result.serial, serial));
}

void Evidence::on_terminal_tcp(const std::string& serial, bool connected, const std::string& detail,
                               std::int64_t now_ms) {
  const auto known = terminals_.find(serial);
  if (known == terminals_.end() || !connected) return;
  known->second.answer = good(now_ms, detail);
}

void Evidence::on_down(const std::string& device, std::int64_t now_ms) {
  const auto known = terminals_.find(device);
  if (known != terminals_.end()) known->second.answer = bad(now_ms, "does not answer");
}

void Evidence::on_service(const std::string& id, health::Reading reading) {
  readings_.services[id] = std::move(reading);
}

/// A bad reading of either kind decides; else a good one of the kind the terminal is able to give.
health::Reading Evidence::terminal_reading(const TerminalFacts& facts) {
  if (facts.place.ok == false) return facts.place;
  if (facts.answer.ok == false) return facts.answer;
  if (facts.answers_expected) return facts.answer;
  return facts.place;
}

health::Readings Evidence::readings() const {
  auto readings = readings_;
  for (const auto& [serial, facts] : terminals_) {
    readings.terminals[serial] = terminal_reading(facts);
  }
  return readings;
}

}  // namespace market::app
