// Asks one device everything that a survey is made of, one question after the other.
//
// A table that cannot be read is a gap and the rest is kept; a device that falls silent twice is
// left alone. On agents that keep a bridge for each VLAN (Cisco IOS) the forwarding tables are
// asked for by `community@vlan`, in SNMPv3 in the context "vlan-20", when the device's own Q-BRIDGE
// table is empty.
//
// Threads:  confined to the loop's thread. `done` runs once, from the loop, never from inside
//           start_survey; it may destroy the run.
// Errors:   none: what the device did not tell is in DeviceSurvey::gaps.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "probes/snmp/client.h"
#include "probes/survey/survey.h"

namespace market::survey {

struct SurveyOptions {
  snmp::Patience patience;        ///< of each question
  std::size_t max_rows = 20'000;  ///< of each column; a market's core switch has some 10,000
  std::size_t max_contexts = 64;  ///< VLANs asked one by one
};

/// A survey under way. Destroying it withdraws the questions: `done` will not run.
class Run {
 public:
  virtual ~Run() = default;
};

using Done = std::function<void(DeviceSurvey)>;

/// `client` must outlive the run.
[[nodiscard]] std::unique_ptr<Run> start_survey(snmp::Client& client, snmp::Target target,
                                                SurveyOptions options, Done done);

}  // namespace market::survey
