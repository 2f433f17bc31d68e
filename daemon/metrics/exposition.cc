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
                                  &kDriftChanges,
                                  &kDriftLooked,
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

/// The next ones that have series. False: there are no more.
bool Exposition::make_families() {
  constexpr std::array kBefore{device_plates, device_states,     device_polls,  device_counts,
                               port_families, wireless_families, stall_families};
  constexpr std::array kAfter{payment_counts, market_families};
  while (waiting_.empty()) {
    if (made_ < kBefore.size()) {
      wait_for(kBefore.at(made_++)(*snapshot_));
    } else if (stalls_ < snapshot_->stalls.size()) {
      wait_for_states();
    } else if (made_ < kBefore.size() + kAfter.size()) {
      wait_for(kAfter.at(made_++ - kBefore.size())(*snapshot_));
    } else {
      return false;
    }
  }
  return true;
}

void Exposition::wait_for(std::vector<Family> families) {
  for (auto& family : families) {
    family.close();
    if (!family.empty()) waiting_.push_back(std::move(family).text());
  }
}

/// Of the next few thousand stalls. No two of them have an id, so no series comes again.
void Exposition::wait_for_states() {
  constexpr std::size_t kStallsAtOnce = 4096;
  auto states = payment_states(*snapshot_, stalls_, kStallsAtOnce);
  stalls_ += kStallsAtOnce;
  if (states.empty()) return;
  waiting_.push_back(states_begun_ ? std::move(states).rest() : std::move(states).text());
  states_begun_ = true;
}

std::string render(const health::Snapshot& snapshot, const SelfMetrics& self) {
  Exposition exposition{health::SnapshotPtr{health::SnapshotPtr{}, &snapshot}, self};
  std::string text;
  while (exposition.more()) text += exposition.next();
  return text;
}

}  // namespace market::metrics
