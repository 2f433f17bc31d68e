// zones.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::MapReader;
using yaml::Need;
using yaml::Node;

Trust read_trust(MapReader& map) {
  const std::string word =
      map.word("trust", Need::Required,
               {"none", "infrastructure", "cardholder", "internal", "device", "untrusted"});
  for (const Trust trust : {Trust::Infrastructure, Trust::Cardholder, Trust::Internal,
                            Trust::Device, Trust::Untrusted}) {
    if (word == to_string(trust)) return trust;
  }
  return Trust::None;
}

/// IEEE 802.1Q leaves them free; many switches keep 1002..1005 for FDDI and token ring.
void warn_of_reserved(const MapReader& map, std::int64_t vid, Reading& reading) {
  if (vid < 1002 || vid > 1005) return;
  reading.findings.warning("D005", map.place("vid"),
                           fmt::format("{}: many switches reserve vid {}", map.what(), vid),
                           "choose a vid outside 1002..1005");
}

/// Leases are of IPv4.
Result<IpRange> parse_lease_range(std::string_view text) {
  auto range = IpRange::parse(text);
  if (range && !range->first().is_v4()) {
    return fail(Errc::InvalidValue, fmt::format("'{}' is of IPv6, and leases are of IPv4: write "
                                                "10.64.0.100-10.64.0.200",
                                                text));
  }
  return range;
}

void read_zone(const Node& item, Reading& reading) {
  MapReader map{item, "zone", reading.findings};
  std::string id = reading.declare(map, Part::Zones);
  if (id == "internet") {
    map.refuse(map.findings().rules().type, *map.find("id", Need::Required), "id",
               "is 'internet', which is a word of the policy", "choose another name");
  }
  const auto vid = map.integer("vid", Need::Required, {VlanId::kMin, VlanId::kMax});
  const auto prefix = map.parsed("prefix", Need::Optional, IpPrefix::parse);
  const auto gateway = map.parsed("gateway", Need::Optional, IpAddress::parse);
  std::string interface = read_link_name(map, "interface", Need::Optional);
  const Trust trust = read_trust(map);
  const bool isolate = map.flag("isolate-hosts", Need::Optional).value_or(false);
  std::optional<IpRange> range;
  if (const Node* node = map.find("dhcp", Need::Optional)) {
    MapReader dhcp{*node, map.what() + " dhcp", reading.findings};
    range = dhcp.parsed("range", Need::Required, parse_lease_range);
  }
  if (id.empty() || !vid) return;
  warn_of_reserved(map, *vid, reading);
  reading.design.zones.push_back(Zone{.id = std::move(id),
                                      .vid = *VlanId::from(static_cast<std::uint32_t>(*vid)),
                                      .prefix = prefix,
                                      .gateway = gateway,
                                      .interface = std::move(interface),
                                      .trust = trust,
                                      .isolate_hosts = isolate,
                                      .dhcp_range = range,
                                      .position = map.position()});
}

}  // namespace

void read_zones(MapReader& top, Reading& reading) {
  const auto items = top.items("zones", Need::Optional);
  if (items.size() > VlanId::kMax) {
    top.refuse(top.findings().rules().limit, *top.find("zones", Need::Optional), "zones",
               fmt::format("has more items than there are VLANs ({})", VlanId::kMax));
    return;
  }
  for (const Node* item : items) read_zone(*item, reading);
}

}  // namespace market::design
