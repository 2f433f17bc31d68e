// Who must be looked at when: thousands of deadlines behind one timer of the loop. Private. Pure.
//
// A deadline that no longer matters is not taken out; its owner is gone, or has a later one, and
// whoever takes it sees that.
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "probes/io/loop.h"

namespace market::snmp {

template <class Owner>
class Deadlines {
 public:
  [[nodiscard]] bool empty() const { return heap_.empty(); }
  [[nodiscard]] std::size_t size() const { return heap_.size(); }
  /// Of a deadline that is there.
  [[nodiscard]] io::TimePoint next() const { return heap_.front().due; }

  void add(io::TimePoint due, std::weak_ptr<Owner> owner) {
    heap_.push_back({due, sequence_++, std::move(owner)});
    std::push_heap(heap_.begin(), heap_.end(), later);
  }
  /// Takes out those at the front that `matters(due, owner)` says nothing of; owner may be null.
  template <class Matters>
  void prune(Matters matters) {
    while (!heap_.empty() && !matters(heap_.front().due, heap_.front().owner.lock().get())) take();
  }
  /// The earliest deadline's owner, null when it is gone; among equals the one added first.
  std::shared_ptr<Owner> take() {
    std::pop_heap(heap_.begin(), heap_.end(), later);
    auto owner = heap_.back().owner.lock();
    heap_.pop_back();
    return owner;
  }
  void clear() { heap_.clear(); }

 private:
  struct Entry {
    io::TimePoint due;
    std::uint64_t sequence;
    std::weak_ptr<Owner> owner;
  };
  static bool later(const Entry& a, const Entry& b) {
    return std::pair{a.due, a.sequence} > std::pair{b.due, b.sequence};
  }

  std::vector<Entry> heap_;
  std::uint64_t sequence_ = 0;
};

}  // namespace market::snmp
