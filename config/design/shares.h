// How the uplink's rate is divided on its way into the market.
//
// What comes from the provider has passed the narrow place before the gateway sees it. It is held
// up once more where it leaves for the zones, a little below the line's own rate, so that packets
// wait where we decide who goes first. Zones behind one link of the gateway share its queue and
// lend to each other; several links cannot, so each has a rate of its own:
//
//   the whole rate, less what classes behind other links have for certain; and no more than its
//   zones may have at most, where every one of them has a `max`
//
// Threads:  pure.
#pragma once

#include <map>
#include <string>

#include "config/design/design.h"

namespace market {

/// One link of the LAN side, as far as traffic from the uplink goes.
struct LinkShare {
  BitsPerSecond rate;     ///< what it may carry from the uplink
  BitsPerSecond assured;  ///< sum of `min` of the zones behind it
};

/// The link a zone's traffic is queued at: the LAN bridge for its VLAN links. Empty = the gateway
/// does not route the zone.
[[nodiscard]] std::string queue_link(const Gateway& gateway, const Zone& zone);
/// Null when no class is for this zone.
[[nodiscard]] const QosClass* class_of(const Gateway& gateway, const Zone& zone);

/// By link; empty without a gateway or a rate of the way down.
[[nodiscard]] std::map<std::string, LinkShare> down_shares(const Design& design);
/// What the links may carry together, but for `link`.
[[nodiscard]] BitsPerSecond others_of(const std::map<std::string, LinkShare>& shares,
                                      const std::string& link);

}  // namespace market
