// What the polls found, turned into readings about ports, terminals and services (pure).
//
// A terminal is where the design wants it when it answers with its own serial, or when its MAC
// is learned on the stall's own port. A MAC on another port, another serial at its address, or
// another MAC alone on its port are findings in words.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/design/design.h"
#include "daemon/health/readiness.h"
#include "daemon/schedule/poller.h"

namespace market::app {

class Evidence {
 public:
  /// `design` must outlive it.
  explicit Evidence(const Design& design);

  void on_switch(const std::string& id, const schedule::PollResult& result, std::int64_t now_ms);
  /// `result` of a terminal that speaks SNMP.
  void on_terminal(const std::string& serial, const schedule::PollResult& result,
                   std::int64_t now_ms);
  /// Of a terminal that only has a TCP port.
  void on_terminal_tcp(const std::string& serial, bool connected, std::int64_t now_ms);
  /// The health tracker gave a device up.
  void on_down(const std::string& device, std::int64_t now_ms);
  void on_service(const std::string& id, health::Reading reading);
  void on_health(const std::string& device, const health::DeviceHealth& health);

  /// Everything readiness rests on. Good until the next call of any other member.
  [[nodiscard]] const health::Readings& readings() const { return readings_; }
  /// What is other in readings() since the last call.
  [[nodiscard]] health::Changes take_changes() { return std::exchange(changes_, {}); }

 private:
  struct TerminalFacts {
    std::optional<MacAddress> mac;   ///< by design
    std::vector<std::string> ports;  ///< "sw-1/3", of its stall
    bool answers_expected = false;   ///< it speaks SNMP or has a TCP port
    health::Reading answer;
    health::Reading place;
  };
  void place_terminals(const std::string& switch_id, const schedule::PollResult& result,
                       std::int64_t now_ms);
  using PortOf = std::map<MacAddress, std::string>;               ///< -> "sw-1/3"
  using MacsOn = std::map<std::string, std::vector<MacAddress>>;  ///< by "sw-1/3"
  [[nodiscard]] static std::optional<health::Reading> place_of(const TerminalFacts& facts,
                                                               const std::string& switch_id,
                                                               const PortOf& port_of,
                                                               const MacsOn& macs_on,
                                                               std::int64_t now_ms);
  /// After `facts` changed: a bad reading of either kind decides; else a good one of the kind that
  /// the terminal is able to give.
  void settle(const std::string& serial, const TerminalFacts& facts);

  std::map<std::string, const Switch*, std::less<>> switches_;  ///< of the design, by id
  std::map<std::string, const Zone*> untagged_;                 ///< by port role
  std::map<std::string, TerminalFacts> terminals_;              ///< by serial
  std::map<MacAddress, std::string> serial_of_;                 ///< by the MAC of the design
  std::map<std::string, std::set<std::string>> serials_on_;     ///< by the switch of the design
  health::Readings readings_;
  health::Changes changes_;
};

}  // namespace market::app
