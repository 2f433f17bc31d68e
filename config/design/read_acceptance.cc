// acceptance: the limits a supervisor signs against.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::Entry;
using yaml::Kind;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

void read_wired(const Node& node, Reading& reading) {
  MapReader map{node, "acceptance wired", reading.findings};
  Acceptance& limits = reading.design.acceptance;
  limits.wired_speed_min = map.parsed("speed-min", Need::Optional, parse_speed);
  limits.wired_full_duplex = map.word("duplex", Need::Optional, {"full", "any"}) == "full";
  limits.wired_errors_max = map.parsed("errors-max", Need::Optional, parse_share);
  limits.poe_headroom_min = map.parsed("poe-headroom-min", Need::Optional, parse_share);
}

void read_wifi_limits(const Node& node, Reading& reading) {
  MapReader map{node, "acceptance wifi", reading.findings};
  Acceptance& limits = reading.design.acceptance;
  limits.wifi_utilisation_max = map.parsed("utilisation-max", Need::Optional, parse_share);
  if (const auto most = map.integer("cochannel-neighbours-max", Need::Optional, {0, 1000})) {
    limits.wifi_cochannel_neighbours_max = static_cast<int>(*most);
  }
}

void read_service_limit(const Entry& entry, Reading& reading) {
  MapReader map{entry.value, fmt::format("acceptance service '{}'", entry.key), reading.findings,
                entry.key_position};
  Acceptance::ServiceLimit limit;
  limit.connect_p95_max = map.parsed("connect-p95-max", Need::Optional, parse_time);
  limit.loss_max = map.parsed("loss-max", Need::Optional, parse_share);
  limit.samples_min =
      static_cast<int>(map.integer("samples-min", Need::Optional, {1, 1'000'000}).value_or(1));
  reading.refer(Part::Services, Part::Acceptance, entry.key, entry.key_position, "acceptance");
  reading.design.acceptance.services.emplace(entry.key, limit);
}

void read_segmentation(const Node& node, Reading& reading) {
  MapReader map{node, "acceptance segmentation", reading.findings};
  static_cast<void>(map.word("probes", Need::Optional, {"all-pairs"}));
  if (const auto most = map.integer("leaks-max", Need::Required, {0, 1'000'000})) {
    reading.design.acceptance.segmentation_leaks_max = static_cast<int>(*most);
  }
}

}  // namespace

void read_acceptance(MapReader& top, Reading& reading) {
  const Node* node = top.find("acceptance", Need::Optional);
  if (node == nullptr) return;
  MapReader map{*node, "acceptance", reading.findings};
  if (const Node* wired = map.find("wired", Need::Optional)) read_wired(*wired, reading);
  if (const Node* wifi = map.find("wifi", Need::Optional)) read_wifi_limits(*wifi, reading);
  if (const Node* services = map.find("service", Need::Optional)) {
    if (services->kind != Kind::Map) {
      map.refuse(map.findings().rules().type, *services, "service", "must be a map",
                 "write 'service-id: { ... }'");
    }
    for (const Entry& entry : services->entries) read_service_limit(entry, reading);
  }
  if (const Node* pairs = map.find("segmentation", Need::Optional)) {
    read_segmentation(*pairs, reading);
  }
  reading.design.acceptance.soak = map.parsed("soak", Need::Optional, parse_time);
}

}  // namespace market::design
