// Many addresses that wait for the same time, in the order in which they were asked. Private. Pure.
//
// A sweep has tens of thousands of them, of which few answer: each is one element of a queue, and a
// chain of its bucket leads to it by its id. Nothing is taken out of a chain: it runs from the
// latest to the earliest, and ends where the queue has already been.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>

#include "config/types/ip_address.h"
#include "probes/io/loop.h"

namespace market::snmp {

class Outstanding {
 public:
  struct Asked {
    IpAddress address;
    io::TimePoint sent_at;
    std::int32_t id;  ///< 0 = it waits no longer
    int attempt;      ///< 1 = the first send
  };

  void add(const Asked& asked) {
    auto& latest = latest_[bucket(asked.id)];
    queue_.push_back({asked, latest});
    latest = taken_ + queue_.size();
  }
  /// Null when nobody waits for this id at this address.
  [[nodiscard]] Asked* find(std::int32_t id, const IpAddress& address) {
    for (auto place = latest_[bucket(id)]; place > taken_;) {
      auto& entry = queue_[place - taken_ - 1];
      if (entry.asked.id == id && entry.asked.address == address) return &entry.asked;
      place = entry.before;
    }
    return nullptr;
  }
  [[nodiscard]] bool empty() const { return queue_.empty(); }
  /// Who has waited longest, or waits no longer.
  [[nodiscard]] const Asked& first() const { return queue_.front().asked; }
  Asked take() {
    const auto asked = queue_.front().asked;
    queue_.pop_front();
    ++taken_;
    return asked;
  }

 private:
  /// Only an answer looks along a chain.
  static constexpr std::size_t kBuckets = 8192;
  struct Entry {
    Asked asked;
    std::uint64_t before;  ///< the place of the one before it in its bucket; 0 = none
  };
  static std::size_t bucket(std::int32_t id) { return static_cast<std::size_t>(id) % kBuckets; }

  std::deque<Entry> queue_;
  std::uint64_t taken_ = 0;  ///< places count from 1: the first in the queue is taken_ + 1
  std::array<std::uint64_t, kBuckets> latest_{};  ///< places
};

}  // namespace market::snmp
