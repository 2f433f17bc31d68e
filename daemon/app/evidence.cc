#include "daemon/app/evidence.h"

#include <algorithm>

#include <fmt/format.h>

namespace market::app {
namespace {

/// Nobody asks why something is well, and there are tens of thousands that are.
health::Reading good(std::int64_t now_ms) { return {.ok = true, .at_ms = now_ms, .detail = {}}; }
health::Reading bad(std::int64_t now_ms, std::string detail) {
  return {.ok = false, .at_ms = now_ms, .detail = std::move(detail)};
}

/// Says something else, whenever it says it; no words change what is well.
bool differs(const health::Reading& a, const health::Reading& b) {
  return a.ok != b.ok || (a.ok != true && a.detail != b.detail);
}

/// A reading takes the place of the last one.
void put(std::map<std::string, health::Reading>& readings, const std::string& key,
         health::Reading reading, std::set<std::string>& changed) {
  auto& last = readings[key];
  if (differs(last, reading)) changed.insert(key);
  last = std::move(reading);
}

}  // namespace

Evidence::Evidence(const Design& design) {
  for (const auto& item : design.switches) switches_.emplace(item.id, &item);
  for (const auto& role : design.port_roles) {
    if (const auto* zone = design.zone(role.untagged)) untagged_.emplace(role.id, zone);
  }
  const auto drops = design.drops();
  for (const auto& stall : design.stalls) {
    std::vector<std::string> ports;
    if (const auto found = drops.find(stall.id); found != drops.end()) {
      for (const auto& drop : found->second) ports.push_back(drop.switch_id + "/" + drop.port);
    }
    for (const auto& terminal : stall.terminals) {
      const bool asked = terminal.address && (terminal.snmp || terminal.tcp_port != 0);
      terminals_[terminal.serial] = {.mac = terminal.mac,
                                     .ports = ports,
                                     .answers_expected = asked,
                                     .answer = {},
                                     .place = {}};
      if (!terminal.mac) continue;
      serial_of_.emplace(*terminal.mac, terminal.serial);
      for (const auto& port : ports) {
        serials_on_[port.substr(0, port.find('/'))].insert(terminal.serial);
      }
    }
  }
  for (const auto& [serial, facts] : terminals_) settle(serial, facts);
}

void Evidence::on_switch(const std::string& id, const schedule::PollResult& result,
                         std::int64_t now_ms) {
  const auto designed = switches_.find(id);
  if (designed == switches_.end() || !result.replied || !result.failure.empty()) return;
  for (const auto& port : designed->second->ports) {
    const std::string key = id + "/" + port.name;
    const auto sample = std::find_if(result.ports.begin(), result.ports.end(),
                                     [&](const auto& each) { return each.name == port.name; });
    if (sample != result.ports.end()) {
      put(readings_.port_link, key,
          sample->oper_up ? good(now_ms)
                          : bad(now_ms, fmt::format("{} has no link{}", key,
                                                    sample->admin_up ? "" : " (disabled)")),
          changes_.ports);
    }
    const auto untagged = untagged_.find(port.role);
    const auto pvid = result.pvids.find(port.name);
    if (untagged == untagged_.end() || pvid == result.pvids.end()) continue;
    const auto& zone = *untagged->second;
    put(readings_.port_vlan, key,
        pvid->second == zone.vid.number()
            ? good(now_ms)
            : bad(now_ms, fmt::format("{} is in VLAN {}, not {} ({})", key, pvid->second,
                                      zone.vid.number(), zone.id)),
        changes_.ports);
  }
  place_terminals(id, result, now_ms);
}

/// Those that the switch has learned, and those that should be on it.
void Evidence::place_terminals(const std::string& switch_id, const schedule::PollResult& result,
                               std::int64_t now_ms) {
  PortOf port_of;
  MacsOn macs_on;
  std::set<std::string> concerned;
  if (const auto ours = serials_on_.find(switch_id); ours != serials_on_.end()) {
    concerned = ours->second;
  }
  for (const auto& [mac, port] : result.forwarding) {
    const auto at = switch_id + "/" + port;
    port_of.emplace(mac, at);
    macs_on[at].push_back(mac);
    if (const auto known = serial_of_.find(mac); known != serial_of_.end()) {
      concerned.insert(known->second);
    }
  }
  for (const auto& serial : concerned) {
    auto& facts = terminals_.at(serial);
    auto place = place_of(facts, switch_id, port_of, macs_on, now_ms);
    if (!place) continue;
    facts.place = *std::move(place);
    settle(serial, facts);
  }
}

/// Nothing when this switch has nothing to say: an uplink port has many MACs.
std::optional<health::Reading> Evidence::place_of(const TerminalFacts& facts,
                                                  const std::string& switch_id,
                                                  const PortOf& port_of, const MacsOn& macs_on,
                                                  std::int64_t now_ms) {
  const auto text = facts.mac->to_string();
  const auto designed = fmt::format("{}", fmt::join(facts.ports, ", "));
  if (const auto learned = port_of.find(*facts.mac); learned != port_of.end()) {
    const auto& at = learned->second;
    if (std::find(facts.ports.begin(), facts.ports.end(), at) != facts.ports.end()) {
      return good(now_ms);
    }
    if (macs_on.at(at).size() > 1) return std::nullopt;
    return bad(now_ms, fmt::format("{} is on {}, not on {}", text, at, designed));
  }
  const bool ours = std::any_of(facts.ports.begin(), facts.ports.end(), [&](const auto& port) {
    return port.starts_with(switch_id + "/");
  });
  if (!ours) return std::nullopt;
  const auto others = macs_on.find(facts.ports.front());
  if (others == macs_on.end()) {
    return bad(now_ms, fmt::format("{} is not seen on {}", text, designed));
  }
  std::vector<std::string> names;
  for (const auto& mac : others->second) names.push_back(mac.to_string());
  return bad(now_ms, fmt::format("{} has {} instead of {}", facts.ports.front(),
                                 fmt::join(names, ", "), text));
}

void Evidence::on_terminal(const std::string& serial, const schedule::PollResult& result,
                           std::int64_t now_ms) {
  const auto known = terminals_.find(serial);
  if (known == terminals_.end() || !result.replied) return;
  known->second.answer =
      result.serial.empty() || result.serial == serial
          ? good(now_ms)
          : bad(now_ms, fmt::format("another terminal answers: serial {} instead of {}",
                                    result.serial, serial));
  settle(serial, known->second);
}

void Evidence::on_terminal_tcp(const std::string& serial, bool connected, std::int64_t now_ms) {
  const auto known = terminals_.find(serial);
  if (known == terminals_.end() || !connected) return;
  known->second.answer = good(now_ms);
  settle(serial, known->second);
}

void Evidence::on_down(const std::string& device, std::int64_t now_ms) {
  const auto known = terminals_.find(device);
  if (known == terminals_.end()) return;
  known->second.answer = bad(now_ms, "does not answer");
  settle(device, known->second);
}

void Evidence::on_service(const std::string& id, health::Reading reading) {
  put(readings_.services, id, std::move(reading), changes_.services);
}

void Evidence::on_health(const std::string& device, const health::DeviceHealth& health) {
  auto& last = readings_.devices[device];
  if (last.state != health.state || last.cause != health.cause ||
      last.since_ms != health.since_ms) {
    changes_.devices.insert(device);
  }
  last = health;
}

void Evidence::settle(const std::string& serial, const TerminalFacts& facts) {
  const bool answer_counts = facts.answers_expected || facts.answer.ok == false;
  put(readings_.terminals, serial,
      facts.place.ok == false || !answer_counts ? facts.place : facts.answer, changes_.terminals);
}

}  // namespace market::app
