#include "daemon/inventory/observations.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace market::inventory {
namespace {

/// One entry a MAC: a table per VLAN may have it behind several ports. The one where it is in most
/// VLANs counts, then the port with the fewest MACs, then the first by name.
std::map<MacAddress, survey::ForwardingEntry> one_each(
    const std::vector<survey::ForwardingEntry>& entries) {
  std::map<std::string, std::size_t> load;
  std::map<MacAddress, std::map<std::string, std::size_t>> vlans;
  for (const auto& entry : entries) {
    ++load[entry.port];
    ++vlans[entry.mac][entry.port];
  }
  const auto rank = [&](const survey::ForwardingEntry& entry) {
    const auto in_vlans = static_cast<std::ptrdiff_t>(vlans[entry.mac][entry.port]);
    return std::tuple{-in_vlans, load[entry.port], entry.port, entry.vlan};
  };
  std::map<MacAddress, survey::ForwardingEntry> best;
  for (const auto& entry : entries) {
    if (is_group_or_null(entry.mac)) continue;
    const auto [place, added] = best.emplace(entry.mac, entry);
    if (!added && rank(entry) < rank(place->second)) place->second = entry;
  }
  return best;
}

bool same_words(const Binding& a, const Binding& b) {
  return std::tie(a.address, a.source) == std::tie(b.address, b.source);
}

}  // namespace

bool is_group_or_null(const MacAddress& mac) {
  const auto& octets = mac.octets();
  return (octets[0] & 1U) != 0 ||
         std::all_of(octets.begin(), octets.end(), [](auto octet) { return octet == 0; });
}

bool is_virtual_router(const MacAddress& mac) {
  const auto& o = mac.octets();
  const bool vrrp = o[0] == 0 && o[1] == 0 && o[2] == 0x5e && o[3] == 0 && (o[4] == 1 || o[4] == 2);
  const bool hsrp = o[0] == 0 && o[1] == 0 && o[2] == 0x0c && (o[3] == 0x07 || o[3] == 0x9f);
  const bool glbp = o[0] == 0 && o[1] == 7 && o[2] == 0xb4;
  return vrrp || hsrp || glbp;
}

bool is_locally_administered(const MacAddress& mac) { return (mac.octets()[0] & 2U) != 0; }

namespace {

/// Of a survey, or of what is kept of one.
template <class Of>
std::vector<MacAddress> macs_of(const Of& told) {
  std::vector<MacAddress> macs;
  const auto add = [&macs](const std::optional<MacAddress>& mac) {
    if (mac && !is_group_or_null(*mac) && !is_virtual_router(*mac)) macs.push_back(*mac);
  };
  add(told.bridge_address);
  add(told.lldp_chassis);
  for (const auto& interface : told.interfaces) add(interface.mac);
  std::sort(macs.begin(), macs.end());
  macs.erase(std::unique(macs.begin(), macs.end()), macs.end());
  return macs;
}

}  // namespace

std::vector<MacAddress> Told::own_macs() const { return macs_of(*this); }

Told& Observations::told_by(const std::string& device) {
  auto& told = told_[device];
  if (told.key.empty()) told.key = texts_.of(device);
  return told;
}

void Observations::add_stay(std::vector<Stay>& stays, const survey::ForwardingEntry& entry,
                            std::int64_t now_ms) {
  if (!stays.empty() && stays.back().port == entry.port) {
    stays.back().to_ms = now_ms;
    if (entry.vlan) stays.back().vlan = entry.vlan;
    return;
  }
  stays.push_back({texts_.of(entry.port), entry.vlan, now_ms, now_ms});
  if (stays.size() > kStaysMax) stays.erase(stays.begin());
}

bool Observations::is_of_another(const std::string& device, const std::string& identified,
                                 const survey::DeviceSurvey& survey) const {
  const auto known = told_.find(device);
  if (known == told_.end()) return false;
  auto before = known->second.own_macs();
  const auto now = macs_of(survey);
  if (before.empty() || now.empty()) return false;
  if (const auto mac = MacAddress::parse(identified)) before.push_back(*mac);
  return std::none_of(before.begin(), before.end(), [&now](const MacAddress& mac) {
    return std::binary_search(now.begin(), now.end(), mac);
  });
}

