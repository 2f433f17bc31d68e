// What the polls found, turned into readings about ports, terminals and services (pure).
//
// A terminal is where the design wants it when it answers with its own serial, or when its MAC
// is learned on the stall's own port. A MAC on another port, another serial at its address, or
// another MAC alone on its port are findings in words.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "config/design/design.h"
#include "daemon/health/readiness.h"
#include "daemon/schedule/poller.h"

namespace market::app {

class Evidence {
 public:
  explicit Evidence(const Design& design);

  void on_switch(const std::string& id, const schedule::PollResult& result, std::int64_t now_ms);
  /// `result` of a terminal that speaks SNMP.
  void on_terminal(const std::string& serial, const schedule::PollResult& result,
                   std::int64_t now_ms);
  /// Of a terminal that only has a TCP port.
  void on_terminal_tcp(const std::string& serial, bool connected, const std::string& detail,
                       std::int64_t now_ms);
  /// The health tracker gave a device up.
  void on_down(const std::string& device, std::int64_t now_ms);
  void on_service(const std::string& id, health::Reading reading);

  /// Ports, terminals and services; `devices` is filled by the caller.
  [[nodiscard]] health::Readings readings() const;

 private:
  struct TerminalFacts {
    std::string stall;
    std::string mac;                 ///< by design; empty = not said
    std::vector<std::string> ports;  ///< "sw-1/3", of its stall
    bool answers_expected = false;   ///< it speaks SNMP or has a TCP port
    health::Reading answer;
    health::Reading place;
  };
  void place_terminals(const std::string& switch_id, const schedule::PollResult& result,
                       std::int64_t now_ms);
  [[nodiscard]] static health::Reading terminal_reading(const TerminalFacts& facts);

  const Design& design_;
  std::map<std::string, TerminalFacts> terminals_;  ///< by serial
  health::Readings readings_;
};

}  // namespace market::app
