#include "daemon/metrics/exposition.h"

#include <array>

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

std::string render(const health::Snapshot& snapshot, const SelfMetrics& self) {
  std::string text;
  const auto take = [&text](const Families& families) {
    for (const auto& family : families) {
      if (!family.empty()) family.append_to(text);
    }
  };
  take(device_families(snapshot));
  take(port_families(snapshot));
  take(wireless_families(snapshot));
  take(payment_families(snapshot));
  take(market_families(snapshot));
  return text += render_self(self);
}

}  // namespace market::metrics
