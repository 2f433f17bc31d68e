// The Prometheus exposition of a market: every name, unit, help and label is in the catalogue.
//
// Device and stall families are written from the immutable snapshot, so a series vanishes with
// its device; the daemon's own counters come from SelfMetrics. What is sent is what
// prometheus-cpp's TextSerializer would make of it: see family.h.
//
// Threads:  pure; an Exposition belongs to one thread at a time.
// Sources:  Prometheus text format 0.0.4; names by the rules of the Prometheus exporter guide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "daemon/health/snapshot.h"
#include "probes/snmp/client.h"

namespace market::metrics {

class Family;

struct CatalogueEntry {
  std::string name, help;
  bool counter = false;
  std::vector<std::string> labels;
};
/// Every metric this program can ever show.
[[nodiscard]] const std::vector<CatalogueEntry>& catalogue();

struct SelfMetrics {
  std::string version;
  snmp::Client::Counters snmp;
  std::int64_t started_ms = 0;
  double poll_lag_seconds = 0;    ///< how late the last due poll was started
  double loop_stall_seconds = 0;  ///< of the last minute or two
  std::uint64_t http_requests = 0;
};

/// The text piece by piece: of a large market it is tens of megabytes.
class Exposition {
 public:
  Exposition(health::SnapshotPtr snapshot, const SelfMetrics& self);

  /// Whole lines, seldom less than kPieceLeast. Only while there is more().
  [[nodiscard]] std::string next();
  [[nodiscard]] bool more() const { return more_; }

  static constexpr std::size_t kPieceLeast = 256 * 1024;

 private:
  [[nodiscard]] bool make_families();
  void wait_for(std::vector<Family> families);
  void wait_for_states();

  health::SnapshotPtr snapshot_;
  std::string own_;
  std::size_t made_ = 0;             ///< groups of families
  std::size_t stalls_ = 0;           ///< whose states are made
  bool states_begun_ = false;        ///< their family has its heading
  std::deque<std::string> waiting_;  ///< texts of the last group
  bool more_ = true;
};

/// All of it at once.
[[nodiscard]] std::string render(const health::Snapshot& snapshot, const SelfMetrics& self);

}  // namespace market::metrics
