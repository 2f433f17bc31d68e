// A running market as a design: the inverse of what a plan does.
//
//   sweep, observe, survey --Found--> take_over() --text--> `marketctl check` passes,
//                                                            `marketctl plan` from it is empty
//
// What a device does not tell (what a stall accepts, how far a zone is trusted, services, limits)
// is for a person to say; the text names it. What a design cannot say is left out of it, so that no
// plan touches it, and told in `left_out`. Rules that the market breaks as it is are waived until
// `waive_until`, one by one. Whether a plan would be empty is not believed but tried, with the same
// make_desired and make_plan.
//
// Threads:  pure: the same Found, the same text, byte for byte.
// Errors:   InvalidDesign when no design comes of it: then the fault is ours.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "daemon/reconcile/plan.h"
#include "probes/netlink/kernel.h"
#include "probes/survey/survey.h"
#include "probes/sweep/sweep.h"

namespace market::takeover {

struct FoundDevice {
  sweep::Sighting sighting;
  /// Of a switch or an access point: what it was read through, and what it has. Empty = not read.
  std::string profile;
  reconcile::ObservedDevice observed;
  survey::DeviceSurvey survey;
};

/// The kernel that we run on, if it is the market's gateway.
struct FoundGateway {
  reconcile::ObservedDevice observed;
  std::vector<netlink::Link> links;
  std::vector<netlink::Neighbour> neighbours;
};

struct Found {
  std::vector<FoundDevice> devices;  ///< in the order of their addresses
  std::optional<FoundGateway> gateway;
};

/// What nobody on the network can tell.
struct Words {
  std::string site;  ///< site id; empty = what the devices' names begin with, else "market"
  std::string name;  ///< of the site; empty = its id
  std::string gateway = "gw1";  ///< id of the gateway
  std::chrono::year_month_day waive_until{};
};

struct TakenOver {
  std::string text;                    ///< the design file
  std::vector<std::string> left_out;   ///< what is running and not in it, or not read
  std::vector<std::string> to_decide;  ///< waived, or assumed
  std::size_t switches = 0, access_points = 0, zones = 0, stalls = 0;
};

[[nodiscard]] Result<TakenOver> take_over(const Found& found, const ProfileSet& profiles,
                                          const Words& words);

}  // namespace market::takeover
