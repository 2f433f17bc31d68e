// The device's interfaces by every name that its other tables may call them.
//
// Where LLDP's local port number is not an ifIndex - it need not be - the port is found by what
// lldpLocPortTable says of it: its id and description against ifName, ifDescr, ifAlias and
// ifPhysAddress, each only where it names one interface. Numbers are the last resort.
//
// Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "probes/survey/rows.h"
#include "probes/survey/survey.h"

namespace market::survey {

class Ports {
 public:
  Ports(const Rows& rows, Skipped& skipped);

  /// More of dot1dBasePortTable, as a VLAN context has it.
  void add_base_ports(const Rows& rows, Skipped& skipped);

  /// By ifIndex.
  [[nodiscard]] std::vector<Interface> interfaces() const;
  /// The name of an interface; empty when it has none.
  [[nodiscard]] std::string name_of(std::uint32_t if_index) const;
  /// How the ports of a forwarding table are numbered. The standard says base ports; agents are
  /// known that put ifIndexes there, which shows in numbers that are no base ports.
  enum class Numbering : std::uint8_t { BasePorts, IfIndexes };
  [[nodiscard]] Numbering numbering_of(const std::set<std::uint32_t>& forwarding_ports) const;
  /// "gi1/0/7"; "base-port 7" when there is no way to a name.
  [[nodiscard]] std::string name_of_bridge_port(std::uint32_t port, Numbering numbering) const;
  /// A port by LLDP's number for it; "lldp-port 7" when there is no way to a name.
  [[nodiscard]] std::string name_of_lldp_port(std::uint32_t number) const;
  [[nodiscard]] bool owns(const MacAddress& mac) const { return by_mac_.contains(mac); }
  /// Base ports are taken for interface indexes, because dot1dBasePortTable tells nothing.
  [[nodiscard]] bool guesses_base_ports() const { return base_ports_.empty(); }

 private:
  struct Port {
    Interface interface;
    std::string descr;
  };
  /// What lldpLocPortTable says of one port.
  struct Local {
    std::uint32_t id_subtype = 0;  ///< LldpPortIdSubtype; 0 = not told
    std::string id, description;
    std::optional<MacAddress> mac;  ///< the id, where it is one
  };
  static constexpr std::uint32_t kSeveral = 0;  ///< in the maps below: names more than one
  template <class Key>
  using Names = std::map<Key, std::uint32_t>;

  void read_interfaces(const Rows& rows, Skipped& skipped);
  void read_lldp_ports(const Rows& rows, Skipped& skipped);
  void index_names();
  [[nodiscard]] std::optional<std::uint32_t> if_index_of(const Local& local) const;
  [[nodiscard]] std::string name_of_base_port(std::uint32_t port) const;
  /// The port whose place among the base ports is `number`, where its name ends so as well:
  /// 18 -> "gigabitEthernet 1/0/18" on agents whose base ports begin at 49153.
  [[nodiscard]] std::string name_by_place(std::uint32_t number) const;
  [[nodiscard]] std::optional<std::uint32_t> by_text(const std::string& text) const;
  template <class Key>
  [[nodiscard]] static std::optional<std::uint32_t> find(const Names<Key>& names, const Key& key);

  std::map<std::uint32_t, Port> ports_;
  std::map<std::uint32_t, std::uint32_t> base_ports_;  ///< base port -> ifIndex
  std::map<std::uint32_t, Local> locals_;
  Names<std::string> by_name_, by_descr_, by_alias_;  ///< folded to lower case
  Names<MacAddress> by_mac_;
};

}  // namespace market::survey
