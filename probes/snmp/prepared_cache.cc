#include "probes/snmp/prepared_cache.h"

#include <functional>

namespace market::snmp {
namespace {

// A daemon asks a handful of different questions, each profile one or two.
constexpr std::size_t kMost = 256;

const std::shared_ptr<const Prepared> kNone;

}  // namespace

std::size_t PreparedCache::KeyHash::operator()(const Key& key) const {
  const auto operation = static_cast<std::size_t>(key.operation);
  return std::hash<const void*>{}(key.names) * 31 + std::hash<const void*>{}(key.identity) +
         operation;
}

const std::shared_ptr<const Prepared>& PreparedCache::find(const Identity& identity,
                                                           const Question& question) {
  const auto& credentials = identity.credentials();
  const bool alike =
      question.operation == Operation::Get || question.operation == Operation::GetNext;
  if (!alike || !question.names) return kNone;
  const Key key{&identity, question.operation, question.names.get()};
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  auto made = Prepared::make(credentials.version, credentials.community, question.operation,
                             question.names);
  if (!made) return kNone;
  if (known_.size() >= kMost) known_.clear();
  return known_.emplace(key, std::make_shared<const Prepared>(std::move(*made))).first->second;
}

}  // namespace market::snmp
