// A market small enough to hold in the head, as a Design:
//
//   gw1 -eth1- 1:sw-1 -2- 1:sw-2 -3- A-103's T-3
//                |- 3 - A-101's T-1       '-2- ap-2
//                |- 4 - A-102's T-2
//                '- 5 - ap-1
//
// A-104 is vacant. Every stall with a terminal takes card (van, dns; ability ic) and qr
// (customer-side, qrpay); A-101 also onnuri (van; membership onnuri).
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/design/design.h"

namespace market::test {

inline SwitchPort port(std::string name, std::string peer, std::string stall) {
  SwitchPort made;
  made.name = std::move(name);
  made.peer = std::move(peer);
  made.stall = std::move(stall);
  return made;
}

inline Switch network_switch(std::string id, std::vector<SwitchPort> ports) {
  Switch made{.id = std::move(id),
              .profile = "sim-switch",
              .serial = {},
              .mac = {},
              .address = IpAddress::v4(0x0a400001),
              .place = {},
              .poe_budget = {},
              .firmware_min = {},
              .ports = std::move(ports),
              .position = {}};
  return made;
}

inline AccessPoint access_point(std::string id) {
  return {.id = std::move(id),
          .profile = "sim-ap",
          .serial = {},
          .mac = {},
          .address = IpAddress::v4(0x0a400002),
          .place = {},
          .radios = {},
          .ssids = {},
          .position = {}};
}

inline Terminal terminal(std::string serial, std::vector<std::string> abilities) {
  Terminal made;
  made.serial = std::move(serial);
  made.abilities = std::move(abilities);
  return made;
}

inline Stall stall(std::string id, std::vector<std::string> accepts,
                   std::vector<Terminal> terminals) {
  Stall made;
  made.id = std::move(id);
  made.accepts = std::move(accepts);
  made.terminals = std::move(terminals);
  return made;
}

inline Method method(std::string id, std::vector<std::string> services,
                     std::vector<std::string> abilities) {
  Method made;
  made.id = std::move(id);
  made.services = std::move(services);
  made.abilities = std::move(abilities);
  return made;
}

inline Design small_market() {
  Design design;
  design.site.id = "small";
  design.gateway.emplace();
  design.gateway->id = "gw1";
  design.switches = {network_switch("sw-1", {port("1", "gw1/eth1", ""), port("2", "sw-2/1", ""),
                                             port("3", "", "A-101"), port("4", "", "A-102"),
                                             port("5", "ap-1", "")}),
                     network_switch("sw-2", {port("1", "sw-1/2", ""), port("2", "ap-2", ""),
                                             port("3", "", "A-103")})};
  design.aps = {access_point("ap-1"), access_point("ap-2")};
  design.methods = {method("card", {"van", "dns"}, {"ic"}), method("onnuri", {"van"}, {}),
                    method("qr", {"qrpay"}, {})};
  design.methods[1].membership = "onnuri";
  design.methods[2].customer_side = true;
  design.stalls = {stall("A-101", {"card", "onnuri", "qr"}, {terminal("T-1", {"ic", "nfc"})}),
                   stall("A-102", {"card", "qr"}, {terminal("T-2", {"ic"})}),
                   stall("A-103", {"card", "qr"}, {terminal("T-3", {"ic"})}),
                   stall("A-104", {"card"}, {})};
  design.stalls[0].membership = {"onnuri"};
  design.stalls[3].state = StallState::Vacant;
  return design;
}

}  // namespace market::test
