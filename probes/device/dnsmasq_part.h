// The gateway's server of addresses and names as fields, in dnsmasq's own words:
//
//   dnsmasq[zone staff]     "interface=br-mkt.30; dhcp-range=set:staff,10.64.8.50,..."
//   dnsmasq[names zeropay]  "nftset=/pay.example.kr/4#inet#marketd#svc-zeropay-names"
//   dnsmasq[upstream]       "no-resolv; server=192.0.2.53"
//
// A write is one restart of dnsmasq, after it has checked what it is to be told. All of it is ours.
#pragma once

#include <memory>

#include "probes/device/gateway_driver.h"
#include "probes/dhcp/server.h"

namespace market::device {

[[nodiscard]] std::unique_ptr<GatewayPart> make_dnsmasq_part(std::unique_ptr<dhcp::Server> server);

}  // namespace market::device
