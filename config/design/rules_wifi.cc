// D301..D308: channels, power, names and zones of the radio side.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

/// More SSIDs than this on one access point: their beacons alone take a good part of the air, and
/// few devices have more slots.
constexpr std::size_t kMaxSsids = 8;
/// IEEE 802.11-2020, 9.4.2.2.
constexpr std::size_t kMaxSsidBytes = 32;

/// A run of channels, 4 apart at 5 and 6 GHz, in which a wide channel may lie.
struct Run {
  int first;
  int last;
  bool holds(int channel, int step) const {
    return channel >= first && channel <= last && (channel - first) % step == 0;
  }
};

constexpr std::array kRuns5G{Run{36, 48}, Run{52, 64}, Run{100, 144}, Run{149, 161}};
/// The wide channels begin at these and are as long as they are wide: 160 MHz needs 36..64 or
/// 100..128 whole.
constexpr std::array kRuns160{Run{36, 64}, Run{100, 128}};

bool legal_5g(int channel, int width) {
  const auto holds = [channel](const Run& run) { return run.holds(channel, 4); };
  if (width == 160) return std::any_of(kRuns160.begin(), kRuns160.end(), holds);
  return std::any_of(kRuns5G.begin(), kRuns5G.end(), holds);
}

/// Channels open to indoor Wi-Fi in Korea: 2.4 GHz 1..13; 5 GHz 36..64, 100..144, 149..161; 6 GHz
/// 1..233 (5925-7125 MHz, low power indoor).
bool legal_in_korea(const Radio& radio) {
  if (radio.band == "2G") {
    return radio.channel >= 1 && radio.channel <= 13 && radio.channel_width <= 40;
  }
  if (radio.band == "5G") return legal_5g(radio.channel, radio.channel_width);
  // The last 20 MHz have no partner for 40 MHz, and the last 60 MHz none for 80 and 160.
  const int last = radio.channel_width == 20 ? 233 : radio.channel_width == 40 ? 229 : 221;
  return Run{1, last}.holds(radio.channel, 4);
}

std::string legal_channels(const Radio& radio) {
  if (radio.band == "2G") return "2.4 GHz has channels 1..13, 20 or 40 MHz wide";
  if (radio.band == "6G")
    return "6 GHz has channels 1, 5, 9 .. 233, up to 229 for 40 MHz and 221 for more";
  if (radio.channel_width == 160) return "160 MHz fits into 36..64 and 100..128";
  return "5 GHz has channels 36..64, 100..144 and 149..161, in steps of 4";
}

void check_channels(const Model& model, Findings& findings) {
  for (const AccessPoint& ap : model.design().aps) {
    for (const Radio& radio : ap.radios) {
      if (legal_in_korea(radio)) continue;
      findings.error("D301", model.place(radio.position, "channel"),
                     fmt::format("access point '{}': channel {} with {} MHz is not legal at {} in "
                                 "Korea",
                                 ap.id, radio.channel, radio.channel_width, radio.band),
                     legal_channels(radio));
    }
  }
}

/// The most a radio may send in Korea, dBm, by the centre of a 20 MHz channel (the wireless
/// regulatory database, country KR).
int most_power(const std::string& band, int channel) {
  if (band == "2G") return 23;
  if (band == "6G") return channel <= 93 ? 18 : 15;
  if (channel <= 44 || channel >= 149) return 23;
  return channel == 48 ? 17 : 20;
}

/// Channels of 20 MHz that a radio covers, as first and last. At 2.4 GHz they are 5 MHz apart.
struct Span {
  int first, last;
};
Span covered(const Radio& radio) {
  if (radio.band == "2G") return {radio.channel - 2, radio.channel + radio.channel_width / 5 - 2};
  const int count = radio.channel_width / 20;
  const int offset = radio.band == "6G" ? 1 : radio.channel >= 149 ? 149 : 36;
  const int block = (radio.channel - offset) / 4 / count * count;
  return {offset + 4 * block, offset + 4 * (block + count - 1)};
}

void check_radio_power(const Model& model, Findings& findings) {
  for (const AccessPoint& ap : model.design().aps) {
    for (const Radio& radio : ap.radios) {
      if (!legal_in_korea(radio)) continue;  // D301
      int most = most_power(radio.band, radio.channel);
      const auto [first, last] = covered(radio);
      for (int channel = first; radio.band != "2G" && channel <= last; channel += 4) {
        most = std::min(most, most_power(radio.band, channel));
      }
      if (radio.tx_power.count() <= most * 100) continue;
      findings.error("D307", model.place(radio.position, "tx-power"),
                     fmt::format("access point '{}': {} on channel {} at {} is more than the {} "
                                 "dBm that are legal in Korea",
                                 ap.id, to_string(radio.tx_power), radio.channel, radio.band, most),
                     fmt::format("write 'tx-power: {}dBm' or less", most));
    }
  }
}

/// Two access points nearer than this on one floor hear each other well above the noise: on one
/// channel they share its time.
constexpr double kNear = 15;  // metres

bool is_near(const AccessPoint& a, const AccessPoint& b) {
  const bool known = a.place.x && a.place.y && b.place.x && b.place.y;
  const bool together = a.place.building == b.place.building && a.place.floor == b.place.floor;
  return known && together && std::hypot(*a.place.x - *b.place.x, *a.place.y - *b.place.y) < kNear;
}

