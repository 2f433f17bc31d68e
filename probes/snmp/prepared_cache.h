// The requests that many agents get alike, encoded once. Private.
#pragma once

#include <memory>
#include <unordered_map>

#include "probes/snmp/identity.h"

namespace market::snmp {

class PreparedCache {
 public:
  /// For a community's GET or GETNEXT, `identity` being the community's; null when it cannot be
  /// encoded or must be otherwise. Identities live as long as the cache.
  [[nodiscard]] std::shared_ptr<const Prepared> find(const Identity& identity,
                                                     const Question& question);

 private:
  struct Key {
    const Identity* identity;
    Operation operation;
    std::size_t hash;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const { return key.hash; }
  };
  std::unordered_map<Key, std::shared_ptr<const Prepared>, KeyHash> known_;
};

}  // namespace market::snmp
