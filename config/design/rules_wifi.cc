// D301, D303..D306, D308: channels, names and zones of the radio side.
#include <algorithm>
#include <array>

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

constexpr std::array kRules{
    Rule{"D301", check_channels, {}},
    Rule{"D303", check_ssid_names, {}},
    Rule{"D304", check_ssid_count, {}},
    Rule{"D305", check_open_ssids, {}},
    Rule{"D306", check_payment_ssids, {}},
    Rule{"D308", check_ap_ports, {Part::Switches, Part::Roles, Part::Zones}},
};

}  // namespace

std::span<const Rule> wifi_rules() { return kRules; }

}  // namespace market::design