void Observations::take(const std::string& device, const survey::DeviceSurvey& survey,
                        std::int64_t now_ms) {
  auto& told = told_by(device);
  const bool whole = survey.gaps.empty();
  if (now_ms >= told.interfaces_ms && (whole || !survey.interfaces.empty())) {
    told.interfaces = survey.interfaces;
    told.addresses = survey.addresses;
    told.bridge_address = survey.bridge_address;
    told.lldp_chassis = survey.lldp_chassis;
    told.interfaces_ms = now_ms;
  }
  if (now_ms >= told.links_ms && (whole || !survey.links.empty())) {
    told.links = survey.links;
    told.links_ms = now_ms;
  }
  const auto kind = device == kSelf ? SourceKind::KernelNeighbor : SourceKind::ArpTable;
  const SharedText by = device == kSelf ? SharedText{} : told.key;
  for (const auto& neighbor : survey.neighbors) {
    take_binding(neighbor.mac, {neighbor.address, {kind, by}, {}, now_ms, now_ms});
  }
  if (whole || !survey.forwarding.empty()) take_forwarding(device, survey.forwarding, now_ms);
}

void Observations::take_forwarding(const std::string& device,
                                   const std::vector<survey::ForwardingEntry>& entries,
                                   std::int64_t now_ms) {
  auto& told = told_by(device);
  if (now_ms < told.forwarding_ms) return;  // late: the newer one counts
  told.forwarding_ms = now_ms;
  for (const auto& [mac, entry] : one_each(entries)) add_stay(told.forwarding[mac], entry, now_ms);
}

void Observations::refresh_forwarding(const std::string& device,
                                      const std::map<MacAddress, std::string>& port_of,
                                      const std::set<MacAddress>& wanted, std::int64_t now_ms) {
  const auto known = told_.find(device);
  std::vector<survey::ForwardingEntry> entries;
  for (const auto& [mac, port] : port_of) {
    const bool told = known != told_.end() && known->second.forwarding.contains(mac);
    if (told || wanted.contains(mac)) entries.push_back({mac, port, {}});
  }
  take_forwarding(device, entries, now_ms);
}

void Observations::restore(const std::vector<Claim>& claims) {
  for (const auto& claim : claims) {
    if (!claim.mac) continue;
    if (claim.source.kind == SourceKind::Fdb) {
      auto& told = told_by(claim.source.by.empty() ? kSelf : claim.source.by.str());
      auto& stays = told.forwarding[*claim.mac];
      stays.push_back({texts_.of(claim.port), claim.vlan, claim.first_seen_ms, claim.last_seen_ms});
      std::sort(stays.begin(), stays.end(),
                [](const Stay& a, const Stay& b) { return a.from_ms < b.from_ms; });
      told.forwarding_ms = std::max(told.forwarding_ms, claim.last_seen_ms);
    } else if (claim.source.kind == SourceKind::ApStations) {
      stations_[*claim.mac][claim.source.by.str()] = {claim.first_seen_ms, claim.last_seen_ms};
    } else if (claim.address) {
      take_binding(*claim.mac, {*claim.address, claim.source, claim.name, claim.first_seen_ms,
                                claim.last_seen_ms});
    }
  }
}

void Observations::take_binding(const MacAddress& mac, const Binding& binding) {
  if (is_group_or_null(mac)) return;
  auto& known = bindings_[mac];
  const auto same = std::find_if(known.begin(), known.end(),
                                 [&](const Binding& each) { return same_words(each, binding); });
  if (same == known.end()) {
    known.push_back(binding);
    std::sort(known.begin(), known.end(), [](const Binding& a, const Binding& b) {
      return std::tie(a.address, a.source) < std::tie(b.address, b.source);
    });
    return;
  }
  same->first_seen_ms = std::min(same->first_seen_ms, binding.first_seen_ms);
  if (binding.last_seen_ms >= same->last_seen_ms) {
    same->last_seen_ms = binding.last_seen_ms;
    if (!binding.name.empty()) same->name = binding.name;
  }
}

