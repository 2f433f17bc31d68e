#include "probes/sweep/refusals.h"

#include <algorithm>

namespace market::sweep {

void Refusals::note(const IpAddress& address, const std::string& credentials, io::TimePoint now) {
  constexpr int kDoublings = 10;  // beyond the longest pause, far from the end of the numbers
  auto& count = refused_[{address, credentials}];
  ++count.refusals;
  if (count.refusals < kFree) return;
  const auto doublings = std::min(count.refusals - kFree, kDoublings);
  count.until = now + std::min<std::chrono::minutes>(kFirstPause * (1 << doublings), kLongestPause);
}

void Refusals::forget(const IpAddress& address, const std::string& credentials) {
  refused_.erase({address, credentials});
}

io::Duration Refusals::pause(const IpAddress& address, const std::string& credentials,
                             io::TimePoint now) const {
  const auto count = refused_.find({address, credentials});
  if (count == refused_.end() || count->second.refusals < kFree) return io::Duration::zero();
  return std::max(count->second.until - now, io::Duration::zero());
}

}  // namespace market::sweep
