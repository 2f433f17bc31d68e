// The gateway's traffic classes as fields:
//
//   qdisc[eth0]           "htb", or "htb default other": what is in no class passes unshaped, or
//                         goes into the class "other". Somebody else's root: "cake 8001:"
//   class[eth0 all]       "min 500Mbit/s max 500Mbit/s priority 0": of the whole link
//   class[eth0 20]        the same of VLAN 20, below "all"; its packets have the priority 6d6b:20
//   class[eth0 other]     of what has no class of its own
//
// A class that hangs elsewhere ends in " below <class>" or " below root". All of a root of ours
// (netlink::kQueueMajor) is ours; any other root is told and never touched.
// A write brings the links it is about to what they shall be: root first, classes from the top
// down; away from the bottom up. Where the root itself must be another, its classes are made anew.
#pragma once

#include <memory>

#include "probes/device/gateway_driver.h"
#include "probes/netlink/queues.h"

namespace market::device {

/// `queues` must outlive the part.
[[nodiscard]] std::unique_ptr<GatewayPart> make_queue_part(netlink::Queues& queues);

}  // namespace market::device
