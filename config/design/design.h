// The network design of one market, as typed values: what a designer wrote, checked.
//
//   market.yaml --yaml::load--> Node --load_design--> Design     (an invalid one cannot exist)
//
// Every object keeps the place it was written at, so that a plan step, an audit line and an
// alarm can point to the line that asked for it. Vocabulary: NetBox (site, vid, prefix,
// untagged/tagged), netplan (interface, addresses, routes to/via), uCentral (radios, ssids).
// market-design(5) explains each key.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/diagnostic.h"
#include "config/types/ip_address.h"
#include "config/types/ip_prefix.h"
#include "config/types/mac_address.h"
#include "config/types/quantity.h"
#include "config/types/vlan_id.h"

namespace market {

struct Site {
  std::string id;    ///< [a-z0-9-]{2,24}: goes into names, labels and metrics
  std::string name;  ///< as people call it: "서문시장 1지구"
  std::string timezone = "Asia/Seoul";
  std::map<std::string, std::string> work;  ///< contract, contractor, supervisor; may be empty
  SourcePosition position;
};

enum class Trust : std::uint8_t { None, Infrastructure, Cardholder, Internal, Device, Untrusted };
[[nodiscard]] std::string to_string(Trust trust);

/// A zone is a VLAN, its prefix and how far it is trusted.
struct Zone {
  std::string id;
  VlanId vid;
  std::optional<IpPrefix> prefix;    ///< none: never routed ("parking")
  std::optional<IpAddress> gateway;  ///< the gateway's own address in this zone
  /// The gateway's link that carries this zone untagged: a LAN interface or the LAN bridge.
  /// Empty: a VLAN interface "<bridge>.<vid>" on the LAN bridge.
  std::string interface;
  Trust trust = Trust::None;
  bool isolate_hosts = false;
  std::optional<IpRange> dhcp_range;
  SourcePosition position;
};

enum class Transport : std::uint8_t { Tcp, Udp };
struct ServicePort {
  Transport transport = Transport::Tcp;
  std::uint16_t number = 0;
  [[nodiscard]] std::string to_string() const;  ///< "tcp/443"
  friend auto operator<=>(const ServicePort&, const ServicePort&) = default;
};

/// Something outside the market that must be reachable: a VAN host, a QR service, DNS.
struct Service {
  std::string id;
  std::string type;             ///< "van", "qr", "dns", ...
  std::vector<std::string> to;  ///< IP literals or host names
  ServicePort port;
  std::string probe;              ///< "tls", "tcp" or "query"
  std::vector<std::string> from;  ///< zones
  SourcePosition position;
};

/// A payment method: the services and terminal abilities it rests on.
struct Method {
  std::string id;
  std::string name;
  std::vector<std::string> services;
  std::vector<std::string> abilities;
  std::string membership;      ///< scheme the stall must be enrolled in; empty = none
  bool customer_side = false;  ///< works on the customer's own network, whatever the stall's line
  bool settles_later = false;  ///< `offline: settles-later`
  SourcePosition position;
};

struct PolicyRule {
  std::string id;
  std::string from_zone;  ///< one of from_zone and from_prefix is set
  std::optional<IpPrefix> from_prefix;
  std::string to_zone;  ///< "internet" is a word of its own; empty with to_services
  std::vector<std::string> to_services;
  std::vector<ServicePort> ports;  ///< empty = all
  std::optional<BitsPerSecond> per_host_limit;
  SourcePosition position;
};

struct Route {
  std::string to;  ///< "default" or a prefix
  IpAddress via;
  SourcePosition position;
  std::uint32_t table = 0;  ///< 1..252, for packets that a routing policy sends there; 0 = for all
};

/// Packets of IPv4 that take the routes of another table instead of the default route.
struct RoutingPolicy {
  std::string from_zone;  ///< one of from_zone and from_prefix is set
  std::optional<IpPrefix> from_prefix;
  std::optional<IpPrefix> to;  ///< nothing = wherever they go
  std::uint32_t table = 0;
  SourcePosition position;
};

/// A share of the uplink's rate, in each direction.
struct QosClass {
  std::string zone;
  std::optional<BitsPerSecond> min;  ///< what it has for certain
  std::optional<BitsPerSecond> max;  ///< what it may have at most; none = the whole rate
  int priority = 4;                  ///< 0..7: who gets first what the others leave
  SourcePosition position;
};

struct Gateway {
  std::string id;
  std::string uplink_interface;
  std::vector<InterfaceAddress> uplink_addresses;
  std::vector<Route> uplink_routes;
  std::vector<RoutingPolicy> routing_policy;  ///< in the file's order: the first that fits
  std::optional<int> uplink_mtu;              ///< bytes
  std::optional<BitsPerSecond> rate_down, rate_up;
  std::string bridge;                   ///< LAN bridge; empty = none
  std::vector<std::string> interfaces;  ///< its ports
  std::vector<QosClass> qos;
  SourcePosition position;
};

struct PoeDemand {
  bool enabled = false;
  Milliwatts draw;
  std::string priority;  ///< "critical", "high", "low" or empty = not said
};

/// What a switch port is for.
struct PortRole {
  std::string id;
  bool tagged_mode = false;         ///< `mode: tagged`, else `mode: access`
  std::string untagged;             ///< zone; empty = none
  std::vector<std::string> tagged;  ///< zones
  std::optional<PoeDemand> poe;     ///< nothing = the design does not say
  bool enabled = true;
  bool ingress_filter = true;  ///< frames of VLANs that the port is not in are dropped
  std::string frames;  ///< "all", "tagged-only"; empty = tagged alone where no zone is untagged
  SourcePosition position;
};

struct SwitchPort {
  std::string name;  ///< as the design writes it, ranges expanded: "3"
  std::string role;
  std::string stall;  ///< empty = none
  std::string peer;   ///< "gw1/eth1", "sw-a2/1", "ap-a1"; empty = none
  /// What its label says, to the letter; nothing = the stall, the peer or the role.
  std::optional<std::string> label;
  SourcePosition position;
};

struct Place {
  std::string building, floor, spot;
  std::optional<double> x, y;  ///< metres on the floor plan
  /// "A동 1층 통신함1" and the like; goes into sysLocation.
  [[nodiscard]] std::string to_string() const;
};

/// What a device calls itself, to the letter; nothing = by its id and place.
struct SystemTexts {
  std::optional<std::string> name;      ///< `sys-name`, sysName; else "<site>-<id>"
  std::optional<std::string> location;  ///< `sys-location`, sysLocation; else "<place> <id>"
};

struct Switch {
  std::string id;
  std::string profile;
  std::string serial;  ///< empty = not said
  std::optional<MacAddress> mac;
  IpAddress address;
  Place place;
  SystemTexts system;
  std::map<std::string, std::string> vlan_names;  ///< by zone, where the name is not the zone's id
  std::optional<Milliwatts> poe_budget;
  std::string firmware_min;
  std::string stp;  ///< the spanning tree it is stated to run: "stp", "rstp", "mstp"; empty = none
  std::vector<SwitchPort> ports;  ///< in the file's order
  SourcePosition position;
};

struct Radio {
  std::string band;  ///< "2G", "5G", "6G"
  int channel = 0;
  int channel_width = 20;  ///< MHz
  CentiDbm tx_power;
  SourcePosition position;
};

struct AccessPoint {
  std::string id;
  std::string profile;
  std::string serial;
  std::optional<MacAddress> mac;
  IpAddress address;
  Place place;
  SystemTexts system;
  std::vector<Radio> radios;
  std::vector<std::string> ssids;
  SourcePosition position;
};

struct Ssid {
  std::string id;
  std::string name;  ///< 1..32 BYTES (IEEE 802.11-2020, 9.4.2.2)
  std::string zone;
  std::string
      security;  ///< "open", "owe", "wpa2-personal", "wpa3-personal", "wpa2-enterprise", ...
  std::string psk_secret;  ///< reference, never the key
  bool isolate_clients = false;
  SourcePosition position;
};

struct Terminal {
  std::string serial;
  std::string type;  ///< "pos", "card-reader", ...
  std::vector<std::string> abilities;
  std::optional<MacAddress> mac;
  std::optional<IpAddress> address;
  /// A TCP port this terminal listens on, where it speaks no SNMP; 0 = none known.
  std::uint16_t tcp_port = 0;
  bool snmp = false;  ///< it answers SNMP
  SourcePosition position;
};

enum class StallState : std::uint8_t { Open, Vacant };

struct Stall {
  std::string id;    ///< "A-101"
  std::string name;  ///< "대구상회"
  StallState state = StallState::Open;
  std::vector<std::string> accepts;     ///< methods it must be able to take
  std::vector<std::string> membership;  ///< schemes it is enrolled in (e.g. onnuri)
  std::vector<Terminal> terminals;
  SourcePosition position;
};

/// Trading hours, local time of the site. Outside them silence of a stall is 영업종료, not 장애.
struct Hours {
  std::chrono::minutes open{0};
  std::chrono::minutes close{std::chrono::hours{24}};
  std::set<unsigned> closed_weekdays;  ///< 0 = Sunday
};

/// The classes of objects that `drift` speaks of: groups of fields (config/types/field.h), those of
/// the packet filter together.
inline constexpr std::array<std::string_view, 11> kObjectClasses{
    "system",  "port",  "vlan",     "radio", "ssid",  "link",
    "address", "route", "firewall", "names", "queues"};

/// When changes may be begun, and by how many people.
struct ChangeRules {
  std::vector<Hours> windows;  ///< local time of the site; empty = at any time
  bool four_eyes = false;      ///< somebody else must have approved the very plan
  SourcePosition position;
};

/// Limits a supervisor signs against. Kept as the design says them.
struct Acceptance {
  std::optional<BitsPerSecond> wired_speed_min;
  bool wired_full_duplex = false;
  std::optional<PartsPerMillion> wired_errors_max;
  std::optional<PartsPerMillion> poe_headroom_min;
  std::optional<PartsPerMillion> wifi_utilisation_max;
  std::optional<int> wifi_cochannel_neighbours_max;
  struct ServiceLimit {
    std::optional<std::chrono::microseconds> connect_p95_max;
    std::optional<PartsPerMillion> loss_max;
    int samples_min = 1;
  };
  std::map<std::string, ServiceLimit> services;
  std::optional<int> segmentation_leaks_max;  ///< pairs of zones that may leak; probes all pairs
  std::optional<std::chrono::microseconds> soak;
};

/// A finding of the checks that somebody answers for, for a while.
struct Waiver {
  std::string rule;  ///< "D306"
  std::string at;    ///< the name of the thing it is for; empty = all findings of the rule
  std::string reason, by;
  std::chrono::year_month_day until;  ///< the last day, local to the site
  SourcePosition position;
};

struct Design {
  std::string file;    ///< the path it was loaded from
  std::string digest;  ///< hex SHA-256 of the bytes it was read from (DesignLayers::digest)
  Site site;
  std::optional<IpPrefix> supernet;
  std::vector<Zone> zones;
  std::vector<Service> services;
  std::vector<Method> methods;
  std::vector<PolicyRule> policy;
  std::optional<Gateway> gateway;
  std::vector<PortRole> port_roles;
  std::vector<Switch> switches;
  std::vector<AccessPoint> aps;
  std::vector<Ssid> ssids;
  std::vector<Stall> stalls;
  std::optional<Hours> hours;
  Acceptance acceptance;
  ChangeRules changes;
  std::set<std::string, std::less<>> enforced;  ///< object classes whose drift is put right at once
  /// `allow-v2c-write: reason`: why devices may be written without SNMPv3; empty = they may not.
  std::string allow_v2c_write;
  std::vector<Waiver> waivers;
  /// What they cover: findings that would be errors or warnings. Told in every audit.
  Diagnostics waived;

  [[nodiscard]] const Zone* zone(std::string_view id) const;
  [[nodiscard]] const Service* service(std::string_view id) const;
  [[nodiscard]] const Method* method(std::string_view id) const;
  [[nodiscard]] const PortRole* port_role(std::string_view id) const;
  [[nodiscard]] const Switch* switch_(std::string_view id) const;
  [[nodiscard]] const AccessPoint* ap(std::string_view id) const;
  [[nodiscard]] const Ssid* ssid(std::string_view id) const;
  [[nodiscard]] const Stall* stall(std::string_view id) const;

  /// Where a stall is plugged in by design: switch id and port. Several when it has several.
  struct Drop {
    std::string switch_id;
    std::string port;
  };
  [[nodiscard]] std::vector<Drop> drops_of(std::string_view stall) const;
  /// The same of every stall that has any, in one pass over the ports.
  [[nodiscard]] std::map<std::string, std::vector<Drop>> drops() const;
};

}  // namespace market
