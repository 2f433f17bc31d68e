#include "probes/wireless/assembly.h"

#include <algorithm>
#include <utility>

namespace market::wireless {
namespace {

/// Where 802.11 has numbers at all, MHz.
std::optional<Band> band_of_frequency(int mhz) {
  if (mhz >= 2400 && mhz <= 2500) return Band::G2;
  if (mhz >= 5150 && mhz < 5925) return Band::G5;
  if (mhz >= 5925 && mhz <= 7125) return Band::G6;
  return std::nullopt;
}

/// Band, channel and centre from whatever of them was told.
void settle_channel(RadioDraft& draft) {
  Radio& radio = draft.radio;
  const auto by_frequency = draft.frequency ? channel_of(*draft.frequency) : std::nullopt;
  if (!radio.band && draft.frequency) radio.band = band_of_frequency(*draft.frequency);
  if (!radio.band && draft.told_channel) radio.band = band_of_channel(*draft.told_channel);
  if (radio.band && draft.told_channel && is_channel(*radio.band, *draft.told_channel)) {
    radio.channel = draft.told_channel;
  } else if (by_frequency && radio.band == by_frequency->band) {
    radio.channel = by_frequency->channel;
  }
  if (radio.band && radio.channel) {
    radio.centre_mhz = radio.width_mhz ? centre_of(*radio.band, *radio.channel, *radio.width_mhz)
                                       : frequency_of(*radio.band, *radio.channel);
  } else if (!radio.width_mhz || *radio.width_mhz == 20) {
    radio.centre_mhz = draft.frequency;  // 60 GHz, or between the channels of 802.11
  }
}

/// Adds `more` to `sum` where it was told; `told` remembers that anything was.
void add(std::int64_t& sum, bool& told, const std::optional<std::int64_t>& more) {
  if (!more) return;
  sum += *more;
  told = true;
}

void settle(AccessPointDraft& draft, bool clients_were_listed) {
  for (auto& [key, each] : draft.radios) {
    if (each.radio.id.empty()) each.radio.id = key;
    settle_channel(each);
  }
  for (auto& each : draft.ssids) {
    auto* radio = draft.find_radio(each.radio_key);
    each.ssid.radio = radio == nullptr ? std::string{} : radio->radio.id;
    if (!each.ssid.clients && each.client_rows > 0) each.ssid.clients = each.client_rows;
    if (radio != nullptr) add(radio->ssid_clients, radio->ssids_tell_clients, each.ssid.clients);
  }
  std::int64_t sum = 0;
  bool told = false;
  for (auto& [key, each] : draft.radios) {
    if (!each.radio.clients && each.ssids_tell_clients) each.radio.clients = each.ssid_clients;
    if (!each.radio.clients && each.client_rows > 0) each.radio.clients = each.client_rows;
    add(sum, told, each.radio.clients);
  }
  if (!told) {
    for (const auto& each : draft.ssids) add(sum, told, each.ssid.clients);
  }
  auto& count = draft.point.clients.count;
  if (!count && told) count = sum;
  if (!count && clients_were_listed) count = draft.client_rows;
}

AccessPoint point_of(AccessPointDraft draft) {
  AccessPoint point = std::move(draft.point);
  for (const auto& key : draft.radio_order) {
    point.radios.push_back(std::move(draft.radios.at(key).radio));
  }
  for (auto& each : draft.ssids) point.ssids.push_back(std::move(each.ssid));
  return point;
}

}  // namespace

RadioDraft* AccessPointDraft::find_radio(const std::string& key_or_id) {
  if (key_or_id.empty()) return nullptr;
  if (const auto found = radios.find(key_or_id); found != radios.end()) return &found->second;
  for (auto& [key, each] : radios) {
    if (each.radio.id == key_or_id) return &each;
  }
  return nullptr;
}

RadioDraft* AccessPointDraft::radio(const std::string& key) {
  if (auto* known = find_radio(key)) return known;
  if (radios.size() >= kMaxRadios) return nullptr;
  radio_order.push_back(key);
  return &radios[key];
}

AccessPointDraft* Assembly::access_point(const std::string& key) {
  if (const auto found = points_.find(key); found != points_.end()) return &found->second;
  if (!key.empty() && points_.size() >= kMaxAccessPoints) return nullptr;
  order_.push_back(key);
  auto& draft = points_[key];
  if (const auto mac = MacAddress::parse(key)) draft.point.mac = *mac;
  return &draft;
}

void Assembly::learn_names() {
  names_.clear();
  bssids_.clear();
  for (const auto& [key, draft] : points_) {
    for (const auto& each : draft.ssids) {
      if (each.ssid.bssid) bssids_.emplace(*each.ssid.bssid, key);
    }
    if (key.empty()) continue;
    if (draft.point.mac) names_.emplace(draft.point.mac->to_string(), key);
    if (draft.point.address) names_.emplace(draft.point.address->to_string(), key);
  }
}

std::string Assembly::key_of(const std::string& name) const {
  if (points_.contains(name)) return name;
  const auto known = names_.find(name);
  return known == names_.end() ? name : known->second;
}

std::optional<std::string> Assembly::key_of(const MacAddress& bssid) const {
  const auto known = bssids_.find(bssid);
  return known == bssids_.end() ? std::nullopt : std::optional{known->second};
}

WirelessFacts Assembly::finish(bool clients_were_listed) {
  WirelessFacts facts;
  std::int64_t sum = 0;
  bool told = false;
  for (const auto& key : order_) {
    auto& draft = points_.at(key);
    settle(draft, clients_were_listed);
    auto point = point_of(std::move(draft));
    if (point.name.empty() && !point.mac) point.name = key;
    std::sort(point.clients.ids.begin(), point.clients.ids.end());
    if (!key.empty()) {
      add(sum, told, point.clients.count);
      facts.access_points.push_back(std::move(point));
      continue;
    }
    facts.clients.count = point.clients.count;
    facts.radios = std::move(point.radios);
    facts.ssids = std::move(point.ssids);
  }
  // A controller's own networks count the clients that its APs count.
  if (told && (facts.radios.empty() || !facts.clients.count)) facts.clients.count = sum;
  if (clients_were_listed && !told && !facts.clients.count) facts.clients.count = client_rows;
  if (told_clients) facts.clients.count = told_clients;
  facts.clients.ids = std::move(client_ids);
  std::sort(facts.clients.ids.begin(), facts.clients.ids.end());
  facts.truncated = truncated;
  return facts;
}

}  // namespace market::wireless
