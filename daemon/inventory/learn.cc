#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "daemon/inventory/identity.h"
#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

struct Bound {
  MacAddress mac;
  std::int64_t last_seen_ms;
};
using Bindings = std::map<IpAddress, std::vector<Bound>>;

/// Address -> the MACs it is said to be, freshest first.
Bindings by_address(const Observations& observations) {
  Bindings bindings;
  for (const auto& [mac, list] : observations.bindings()) {
    std::map<IpAddress, std::int64_t> addresses;
    for (const auto& each : list) {
      auto& time = addresses[each.address];
      time = std::max(time, each.last_seen_ms);
    }
    if (addresses.size() > kAddressesOfOneMac || is_virtual_router(mac)) continue;
    for (const auto& [address, time] : addresses) bindings[address].push_back({mac, time});
  }
  for (auto& [address, bound] : bindings) {
    std::stable_sort(bound.begin(), bound.end(), [](const Bound& a, const Bound& b) {
      return a.last_seen_ms > b.last_seen_ms;
    });
  }
  return bindings;
}

bool is_of_one_host(const IpAddress& address) {
  const auto octets = address.octets();
  if (address.is_v4()) {
    const bool link_local = octets[0] == 169 && octets[1] == 254;
    return octets[0] != 0 && octets[0] != 127 && octets[0] < 224 && !link_local;
  }
  const bool link_local = octets[0] == 0xfe && (octets[1] & 0xc0U) == 0x80;
  const bool loopback_or_null =
      std::all_of(octets.begin(), octets.end() - 1, [](auto octet) { return octet == 0; });
  return !link_local && !loopback_or_null && octets[0] != 0xff;
}

void add_sorted(std::vector<MacAddress>& macs, const MacAddress& mac) {
  const auto place = std::lower_bound(macs.begin(), macs.end(), mac);
  if (place == macs.end() || *place != mac) macs.insert(place, mac);
}

/// What the device itself tells: its chassis MAC, its interfaces.
std::vector<MacAddress> told_macs(const DeviceRecord& record, const Observations& observations) {
  std::vector<MacAddress> macs;
  if (const auto told = observations.told().find(record.key); told != observations.told().end()) {
    macs = told->second.own_macs();
  }
  if (const auto mac = MacAddress::parse(record.identification->mac); mac) add_sorted(macs, *mac);
  return macs;
}

}  // namespace

std::vector<InventoryEvent> Inventory::learn(const Observations& observations, const Design& design,
                                             const TerminalHints& hints, std::int64_t now_ms) {
  learn_macs(observations);
  unite(observations);
  auto events = learn_silent(observations, design, now_ms);
  for (auto& event : learn_echoes(observations, design, now_ms)) {
    events.push_back(std::move(event));
  }
  weigh_silent(observations, design, hints);
  learn_claims(observations);
  records_.shrink_to_fit();  // the room for as many again would be megabytes
  return events;
}

void Inventory::learn_macs(const Observations& observations) {
  std::map<MacAddress, std::set<const DeviceRecord*>> tellers;
  for (auto& record : records_) {
    if (record.silent) continue;
    for (const auto& mac : told_macs(record, observations)) tellers[mac].insert(&record);
    // What was known stays while the device tells nothing.
    for (const auto& mac : told_macs(record, observations)) add_sorted(record.macs, mac);
    if (const auto told = observations.told().find(record.key);
        told != observations.told().end() && told->second.interfaces_ms != 0) {
      record.macs = told_macs(record, observations);
    }
  }
  std::set<MacAddress> owned;
  for (auto& record : records_) {
    if (record.silent) continue;
    // ARP said it of the address, and who answers there now calls it its own: it was replaced.
    std::erase_if(record.macs, [&](const MacAddress& mac) {
      const auto found = tellers.find(mac);
      return found != tellers.end() && !found->second.contains(&record);
    });
    owned.insert(record.macs.begin(), record.macs.end());
  }
  const auto bindings = by_address(observations);
  for (const auto& [address, place] : by_address_) {
    const auto bound = bindings.find(address);
    if (bound == bindings.end()) continue;
    const auto& freshest = bound->second.front().mac;
    if (!owned.contains(freshest)) add_sorted(records_[place].macs, freshest);
  }
}

