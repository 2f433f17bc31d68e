// The series of one metric, checked: as many label values as its definition has labels, valid
// UTF-8, and no two series with the same labels. One broken series would make Prometheus throw
// away the whole scrape.
//
// Threads:  none of its business; a value.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/health/snapshot.h"
#include "daemon/metrics/definitions.h"
#include "daemon/metrics/exposition.h"

namespace market::metrics {

/// Each byte that is not part of valid UTF-8 (RFC 3629) becomes U+FFFD: an ifAlias is whatever a
/// device holds, EUC-KR for one.
[[nodiscard]] std::string to_utf8(std::string_view text);

class Family {
 public:
  struct Series {
    std::vector<std::string> labels;  ///< values, in the order of the definition
    double value = 0;
  };

  explicit Family(const Definition& definition) : definition_{&definition} {}

  /// A series with labels that are there already is left out: the first one stays. A wrong number
  /// of labels is a programming error.
  void add(const std::vector<std::string>& labels, double value);
  void add(const std::vector<std::string>& labels, std::uint64_t value);
  void add(const std::vector<std::string>& labels, bool value);
  /// A moment in Unix milliseconds as seconds; zero is no moment and adds nothing.
  void add_time(const std::vector<std::string>& labels, std::int64_t unix_ms);

  [[nodiscard]] const Definition& definition() const { return *definition_; }
  [[nodiscard]] const std::vector<Series>& series() const { return series_; }

 private:
  const Definition* definition_;
  std::vector<Series> series_;
  std::set<std::vector<std::string>> seen_;
};

using Families = std::vector<Family>;

[[nodiscard]] Families device_families(const health::Snapshot& snapshot);
[[nodiscard]] Families port_families(const health::Snapshot& snapshot);
[[nodiscard]] Families wireless_families(const health::Snapshot& snapshot);
[[nodiscard]] Families payment_families(const health::Snapshot& snapshot);
[[nodiscard]] Families market_families(const health::Snapshot& snapshot);
[[nodiscard]] Families self_families(const SelfMetrics& self);

}  // namespace market::metrics
