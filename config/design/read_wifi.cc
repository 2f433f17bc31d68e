// aps, ssids.
#include <fmt/format.h>

#include "config/design/reading.h"

namespace market::design {
namespace {

using yaml::Kind;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

void read_radio(const Node& item, const std::string& owner, AccessPoint& ap, Reading& reading) {
  MapReader map{item, owner + " radio", reading.findings};
  Radio radio;
  radio.band = map.word("band", Need::Required, {"2G", "5G", "6G"});
  if (!radio.band.empty()) map.called(radio.band);
  const auto channel = map.integer("channel", Need::Required, {1, 233});
  const auto width = map.integer("channel-width", Need::Optional, {20, 160});
  const auto power = map.parsed("tx-power", Need::Required, parse_tx_power);
  if (const std::int64_t mhz = width.value_or(20);
      mhz != 20 && mhz != 40 && mhz != 80 && mhz != 160) {
    map.refuse(map.findings().rules().range, *map.find("channel-width", Need::Optional),
               "channel-width", fmt::format("is {}", mhz), "use 20, 40, 80 or 160 (MHz)");
    return;
  }
  if (radio.band.empty() || !channel || !power) return;
  radio.channel = static_cast<int>(*channel);
  radio.channel_width = static_cast<int>(width.value_or(20));
  radio.tx_power = *power;
  radio.position = map.position();
  for (const Radio& other : ap.radios) {
    if (other.band != radio.band) continue;
    reading.findings.error("D007", map.position(),
                           fmt::format("{} has a second '{}' radio", owner, radio.band),
                           "keep one radio for each band", other.position);
    return;
  }
  ap.radios.push_back(std::move(radio));
}

void read_ap(const Node& item, Reading& reading) {
  MapReader map{item, "access point", reading.findings};
  DeviceHead head = read_device(map, reading, Part::Aps);
  AccessPoint ap{.id = std::move(head.id),
                 .profile = std::move(head.profile),
                 .serial = std::move(head.serial),
                 .mac = head.mac,
                 .address = head.address.value_or(IpAddress::v4(0)),
                 .place = std::move(head.place),
                 .system = std::move(head.system),
                 .radios = {},
                 .ssids = {},
                 .position = map.position()};
  for (const Node* radio : map.items("radios", Need::Optional)) {
    read_radio(*radio, map.what(), ap, reading);
  }
  ap.ssids = reading.references(map, "ssids", Need::Optional, Part::Ssids, Part::Aps);
  if (!ap.id.empty() && head.address) reading.design.aps.push_back(std::move(ap));
}

/// `{ secret: name }`. A key written out would end up in every copy of the design.
std::string read_psk(MapReader& map, Reading& reading) {
  const Node* node = map.find("psk", Need::Optional);
  if (node == nullptr) return {};
  if (node->kind != Kind::Map) {
    map.refuse(map.findings().rules().type, *node, "psk", "is written in clear",
               "put the key into a secret file and write 'psk: { secret: name }'");
    return {};
  }
  MapReader psk{*node, map.what() + " psk", reading.findings};
  return psk.text("secret", Need::Required);
}

bool is_personal(const std::string& security) { return security.ends_with("-personal"); }

void read_ssid(const Node& item, Reading& reading) {
  MapReader map{item, "ssid", reading.findings};
  Ssid ssid;
  ssid.id = reading.declare(map, Part::Ssids);
  ssid.name = map.text("name", Need::Required);
  ssid.zone = reading.reference(map, "zone", Need::Required, Part::Zones, Part::Ssids);
  ssid.security = map.word(
      "security", Need::Required,
      {"open", "owe", "wpa2-personal", "wpa3-personal", "wpa2-enterprise", "wpa3-enterprise"});
  ssid.psk_secret = read_psk(map, reading);
  ssid.isolate_clients = map.flag("isolate-clients", Need::Optional).value_or(false);
  ssid.position = map.position();
  if (!ssid.security.empty() && !is_personal(ssid.security) && !ssid.psk_secret.empty()) {
    map.refuse(map.findings().rules().type, *map.find("psk", Need::Optional), "psk",
               fmt::format("does not go with security '{}'", ssid.security),
               "remove it, or use wpa2-personal or wpa3-personal");
  }
  if (!ssid.id.empty()) reading.design.ssids.push_back(std::move(ssid));
}

}  // namespace

void read_aps(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("aps", Need::Optional)) read_ap(*item, reading);
}
void read_ssids(MapReader& top, Reading& reading) {
  for (const Node* item : top.items("ssids", Need::Optional)) read_ssid(*item, reading);
}

}  // namespace market::design
