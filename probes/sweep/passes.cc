#include "probes/sweep/passes.h"

#include <algorithm>

namespace market::sweep {
namespace {

/// Of an address that the kernel found late, or whose packet it refused because its table was full.
constexpr int kAskedAgain = 3;
/// ARP requests, a second apart, before the kernel gives up: each is as good as a round.
constexpr std::size_t kKernelTries = 3;

}  // namespace

Passes::Passes(const SweepOptions& options) : options_{options}, fresh_{options.ranges} {}

std::optional<IpAddress> Passes::next() {
  if (pass_ == 0) {
    if (auto address = fresh_.next()) return address;
  }
  if (current_.empty()) return std::nullopt;
  const auto address = current_.front();
  current_.pop_front();
  return address;
}

/// What worked at `address` last time comes first.
std::size_t Passes::credentials_at(const IpAddress& address) const {
  const auto turn = pass_ % options_.credentials.size();
  const auto known = options_.remembered.find(address);
  if (known == options_.remembered.end()) return turn;
  const auto& all = options_.credentials;
  const auto worked = std::find_if(all.begin(), all.end(), [&](const snmp::Credentials& one) {
    return one.id == known->second;
  });
  if (worked == all.end()) return turn;
  const auto first = static_cast<std::size_t>(worked - all.begin());
  if (turn == 0) return first;
  return turn <= first ? turn - 1 : turn;
}

void Passes::note_refused(const IpAddress& address, std::size_t credentials) {
  silent_.push_back(address);
  refusals_[address].insert(credentials);
}

void Passes::note_absent(const IpAddress& address) {
  silent_.push_back(address);
  absent_.insert(address);
}

bool Passes::ask_again(const IpAddress& address) {
  if (asked_again_[address]++ >= kAskedAgain) return false;
  current_.push_back(address);
  return true;
}

bool Passes::is_last() const {
  const auto rounds = std::max<std::size_t>(options_.rounds, 1);
  return silent_.empty() || pass_ + 1 >= options_.credentials.size() * rounds;
}

std::size_t Passes::begin_next() {
  ++pass_;
  if (pass_ % (options_.credentials.size() * kKernelTries) == 0) {
    absent_.clear();
    asked_again_.clear();
  }
  std::sort(silent_.begin(), silent_.end());
  const auto asked =
      std::stable_partition(silent_.begin(), silent_.end(),
                            [this](const IpAddress& address) { return may_ask(address); });
  current_.assign(silent_.begin(), asked);
  silent_.erase(silent_.begin(), asked);
  return current_.size();
}

/// Those who refused these credentials, or any too often, are not asked: they count failures.
/// Nor are those whom the kernel could not find.
bool Passes::may_ask(const IpAddress& address) const {
  if (absent_.contains(address)) return false;
  const auto refusals = refusals_.find(address);
  if (refusals == refusals_.end()) return true;
  return refusals->second.size() < options_.refusals_max &&
         !refusals->second.contains(credentials_at(address));
}

}  // namespace market::sweep
