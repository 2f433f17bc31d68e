#include "daemon/schedule/wireless_poll.h"

#include <set>
#include <utility>

#include "probes/wireless/decode.h"

namespace market::schedule {
namespace {

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};

/// `name`, or "name #2" when `taken` has it already.
std::string unique(std::set<std::string>& taken, const std::string& name) {
  std::string own = name;
  for (int number = 2; !taken.insert(own).second; ++number) {
    own = name + " #" + std::to_string(number);
  }
  return own;
}

health::RadioSample sample_of(const wireless::Radio& radio, const std::string& access_point) {
  health::RadioSample sample{.band = radio.band ? to_string(*radio.band) : std::string{},
                             .channel = radio.channel,
                             .tx_power_centidbm = radio.tx_power_centidbm,
                             .stations = radio.clients};
  sample.access_point = access_point;
  sample.width_mhz = radio.width_mhz;
  sample.centre_mhz = radio.centre_mhz;
  sample.noise_dbm = radio.noise_dbm;
  sample.utilisation = radio.utilisation.total;
  sample.utilisation_tx = radio.utilisation.tx;
  sample.utilisation_rx = radio.utilisation.rx;
  sample.utilisation_other = radio.utilisation.other;
  sample.retries = radio.retries;
  sample.tx_frames = radio.tx_frames;
  sample.tx_retries = radio.tx_retries;
  return sample;
}

void add_radios(const std::vector<wireless::Radio>& radios, const std::string& access_point,
                std::vector<health::RadioSample>& samples) {
  std::set<std::string> ids;
  for (const auto& radio : radios) {
    samples.push_back(sample_of(radio, access_point));
    samples.back().id = unique(ids, radio.id);
  }
}

}  // namespace

bool may_have_radios(const Profile* profile) {
  if (profile == nullptr) return true;
  switch (profile->device_class) {
    case DeviceClass::AccessPoint:
    case DeviceClass::WlanController:
    case DeviceClass::WirelessBridge:
    case DeviceClass::Router:
    case DeviceClass::Firewall:
    case DeviceClass::Other:
    case DeviceClass::Unknown:
      return true;
    default:
      return false;
  }
}

const std::vector<Oid>& identity_oids() {
  static const std::vector<Oid> oids{kSysDescr, kSysObjectId};
  return oids;
}

const WirelessMap* map_for(const ProfileSet& profiles, const Profile* profile,
                           const std::vector<snmp::VarBind>& bindings) {
  const Oid* id = nullptr;
  std::string descr;
  for (const auto& [oid, value] : bindings) {
    if (oid == kSysObjectId) id = std::get_if<Oid>(&value);
    if (oid == kSysDescr && snmp::as_octets(value) != nullptr) descr = *snmp::as_octets(value);
  }
  if (id == nullptr && descr.empty()) return nullptr;
  return profiles.wireless(id == nullptr ? Oid{} : *id, descr,
                           profile == nullptr ? DeviceClass::Unknown : profile->device_class);
}

std::vector<health::RadioSample> radio_samples(const wireless::WirelessFacts& facts) {
  std::vector<health::RadioSample> samples;
  add_radios(facts.radios, {}, samples);
  std::set<std::string> names;
  for (const auto& point : facts.access_points) {
    const auto name = point.name.empty() && point.mac ? point.mac->to_string() : point.name;
    add_radios(point.radios, unique(names, name), samples);
  }
  return samples;
}

void tell_wireless(const WirelessMap& map, const std::vector<std::vector<snmp::VarBind>>& answers,
                   const std::string& client_key, PollResult& result) {
  std::vector<snmp::VarBind> bindings;
  for (const auto& answer : answers) bindings.insert(bindings.end(), answer.begin(), answer.end());
  auto facts = wireless::wireless_of(map, bindings, client_key);
  if (facts.empty()) return;
  if (result.radios.empty()) result.radios = radio_samples(facts);
  result.wireless = std::make_shared<const wireless::WirelessFacts>(std::move(facts));
}

}  // namespace market::schedule
