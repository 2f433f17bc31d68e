// The requests that many agents get alike, encoded once. Private.
#pragma once

#include <memory>
#include <unordered_map>

#include "probes/snmp/identity.h"

namespace market::snmp {

class PreparedCache {
 public:
  /// For a GET or GETNEXT of a shared list by `identity`; null when it cannot be encoded or must be
  /// otherwise. Identities live as long as the cache. Good until the next call.
  [[nodiscard]] const std::shared_ptr<const Prepared>& find(const Identity& identity,
                                                            const Question& question);

 private:
  struct Key {
    const Identity* identity;
    Operation operation;
    const Names* names;  ///< lives, since the request made of it holds it
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  std::unordered_map<Key, std::shared_ptr<const Prepared>, KeyHash> known_;
};

}  // namespace market::snmp
