// An SNMP agent in memory, asked through BlockingClient, that behaves like a switch: types are
// checked, Q-BRIDGE rows are created and destroyed, and a SET is done wholly or not at all.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "probes/snmp/blocking.h"

namespace market::device {

class FakeAgent final : public snmp::BlockingClient {
 public:
  using Mib = std::map<Oid, snmp::Value>;
  enum class Mood { Answers, Silent, DoesAndStaysSilent, RefusesUser };

  snmp::Outcome get(const snmp::Target& target, std::span<const Oid> oids, snmp::Patience) override;
  snmp::Outcome walk(const snmp::Target& target, const Oid& root, std::size_t max_bindings,
                     snmp::Patience) override;
  snmp::Outcome set(const snmp::Target& target, std::span<const snmp::VarBind> bindings,
                    snmp::Patience) override;

  /// Every OID that starts with `prefix` disappears.
  void drop(const Oid& prefix);
  /// A SET that touches `oid` is refused with `status`.
  void refuse(const Oid& oid, snmp::ErrorStatus status) { refused_[oid] = status; }

  Mib mib;
  std::optional<Oid> row_status;  ///< column of VLAN rows
  std::vector<Oid> row_columns;   ///< columns that come and go with a row
  std::string row_ports;          ///< what a new row's lists hold
  Mood reading = Mood::Answers;
  Mood writing = Mood::Answers;
  std::string write_user = "write";
  std::size_t gets = 0, walks = 0;
  std::vector<std::vector<snmp::VarBind>> sets;  ///< every SET that arrived
  std::function<void(Mib&)> afterwards;          ///< what it does of its own after a SET

 private:
  [[nodiscard]] snmp::ErrorStatus check(const snmp::VarBind& binding, const Mib& now) const;
  void put(const snmp::VarBind& binding, Mib& now) const;

  std::map<Oid, snmp::ErrorStatus> refused_;
};

}  // namespace market::device
