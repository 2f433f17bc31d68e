// The names of a question, kept once for all the agents that are asked the same. Private.
//
// Threads:  the loop's.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "config/types/oid.h"

namespace market::snmp {

struct Names {
  std::vector<Oid> oids;
  std::size_t fit = 0;  ///< so many of them, from the first on, go into one PDU
};
using NamesPtr = std::shared_ptr<const Names>;

[[nodiscard]] NamesPtr make_names(std::span<const Oid> oids);

class NamesCache {
 public:
  /// The list that equals `oids`, the one given last time when it is still known.
  [[nodiscard]] NamesPtr of(std::span<const Oid> oids);

 private:
  std::unordered_map<std::size_t, NamesPtr> known_;  ///< by a hash of the list
};

}  // namespace market::snmp
