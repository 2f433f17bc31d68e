#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "daemon/health/snapshot.h"

namespace market::health {
namespace {

std::string spoken(const std::string& device_class) {
  if (device_class == "access-point") return "access point";
  if (device_class == "payment-terminal") return "terminal";
  return device_class;
}

class Board {
 public:
  explicit Board(const Snapshot& snapshot) : snapshot_{snapshot} {}

  std::vector<Incident> fill() && {
    for (const auto& stall : snapshot_.stalls) add_stall(stall);
    for (const auto& device : snapshot_.devices) add_device(device);
    for (const auto& service : snapshot_.services) add_service(service);
    std::vector<Incident> incidents;
    for (auto& [cause, incident] : by_cause_) {
      if (incident.text.empty()) incident.text = cause + " does not answer";
      incidents.push_back(std::move(incident));
    }
    std::sort(incidents.begin(), incidents.end(), [](const auto& a, const auto& b) {
      return std::make_tuple(b.stalls.size(), b.devices.size(), std::cref(a.cause)) <
             std::make_tuple(a.stalls.size(), a.devices.size(), std::cref(b.cause));
    });
    return incidents;
  }

 private:
  Incident& incident(const std::string& cause) {
    auto& found = by_cause_[cause];
    found.cause = cause;
    return found;
  }

  void add_stall(const StallView& stall) {
    for (const auto& method : stall.readiness.methods) {
      if (method.state == MethodState::Closed) closed_.insert(stall.id);
      if (method.state != MethodState::Unavailable || method.cause.empty()) continue;
      auto& found = incident(method.cause);
      if (found.text.empty()) found.text = method.reason;
      if (found.stalls.empty() || found.stalls.back() != stall.id) found.stalls.push_back(stall.id);
    }
  }

  void add_device(const DeviceView& device) {
    if (!device.in_design) return;
    if (device.health.state == DeviceState::Unreachable && !device.health.cause.empty()) {
      incident(device.health.cause).devices.push_back(device.id);
    }
    if (device.health.state != DeviceState::Down) return;
    if (const auto port = by_cause_.find(device.port);
        port != by_cause_.end() && !by_cause_.contains(device.id)) {
      // A terminal on a dead port: one fault, found twice.
      port->second.devices.push_back(device.id);
      auto& since_ms = port->second.since_ms;
      since_ms =
          since_ms == 0 ? device.health.since_ms : std::min(since_ms, device.health.since_ms);
      return;
    }
    if (closed_.contains(device.stall) && !by_cause_.contains(device.id)) return;
    auto& found = incident(device.id);
    found.text = fmt::format("{} {} {}", spoken(device.device_class), device.id,
                             device.refusal.empty()
                                 ? std::string{"does not answer"}
                                 : "is there, but refuses our credentials: " + device.refusal);
    found.since_ms = device.health.since_ms;
  }

  void add_service(const ServiceView& service) {
    if (service.reading.ok != false) return;
    auto& found = incident(service.id);
    found.text =
        fmt::format("service {}: {}", service.id,
                    service.reading.detail.empty() ? "does not answer" : service.reading.detail);
    found.since_ms = service.reading.at_ms;
  }

  const Snapshot& snapshot_;
  std::map<std::string, Incident> by_cause_;
  std::set<std::string> closed_;  ///< stalls with a method that is closed
};

}  // namespace

std::vector<Incident> incidents_of(const Snapshot& snapshot) { return Board{snapshot}.fill(); }

}  // namespace market::health
