// The kernel's part of the gateway: links, addresses and routes as fields.
//
//   link[br-mkt].kind     "bridge", or "vlan 20 on br-mkt"; other kinds are not a design's to make
//   link[eth1].master     name; "" = none
//   link[eth1].up         administrative state
//   link[eth1].mtu        bytes; a setting of any link, never ours to take away
//   link[eth1].forwarding IPv4 packets that come in here are passed on
//   link[br-mkt].vlan-filtering   of a bridge; only where the kernel can filter VLANs
//   link[br-mkt].default-pvid     number, 0 = none; likewise
//   link[eth1].vlan[20]   of a port of a bridge, or of the bridge itself: "none", or how its frames
//                         leave, and " pvid" where frames that come in without a tag are of it:
//                         "tagged", "untagged pvid"
//   address[eth1 10.64.0.1/24]   true = present
//   route[default]        "via 198.18.0.1 dev eth0", or "dev eth1"; main table, lowest metric.
//                         The routes the kernel makes for its own addresses are left out.
//
// What is not ours is not touched: a link is deleted only when its alias is our tag and nothing
// hangs on it, a route is changed or deleted only when it carries netlink::kRouteProtocol.
// Undoing is writing `before` back, in reverse order; what the kernel takes away with an object
// that we delete (the secondary addresses of a primary one) is put back at once.
// Ours (Observation::ours): all fields of a link that we made, its addresses, the VLANs of the
// ports of a bridge that we made, and our routes.
// Unable (Observation::unable): "bridge-vlan" where the kernel cannot filter VLANs.
#pragma once

#include <memory>
#include <string>

#include "probes/device/gateway_driver.h"
#include "probes/netlink/kernel.h"

namespace market::device {

/// `tag` marks the links we make: "marketd:<site>". `kernel` must outlive the part.
[[nodiscard]] std::unique_ptr<GatewayPart> make_kernel_part(netlink::Kernel& kernel,
                                                            std::string tag);

}  // namespace market::device
