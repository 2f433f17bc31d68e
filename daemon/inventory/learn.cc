#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "daemon/inventory/identity.h"
#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

/// A MAC with more addresses than this answers for others (proxy ARP): no evidence of identity.
constexpr std::size_t kAddressesOfOneMac = 8;

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
  if (const auto mac = MacAddress::parse(record.identification.mac); mac) add_sorted(macs, *mac);
  return macs;
}

bool has(const std::vector<MacAddress>& macs, const MacAddress& mac) {
  return std::binary_search(macs.begin(), macs.end(), mac);
}

/// Which networks are for guests: MACs there are people, not equipment.
struct Guests {
  std::set<VlanId> vlans;
  std::vector<IpPrefix> prefixes;
};
Guests guests_of(const Design& design) {
  Guests guests;
  for (const auto& zone : design.zones) {
    if (zone.trust != Trust::Untrusted) continue;
    guests.vlans.insert(zone.vid);
    if (zone.prefix) guests.prefixes.push_back(*zone.prefix);
  }
  return guests;
}

std::set<MacAddress> designed_macs(const Design& design) {
  std::set<MacAddress> macs;
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      if (terminal.mac) macs.insert(*terminal.mac);
    }
  }
  for (const auto& device : design.switches) {
    if (device.mac) macs.insert(*device.mac);
  }
  for (const auto& device : design.aps) {
    if (device.mac) macs.insert(*device.mac);
  }
  return macs;
}

/// When a MAC was said to be there first and last, and by whom it must not be recorded.
struct Sighted {
  std::int64_t first_ms = 0, last_ms = 0;
  bool guest = false;
  std::string name, descr;

  void at(std::int64_t from, std::int64_t to) {
    first_ms = first_ms == 0 ? from : std::min(first_ms, from);
    last_ms = std::max(last_ms, to);
  }
};

constexpr std::uint32_t kRadioInterface = 71;  // ieee80211 (IANAifType-MIB)

bool is_radio(const Told& told, const std::string& port) {
  return std::any_of(told.interfaces.begin(), told.interfaces.end(), [&](const auto& each) {
    return each.name == port && each.type == kRadioInterface;
  });
}

std::map<MacAddress, Sighted> all_sighted(const Observations& observations, const Guests& guests) {
  std::map<MacAddress, Sighted> sighted;
  for (const auto& [mac, list] : observations.bindings()) {
    for (const auto& each : list) {
      auto& seen = sighted[mac];
      seen.at(each.first_seen_ms, each.last_seen_ms);
      if (!each.name.empty()) seen.name = each.name;
      seen.guest |= std::any_of(guests.prefixes.begin(), guests.prefixes.end(),
                                [&](const IpPrefix& zone) { return zone.contains(each.address); });
    }
  }
  for (const auto& [device, told] : observations.told()) {
    std::map<std::string, bool> radio;
    for (const auto& [mac, stays] : told.forwarding) {
      auto& seen = sighted[mac];
      seen.at(stays.front().from_ms, stays.back().to_ms);
      const auto& last = stays.back();
      seen.guest |= last.vlan && guests.vlans.contains(*last.vlan);
      if (!is_locally_administered(mac)) continue;
      const auto [known, added] = radio.emplace(last.port, false);
      if (added) known->second = is_radio(told, last.port);
      seen.guest |= known->second;
    }
    for (const auto& link : told.links) {
      if (!link.chassis || is_group_or_null(*link.chassis)) continue;
      auto& seen = sighted[*link.chassis];
      seen.at(told.links_ms, told.links_ms);
      if (!link.sys_name.empty()) seen.name = link.sys_name;
      if (!link.sys_descr.empty()) seen.descr = link.sys_descr;
    }
  }
  return sighted;
}

/// Of a silent device: the addresses that others say it has.
void take_bound(DeviceRecord& record, const std::vector<Binding>& bindings) {
  if (bindings.size() > 2 * kAddressesOfOneMac) return;
  std::map<IpAddress, SeenAddress> all;
  for (const auto& seen : record.addresses) all.emplace(seen.address, seen);
  for (const auto& each : bindings) {
    auto& seen = all.try_emplace(each.address, SeenAddress{each.address, each.first_seen_ms, 0})
                     .first->second;
    seen.first_seen_ms = std::min(seen.first_seen_ms, each.first_seen_ms);
    seen.last_seen_ms = std::max(seen.last_seen_ms, each.last_seen_ms);
  }
  record.addresses.clear();
  const SeenAddress* best = nullptr;
  for (const auto& [address, seen] : all) {
    if (best == nullptr || seen.last_seen_ms > best->last_seen_ms) best = &seen;
    record.addresses.push_back(seen);
  }
  if (best != nullptr) record.address = best->address;
}

}  // namespace

