// The plan as YAML, with comments for the person who will change it.

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "tests/sim/example.h"

namespace market::sim {
namespace {

constexpr std::uint32_t kFirstSwitch = 11;     // host number in the mgmt prefix
constexpr std::uint32_t kFirstAp = 31;         // likewise, behind up to 20 switches
constexpr std::uint32_t kFirstTerminal = 101;  // host number in the payment prefix

template <class... Values>
void add(std::string& out, fmt::format_string<Values...> format, Values&&... values) {
  fmt::format_to(std::back_inserter(out), format, std::forward<Values>(values)...);
}

std::string address(const IpPrefix& prefix, std::size_t number) {
  return host(prefix, static_cast<std::uint32_t>(number)).to_string();
}

/// 02:00:XX:hh:ll:00; the last octet is left to the ports of the device.
std::string chassis_mac(unsigned kind, std::size_t number) {
  return fmt::format("02:00:{:02x}:{:02x}:{:02x}:00", kind, number >> 8U, number & 0xffU);
}

void write_head(std::string& out, const MarketPlan& plan) {
  const ExampleOptions& options = plan.options;
  add(out,
      R"(# A market of {} stalls, {} switches and {} access points, made by `marketsim example`.
# Check it with `marketctl check`, try it with `marketsim run`, then change it to what you have.
schema: 1
kind: market-design

site:
  id: {}                 # goes into sysName, labels and metrics
  name: {}
  timezone: Asia/Seoul
  work: {{ contract: "2026-0417", contractor: org-contractor-1, supervisor: org-supervision-1 }}

addressing: {{ supernet: {} }}  # every zone's prefix lies inside

# Devices in this design are written by SNMPv2c, whose community anybody on the wire can read.
# Remove this line for devices that speak SNMPv3.
allow-v2c-write: "simulated market"

)",
      plan.stalls.size(), plan.switches.size(), options.aps, options.site, options.name,
      plan.supernet.to_string());
}

void write_zones(std::string& out, const MarketPlan& plan) {
  const auto dhcp = [](const IpPrefix& prefix, std::uint32_t first) {
    return fmt::format("{}-{}", host(prefix, first).to_string(),
                       IpAddress::v4(prefix.last_v4().v4_number() - 5).to_string());
  };
  add(out,
      R"(# A zone is a VLAN, its prefix and how far it is trusted. `interface` is the gateway's link that
# carries the zone untagged.
zones:
  - {{ id: mgmt, vid: 10, prefix: {}, gateway: {}, interface: eth1, trust: infrastructure }}
  - {{ id: payment, vid: 20, prefix: {}, gateway: {}, interface: br-mkt, trust: cardholder, isolate-hosts: true }}
)",
      plan.mgmt.to_string(), address(plan.mgmt, 1), plan.payment.to_string(),
      address(plan.payment, 1));
  add(out, R"(  - id: staff
    vid: 30
    prefix: {}
    gateway: {}
    interface: eth3
    trust: internal
    dhcp: {{ range: {} }}
)",
      plan.staff.to_string(), address(plan.staff, 1), dhcp(plan.staff, 50));
  add(out, R"(  - id: guest
    vid: 40
    prefix: {}
    gateway: {}
    interface: eth4
    trust: untrusted
    isolate-hosts: true
    dhcp: {{ range: {} }}
  - {{ id: parking, vid: 999, trust: none }}  # unused ports wait here; never routed

)",
      plan.guest.to_string(), address(plan.guest, 1), dhcp(plan.guest, 10));
}

void write_services(std::string& out, const ExampleOptions& options) {
  const auto at = [&options](const char* otherwise, unsigned last) {
    if (options.service_net.empty()) return std::string{otherwise};
    const auto prefix = IpPrefix::parse(options.service_net);
    return prefix ? address(*prefix, last) : std::string{otherwise};
  };
  add(out, R"(# What must work from inside, and how it is probed.
services:
  - {{ id: van-a,   type: van, to: [{}], port: tcp/443, probe: tcp, from: [payment] }}
  - {{ id: zeropay, type: qr,  to: [{}], port: tcp/443, probe: tcp, from: [payment] }}
  - {{ id: dns,     type: dns, to: [{}],  port: tcp/53,  probe: tcp, from: [payment] }}
)",
      at("203.0.113.10", 10), at("203.0.113.20", 20), at("192.0.2.53", 53));
  out += R"(
