// The questions of a sweep that are in flight.
//
// A request is kept for a while after its handler has run: a handler must not destroy the request
// that calls it.
//
// Threads:  the loop's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "probes/snmp/client.h"

namespace market::sweep {

class Flights {
 public:
  using Ticket = std::uint64_t;

  /// `send(ticket)` gives the Request; its handler calls land(ticket) first.
  template <class Send>
  void launch(Send send) {
    const auto ticket = next_++;
    in_flight_.emplace(ticket, send(ticket));
  }
  void land(Ticket ticket) {
    auto node = in_flight_.extract(ticket);
    if (!node.empty()) landed_.push_back(std::move(node.mapped()));
  }
  /// Outside of all handlers.
  void forget_landed() { landed_.clear(); }
  [[nodiscard]] std::size_t count() const { return in_flight_.size(); }

 private:
  std::unordered_map<Ticket, snmp::Request> in_flight_;
  std::vector<snmp::Request> landed_;
  Ticket next_ = 0;
};

}  // namespace market::sweep
