#include <map>
#include <utility>

#include "daemon/metrics/family.h"

namespace market::metrics {
namespace {

using health::DeviceView;
using health::RadioSample;

constexpr double kHertzPerMegahertz = 1e6;

template <class T>
void add(Family& family, Family::Labels labels, const std::optional<T>& value, double factor = 1) {
  if (value) family.add(labels, static_cast<double>(*value) * factor);
}

/// The radio families, in the order of the catalogue.
struct RadioFamilies {
  Family channel{kRadioChannel}, frequency{kRadioFrequency}, width{kRadioWidth};
  Family tx_power{kRadioTxPower}, noise{kRadioNoise};
  Family busy{kRadioUtilization}, busy_tx{kRadioUtilizationTx}, busy_rx{kRadioUtilizationRx};
  Family busy_other{kRadioUtilizationOther}, retries{kRadioRetries};
  Family tx_frames{kRadioTxFrames}, tx_retries{kRadioTxRetries}, clients{kRadioClients};

  void tell(const DeviceView& device, const RadioSample& radio) {
    const Family::Labels labels{device.id, radio.band, radio.id.empty() ? radio.band : radio.id,
                                radio.access_point};
    add(channel, labels, radio.channel);
    add(frequency, labels, radio.centre_mhz, kHertzPerMegahertz);
    add(width, labels, radio.width_mhz, kHertzPerMegahertz);
    if (radio.tx_power_centidbm) {
      tx_power.add(labels, static_cast<double>(*radio.tx_power_centidbm) / 100.0);
    }
    add(noise, labels, radio.noise_dbm);
    add(busy, labels, radio.utilisation);
    add(busy_tx, labels, radio.utilisation_tx);
    add(busy_rx, labels, radio.utilisation_rx);
    add(busy_other, labels, radio.utilisation_other);
    add(retries, labels, radio.retries);
    add(tx_frames, labels, radio.tx_frames);
    add(tx_retries, labels, radio.tx_retries);
    add(clients, labels, radio.stations);
  }

  void move_to(Families& families) {
    for (auto* each : {&channel, &frequency, &width, &tx_power, &noise, &busy, &busy_tx, &busy_rx,
                       &busy_other, &retries, &tx_frames, &tx_retries, &clients}) {
      families.push_back(std::move(*each));
    }
  }
};

/// Clients by network: several radios carry one. A hidden one without a name is not told apart.
void tell_ssids(const DeviceView& device, const std::string& access_point,
                const std::vector<wireless::Ssid>& ssids, Family& family) {
  std::map<std::string, std::int64_t> sums;
  for (const auto& each : ssids) {
    if (each.clients) sums[each.ssid] += *each.clients;
  }
  for (const auto& [ssid, clients] : sums) {
    family.add({device.id, access_point, ssid}, static_cast<double>(clients));
  }
}

void tell_states(const DeviceView& device, Family& family) {
  std::map<std::string, std::uint64_t> counts{{"online", 0}, {"offline", 0}, {"unknown", 0}};
  for (const auto& point : device.wireless->access_points) {
    ++counts[!point.online ? "unknown" : *point.online ? "online" : "offline"];
  }
  for (const auto& [state, count] : counts) family.add({device.id, state}, count);
}

}  // namespace

Families wireless_families(const health::Snapshot& snapshot) {
  RadioFamilies radios;
  Family ssids{kSsidClients};
  Family clients{kWirelessClients};
  Family points{kAccessPoints};
  for (const auto& device : snapshot.devices) {
    if (!answers(device)) continue;
    for (const auto& radio : device.radios) radios.tell(device, radio);
    if (device.wireless == nullptr) continue;
    const auto& facts = *device.wireless;
    add(clients, {device.id}, facts.clients.count);
    tell_ssids(device, {}, facts.ssids, ssids);
    for (const auto& point : facts.access_points) {
      const auto name = point.name.empty() && point.mac ? point.mac->to_string() : point.name;
      tell_ssids(device, name, point.ssids, ssids);
    }
    if (!facts.access_points.empty()) tell_states(device, points);
  }
  Families families;
  radios.move_to(families);
  for (auto* each : {&ssids, &clients, &points}) families.push_back(std::move(*each));
  return families;
}

}  // namespace market::metrics