# What a customer can pay with: the services and the abilities of a terminal that it rests on.
methods:
  - { id: card,     name: 신용·체크카드, services: [van-a, dns], abilities: [ic] }
  - { id: mobile,   name: 모바일카드,    services: [van-a, dns], abilities: [nfc] }
  - { id: transit,  name: 교통카드,      services: [van-a],      abilities: [rf, sam], offline: settles-later }
  - { id: unionpay, name: 은련카드,      services: [van-a],      abilities: [ic, pinpad] }
  - { id: onnuri,   name: 온누리상품권,  services: [van-a],      membership: onnuri }
  - { id: qr,       name: 제로페이 QR,   services: [zeropay],    customer-side: true }  # on the customer's own phone

# Between zones nothing passes but this.
policy:
  - { id: pay-out,   from: payment, to: { services: [van-a, zeropay, dns] } }
  - { id: staff-out, from: staff,   to: internet }
  - { id: guest-out, from: guest,   to: internet, limit: { per-host: 10Mbit/s } }
  - { id: noc-in,    from: { prefix: 198.51.100.0/28 }, to: mgmt, port: [tcp/22, udp/161] }

gateway:
  id: gw1
  uplink:
    interface: eth0
    addresses: [198.18.0.2/30]
    routes: [{ to: default, via: 198.18.0.1 }]
    rate: { down: 500Mbit/s, up: 500Mbit/s }
  lan: { bridge: br-mkt, interfaces: [eth2] }  # carries payment
  qos:  # each zone has a link of its own: the `min` of payment needs the `max` of the others
    classes:
      - { zone: payment, min: 20Mbit/s, priority: 1 }
      - { zone: mgmt, max: 80Mbit/s }
      - { zone: staff, max: 200Mbit/s }
      - { zone: guest, max: 200Mbit/s, priority: 7 }

# What a switch port is for. One untagged zone at most, any number of tagged ones.
port-roles:
  to-mgmt:    { mode: access, untagged: mgmt }     # the gateway's links, one zone each
  to-payment: { mode: access, untagged: payment }
  to-staff:   { mode: access, untagged: staff }
  to-guest:   { mode: access, untagged: guest }
  trunk:      { mode: tagged, untagged: parking, tagged: [mgmt, payment, staff, guest] }
  ap:         { mode: tagged, untagged: mgmt, tagged: [staff, guest], poe: { enabled: true, draw: 15.4W, priority: high } }
  terminal:   { mode: access, untagged: payment }
  unused:     { mode: access, untagged: parking, enabled: false }

)";
}

void write_switch(std::string& out, const MarketPlan& plan, std::size_t index) {
  const SwitchPlan& device = plan.switches[index];
  const std::size_t number = index + 1;
  add(out, R"(  - id: {}
    profile: sim-switch
    serial: SW-{:04}
    mac: {}
    address: {}
    place: {{ building: A, floor: 1, spot: {} }}
    poe-budget: {}W
    ports:
)",
      switch_id(number), number, chassis_mac(0x0a, number),
      address(plan.mgmt, kFirstSwitch + index),
      index == 0 ? "방재실" : fmt::format("통신함{}", index), device.size > 24 ? 740 : 370);
  for (std::size_t i = 0; i < device.ports.size(); ++i) {
    const PortPlan& port = device.ports[i];
    const bool stall = port.peer.empty();
    add(out, "      \"{}\": {{ role: {}, {}: {} }}\n", i + 1, port.role, stall ? "stall" : "peer",
        stall ? port.stall : port.peer);
  }
  const std::size_t first = device.ports.size() + 1;
  if (first < device.size) add(out, "      \"{}-{}\": {{ role: unused }}\n", first, device.size);
  if (first == device.size) add(out, "      \"{}\": {{ role: unused }}\n", first);
}

void write_ap(std::string& out, const MarketPlan& plan, std::size_t index) {
  // Neighbours in a row are 25 m apart, so that equal channels are 75 m and 100 m apart.
  constexpr std::array kLow{1, 6, 11};
  constexpr std::array kHigh{36, 44, 149, 157};
  const std::size_t offset = std::max<std::size_t>(kFirstAp, kFirstSwitch + plan.switches.size());
  add(out, R"(  - id: {}
    profile: sim-ap
    serial: AP-{:04}
    mac: {}
    address: {}
    place: {{ building: A, floor: 1, x: {}.0, y: 4.0 }}
    radios:
      - {{ band: 2G, channel: {}, channel-width: 20, tx-power: 14dBm }}
      - {{ band: 5G, channel: {}, channel-width: 40, tx-power: 17dBm }}
    ssids: [staff, guest]
)",
      ap_id(index + 1), index + 1, chassis_mac(0x0b, index + 1), address(plan.mgmt, offset + index),
      25 * index + 10, kLow[index % kLow.size()], kHigh[index % kHigh.size()]);
}

