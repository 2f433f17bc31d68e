#include "probes/sweep/address_queue.h"

#include <algorithm>

namespace market::sweep {

AddressQueue::AddressQueue(const std::vector<IpRange>& ranges) {
  std::vector<IpRange> sorted = ranges;
  std::sort(sorted.begin(), sorted.end());
  for (const auto& range : sorted) {
    const Span span{range.first(), host_number(range.first()), host_number(range.last())};
    const bool joins = !spans_.empty() && numbered_together(spans_.back().network, span.network) &&
                       span.first <= spans_.back().last;
    if (joins) {
      spans_.back().last = std::max(spans_.back().last, span.last);
    } else {
      spans_.push_back(span);
    }
  }
  for (const auto& span : spans_) count_ += span.last - span.first + 1;
}

std::optional<IpAddress> AddressQueue::next() {
  if (at_ == spans_.size()) return std::nullopt;
  const auto& span = spans_[at_];
  const auto number = span.first + offset_;
  ++offset_;
  if (number == span.last) {
    ++at_;
    offset_ = 0;
  }
  return with_host_number(span.network, number);
}

}  // namespace market::sweep
