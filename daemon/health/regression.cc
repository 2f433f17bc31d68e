#include "daemon/health/regression.h"

#include <algorithm>
#include <vector>

namespace market::health {
namespace {

bool holds(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Null when it is no incident: the terminal of a closed stall.
const Incident* incident_with(const Snapshot& snapshot, const std::string& device) {
  const auto found = std::find_if(
      snapshot.incidents.begin(), snapshot.incidents.end(),
      [&](const auto& each) { return each.cause == device || holds(each.devices, device); });
  return found == snapshot.incidents.end() ? nullptr : &*found;
}

}  // namespace

Regression::Regression(const Snapshot& before) {
  for (const auto& device : before.devices) {
    if (device.in_design && device.health.state == DeviceState::Up) up_.insert(device.id);
  }
  for (const auto& service : before.services) {
    if (service.reading.ok == true) answering_.insert(service.id);
  }
}

bool Regression::fails_again(const ServiceView& service) {
  if (service.reading.ok != false) {
    failed_once_.erase(service.id);
    return false;
  }
  const auto [first, is_first] = failed_once_.emplace(service.id, service.reading.at_ms);
  return !is_first && first->second != service.reading.at_ms;
}

std::string Regression::judge(const Snapshot& now) {
  std::string words;
  std::size_t most = 0;
  const auto weigh = [&](const Incident* incident, const std::string& text) {
    const auto stalls = incident == nullptr ? 0 : incident->stalls.size();
    if (!words.empty() && stalls <= most) return;
    words = text;
    most = stalls;
  };
  std::vector<std::string> terminals;
  for (const auto& device : now.devices) {
    if (device.health.state != DeviceState::Down || !up_.contains(device.id)) continue;
    const auto* incident = incident_with(now, device.id);
    if (incident == nullptr) continue;
    if (device.device_class == "payment-terminal") {
      terminals.push_back(device.id);
    } else {
      weigh(incident, device.id + " stopped answering");
    }
  }
  if (terminals.size() > 1) {
    weigh(incident_with(now, terminals.front()),
          terminals.front() + " and " + terminals[1] + " stopped answering");
  }
  for (const auto& service : now.services) {
    if (!answering_.contains(service.id) || !fails_again(service)) continue;
    weigh(incident_with(now, service.id),
          "service " + service.id + " fails: " + service.reading.detail);
  }
  return words;
}

}  // namespace market::health