/// What a terminal can do, and what a stall with it takes.
struct Outfit {
  const char* type;
  const char* abilities;
  const char* accepts;
};
constexpr std::array kOutfits{Outfit{"pos", "ic, nfc", "card, mobile, qr"},
                              Outfit{"card-reader", "ic, rf, sam", "card, transit"},
                              Outfit{"pos", "ic, nfc, pinpad", "card, mobile, unionpay, qr"},
                              Outfit{"card-reader", "ic", "card"}};

void write_stall(std::string& out, const MarketPlan& plan, const StallPlan& stall) {
  if (stall.kind == StallKind::Vacant) {
    return add(out, "  - {{ id: {}, name: {}, state: vacant }}\n", stall.id, stall.name);
  }
  if (stall.kind == StallKind::NoTerminal) {
    return add(out, "  - {{ id: {}, name: {}, accepts: [qr] }}\n", stall.id, stall.name);
  }
  const Outfit& outfit = kOutfits[stall.number % kOutfits.size()];
  const bool onnuri = stall.number % 3 != 1;  // two shops in three are enrolled
  const std::size_t n = stall.number;
  add(out,
      "  - {{ id: {}, name: {}, accepts: [{}{}]{}, terminals: [{{ serial: T-{:05}, type: {}, "
      "abilities: [{}], mac: 02:00:0c:{:02x}:{:02x}:{:02x}, address: {}, {} }}] }}\n",
      stall.id, stall.name, outfit.accepts, onnuri ? ", onnuri" : "",
      onnuri ? ", membership: [onnuri]" : "", n, outfit.type, outfit.abilities, n >> 16U,
      (n >> 8U) & 0xffU, n & 0xffU, address(plan.payment, kFirstTerminal + n - 1),
      stall.kind == StallKind::Snmp ? "snmp: true" : "tcp-port: 5555");
}

void write_tail(std::string& out) {
  out += R"(
# Limits that the supervisor signs against.
acceptance:
  wired:   { speed-min: 1000Mbit/s, duplex: full, errors-max: 1e-6, poe-headroom-min: 20% }
  wifi:    { utilisation-max: 50%, cochannel-neighbours-max: 1 }
  service:
    van-a:   { connect-p95-max: 200ms, loss-max: 0.5%, samples-min: 20 }
    zeropay: { connect-p95-max: 300ms, loss-max: 1%, samples-min: 20 }
    dns:     { connect-p95-max: 100ms, loss-max: 1%, samples-min: 20 }
  segmentation: { probes: all-pairs, leaks-max: 0 }
  soak: 24h
)";
}

}  // namespace

std::string write_design(const MarketPlan& plan) {
  std::string out;
  out.reserve(4096 + 220 * plan.stalls.size());
  write_head(out, plan);
  write_zones(out, plan);
  write_services(out, plan.options);
  out += "# The first switch is the core: its first ports lead to the gateway.\nswitches:\n";
  for (std::size_t i = 0; i < plan.switches.size(); ++i) write_switch(out, plan, i);
  if (plan.options.aps > 0) out += "\naps:\n";
  for (std::size_t i = 0; i < plan.options.aps; ++i) write_ap(out, plan, i);
  add(out, R"(
ssids:
  - {{ id: staff, name: SeomunStaff, zone: staff, security: wpa3-personal, psk: {{ secret: {}/staff-psk }} }}
  - {{ id: guest, name: Seomun_Free_WiFi, zone: guest, security: open, isolate-clients: true }}

# Outside these hours a silent stall is closed, not broken.
hours: {{ open: "09:00", close: "20:00", closed: [mon], market-days: every-day }}

# `snmp: true`: the terminal answers SNMP. `tcp-port`: it does not, but listens there.
stalls:
)",
      plan.options.site);
  for (const StallPlan& stall : plan.stalls) write_stall(out, plan, stall);
  write_tail(out);
  return out;
}

}  // namespace market::sim
