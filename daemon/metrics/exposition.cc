#include "daemon/metrics/exposition.h"

#include <array>
#include <iterator>
#include <numeric>
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

std::string render(const health::Snapshot& snapshot, const SelfMetrics& self) {
  Families all;
  for (auto* make :
       {device_families, port_families, wireless_families, payment_families, market_families}) {
    auto families = make(snapshot);
    for (auto& family : families) family.close();
    std::move(families.begin(), families.end(), std::back_inserter(all));
  }
  const auto own = render_self(self);
  // One text of the right size, and each family goes when it is in it: the whole is tens of
  // megabytes in a large market.
  constexpr std::size_t kHeadings = 64 * 1024;
  std::string text;
  text.reserve(
      std::accumulate(all.begin(), all.end(), own.size() + kHeadings,
                      [](std::size_t size, const Family& family) { return size + family.size(); }));
  for (auto& family : all) {
    const auto taken = std::move(family);
    if (!taken.empty()) taken.append_to(text);
  }
  return text += own;
}

}  // namespace market::metrics