bool overlap(const Radio& a, const Radio& b) {
  if (a.band != b.band) return false;
  const auto ours = covered(a), theirs = covered(b);
  return ours.first <= theirs.last && theirs.first <= ours.last;
}

void check_neighbours(const Model& model, Findings& findings) {
  const auto& aps = model.design().aps;
  for (std::size_t i = 0; i < aps.size(); ++i) {
    for (std::size_t j = i + 1; j < aps.size(); ++j) {
      if (!is_near(aps[i], aps[j])) continue;
      for (const Radio& ours : aps[i].radios) {
        for (const Radio& theirs : aps[j].radios) {
          if (!overlap(ours, theirs)) continue;
          findings.warning("D302", model.place(theirs.position, "channel"),
                           fmt::format("access points '{}' and '{}' are less than {} m apart and "
                                       "share channel {} at {}",
                                       aps[i].id, aps[j].id, kNear, theirs.channel, theirs.band),
                           "give them channels that do not overlap",
                           model.place(ours.position, "channel"));
        }
      }
    }
  }
}

void check_ssid_names(const Model& model, Findings& findings) {
  for (const Ssid& ssid : model.design().ssids) {
    if (ssid.name.size() <= kMaxSsidBytes) continue;
    findings.error("D303", model.place(ssid.position, "name"),
                   fmt::format("the name of ssid '{}' has {} bytes, more than {}", ssid.id,
                               ssid.name.size(), kMaxSsidBytes),
                   "shorten it; a Korean syllable takes three bytes");
  }
}

void check_ssid_count(const Model& model, Findings& findings) {
  for (const AccessPoint& ap : model.design().aps) {
    if (ap.ssids.size() <= kMaxSsids) continue;
    findings.warning("D304", model.place(ap.position, "ssids"),
                     fmt::format("access point '{}' has {} ssids, more than {}", ap.id,
                                 ap.ssids.size(), kMaxSsids),
                     "put what shares a zone and a security under one ssid");
  }
}

void check_open_ssids(const Model& model, Findings& findings) {
  for (const Ssid& ssid : model.design().ssids) {
    const Zone* zone = model.zone(ssid.zone);
    const bool anybody = ssid.security == "open" || ssid.security == "owe";
    if (!anybody || zone == nullptr || zone->trust == Trust::Untrusted) continue;
    findings.error("D305", model.place(ssid.position, "zone"),
                   fmt::format("anybody may join ssid '{}' (security '{}'), which leads into zone "
                               "'{}' of trust '{}'",
                               ssid.id, ssid.security, zone->id, to_string(zone->trust)),
                   "use an untrusted zone, or a security with a key", zone->position);
  }
}

void check_payment_ssids(const Model& model, Findings& findings) {
  for (const Ssid& ssid : model.design().ssids) {
    const Zone* zone = model.zone(ssid.zone);
    if (zone == nullptr || zone->trust != Trust::Cardholder || ssid.security != "wpa2-personal") {
      continue;  // open and owe are D305
    }
    findings.error("D306", model.place(ssid.position, "security"),
                   fmt::format("ssid '{}' leads into the cardholder zone '{}' with security '{}'",
                               ssid.id, zone->id, ssid.security),
                   "use wpa2-enterprise, wpa3-personal or wpa3-enterprise", zone->position);
  }
}

void check_ssid_zones(const Model& model, const AccessPoint& ap, const PortView& view,
                      Findings& findings) {
  for (const std::string& id : ap.ssids) {
    const Ssid* ssid = model.ssid(id);
    if (ssid == nullptr || model.zone(ssid->zone) == nullptr || view.carries_tagged(ssid->zone)) {
      continue;
    }
    findings.error("D308", model.place(ap.position, "ssids=" + id),
                   fmt::format("zone '{}' of ssid '{}' is not tagged on port '{}', where access "
                               "point '{}' is",
                               ssid->zone, id, view.name(), ap.id),
                   fmt::format("add '{}' to 'tagged' of port role '{}'", ssid->zone, view.role->id),
                   view.port->position);
  }
}

void check_ap_ports(const Model& model, Findings& findings) {
  for (const AccessPoint& ap : model.design().aps) {
    const auto& ports = model.ports_to(ap.id);
    if (ports.empty() && !ap.ssids.empty()) {
      findings.error("D308", ap.position,
                     fmt::format("no switch port leads to access point '{}'", ap.id),
                     fmt::format("give its port 'peer: {}'", ap.id));
    }
    for (const PortView* view : ports) {
      if (view->role != nullptr) check_ssid_zones(model, ap, *view, findings);
    }
  }
}

constexpr std::array kWifiRules{
    Rule{"D301", check_channels, {}},
    Rule{"D302", check_neighbours, {}},
    Rule{"D303", check_ssid_names, {}},
    Rule{"D304", check_ssid_count, {}},
    Rule{"D305", check_open_ssids, {}},
    Rule{"D306", check_payment_ssids, {}},
    Rule{"D307", check_radio_power, {}},
    Rule{"D308", check_ap_ports, {Part::Switches, Part::Roles, Part::Zones}},
};

}  // namespace

std::span<const Rule> wifi_rules() { return kWifiRules; }

}  // namespace market::design
