// Whom a sweep asks next, and with which credentials.
//
//   pass 0: every address -> silent? -> pass 1: the silent ones, the next credentials -> ...
//
// After the last credentials a round is over, and the next begins with the first again.
//
// Threads:  pure. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "probes/sweep/address_queue.h"
#include "probes/sweep/sweep.h"

namespace market::sweep {

class Passes {
 public:
  /// `options` must outlive this.
  explicit Passes(const SweepOptions& options);

  /// Of all ranges, each once.
  [[nodiscard]] std::uint64_t addresses() const { return fresh_.count(); }
  /// Of this pass; nothing when all of them were given.
  std::optional<IpAddress> next();
  /// To be asked with the options' credentials of this index.
  [[nodiscard]] std::size_t credentials_at(const IpAddress& address) const;

  void note_silent(const IpAddress& address) { silent_.push_back(address); }
  void note_refused(const IpAddress& address, std::size_t credentials);
  /// The kernel could not find it: silent, and left alone for as many rounds as it has tried.
  void note_absent(const IpAddress& address);
  /// What was sent was lost on this host. True: it is asked again in this pass.
  bool ask_again(const IpAddress& address);

  /// Nobody is left to be asked in later passes.
  [[nodiscard]] bool is_last() const;
  /// The next pass over those who kept silent; how many they are.
  std::size_t begin_next();

 private:
  [[nodiscard]] bool may_ask(const IpAddress& address) const;

  const SweepOptions& options_;
  AddressQueue fresh_;                    ///< pass 0
  std::size_t pass_ = 0;                  ///< rounds one after another, in each all credentials
  std::deque<IpAddress> current_;         ///< still to be asked in this pass, after those in fresh_
  std::vector<IpAddress> silent_;         ///< of this pass
  std::set<IpAddress> absent_;            ///< in these kKernelTries rounds
  std::map<IpAddress, int> asked_again_;  ///< how often, in these rounds
  std::map<IpAddress, std::set<std::size_t>> refusals_;  ///< which credentials, by whom
};

}  // namespace market::sweep
