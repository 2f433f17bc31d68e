// The gateway as a device: its kernel's links, addresses and routes as fields.
//
//   link[br-mkt].kind     "bridge", or "vlan 20 on br-mkt"; other kinds are not a design's to make
//   link[eth1].master     name; "" = none
//   link[eth1].up         administrative state
//   address[eth1 10.64.0.1/24]   true = present
//   route[default]        "via 198.18.0.1 dev eth0", or "dev eth1"; main table, lowest metric.
//                         The routes the kernel makes for its own addresses are left out.
//
// What is not ours is not touched: a link is deleted only when its alias is our tag and nothing
// hangs on it, a route is changed or deleted only when it carries netlink::kRouteProtocol.
// Undoing is writing `before` back, in reverse order; what the kernel takes away with an object
// that we delete (the secondary addresses of a primary one) is put back at once.
#pragma once

#include <memory>
#include <string>

#include "probes/device/driver.h"
#include "probes/netlink/kernel.h"

namespace market::device {

/// `tag` marks the links we make: "marketd:<site>". `kernel` must outlive the driver.
[[nodiscard]] std::unique_ptr<Driver> make_kernel_driver(netlink::Kernel& kernel, std::string tag);

}  // namespace market::device
