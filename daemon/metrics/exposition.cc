#include "daemon/metrics/exposition.h"

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <array>
#include <sstream>
#include <utility>

#include "daemon/metrics/family.h"

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
                                  &kRadioTxPower,
                                  &kRadioStations,
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

prometheus::ClientMetric to_metric(const Definition& definition, const Family::Series& series) {
  prometheus::ClientMetric metric;
  for (std::size_t i = 0; i < series.labels.size(); ++i) {
    metric.label.push_back({std::string{definition.labels.at(i)}, series.labels[i]});
  }
  if (definition.kind == Kind::Counter) {
    metric.counter.value = series.value;
  } else {
    metric.gauge.value = series.value;
  }
  return metric;
}

prometheus::MetricFamily to_metric_family(const Family& family) {
  const auto& definition = family.definition();
  prometheus::MetricFamily made;
  made.name = definition.name;
  made.help = definition.help;
  made.type = definition.kind == Kind::Counter ? prometheus::MetricType::Counter
                                               : prometheus::MetricType::Gauge;
  made.metric.reserve(family.series().size());
  for (const auto& series : family.series()) made.metric.push_back(to_metric(definition, series));
  return made;
}

/// One scrape: made from the snapshot each time, so that no series outlives its device.
class Scrape : public prometheus::Collectable {
 public:
  Scrape(const health::Snapshot& snapshot, const SelfMetrics& self)
      : snapshot_{snapshot}, self_{self} {}

  [[nodiscard]] std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> families;
    for (const auto& part :
         {device_families(snapshot_), port_families(snapshot_), payment_families(snapshot_),
          market_families(snapshot_), self_families(self_)}) {
      for (const auto& family : part) {
        if (!family.series().empty()) families.push_back(to_metric_family(family));
      }
    }
    return families;
  }

 private:
  const health::Snapshot& snapshot_;
  const SelfMetrics& self_;
};

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
  std::ostringstream out;
  prometheus::TextSerializer{}.Serialize(out, Scrape{snapshot, self}.Collect());
  return std::move(out).str();
}

}  // namespace market::metrics
