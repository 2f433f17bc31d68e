// A zone of a small design, at the line of its VLAN id.
#pragma once

#include <cstdint>

#include "config/design/design.h"

namespace market::reconcile {

inline Zone zone(const char* id, std::uint32_t vid, const char* prefix, const char* gateway) {
  return {.id = id,
          .vid = *VlanId::from(vid),
          .prefix = *IpPrefix::parse(prefix),
          .gateway = *IpAddress::parse(gateway),
          .interface = {},
          .trust = Trust::Internal,
          .isolate_hosts = false,
          .dhcp_range = {},
          .position = {"market.yaml", vid, 3}};
}

}  // namespace market::reconcile
