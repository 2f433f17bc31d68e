// The gateway's packet filter: reads our table and replaces it, by Debian's `nft` (GPL-2; run as a
// program, never linked). One `nft -f -` is one transaction of the kernel: all of it or none.
//
// Threads:  blocking; one thread at a time.
// Errors:   Unsupported (nft is not installed), Refused (nft's own words), Silent (it hangs), Io.
#pragma once

#include <memory>

#include "config/types/result.h"
#include "probes/firewall/ruleset.h"

namespace market::firewall {

class Firewall {
 public:
  virtual ~Firewall() = default;
  /// Empty when there is no table of ours.
  [[nodiscard]] virtual Result<Ruleset> read() = 0;
  /// From `before`, as it was read, to `after`.
  [[nodiscard]] virtual Result<void> change(const Ruleset& before, const Ruleset& after) = 0;
};

/// Of the network namespace the calling thread is in.
[[nodiscard]] std::unique_ptr<Firewall> make_nft_firewall();

}  // namespace market::firewall
