#include "probes/sweep/address_queue.h"

#include <algorithm>

namespace market::sweep {

AddressQueue::AddressQueue(const std::vector<IpRange>& ranges) {
  std::vector<Span> all;
  for (const auto& range : ranges) {
    if (range.first().is_v4()) {
      all.push_back({range.first().v4_number(), range.last().v4_number()});
    }
  }
  std::sort(all.begin(), all.end(), [](const Span& a, const Span& b) { return a.first < b.first; });
  for (const auto& span : all) {
    if (!spans_.empty() && span.first <= spans_.back().last) {
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
  return IpAddress::v4(static_cast<std::uint32_t>(number));
}

}  // namespace market::sweep
