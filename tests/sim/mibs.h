// The MIBs that the simulated devices implement, one function for each source file.
//
// Columns and meanings are those of the named MIB modules; what is not listed here does not exist.
#pragma once

#include <memory>
#include <vector>

#include "tests/sim/table.h"

namespace market::sim {

using Tables = std::vector<std::unique_ptr<Table>>;

/// SNMPv2-MIB (RFC 3418) system group, and snmpEngine (RFC 3411).
void add_system_mib(Tables& tables, Kind kind);
/// IF-MIB (RFC 2863): ifTable, ifXTable.
void add_if_mib(Tables& tables, Kind kind);
/// IP-MIB (RFC 4293; RFC 2011): own addresses.
void add_address_mib(Tables& tables);
/// IP-MIB (RFC 4293; RFC 2011): who has which address.
void add_neighbour_mib(Tables& tables);
/// ENTITY-MIB (RFC 6933): the chassis.
void add_entity_mib(Tables& tables);
/// BRIDGE-MIB (RFC 4188): dot1dBase and its port table.
void add_bridge_mib(Tables& tables);
/// Q-BRIDGE-MIB (RFC 4363): static and current VLANs, ports.
void add_vlan_mib(Tables& tables);
/// Q-BRIDGE-MIB and BRIDGE-MIB: forwarding tables.
void add_forwarding_mib(Tables& tables);
/// POWER-ETHERNET-MIB (RFC 3621).
void add_poe_mib(Tables& tables);
/// LLDP-MIB (IEEE 802.1AB-2005).
void add_lldp_mib(Tables& tables);
/// CISCO-CDP-MIB: neighbours.
void add_cdp_mib(Tables& tables);
/// HOST-RESOURCES-MIB (RFC 2790): uptime, users, processes, memory, and the device's description.
void add_host_mib(Tables& tables);
/// MarketSim's own radios, SSID slots and stations.
void add_access_point_mib(Tables& tables);
/// MarketSim's own "save running configuration to startup".
void add_save_mib(Tables& tables);

/// MarketSim's own requests: 32473.8.
void add_request_mib(Tables& tables);

/// Everything that a device of this kind implements. Built once, shared by all of them.
[[nodiscard]] const Mib& mib_of(Kind kind);

}  // namespace market::sim
