// D110, D111: traffic classes that promise what the line or the gateway's links cannot keep.
#include <array>

#include <fmt/format.h>

#include "config/design/rules.h"
#include "config/design/shares.h"

namespace market::design {
namespace {

using yaml::Findings;

/// The slower of the two ways, and what it is called. Nothing when no rate is told.
struct NarrowWay {
  BitsPerSecond rate;
  std::string_view name;
};
std::optional<NarrowWay> narrow_way(const Gateway& gateway) {
  std::optional<NarrowWay> narrow;
  if (gateway.rate_up) narrow = NarrowWay{*gateway.rate_up, "up"};
  if (gateway.rate_down && (!narrow || *gateway.rate_down < narrow->rate)) {
    narrow = NarrowWay{*gateway.rate_down, "down"};
  }
  return narrow;
}

void check_minima(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway) return;
  const auto way = narrow_way(*gateway);
  std::int64_t sum = 0;
  for (const QosClass& klass : gateway->qos) {
    if (!way || !klass.min) continue;
    sum += klass.min->count();
    if (sum <= way->rate.count()) continue;
    findings.error(
        "D110", model.place(klass.position, "min"),
        fmt::format("the minima of the qos classes up to zone '{}' add up to {}, and "
                    "the uplink's rate {} is {}",
                    klass.zone, to_string(BitsPerSecond{sum}), way->name, to_string(way->rate)),
        "lower a 'min', or correct the 'rate' of the uplink",
        model.place(gateway->position, "uplink"));
    return;
  }
}

void check_effect(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway) return;
  if (!gateway->qos.empty() && !narrow_way(*gateway)) {
    findings.warning("D110", model.place(gateway->position, "qos"),
                     "the qos classes have no effect, since the uplink has no 'rate'",
                     "write the 'rate' of the line under 'uplink'");
    return;
  }
  for (const QosClass& klass : gateway->qos) {
    const Zone* zone = model.zone(klass.zone);
    if (zone == nullptr || !queue_link(*gateway, *zone).empty()) continue;
    findings.warning("D110", klass.position,
                     fmt::format("the qos class of zone '{}' has no effect, since the gateway has "
                                 "no address in that zone",
                                 klass.zone),
                     "give the zone a 'gateway', or drop the class", zone->position);
  }
}

/// Behind several links a minimum holds only when the other links leave room for it.
void check_links(const Model& model, Findings& findings) {
  const auto& gateway = model.design().gateway;
  if (!gateway || !gateway->rate_down) return;
  const auto shares = down_shares(model.design());
  for (const QosClass& klass : gateway->qos) {
    const Zone* zone = model.zone(klass.zone);
    if (zone == nullptr || !klass.min) continue;
    const auto link = queue_link(*gateway, *zone);
    const auto share = shares.find(link);
    if (share == shares.end()) continue;
    const auto others = others_of(shares, link);
    if (others.count() + share->second.assured.count() <= gateway->rate_down->count()) continue;
    findings.warning(
        "D111", model.place(klass.position, "min"),
        fmt::format("the way down cannot assure zone '{}' of {}: zones behind other links of the "
                    "gateway may take {} of {}",
                    klass.zone, to_string(*klass.min), to_string(others),
                    to_string(*gateway->rate_down)),
        "give the classes of those zones a 'max', or carry the zones as VLANs of one LAN bridge");
  }
}

constexpr std::array kQueuesRules{
    Rule{"D110", check_minima, {}},
    Rule{"D110", check_effect, {Part::Zones, Part::Gateway}},
    Rule{"D111", check_links, {Part::Zones, Part::Gateway}},
};

}  // namespace

std::span<const Rule> queue_rules() { return kQueuesRules; }

}  // namespace market::design
