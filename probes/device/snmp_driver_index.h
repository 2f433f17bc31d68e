// Which row of a table a port, a radio or a VLAN is, as the device numbers them today.
//
//   port "3" --ifName--> ifIndex 103 --dot1dBasePortIfIndex--> base port 3 --pethPsePort--> 1.3
//
// The numbers may change at a restart, so nothing is assumed: a table is walked when it is first
// needed and kept, and each later read or write asks along for the witnesses of the rows it uses.
// A witness that disagrees means: forget, and look up again. A name that two rows carry belongs to
// neither.
//
// Threads:  blocking; of one driver. Errors: those of the agent.
// Sources:  RFC 2863 (ifName), RFC 4188 (dot1dBasePortIfIndex), RFC 3621 (pethPsePortIndex).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "probes/device/snmp_driver_agent.h"
#include "probes/device/snmp_driver_port_list.h"

namespace market::device {

/// Keys and index suffixes of one table, both ways.
class RowTable {
 public:
  void add(const std::string& key, const Oid& suffix);
  [[nodiscard]] const Oid* suffix_of(const std::string& key) const;
  [[nodiscard]] const std::string* key_of(const Oid& suffix) const;
  [[nodiscard]] bool is_ambiguous(const std::string& key) const { return ambiguous_.contains(key); }
  [[nodiscard]] const std::map<std::string, Oid>& rows() const { return suffixes_; }

 private:
  std::map<std::string, Oid> suffixes_;
  std::map<Oid, std::string> keys_;
  std::set<std::string> ambiguous_;
};

/// `oid` must still hold `key` for a row to be the one we think it is.
struct Witness {
  Oid oid;
  std::string key;
  std::string index;  ///< whose table `oid` is in

  friend auto operator<=>(const Witness&, const Witness&) = default;
};

class Indexes {
 public:
  Indexes(Agent& agent, const Profile& profile) : agent_{agent}, profile_{profile} {}

  /// The index suffix of `key`; nothing when the device has no such row.
  [[nodiscard]] Result<std::optional<Oid>> suffix(const std::string& index, const std::string& key);
  /// The key of a row; nothing when it has none, or shares it.
  [[nodiscard]] Result<std::optional<std::string>> key(const std::string& index, const Oid& suffix);
  /// Why `suffix` gave nothing: "no row of ifName says so", "two rows say so".
  [[nodiscard]] std::string why_missing(const std::string& index, const std::string& key) const;

  /// What to ask along with a use of `key`. Empty where the key is the index itself.
  [[nodiscard]] std::vector<Witness> witnesses(const std::string& index,
                                               const std::string& key) const;
  /// False when `values` contradict one of `witnesses`.
  [[nodiscard]] bool confirmed(const std::vector<Witness>& witnesses, const Values& values) const;

  /// Ports of the bridge by name; empty where the profile or the device has no bridge.
  [[nodiscard]] Result<std::map<std::string, BasePort>> base_ports();

  /// Everything must be looked up again.
  void forget() { tables_.clear(); }

 private:
  [[nodiscard]] Result<const RowTable*> table(const std::string& index);
  [[nodiscard]] Result<RowTable> look_up(const std::string& index);
  [[nodiscard]] Result<RowTable> look_up_base_ports(const IndexRule& rule);
  [[nodiscard]] Result<RowTable> look_up_poe(const std::string& index, const IndexRule& rule);
  [[nodiscard]] const IndexRule* rule(const std::string& index) const;

  Agent& agent_;
  const Profile& profile_;
  std::map<std::string, RowTable> tables_;
};

}  // namespace market::device
