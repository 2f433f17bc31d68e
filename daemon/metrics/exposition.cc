#include "daemon/metrics/exposition.h"

#include <array>
#include <utility>

#include "daemon/metrics/family.h"
#include "daemon/metrics/self.h"

namespace market::metrics {
namespace {

constexpr std::array kDefinitions{&kDeviceInfo,
                                  &kDeviceState,
                                  &kDeviceUp,
                                  &kDeviceStateChanged,
                                  &kDeviceLastSuccess,
                                  &kDevicePollDuration,
                                  &kDevicePolls,
                                  &kDevicePollFailures,
                                  &kDeviceUptime,
                                  &kDevices,
                                  &kPortInfo,
                                  &kPortAdminUp,
                                  &kPortOperUp,
                                  &kPortReceiveBytes,
                                  &kPortTransmitBytes,
                                  &kPortReceiveErrors,
                                  &kPortTransmitErrors,
                                  &kRadioChannel,
                                  &kRadioFrequency,
                                  &kRadioWidth,
                                  &kRadioTxPower,
                                  &kRadioNoise,
                                  &kRadioUtilization,
                                  &kRadioUtilizationTx,
                                  &kRadioUtilizationRx,
                                  &kRadioUtilizationOther,
                                  &kRadioRetries,
                                  &kRadioTxFrames,
                                  &kRadioTxRetries,
                                  &kRadioClients,
                                  &kSsidClients,
                                  &kWirelessClients,
                                  &kAccessPoints,
                                  &kStallInfo,
                                  &kMethodInfo,
                                  &kStallPaymentAvailable,
                                  &kStallPaymentState,
                                  &kStallsPayment,
                                  &kServiceInfo,
                                  &kServiceUp,
                                  &kServiceConnect,
                                  &kServiceLastProbe,
                                  &kIncidents,
                                  &kIncidentStalls,
                                  &kIncidentDevices,
                                  &kFindings,
                                  &kSiteInfo,
                                  &kConfigInfo,
                                  &kConfigReloadOk,
                                  &kConfigReloadTime,
                                  &kVerdict,
                                  &kPendingChanges,
                                  &kActivity,
                                  &kStoreHealthy,
                                  &kSweepRunning,
                                  &kSweepLast,
                                  &kSnapshotTime,
                                  &kBuildInfo,
                                  &kStartTime,
                                  &kPollLag,
                                  &kLoopStall,
                                  &kHttpRequests,
                                  &kSnmpRequests,
                                  &kSnmpRetries,
                                  &kSnmpTimeouts,
                                  &kSnmpReplies,
                                  &kSnmpStrays,
                                  &kSnmpGarbled,
                                  &kSnmpDrops};

CatalogueEntry to_entry(const Definition& definition) {
  CatalogueEntry entry;
  entry.name = definition.name;
  entry.help = definition.help;
  entry.counter = definition.kind == Kind::Counter;
  for (const auto& label : definition.labels) {
    if (!label.empty()) entry.labels.emplace_back(label);
  }
  return entry;
}

}  // namespace

std::span<const Definition* const> definitions() { return kDefinitions; }

const std::vector<CatalogueEntry>& catalogue() {
  static const std::vector<CatalogueEntry> kEntries = [] {
    std::vector<CatalogueEntry> entries;
    for (const auto* definition : definitions()) entries.push_back(to_entry(*definition));
    return entries;
  }();
  return kEntries;
}

Exposition::Exposition(health::SnapshotPtr snapshot, const SelfMetrics& self)
    : snapshot_{std::move(snapshot)}, own_{render_self(self)} {}

std::string Exposition::next() {
  std::string piece;
  while (piece.size() < kPieceLeast) {
    if (waiting_.empty() && !make_families()) {
      more_ = false;
      return piece += own_;
    }
    if (!piece.empty() && waiting_.front().size() >= kPieceLeast) return piece;
    auto text = std::move(waiting_.front());
    waiting_.pop_front();
    if (piece.empty()) {
      piece = std::move(text);
    } else {
      piece += text;
    }
  }
  return piece;
}

/// Those of the next group that have series. False: there is no next group.
bool Exposition::make_families() {
  constexpr std::array kGroups{device_families, port_families,    wireless_families,
                               stall_families,  payment_families, market_families};
  while (waiting_.empty() && made_ < kGroups.size()) {
    auto families = kGroups.at(made_++)(*snapshot_);
    for (auto& family : families) {
      family.close();
      if (!family.empty()) waiting_.push_back(std::move(family).text());
    }
  }
  return !waiting_.empty();
}

std::string render(const health::Snapshot& snapshot, const SelfMetrics& self) {
  Exposition exposition{health::SnapshotPtr{health::SnapshotPtr{}, &snapshot}, self};
  std::string text;
  while (exposition.more()) text += exposition.next();
  return text;
}

}  // namespace market::metrics
