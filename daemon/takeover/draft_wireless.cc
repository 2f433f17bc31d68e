#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "daemon/takeover/draft.h"
#include "daemon/takeover/names.h"

namespace market::takeover {
namespace {

constexpr std::array<std::string_view, 6> kSecurities{
    "open", "owe", "wpa2-personal", "wpa3-personal", "wpa2-enterprise", "wpa3-enterprise"};

class Air {
 public:
  explicit Air(Draft& draft) : draft_{draft} {
    for (const auto& zone : draft.design.zones) taken_zones_.insert(zone.id);
  }

  void read(AccessPoint& ap) {
    const auto& fields = draft_.found.at(ap.id)->observed.fields;
    const auto& profile = *draft_.profiles.at(ap.id);
    for (const auto* band : {"2G", "5G", "6G"}) read_radio(fields, band, ap);
    if (!profile.attributes.contains("ssid.name")) {
      draft_.left_out.push_back(
          fmt::format("networks of {}: profile {} reads none", ap.id, ap.profile));
      return;
    }
    std::size_t last = 0;
    for (const auto& [field, value] : fields) {
      const auto name = FieldName::split(field);
      if (name.group == "ssid") last = std::max<std::size_t>(last, std::stoul(name.key));
    }
    bool gap = false;
    for (std::size_t slot = 1; slot <= last; ++slot) {
      if (!flag_in(fields, field_of(slot, "enabled")).value_or(true)) {
        gap = true;
      } else if (gap) {
        draft_.left_out.push_back(fmt::format(
            "network in slot {} of {}: one before it is off, and a design fills them in order",
            slot, ap.id));
      } else if (const auto id = network(fields, slot, ap.id); !id.empty()) {
        ap.ssids.push_back(id);
      } else {
        gap = true;
      }
    }
  }

 private:
  static std::string field_of(std::size_t slot, const char* leaf) {
    return fmt::format("ssid[{}].{}", slot, leaf);
  }

  void read_radio(const FieldMap& fields, const std::string& band, AccessPoint& ap) {
    const auto number = [&](const char* leaf) {
      return number_in(fields, fmt::format("radio[{}].{}", band, leaf));
    };
    const auto channel = number("channel");
    const auto power = number("tx-power");
    if (!channel && !power) return;
    const auto width = number("channel-width").value_or(20);
    const bool width_good = width == 20 || width == 40 || width == 80 || width == 160;
    const bool power_good = power && *power >= 0 && *power % power_step(ap.id) == 0;
    if (!channel || !power_good || !width_good || *channel < 1 || *channel > 233) {
      draft_.left_out.push_back(
          fmt::format("radio {} of {}: it has channel {}, {} MHz, and a power of {}", band, ap.id,
                      channel ? std::to_string(*channel) : "unknown", width,
                      power ? to_string(CentiDbm{static_cast<std::int32_t>(*power)}) : "unknown"));
      return;
    }
    ap.radios.push_back({.band = band,
                         .channel = static_cast<int>(*channel),
                         .channel_width = static_cast<int>(width),
                         .tx_power = CentiDbm{static_cast<std::int32_t>(*power)},
                         .position = {}});
  }

  /// Hundredths of a dBm: no design can ask the device for less.
  [[nodiscard]] std::int64_t power_step(const std::string& ap) const {
    const auto& attributes = draft_.profiles.at(ap)->attributes;
    const auto found = attributes.find("radio.tx-power");
    return found == attributes.end() ? 1 : std::max<std::int64_t>(1, found->second.scale);
  }

  /// Id of the network in this slot; empty when a design cannot say it.
  std::string network(const FieldMap& fields, std::size_t slot, const std::string& ap) {
    Ssid ssid;
    ssid.name = text_in(fields, field_of(slot, "name")).value_or("");
    const auto vlan = number_in(fields, field_of(slot, "vlan")).value_or(0);
    const auto security = text_in(fields, field_of(slot, "security"));
    const auto* const known =
        std::find(kSecurities.begin(), kSecurities.end(), security.value_or("wpa2-personal"));
    const auto where = fmt::format("network in slot {} of {}", slot, ap);
    if (ssid.name.empty() || ssid.name.size() > 32 || !is_line(ssid.name)) {
      draft_.left_out.push_back(where + ": its name is not 1 to 32 bytes of UTF-8");
      return {};
    }
    if (vlan < VlanId::kMin || vlan > VlanId::kMax || known == kSecurities.end()) {
      draft_.left_out.push_back(
          fmt::format("{}: VLAN {}, security '{}'", where, vlan, security.value_or("unknown")));
      return {};
    }
    ssid.security = *known;
    ssid.isolate_clients = flag_in(fields, field_of(slot, "isolate")).value_or(false);
    ssid.zone = zone_of(static_cast<std::uint16_t>(vlan));
    for (const auto& other : draft_.design.ssids) {
      if (std::tie(other.name, other.zone, other.security, other.isolate_clients) ==
          std::tie(ssid.name, ssid.zone, ssid.security, ssid.isolate_clients)) {
        return other.id;
      }
    }
    const auto wanted = as_id(ssid.name, 32);
    ssid.id = unique(wanted.empty() ? "wifi-" + ssid.zone : wanted, taken_);
    if (!security) {
      draft_.to_decide.push_back(
          fmt::format("ssid '{}': its security is not read; wpa2-personal is a guess", ssid.id));
    }
    draft_.design.ssids.push_back(ssid);
    return ssid.id;
  }

  std::string zone_of(std::uint16_t vid) {
    for (const auto& zone : draft_.design.zones) {
      if (zone.vid.number() == vid) return zone.id;
    }
    auto& zone = zone_for(vid, draft_);
    zone.id = unique(zone.id, taken_zones_);
    return zone.id;
  }

  Draft& draft_;
  std::set<std::string> taken_, taken_zones_;
};

}  // namespace

void draft_wireless(Draft& draft) {
  Air air{draft};
  for (auto& ap : draft.design.aps) air.read(ap);
  for (const auto& ssid : draft.design.ssids) {
    if (ssid.security != "open" && ssid.security != "owe") continue;
    for (auto& zone : draft.design.zones) {
      if (zone.id == ssid.zone) zone.trust = Trust::Untrusted;  // anybody is in it
    }
  }
}

}  // namespace market::takeover
