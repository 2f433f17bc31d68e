#include "probes/snmp/prepared_cache.h"

#include <algorithm>

namespace market::snmp {
namespace {

// A daemon asks a handful of different questions, each profile one or two.
constexpr std::size_t kMost = 256;

std::size_t hash_of(std::span<const Oid> oids) {
  std::size_t hash = oids.size();
  for (const auto& oid : oids) {
    for (const auto arc : oid.arcs()) hash = (hash ^ arc) * 0x100000001b3U;  // FNV-1a, by words
  }
  return hash;
}

}  // namespace

std::shared_ptr<const Prepared> PreparedCache::find(const Identity& identity,
                                                    const Question& question) {
  const auto& credentials = identity.credentials();
  if (credentials.version == Version::V3) return nullptr;
  if (question.operation != Operation::Get && question.operation != Operation::GetNext) {
    return nullptr;
  }
  const Key key{&identity, question.operation, hash_of(question.oids)};
  const auto found = known_.find(key);
  if (found != known_.end()) {
    const auto oids = found->second->oids();
    const bool same =
        std::equal(oids.begin(), oids.end(), question.oids.begin(), question.oids.end());
    return same ? found->second : nullptr;
  }
  auto made =
      Prepared::make(credentials.version, credentials.community, question.operation, question.oids);
  if (!made) return nullptr;
  if (known_.size() >= kMost) known_.clear();
  return known_.emplace(key, std::make_shared<const Prepared>(std::move(*made))).first->second;
}

}  // namespace market::snmp
