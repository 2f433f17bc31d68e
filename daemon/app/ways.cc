#include "daemon/app/ways.h"

#include "daemon/app/log.h"
#include "probes/netlink/sessions.h"

namespace market::app {

reconcile::Ways ways_now(const Design& design, const health::SnapshotPtr& snapshot) {
  auto ways = reconcile::ways_of(design);
  if (snapshot && snapshot->picture) {
    for (const auto& edge : snapshot->picture->edges) {
      ways.seen.push_back(
          {{edge.upper.device, edge.upper.port}, {edge.lower.device, edge.lower.port}});
    }
  }
  if (!design.gateway) return ways;
  const auto sessions = netlink::read_inbound_sessions();
  if (!sessions) {
    log(Level::Warning, "SESSIONS_UNKNOWN", {},
        "a plan cannot be held against who is connected to the gateway: " +
            sessions.error().message);
    return ways;
  }
  for (const auto& one : *sessions)
    ways.sessions.push_back({one.local, one.remote, one.local_port});
  return ways;
}

}  // namespace market::app
