// What one device says about who is where: its own addresses and interfaces, its neighbour (ARP/ND)
// table, its forwarding table, its LLDP and CDP neighbours.
//
// Plain data, as told: nothing here is judged. daemon/inventory merges what many devices say.
//
// Sources:  IF-MIB (RFC 2863), IP-MIB (RFC 4293), BRIDGE-MIB (RFC 4188), Q-BRIDGE-MIB (RFC 4363),
//           LLDP-MIB (IEEE 802.1AB-2005), LLDP-V2-MIB (802.1AB-2009), CISCO-CDP-MIB.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "config/types/vlan_id.h"

namespace market::survey {

struct Interface {
  std::uint32_t if_index = 0;
  std::string name;               ///< ifName, else ifDescr
  std::string alias;              ///< ifAlias
  std::uint32_t type = 0;         ///< IANAifType: 6 ethernetCsmacd, 161 ieee8023adLag; 0 = not told
  std::optional<MacAddress> mac;  ///< ifPhysAddress
  bool oper_up = false;
};

/// One of the device's own addresses (ipAdEntIfIndex, ipAddressIfIndex). Loopback and unspecified
/// addresses, which every device has, are left out.
struct OwnAddress {
  IpAddress address;
  std::uint32_t if_index = 0;
};

/// "This address is this MAC": ipNetToPhysicalTable, ipNetToMediaTable.
struct Neighbor {
  IpAddress address;
  MacAddress mac;
  std::uint32_t if_index = 0;
};

/// "This MAC was seen behind this port": learned entries of dot1qTpFdbTable, else dot1dTpFdbTable.
struct ForwardingEntry {
  MacAddress mac;
  std::string port;            ///< the Interface's name; "base-port 7" when it has none
  std::optional<VlanId> vlan;  ///< nothing when the table does not tell
};

struct LinkNeighbor {
  enum class Protocol : std::uint8_t { Lldp, Cdp };
  Protocol protocol = Protocol::Lldp;
  std::string local_port;  ///< the Interface's name, else what the table calls it; may be empty
  std::optional<MacAddress> chassis;  ///< where the chassis id is a MAC
  std::string chassis_id;             ///< as text, whatever its subtype
  std::string port_id, port_description;
  std::string sys_name, sys_descr;  ///< of CDP: device id, version
  std::string platform;             ///< CDP only: "cisco AIR-CAP3702I-E-K9"
  std::vector<IpAddress> management_addresses;
  bool is_bridge = false, is_access_point = false, is_router = false, is_phone = false;
};

struct DeviceSurvey {
  std::optional<MacAddress> bridge_address;  ///< dot1dBaseBridgeAddress
  std::optional<MacAddress> lldp_chassis;    ///< lldpLocChassisId, where it is a MAC
  std::vector<Interface> interfaces;         ///< by ifIndex
  std::vector<OwnAddress> addresses;
  std::vector<Neighbor> neighbors;
  std::vector<ForwardingEntry> forwarding;
  std::vector<LinkNeighbor> links;
  std::vector<std::string>
      gaps;  ///< tables that could not be read, and why: "LLDP: no answer within 4500 ms"
};

}  // namespace market::survey
