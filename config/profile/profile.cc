#include "config/profile/profile.h"

#include <algorithm>
#include <array>
#include <utility>

#include "config/profile/fact.h"
#include "config/profile/pattern.h"

namespace market {
namespace {

constexpr std::array<std::pair<DeviceClass, std::string_view>, 16> kClasses{{
    {DeviceClass::AccessPoint, "access-point"},
    {DeviceClass::WlanController, "wlan-controller"},
    {DeviceClass::WirelessBridge, "wireless-bridge"},
    {DeviceClass::Switch, "switch"},
    {DeviceClass::Router, "router"},
    {DeviceClass::Firewall, "firewall"},
    {DeviceClass::PaymentTerminal, "payment-terminal"},
    {DeviceClass::Server, "server"},
    {DeviceClass::Printer, "printer"},
    {DeviceClass::UpsPower, "ups-power"},
    {DeviceClass::Camera, "camera"},
    {DeviceClass::NasStorage, "nas-storage"},
    {DeviceClass::PhoneVoip, "phone-voip"},
    {DeviceClass::SensorEnv, "sensor-env"},
    {DeviceClass::Other, "other"},
    {DeviceClass::Unknown, "unknown"},
}};

/// Arcs of the longest prefix of `rule` that `oid` begins with; nothing when there is none.
std::optional<std::size_t> prefix_length(const MatchRule& rule, const Oid& oid) {
  if (rule.sys_object_id.empty() && !rule.sys_descr.empty()) return 0;
  std::optional<std::size_t> longest;
  for (const auto& prefix : rule.sys_object_id) {
    if (oid.starts_with(prefix)) longest = std::max(longest.value_or(0), prefix.size());
  }
  return longest;
}

bool descr_matches(const MatchRule& rule, const std::string& sys_descr) {
  return rule.sys_descr.empty() || profile::pattern_found(rule.sys_descr, sys_descr);
}

}  // namespace

std::string to_string(DeviceClass device_class) {
  const auto* found = std::find_if(kClasses.begin(), kClasses.end(),
                                   [&](const auto& entry) { return entry.first == device_class; });
  return found == kClasses.end() ? "unknown" : std::string{found->second};
}

std::optional<DeviceClass> parse_device_class(std::string_view text) {
  const auto* found = std::find_if(kClasses.begin(), kClasses.end(),
                                   [&](const auto& entry) { return entry.second == text; });
  if (found == kClasses.end()) return std::nullopt;
  return found->first;
}

bool is_measurement(std::string_view attribute) {
  return attribute == "radio.stations" || attribute == "radio.utilisation";
}

const Profile* ProfileSet::find(std::string_view id) const {
  const auto found = std::lower_bound(
      profiles_.begin(), profiles_.end(), id,
      [](const Profile& profile, std::string_view wanted) { return profile.id < wanted; });
  return found == profiles_.end() || found->id != id ? nullptr : &*found;
}

DeviceFamilies ProfileSet::families() const {
  DeviceFamilies families;
  for (const auto& profile : profiles_) {
    auto limits = profile.limits;
    const auto label = profile.attributes.find("port.label");
    if (label != profile.attributes.end()) limits.label_bytes = label->second.max_bytes;
    families.emplace(profile.id, std::move(limits));
  }
  return families;
}

const Profile* ProfileSet::match(const Oid& sys_object_id, std::string_view sys_descr) const {
  const std::string descr = clean_text(sys_descr);
  const Profile* best = nullptr;
  std::pair<std::size_t, bool> best_rank{0, false};  // prefix length, asks for sysDescr
  for (const auto& profile : profiles_) {
    const auto length = prefix_length(profile.match, sys_object_id);
    if (!length) continue;
    const std::pair rank{*length, !profile.match.sys_descr.empty()};
    if (best != nullptr && rank <= best_rank) continue;
    if (!descr_matches(profile.match, descr)) continue;
    best = &profile;
    best_rank = rank;
  }
  return best;
}

}  // namespace market
