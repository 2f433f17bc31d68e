// Devices that never answered SNMP: known by what others say of their MAC, by an address that
// answers echoes, and by what they show of themselves.
#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "daemon/inventory/identity.h"
#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

bool has(const std::vector<MacAddress>& macs, const MacAddress& mac) {
  return std::binary_search(macs.begin(), macs.end(), mac);
}

/// Which networks are for guests: MACs there are people, not equipment.
struct Guests {
  std::set<VlanId> vlans;
  std::vector<IpPrefix> prefixes;

  [[nodiscard]] bool has(const IpAddress& address) const {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const IpPrefix& zone) { return zone.contains(address); });
  }
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

std::set<IpAddress> gateway_addresses(const Design& design) {
  std::set<IpAddress> addresses;
  for (const auto& zone : design.zones) {
    if (zone.gateway) addresses.insert(*zone.gateway);
  }
  if (!design.gateway) return addresses;
  for (const auto& uplink : design.gateway->uplink_addresses) addresses.insert(uplink.address());
  return addresses;
}

/// When a MAC was said to be there first and last, and by whom it must not be recorded.
struct Sighted {
  std::int64_t first_ms = 0, last_ms = 0;
  bool guest = false;
  std::string name, descr;
  const Managed* managed = nullptr;  ///< by a controller: an access point of its own

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
      seen.guest |= guests.has(each.address);
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
      const auto [known, added] = radio.emplace(last.port.str(), false);
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
  for (const auto& [mac, shown] : observations.shown()) {
    // A random MAC that only asks for an address is somebody's telephone.
    if (is_locally_administered(mac) && !sighted.contains(mac)) continue;
    auto& seen = sighted[mac];
    seen.at(shown.first_seen_ms, shown.last_seen_ms);
    if (!shown.hostname.empty()) seen.name = shown.hostname;
  }
  for (const auto& [mac, managed] : observations.managed()) {
    auto& seen = sighted[mac];
    seen.at(managed.span.first_seen_ms, managed.span.last_seen_ms);
    if (!managed.is.name.empty()) seen.name = managed.is.name;
    seen.managed = &managed;
    seen.guest = false;  // it serves them
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

/// A controller knows its own access points: it has adopted them.
void take_managed(sweep::Identification& is, const Managed& managed) {
  is.device_class = DeviceClass::AccessPoint;
  is.confidence = 0.95;
  is.model = managed.is.model;
  is.serial = managed.is.serial;
  is.firmware = managed.is.firmware;
  is.evidence = {"in the list of access points of controller " + managed.by.str()};
}

/// It answers SNMP itself, at another MAC than its controller tells (that of its radios, say).
bool speaks_itself(const std::vector<DeviceRecord>& records, const ManagedAp& ap) {
  return std::any_of(records.begin(), records.end(), [&](const DeviceRecord& record) {
    if (record.silent) return false;
    const bool same_serial = !ap.serial.empty() && record.identification->serial == ap.serial;
    return same_serial || (ap.address && record.address == *ap.address);
  });
}

}  // namespace

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
    if (seen.managed != nullptr && speaks_itself(records_, seen.managed->is)) continue;
    if (seen.guest && !wanted) continue;
    if (now_ms - seen.last_ms > kSilentKeptMs && !wanted) continue;
    auto known = silent.find(mac);
    if (known == silent.end()) {
      if (silent.size() >= kSilentMax && !wanted) continue;
      known = silent.emplace(mac, records_.size()).first;
      DeviceRecord record;
      record.silent = true;
      record.identification.change([&](auto& is) { is.mac = mac.to_string(); });
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
    if (seen.managed != nullptr) {
      record.identification.change([&](auto& is) { take_managed(is, *seen.managed); });
    }
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

/// An address that answers echoes, and that nobody we know has: a device behind a router, say.
std::vector<InventoryEvent> Inventory::learn_echoes(const Observations& observations,
                                                    const Design& design, std::int64_t now_ms) {
  std::set<IpAddress> known = gateway_addresses(design);
  for (const auto& record : records_) {
    if (record.silent && record.macs.empty()) continue;
    known.insert(record.address);
    for (const auto& seen : record.addresses) known.insert(seen.address);
  }
  // Who was an address only is somebody now.
  std::erase_if(records_, [&](const DeviceRecord& record) {
    return record.silent && record.macs.empty() && known.contains(record.address);
  });
  std::map<IpAddress, std::size_t> place_of;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    const auto& record = records_[place];
    if (record.silent && record.macs.empty()) place_of[record.address] = place;
  }
  const auto guests = guests_of(design);
  std::vector<InventoryEvent> events;
  for (const auto& [address, span] : observations.echoes()) {
    if (known.contains(address) || guests.has(address)) continue;
    if (now_ms - span.last_seen_ms > kSilentKeptMs) continue;
    auto place = place_of.find(address);
    if (place == place_of.end()) {
      if (place_of.size() >= kSilentMax) continue;
      place = place_of.emplace(address, records_.size()).first;
      DeviceRecord record;
      record.silent = true;
      record.key = "echo:" + address.to_string();
      record.address = address;
      record.first_seen_ms = span.first_seen_ms;
      records_.push_back(std::move(record));
      events.push_back({InventoryEvent::Kind::Found, records_.back().key,
                        address.to_string() + " answers echoes, it does not speak SNMP"});
    }
    auto& record = records_[place->second];
    record.last_seen_ms = std::max(record.last_seen_ms, span.last_seen_ms);
    record.addresses = {{address, record.first_seen_ms, record.last_seen_ms}};
  }
  index_all();
  return events;
}

}  // namespace market::inventory
