// The gateway as a device: its kernel's links, addresses and routes as fields.
#pragma once

#include <memory>
#include <string>

#include "probes/device/driver.h"
#include "probes/netlink/kernel.h"

namespace market::device {

/// `tag` marks the links we make: "marketd:<site>". `kernel` must outlive the driver.
[[nodiscard]] std::unique_ptr<Driver> make_kernel_driver(netlink::Kernel& kernel, std::string tag);

}  // namespace market::device
