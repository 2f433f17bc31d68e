// The addresses of a sweep in order, IPv4 before IPv6, without a list of them: a /12 is a million.
// Overlapping ranges are merged, so that no address is asked twice.
//
// Threads:  pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/types/ip_prefix.h"

namespace market::sweep {

class AddressQueue {
 public:
  explicit AddressQueue(const std::vector<IpRange>& ranges);

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// The next address, ascending; nothing at the end.
  [[nodiscard]] std::optional<IpAddress> next();

 private:
  struct Span {
    IpAddress network;          ///< any address of it
    std::uint64_t first, last;  ///< host_number()
  };
  std::vector<Span> spans_;  ///< ascending, apart
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;  ///< within spans_[at_]
  std::uint64_t count_ = 0;
};

}  // namespace market::sweep