std::vector<InventoryEvent> Inventory::learn(const Observations& observations, const Design& design,
                                             std::int64_t now_ms) {
  learn_macs(observations);
  unite(observations);
  auto events = learn_silent(observations, design, now_ms);
  learn_claims(observations);
  return events;
}

void Inventory::learn_macs(const Observations& observations) {
  std::set<MacAddress> owned;
  for (auto& record : records_) {
    if (record.silent) continue;
    // What was known stays while the device tells nothing.
    for (const auto& mac : told_macs(record, observations)) add_sorted(record.macs, mac);
    if (const auto told = observations.told().find(record.key);
        told != observations.told().end() && told->second.interfaces_ms != 0) {
      record.macs = told_macs(record, observations);
    }
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
    if (contradict(a.identification, b.identification)) continue;
    const bool same_kind =
        a.identification.profile == b.identification.profile && a.sys_name == b.sys_name;
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
  auto& known = record.identification;
  const auto& told = part.identification;
  fill(known.vendor, told.vendor);
  fill(known.model, told.model);
  fill(known.firmware, told.firmware);
  fill(known.serial, told.serial);
  fill(known.mac, told.mac);
  fill(known.engine_id, told.engine_id);
  fill(known.profile, told.profile);
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
  record.claims = merged(record.claims, part.claims);
  note_renamed(part.key, record.key);
}

std::vector<InventoryEvent> Inventory::learn_silent(const Observations& observations,
                                                    const Design& design, std::int64_t now_ms) {
  std::map<MacAddress, std::size_t> owner;
  std::map<MacAddress, std::size_t> silent;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    const auto& record = records_[place];
    for (const auto& mac : record.macs) (record.silent ? silent : owner).emplace(mac, place);
  }
  const auto self = observations.told().find(kSelf);
  const auto own =
      self == observations.told().end() ? std::vector<MacAddress>{} : self->second.own_macs();
  const auto designed = designed_macs(design);
  std::set<std::size_t> gone;
  for (const auto& [mac, place] : silent) {
    const auto taken = owner.find(mac);
    if (taken == owner.end() && !has(own, mac)) continue;
    gone.insert(place);
    if (taken != owner.end()) absorb(taken->second, place);
  }
  std::vector<InventoryEvent> events;
  for (const auto& [mac, seen] : all_sighted(observations, guests_of(design))) {
    if (owner.contains(mac) || has(own, mac) || is_virtual_router(mac)) continue;
    const bool wanted = designed.contains(mac);
    if (seen.guest && !wanted) continue;
    if (now_ms - seen.last_ms > kSilentKeptMs && !wanted) continue;
    auto known = silent.find(mac);
    if (known == silent.end()) {
      if (silent.size() >= kSilentMax && !wanted) continue;
      known = silent.emplace(mac, records_.size()).first;
      DeviceRecord record;
      record.silent = true;
      record.identification.mac = mac.to_string();
      record.key = "mac:" + mac.to_string();
      record.macs = {mac};
      record.first_seen_ms = seen.first_ms;
      records_.push_back(std::move(record));
      events.push_back({InventoryEvent::Kind::Found, records_.back().key,
                        records_.back().key + " seen, it does not speak SNMP"});
    }
    auto& record = records_[known->second];
    record.first_seen_ms = std::min(record.first_seen_ms, seen.first_ms);
    record.last_seen_ms = std::max(record.last_seen_ms, seen.last_ms);
    if (!seen.name.empty()) record.sys_name = seen.name;
    if (!seen.descr.empty()) record.sys_descr = seen.descr;
    if (const auto bound = observations.bindings().find(mac);
        bound != observations.bindings().end()) {
      take_bound(record, bound->second);
    }
  }
  std::vector<DeviceRecord> kept;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    const auto& record = records_[place];
    const bool old =
        record.silent && record.design_id.empty() && now_ms - record.last_seen_ms > kSilentKeptMs;
    if (!old && !gone.contains(place)) kept.push_back(std::move(records_[place]));
  }
  records_ = std::move(kept);
  index_all();
  return events;
}

void Inventory::learn_claims(const Observations& observations) {
  for (auto& record : records_) {
    std::vector<Claim> claims;
    for (const auto& mac : record.macs) {
      for (auto& claim : observations.claims_about(mac)) claims.push_back(std::move(claim));
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
        claims.push_back({{SourceKind::Interfaces, record.key},
                          {},
                          own.address,
                          {},
                          {},
                          {},
                          told->second.interfaces_ms,
                          told->second.interfaces_ms});
      }
    }
    record.claims = merged(std::move(record.claims), claims);
  }
}

}  // namespace market::inventory
