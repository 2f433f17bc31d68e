#include "config/design/shares.h"

#include <algorithm>
#include <optional>

namespace market {
namespace {

struct Claim {
  std::int64_t min = 0;
  std::optional<std::int64_t> max = 0;  ///< nothing = one of its zones has none
};

std::map<std::string, Claim> claims_of(const Design& design, const Gateway& gateway) {
  std::map<std::string, Claim> claims;
  for (const Zone& zone : design.zones) {
    const auto link = queue_link(gateway, zone);
    if (link.empty()) continue;
    Claim& claim = claims[link];
    const auto* klass = class_of(gateway, zone);
    if (klass != nullptr && klass->min) claim.min += klass->min->count();
    if (klass == nullptr || !klass->max) claim.max.reset();
    if (claim.max) *claim.max += klass->max->count();
  }
  return claims;
}

}  // namespace

std::string queue_link(const Gateway& gateway, const Zone& zone) {
  if (!zone.prefix || !zone.gateway) return {};
  return zone.interface.empty() ? gateway.bridge : zone.interface;
}

const QosClass* class_of(const Gateway& gateway, const Zone& zone) {
  const auto found = std::find_if(gateway.qos.begin(), gateway.qos.end(),
                                  [&](const QosClass& each) { return each.zone == zone.id; });
  return found == gateway.qos.end() ? nullptr : &*found;
}

std::map<std::string, LinkShare> down_shares(const Design& design) {
  std::map<std::string, LinkShare> shares;
  if (!design.gateway || !design.gateway->rate_down) return shares;
  const auto claims = claims_of(design, *design.gateway);
  std::int64_t assured = 0;
  for (const auto& [link, claim] : claims) assured += claim.min;
  for (const auto& [link, claim] : claims) {
    auto rate = design.gateway->rate_down->count() - (assured - claim.min);
    if (claim.max) rate = std::min(rate, *claim.max);
    shares[link] = {BitsPerSecond{std::max<std::int64_t>(rate, 0)}, BitsPerSecond{claim.min}};
  }
  return shares;
}

BitsPerSecond others_of(const std::map<std::string, LinkShare>& shares, const std::string& link) {
  std::int64_t sum = 0;
  for (const auto& [other, share] : shares) {
    if (other != link) sum += share.rate.count();
  }
  return BitsPerSecond{sum};
}

}  // namespace market
