// One field of one device and the value it can hold: the words in which a design, an observation
// and a plan all speak, so that they can be compared without translation.
//
// A device's state is a flat map from field name to value. The names:
//   system.name  system.location  system.contact          text
//   port[3].label  port[3].enabled  port[3].poe           by port name as the design writes it
//   port[3].pvid  port[3].poe-priority                    number; "critical" | "high" | "low"
//   port[3].frames  port[3].ingress-filter                "all" | "tagged-only"; boolean
//   vlan[20].name                                         text; Absent = no such VLAN row
//   vlan[20].port[3]                                      "none" | "tagged" | "untagged"
//   radio[5G].channel  radio[5G].channel-width            number (MHz for the width)
//   radio[5G].tx-power                                    number, hundredths of a dBm
//   ssid[1].name  ssid[1].vlan  ssid[1].security          by slot, in the order of the AP's ssids
//   ssid[1].isolate  ssid[1].enabled                      boolean
// and on the gateway (a kernel, through netlink); route[default] is "via 198.18.0.1 dev eth0"
//   link[br-mkt].kind  link[eth1].{master,up}            "bridge" | "vlan 20 on br-mkt"; text; flag
//   link[br-mkt].vlan-filtering  link[br-mkt].default-pvid    of a bridge: boolean; 0 = none
//   link[eth1].vlan[20]  (a port of a bridge)             "none" | "tagged" | "untagged pvid"
//   link[eth0].mtu                                        number, bytes
//   qdisc[eth0]  class[eth0 20]                           "htb default other"; "min 20Mbit/s max
//                                                         500Mbit/s priority 1", by VLAN id
//   address[br-mkt 10.64.0.1/24]  route[default]          boolean, true = present; text
//   route[default table 20]                               text, as route[default]
//   route-rule[from 10.64.4.0/23]                         "priority 15001 table 20"
//   chain[forward]  rule[forward pay-out van-a]  set[svc-van-a]   text in the words of nft(8)
//   dnsmasq[zone staff]                                   text in the words of dnsmasq(8)
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <variant>

namespace market {

/// There is no such object: the VLAN row or the link does not exist.
struct Absent {
  friend auto operator<=>(Absent, Absent) = default;
};

using FieldValue = std::variant<Absent, bool, std::int64_t, std::string>;

/// "absent", "true", "20" or the text in single quotes: for people. JSON has its own form.
[[nodiscard]] std::string to_string(const FieldValue& value);

/// Fields of one device by name, sorted.
using FieldMap = std::map<std::string, FieldValue, std::less<>>;

struct FieldPath {
  std::string device;  ///< the design's id of the device: "sw-a1"
  std::string field;   ///< "port[3].pvid"
  friend auto operator<=>(const FieldPath&, const FieldPath&) = default;
};

/// A field name taken apart: "vlan[20].port[3]" is group "vlan", key "20", leaf "port", subkey "3".
struct FieldName {
  std::string group;
  std::string key;     ///< empty for "system.name"
  std::string leaf;    ///< empty for "route[default]"
  std::string subkey;  ///< empty but for "vlan[20].port[3]"

  [[nodiscard]] static FieldName split(const std::string& name);
};

}  // namespace market
