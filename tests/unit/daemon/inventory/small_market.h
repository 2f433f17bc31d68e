// A market in a few lines, for tests of where things are: switches, tables, a design, a clock.
#pragma once

#include <string>
#include <vector>

#include "daemon/inventory/picture.h"

namespace market::inventory {

/// "02:00:00:00:0c:01" from "0c01".
[[nodiscard]] inline MacAddress mac(const std::string& tail) {
  return *MacAddress::parse("02:00:00:00:" + tail.substr(0, 2) + ":" + tail.substr(2, 2));
}
[[nodiscard]] inline IpAddress ip(const std::string& text) { return *IpAddress::parse(text); }

struct SmallMarket {
  static constexpr std::int64_t kRound = 10LL * 60 * 1000;

  Design design;
  Inventory inventory;
  Observations seen;
  TerminalHints hints;
  std::int64_t now = 1'800'000'000'000;
  std::vector<sweep::Sighting> answers;                              ///< of every sweep
  std::vector<std::pair<std::string, survey::DeviceSurvey>> tables;  ///< address -> what it tells
  std::vector<Finding> findings;

  /// A switch of the design with ports 1..24; stall A-10<n> hangs on port n for `stalls` of them.
  Switch& add_switch(const std::string& id, const std::string& address, int stalls = 0) {
    Switch item{.id = id,
                .profile = {},
                .serial = {},
                .mac = {},
                .address = ip(address),
                .place = {},
                .poe_budget = {},
                .firmware_min = {},
                .ports = {},
                .position = {}};
    for (int port = 1; port <= 24; ++port) {
      item.ports.push_back({.name = std::to_string(port),
                            .role = {},
                            .stall = port <= stalls ? "A-10" + std::to_string(port) : "",
                            .peer = {},
                            .position = {}});
    }
    design.switches.push_back(item);
    return design.switches.back();
  }
  /// T-<n> with MAC 0c0<n> in stall A-10<n>.
  void add_terminals(int count) {
    for (int n = 1; n <= count; ++n) {
      Stall stall;
      stall.id = "A-10" + std::to_string(n);
      Terminal terminal;
      terminal.serial = "T-" + std::to_string(n);
      terminal.mac = mac("0c0" + std::to_string(n));
      stall.terminals.push_back(terminal);
      design.stalls.push_back(stall);
    }
  }
  sweep::Sighting& answer(const std::string& address, const std::string& engine,
                          const std::string& serial, const std::string& chassis,
                          DeviceClass device_class = DeviceClass::Switch) {
    sweep::Sighting sighting;
    sighting.address = ip(address);
    sighting.sys_name = "name-" + serial;
    sighting.identification.engine_id = engine;
    sighting.identification.serial = serial;
    if (!chassis.empty()) sighting.identification.mac = mac(chassis).to_string();
    sighting.identification.device_class = device_class;
    answers.push_back(sighting);
    return answers.back();
  }
  survey::DeviceSurvey& tells(const std::string& address) {
    for (auto& [known, survey] : tables) {
      if (known == address) return survey;
    }
    tables.emplace_back(address, survey::DeviceSurvey{});
    return tables.back().second;
  }
  /// The forwarding table: {"0c01", "3"} = that MAC behind port 3.
  void learned(const std::string& address,
               const std::vector<std::pair<std::string, std::string>>& entries) {
    auto& table = tells(address).forwarding;
    table.clear();
    for (const auto& [tail, port] : entries) table.push_back({mac(tail), port, {}});
  }

  /// Sweep, surveys, picture. `order` turns the order of everything that is told.
  Picture look(unsigned order = 0) {
    now += kRound;
    auto turned = answers;
    turn(turned, order);
    (void)inventory.merge_all(turned, now);
    inventory.match(design);
    auto told = tables;
    turn(told, order);
    for (auto& [address, survey] : told) {
      auto mixed = survey;
      turn(mixed.forwarding, order);
      turn(mixed.neighbors, order);
      turn(mixed.links, order);
      const auto* record = inventory.by_key(key_at(address));
      if (record && seen.is_of_another(record->key, record->identification->mac, mixed)) continue;
      seen.take(key_at(address), mixed, now);
    }
    (void)inventory.learn(seen, design, hints, now);
    for (const auto& [from, to] : inventory.take_renamed()) seen.rename(from, to);
    inventory.match(design);
    auto picture =
        draw_picture(std::make_shared<const std::vector<DeviceRecord>>(inventory.records()), seen,
                     design, now, findings);
    findings = picture.findings;
    return picture;
  }
  [[nodiscard]] std::string key_at(const std::string& address) const {
    if (address == kSelf) return kSelf;
    for (const auto& record : inventory.records()) {
      for (const auto& each : record.addresses) {
        if (each.address == ip(address) && !record.silent) return record.key;
      }
    }
    return "nobody";
  }
  template <class T>
  static void turn(std::vector<T>& list, unsigned order) {
    for (std::size_t i = list.size(); order != 0 && i > 1; --i) {
      order = order * 1664525U + 1013904223U;
      std::swap(list[i - 1], list[(order >> 8U) % i]);
    }
  }
};

/// "sw-a1/3", "sw-a1/7 behind unmanaged behind sw-a1/7 (wrong-port)", "- (not-seen)".
[[nodiscard]] inline std::string where(const Picture& picture, const std::string& id) {
  const auto found = picture.places.find(id);
  if (found == picture.places.end()) return "nobody";
  const auto& place = found->second;
  std::string text = place.at.device.empty() ? "-" : place.at.to_string();
  if (!place.behind.empty()) text += " behind " + place.behind;
  if (place.agreement != Agreement::NotDesigned) {
    text += " (" + std::string{to_string(place.agreement)} + ")";
  }
  return text;
}

[[nodiscard]] inline std::vector<std::string> finding_ids(const Picture& picture) {
  std::vector<std::string> ids;
  for (const auto& finding : picture.findings) ids.push_back(finding.id());
  return ids;
}

/// "gw1/eth1 - sw-a1/24".
[[nodiscard]] inline std::vector<std::string> edges(const Picture& picture) {
  std::vector<std::string> list;
  for (const auto& edge : picture.edges) {
    list.push_back(edge.upper.to_string() + " - " + edge.lower.to_string());
  }
  return list;
}

}  // namespace market::inventory