/// Two records become one when one calls the other's address its own, or when the other's address
/// is the MAC of its interface and both tell the same of themselves; unless they contradict.
void Inventory::unite(const Observations& observations) {
  std::map<IpAddress, std::vector<std::size_t>> claimants;
  std::map<MacAddress, std::vector<std::size_t>> owners;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    if (records_[place].silent) continue;
    for (const auto& mac : told_macs(records_[place], observations)) owners[mac].push_back(place);
    const auto told = observations.told().find(records_[place].key);
    if (told == observations.told().end()) continue;
    for (const auto& own : told->second.addresses) {
      auto& list = claimants[own.address];
      if (is_of_one_host(own.address) && (list.empty() || list.back() != place)) {
        list.push_back(place);
      }
    }
  }
  const auto bindings = by_address(observations);
  std::map<std::size_t, std::size_t> into;  // place -> place of the record that takes it in
  const auto root = [&into](std::size_t place) {
    while (into.contains(place)) place = into.at(place);
    return place;
  };
  for (const auto& [address, holder] : by_address_) {
    const auto bound = bindings.find(address);
    const auto* mac = bound == bindings.end() ? nullptr : &bound->second.front().mac;
    std::optional<std::size_t> other;
    bool own_word = false;
    if (const auto found = claimants.find(address);
        found != claimants.end() && found->second.size() == 1) {
      other = found->second.front();
      own_word = true;
    } else if (mac != nullptr) {
      const auto owner = owners.find(*mac);
      if (owner != owners.end() && owner->second.size() == 1) other = owner->second.front();
    }
    if (!other || root(*other) == root(holder)) continue;
    const auto& a = records_[root(*other)];
    const auto& b = records_[root(holder)];
    if (contradict(*a.identification, *b.identification)) continue;
    const bool same_kind =
        a.identification->profile == b.identification->profile && a.sys_name == b.sys_name;
    const auto owner = mac == nullptr ? owners.end() : owners.find(*mac);
    const bool mac_agrees =
        owner != owners.end() &&
        std::find(owner->second.begin(), owner->second.end(), *other) != owner->second.end();
    const bool mac_denies = mac != nullptr && !mac_agrees && owner != owners.end();
    if (mac_denies || !(own_word || mac_agrees) || !(same_kind || (own_word && mac_agrees))) {
      continue;
    }
    into[root(holder)] = root(*other);
  }
  if (into.empty()) return;
  for (const auto& [place, unused] : into) absorb(root(place), place);
  std::vector<DeviceRecord> kept;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    if (!into.contains(place)) kept.push_back(std::move(records_[place]));
  }
  records_ = std::move(kept);
  index_all();
  for (std::size_t place = 0; place < records_.size(); ++place) rekey(place);
  index_all();
}

/// `from` is left behind, to be erased.
void Inventory::absorb(std::size_t into, std::size_t from) {
  auto& record = records_[into];
  const auto& part = records_[from];
  const auto fill = [](std::string& known, const std::string& told) {
    if (known.empty()) known = told;
  };
  record.identification.change([&](sweep::Identification& known) {
    const auto& told = *part.identification;
    fill(known.vendor, told.vendor);
    fill(known.model, told.model);
    fill(known.firmware, told.firmware);
    fill(known.serial, told.serial);
    fill(known.mac, told.mac);
    fill(known.engine_id, told.engine_id);
    fill(known.profile, told.profile);
  });
  fill(record.sys_name, part.sys_name);
  fill(record.sys_descr, part.sys_descr);
  record.first_seen_ms = std::min(record.first_seen_ms, part.first_seen_ms);
  record.last_seen_ms = std::max(record.last_seen_ms, part.last_seen_ms);
  for (const auto& seen : part.addresses) {
    const auto same =
        std::find_if(record.addresses.begin(), record.addresses.end(),
                     [&](const SeenAddress& each) { return each.address == seen.address; });
    if (same == record.addresses.end()) {
      record.addresses.push_back(seen);
    } else {
      same->first_seen_ms = std::min(same->first_seen_ms, seen.first_seen_ms);
      same->last_seen_ms = std::max(same->last_seen_ms, seen.last_seen_ms);
    }
  }
  std::sort(record.addresses.begin(), record.addresses.end(),
            [](const SeenAddress& a, const SeenAddress& b) { return a.address < b.address; });
  for (const auto& mac : part.macs) add_sorted(record.macs, mac);
  for (const auto& community : part.default_communities) {
    auto& all = record.default_communities;
    if (std::find(all.begin(), all.end(), community) == all.end()) all.push_back(community);
  }
  record.claims = merged(record.claims.list(), part.claims.list());
  note_renamed(part.key, record.key);
}

void Inventory::learn_claims(const Observations& observations) {
  const Tellers tellers{observations.told()};
  for (auto& record : records_) {
    std::vector<Claim> claims;
    for (const auto& mac : record.macs) {
      for (auto& claim : observations.claims_about(mac, tellers))
        claims.push_back(std::move(claim));
    }
    if (!record.silent) {
      for (const auto& seen : record.addresses) {
        claims.push_back({{SourceKind::SnmpSweep, {}},
                          {},
                          seen.address,
                          {},
                          {},
                          record.sys_name,
                          seen.first_seen_ms,
                          seen.last_seen_ms});
      }
    }
    if (const auto told = observations.told().find(record.key); told != observations.told().end()) {
      for (const auto& own : told->second.addresses) {
        claims.push_back({{SourceKind::Interfaces, told->second.key},
                          {},
                          own.address,
                          {},
                          {},
                          {},
                          told->second.interfaces_ms,
                          told->second.interfaces_ms});
      }
    }
    for (const auto& seen : record.addresses) {
      const auto echo = observations.echoes().find(seen.address);
      if (echo == observations.echoes().end()) continue;
      claims.push_back({{SourceKind::Icmp, {}},
                        {},
                        seen.address,
                        {},
                        {},
                        {},
                        echo->second.first_seen_ms,
                        echo->second.last_seen_ms});
    }
    record.claims = merged(record.claims.list(), claims);
  }
}

}  // namespace market::inventory
