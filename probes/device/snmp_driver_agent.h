// The reading half of a conversation with one agent: outcomes become Results, and what the agent
// does not implement becomes nothing instead of a failure.
//
// Threads:  blocking; of one driver, one at a time.
// Errors:   Silent (no answer), Refused (error-status), Io (garbled).
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "config/types/oid.h"
#include "config/types/result.h"
#include "probes/snmp/blocking.h"

namespace market::device {

/// Values by OID, of what exists on the agent.
using Values = std::map<Oid, snmp::Value>;

/// Silence, Refusal or Garbled as an Error.
[[nodiscard]] Error error_of(const snmp::Outcome& outcome);

class Agent {
 public:
  /// Rows of one column; a device with more is not one of ours.
  static constexpr std::size_t kMaxRows = 65'536;

  Agent(snmp::BlockingClient& client, snmp::Target target, snmp::Patience patience);

  /// The values of `oids` that exist. An agent without any of them gives an empty map.
  [[nodiscard]] Result<Values> get(std::span<const Oid> oids);
  /// The column below `root`, in its order; empty where the agent does not implement it.
  [[nodiscard]] Result<std::vector<snmp::VarBind>> walk(const Oid& root,
                                                        std::size_t max_rows = kMaxRows);
  /// The first of `rules` that gives the fact `name`; empty when none does.
  [[nodiscard]] Result<std::string> fact(const std::string& name,
                                         const std::vector<FactRule>& rules);

 private:
  [[nodiscard]] Result<std::string> fact_by(const std::string& name, const FactRule& rule);

  snmp::BlockingClient& client_;
  snmp::Target target_;
  snmp::Patience patience_;
};

}  // namespace market::device