void Observations::rename(const std::string& from, const std::string& to) {
  if (auto node = told_.extract(from)) {
    node.key() = to;
    node.mapped().key = texts_.of(to);
    // Of two readings of one device the newer stays.
    if (const auto other = told_.find(to); other == told_.end()) {
      told_.insert(std::move(node));
    } else if (other->second.forwarding_ms < node.mapped().forwarding_ms) {
      other->second = std::move(node.mapped());
    }
  }
  const auto by = texts_.of(to);
  for (auto& [mac, bindings] : bindings_) {
    for (auto& binding : bindings) {
      if (binding.source.by == from && !from.empty()) binding.source.by = by;
    }
  }
  for (auto& [mac, managed] : managed_) {
    if (managed.by == from) managed.by = by;
  }
  for (auto& [mac, at] : stations_) {
    if (auto node = at.extract(from)) {
      node.key() = to;
      at.insert(std::move(node));
    }
  }
}

void Observations::forget_before(std::int64_t time_ms) {
  forget_shown_before(time_ms);
  for (auto item = bindings_.begin(); item != bindings_.end();) {
    std::erase_if(item->second, [&](const Binding& each) { return each.last_seen_ms < time_ms; });
    item = item->second.empty() ? bindings_.erase(item) : std::next(item);
  }
  for (auto& [device, told] : told_) {
    auto& table = told.forwarding;
    for (auto item = table.begin(); item != table.end();) {
      std::erase_if(item->second, [&](const Stay& stay) { return stay.to_ms < time_ms; });
      item = item->second.empty() ? table.erase(item) : std::next(item);
    }
  }
  texts_.tidy();
}

Tellers::Tellers(const std::map<std::string, Told>& told) {
  for (const auto& each : told) {
    const auto add = [&](const MacAddress& mac) {
      auto& list = by_mac_[mac.number()];
      if (list.empty() || list.back() != &each) list.push_back(&each);
    };
    for (const auto& [mac, stays] : each.second.forwarding) add(mac);
    for (const auto& link : each.second.links) {
      if (link.chassis) add(*link.chassis);
    }
  }
}

std::span<const Tellers::Teller> Tellers::of(const MacAddress& mac) const {
  const auto found = by_mac_.find(mac.number());
  return found == by_mac_.end() ? std::span<const Teller>{} : found->second;
}

std::vector<Claim> Observations::claims_about(const MacAddress& mac, const Tellers& tellers) const {
  std::vector<Claim> claims;
  if (const auto found = bindings_.find(mac); found != bindings_.end()) {
    for (const auto& binding : found->second) {
      claims.push_back({binding.source,
                        mac,
                        binding.address,
                        {},
                        {},
                        binding.name,
                        binding.first_seen_ms,
                        binding.last_seen_ms});
    }
  }
  add_shown(mac, claims);
  for (const auto* teller : tellers.of(mac)) {
    const auto& told = teller->second;
    if (const auto stays = told.forwarding.find(mac); stays != told.forwarding.end()) {
      for (const auto& stay : stays->second) {
        claims.push_back({{SourceKind::Fdb, told.key},
                          mac,
                          {},
                          stay.port,
                          stay.vlan,
                          {},
                          stay.from_ms,
                          stay.to_ms});
      }
    }
    for (const auto& link : told.links) {
      if (link.chassis != mac) continue;
      const bool lldp = link.protocol == survey::LinkNeighbor::Protocol::Lldp;
      claims.push_back({{lldp ? SourceKind::Lldp : SourceKind::Cdp, told.key},
                        mac,
                        {},
                        link.local_port,
                        {},
                        link.sys_name,
                        told.links_ms,
                        told.links_ms});
    }
  }
  return claims;
}

}  // namespace market::inventory
