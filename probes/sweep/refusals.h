// Who refused which credentials, and when they may be tried there again: a device that counts
// failures shuts out whoever goes on.
//
// Threads:  pure. Errors: none.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "config/types/ip_address.h"
#include "probes/io/loop.h"

namespace market::sweep {

class Refusals {
 public:
  /// In a row, before the first pause: a device that has just started has lost its clock, too.
  static constexpr int kFree = 3;
  static constexpr std::chrono::minutes kFirstPause{1};  ///< doubles with each further refusal
  static constexpr std::chrono::minutes kLongestPause{15};

  void note(const IpAddress& address, const std::string& credentials, io::TimePoint now);
  /// They were accepted there.
  void forget(const IpAddress& address, const std::string& credentials);
  /// What was refused may be right by now: somebody has changed something.
  void clear() { refused_.clear(); }
  /// How long they are not to be tried there; zero = they may be.
  [[nodiscard]] io::Duration pause(const IpAddress& address, const std::string& credentials,
                                   io::TimePoint now) const;

 private:
  struct Count {
    int refusals = 0;
    io::TimePoint until;
  };
  std::map<std::pair<IpAddress, std::string>, Count> refused_;
};

}  // namespace market::sweep
