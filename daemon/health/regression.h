// What has got worse since a moment: it worked then, and does not now.
//
//   - a device of the design that was up and is down; not one that is suspect, nor one that is
//     unreachable (the device to blame is down itself), nor the terminal of a closed stall, nor one
//     terminal alone, which its merchant may have switched off: two or more that go are a change's
//     doing
//   - a service that answered and has failed two readings in a row: a lost packet is no outage
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "daemon/health/snapshot.h"

namespace market::health {

class Regression {
 public:
  explicit Regression(const Snapshot& before);

  /// "sw-a1 stopped answering", of the one that takes most stalls along; empty = nothing. To be
  /// asked with each snapshot in turn.
  [[nodiscard]] std::string judge(const Snapshot& now);

 private:
  [[nodiscard]] bool fails_again(const ServiceView& service);

  std::set<std::string> up_, answering_;             ///< devices, services
  std::map<std::string, std::int64_t> failed_once_;  ///< services, with the time of that reading
};

}  // namespace market::health
