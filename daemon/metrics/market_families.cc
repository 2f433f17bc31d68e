#include <map>
#include <utility>

#include "daemon/metrics/family.h"

namespace market::metrics {
namespace {

Family single(const Definition& definition, double value) {
  Family family{definition};
  family.add({}, value);
  return family;
}

Family single(const Definition& definition, bool value) {
  return single(definition, value ? 1.0 : 0.0);
}

Family counter(const Definition& definition, std::uint64_t value) {
  return single(definition, static_cast<double>(value));
}

Family moment(const Definition& definition, std::int64_t unix_ms) {
  Family family{definition};
  family.add_time({}, unix_ms);
  return family;
}

Family labelled(const Definition& definition, Family::Labels labels) {
  Family family{definition};
  family.add(labels, true);
  return family;
}

Families service_families(const health::Snapshot& snapshot) {
  Family info{kServiceInfo};
  Family up{kServiceUp};
  Family connect{kServiceConnect};
  Family probed{kServiceLastProbe};
  for (const auto& service : snapshot.services) {
    info.add({service.id, service.type}, true);
    if (!service.reading.ok) continue;
    up.add({service.id}, *service.reading.ok);
    probed.add_time({service.id}, service.reading.at_ms);
    if (*service.reading.ok) connect.add({service.id}, service.connect_seconds);
  }
  Families families;
  for (auto* family : {&info, &up, &connect, &probed}) families.push_back(std::move(*family));
  return families;
}

Families incident_families(const health::Snapshot& snapshot) {
  Family stalls{kIncidentStalls};
  Family devices{kIncidentDevices};
  for (const auto& incident : snapshot.incidents) {
    stalls.add({incident.cause}, std::uint64_t{incident.stalls.size()});
    devices.add({incident.cause}, std::uint64_t{incident.devices.size()});
  }
  Families families{counter(kIncidents, snapshot.incidents.size())};
  families.push_back(std::move(stalls));
  families.push_back(std::move(devices));
  return families;
}

Families finding_families(const health::Snapshot& snapshot) {
  Family findings{kFindings};
  if (snapshot.picture) {
    std::map<std::string, std::uint64_t> counts;
    for (const auto& kind : inventory::finding_kinds()) counts[kind] = 0;
    for (const auto& finding : snapshot.picture->findings) ++counts[finding.kind];
    for (const auto& [kind, count] : counts) findings.add({kind}, count);
  }
  Families families;
  families.push_back(std::move(findings));
  return families;
}

Family verdict(const health::Snapshot& snapshot) {
  const std::string now = snapshot.verdict.empty() ? "unknown" : snapshot.verdict;
  Family states{kVerdict};
  for (const auto* state : {"converged", "drifted", "unreachable", "unknown"}) {
    states.add({state}, now == state);
  }
  return states;
}

Families config_families(const health::Snapshot& snapshot) {
  Family pending{kPendingChanges};
  if (!snapshot.verdict.empty()) pending.add({}, std::uint64_t{snapshot.pending_changes});
  return {labelled(kSiteInfo, {snapshot.site_id, snapshot.site_name}),
          labelled(kConfigInfo, {snapshot.design_file, snapshot.design_digest}),
          single(kConfigReloadOk, snapshot.config_reload_ok),
          moment(kConfigReloadTime, snapshot.config_reload_ms),
          verdict(snapshot),
          std::move(pending),
          single(kActivity, !snapshot.activity.empty()),
          single(kStoreHealthy, snapshot.store_error.empty()),
          single(kSweepRunning, snapshot.sweep.has_value()),
          moment(kSweepLast, snapshot.last_sweep_ms),
          moment(kSnapshotTime, snapshot.at_ms)};
}

Families drift_families(const health::Snapshot& snapshot) {
  Family changes{kDriftChanges};
  if (snapshot.drift) {
    for (const auto& row : snapshot.drift->rows) {
      changes.add({row.device, row.object_class}, std::uint64_t{row.changes});
    }
  }
  Families families;
  families.push_back(std::move(changes));
  families.push_back(moment(kDriftLooked, snapshot.drift ? snapshot.drift->looked_ms : 0));
  return families;
}

}  // namespace

Families market_families(const health::Snapshot& snapshot) {
  Families families;
  for (auto part :
       {service_families(snapshot), incident_families(snapshot), finding_families(snapshot),
        drift_families(snapshot), config_families(snapshot)}) {
    for (auto& family : part) families.push_back(std::move(family));
  }
  return families;
}

}  // namespace market::metrics
