// All that a device has said, sorted by OID, to be looked into by instance or by subtree.
//
// Holds no copy: a walk of a whole device is two hundred thousand values.
//
// Threads:  pure. Errors: none; what was not said is null or an empty range.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "probes/snmp/client.h"

namespace market::sweep {

class Read {
 public:
  /// `facts` must outlive this. Of an OID that is there twice the last value counts;
  /// noSuchObject and its like are not said.
  explicit Read(const std::vector<snmp::VarBind>& facts);

  /// Null when it was not said.
  [[nodiscard]] const snmp::Value* find(const Oid& oid) const;
  /// As text: clean octets, numbers, OIDs; empty when it was not said.
  [[nodiscard]] std::string text_of(const Oid& oid) const;
  /// Empty when it was not said or is no OID.
  [[nodiscard]] Oid oid_of(const Oid& oid) const;

  using Range = std::span<const snmp::VarBind* const>;
  /// The instance `root`, or what lies below it.
  [[nodiscard]] Range below(const Oid& root) const;
  [[nodiscard]] bool answers_below(const Oid& root) const { return !below(root).empty(); }
  /// From `root`, or what follows it, to the end.
  [[nodiscard]] Range from(const Oid& root) const;

 private:
  std::vector<const snmp::VarBind*> said_;  ///< by OID, each once
};

/// The bytes of an OCTET STRING, any other value in words.
[[nodiscard]] std::string bytes_of(const snmp::Value& value);

}  // namespace market::sweep
