// The blast radius of a plan: which stalls each step may hurt while it is taken (pure).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "daemon/reconcile/paths.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// Device -> its port -> the stalls that lose the network with that port, in the design's order;
/// the port "" is the device itself. Of a port towards the gateway they are all stalls behind the
/// device.
[[nodiscard]] std::map<std::string, StallsBehind> stalls_behind(
    const Design& design, const std::map<std::string, DevicePath>& paths);

/// For each device and risk of the steps, the worst first; who is hurt more is not named again.
[[nodiscard]] std::vector<Impact> impact_of(const std::vector<Step>& steps, const Desired& desired);

}  // namespace market::reconcile
