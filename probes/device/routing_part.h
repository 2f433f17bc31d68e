// The gateway's rules for which table of routes a packet takes: "route-rule[from 10.64.4.0/23]" is
// "priority 15001 table 20".
//
// Threads:  one thread at a time. Errors: those of netlink::Kernel; Conflict for a rule that is not
//           ours in the way.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "config/types/result.h"
#include "probes/device/gateway_driver.h"
#include "probes/netlink/kernel.h"

namespace market::device {

/// `kernel` must outlive it.
[[nodiscard]] std::unique_ptr<GatewayPart> make_routing_part(netlink::Kernel& kernel);

/// A table that is nobody's: 1..252.
[[nodiscard]] Result<std::uint32_t> parse_routing_table(std::string_view text);

}  // namespace market::device
