// Would a plan cut us off? Our ways to the devices - cables, by design and as they were seen - and
// the people who are connected to the gateway, held against each step (pure).
//
// A port on such a way must not go down, stop feeding an access point behind it, or carry the VLAN
// of the devices behind it otherwise than before; the last address of the gateway in a network with
// devices, or under somebody's connection, must stay, and so must his route. Where the VLAN is not
// carried before the plan, the plan cannot take it away.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "config/types/ip_address.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

struct CableEnd {
  std::string device, port;  ///< ids of the design; the port may be empty
  friend auto operator<=>(const CableEnd&, const CableEnd&) = default;
};

/// `upper` is the end nearer to the gateway.
struct Cable {
  CableEnd upper, lower;
};

/// Somebody's established connection to the gateway.
struct Session {
  IpAddress local, remote;
  std::uint16_t port = 0;  ///< the gateway's
};

struct Ways {
  struct Managed {
    std::uint16_t vid = 0;  ///< the VLAN its management address is in; 0 = in no zone
    IpAddress address;
    bool fed_by_port = false;  ///< lives on the PoE of the port it is plugged into
  };
  std::string gateway;
  std::map<std::string, Managed, std::less<>> managed;  ///< by id
  std::vector<Cable> designed;
  std::vector<Cable> seen;  ///< may lead to devices of no design
  std::vector<Session> sessions;
};

/// By the design alone.
[[nodiscard]] Ways ways_of(const Design& design);

/// In the order of the steps; each change at most once.
[[nodiscard]] std::vector<Lockout> lockouts_of(const std::vector<Step>& steps,
                                               const Observed& observed, const Ways& ways);

}  // namespace market::reconcile
