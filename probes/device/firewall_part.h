// The packet filter's part of the gateway: the table "inet marketd" as fields.
//
//   chain[forward]               "type filter hook forward priority filter; policy drop"
//   rule[forward pay-out van-a]  the rules of a chain that carry the comment "pay-out van-a", in
//                                nft's words, joined by "; "
//   rule[forward ?1f0c…]         a rule without comment: somebody else put it into our table
//   set[svc-van-a]               "type ipv4_addr; elements = { 203.0.113.10, 203.0.113.11 }"
//
// The rules with the comment "base" stand first in their chain, then the others in the order of
// their comments. A write is one transaction over everything it changes. All of it is ours.
#pragma once

#include <memory>

#include "probes/device/gateway_driver.h"
#include "probes/firewall/firewall.h"

namespace market::device {

[[nodiscard]] std::unique_ptr<GatewayPart> make_firewall_part(
    std::unique_ptr<firewall::Firewall> firewall);

}  // namespace market::device
