// The series of one metric, as text: as many label values as its definition has labels, valid
// UTF-8, and no two series with the same labels. One broken series would make Prometheus throw
// away the whole scrape.
//
// Written straight into the text that is sent: a market of 10,000 devices has 300,000 series, and
// prometheus-cpp's own metric objects would cost ten times the time and 400 bytes each. A test
// holds the text against prometheus-cpp's TextSerializer, byte for byte.
//
// Threads:  none of its business; a value.
// Sources:  Prometheus text format 0.0.4.
#pragma once

#include <tsl/robin_map.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "daemon/health/snapshot.h"
#include "daemon/metrics/definitions.h"

namespace market::metrics {

/// Each byte that is not part of valid UTF-8 (RFC 3629) becomes U+FFFD: an ifAlias is whatever a
/// device holds, EUC-KR for one.
[[nodiscard]] std::string to_utf8(std::string_view text);

class Family {
 public:
  using Labels =
      std::initializer_list<std::string_view>;  ///< values, as the definition orders them

  explicit Family(const Definition& definition);

  /// A series with labels that are there already is left out: the first one stays. A wrong number
  /// of labels is a programming error.
  void add(Labels labels, double value) { add(std::span{labels.begin(), labels.size()}, value); }
  void add(Labels labels, std::uint64_t value);
  void add(Labels labels, bool value) { add(labels, value ? 1.0 : 0.0); }
  /// A moment in Unix milliseconds as seconds; zero is no moment and adds nothing.
  void add_time(Labels labels, std::int64_t unix_ms);

  /// When everything was added: what tells series apart is as large as their text.
  void close() { seen_ = {}; }

  [[nodiscard]] const Definition& definition() const { return *definition_; }
  /// It has no series.
  [[nodiscard]] bool empty() const { return lines_.size() == heading_; }
  /// HELP, TYPE and every series.
  [[nodiscard]] const std::string& text() const& { return lines_; }
  [[nodiscard]] std::string text() && { return std::move(lines_); }
  /// Every series, to go on with a family whose first ones were written already.
  [[nodiscard]] std::string rest() && { return std::move(lines_.erase(0, heading_)); }

 private:
  struct Span {
    std::size_t offset, size;  ///< of the labels, in lines_
  };
  void add(std::span<const std::string_view> labels, double value);
  [[nodiscard]] bool is_new(Span labels);

  const Definition* definition_;
  std::string lines_;
  std::size_t heading_;                     ///< octets of HELP and TYPE, in lines_
  tsl::robin_map<std::size_t, Span> seen_;  ///< by hash of the labels
};

/// What was last read from the device still holds.
[[nodiscard]] inline bool answers(const health::DeviceView& device) {
  return device.health.state == health::DeviceState::Up ||
         device.health.state == health::DeviceState::Suspect;
}

using Families = std::vector<Family>;

// A few families at a time, in the order in which they are sent.
[[nodiscard]] Families device_plates(const health::Snapshot& snapshot);
[[nodiscard]] Families device_states(const health::Snapshot& snapshot);
[[nodiscard]] Families device_polls(const health::Snapshot& snapshot);
[[nodiscard]] Families device_counts(const health::Snapshot& snapshot);
[[nodiscard]] Families port_families(const health::Snapshot& snapshot);
[[nodiscard]] Families wireless_families(const health::Snapshot& snapshot);
[[nodiscard]] Families stall_families(const health::Snapshot& snapshot);
/// Of `most` stalls from the place `first` on: all of them are half of the whole text.
[[nodiscard]] Family payment_states(const health::Snapshot& snapshot, std::size_t first,
                                    std::size_t most);
[[nodiscard]] Families payment_counts(const health::Snapshot& snapshot);
[[nodiscard]] Families market_families(const health::Snapshot& snapshot);

}  // namespace market::metrics
