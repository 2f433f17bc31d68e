#include "probes/snmp/names.h"

#include <algorithm>

#include "probes/snmp/task_parts.h"

namespace market::snmp {
namespace {

// A daemon asks a handful of different questions, each profile one or two.
constexpr std::size_t kMost = 256;

// Lengths and last arcs tell the lists of a daemon apart; equality is looked at besides.
std::size_t hash_of(std::span<const Oid> oids) {
  std::size_t hash = oids.size();
  for (const auto& oid : oids) {
    const auto last = oid.empty() ? 0U : oid.back();
    hash = (hash ^ (std::uint64_t{oid.size()} << 32U | last)) * 0x100000001b3U;  // FNV-1a, by words
  }
  return hash;
}

}  // namespace

NamesPtr make_names(std::span<const Oid> oids) {
  return std::make_shared<const Names>(Names{{oids.begin(), oids.end()}, fitting(oids)});
}

NamesPtr NamesCache::of(std::span<const Oid> oids) {
  if (known_.size() >= kMost) known_.clear();
  auto& known = known_[hash_of(oids)];
  const bool same =
      known && std::equal(oids.begin(), oids.end(), known->oids.begin(), known->oids.end());
  if (!same) known = make_names(oids);
  return known;
}

}  // namespace market::snmp
