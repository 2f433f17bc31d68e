#include "daemon/inventory/inventory.h"

#include <algorithm>
#include <utility>

#include "daemon/inventory/identity.h"

namespace market::inventory {
namespace {

using sweep::Identification;
using sweep::Sighting;

const std::string& name_of(const DeviceRecord& record) { return record.name(); }

void take(std::string& known, const std::string& told) {
  if (!told.empty()) known = told;
}

/// What is told now replaces what was told; what is not told now stays.
void take_plate(Identification& known, const Identification& told) {
  take(known.vendor, told.vendor);
  take(known.model, told.model);
  take(known.firmware, told.firmware);
  take(known.serial, told.serial);
  take(known.mac, told.mac);
  take(known.engine_id, told.engine_id);
  take(known.profile, told.profile);
  if (told.device_class != DeviceClass::Unknown) {
    known.device_class = told.device_class;
    known.confidence = told.confidence;
  }
  if (!told.evidence.empty()) known.evidence = told.evidence;
}

void take_facts(DeviceRecord& record, const Sighting& sighting) {
  record.identification.change(
      [&](Identification& known) { take_plate(known, sighting.identification); });
  record.sys_name = sighting.sys_name;
  record.sys_location = sighting.sys_location;
  take(record.sys_descr, sighting.sys_descr);
  if (sighting.default_communities) record.default_communities = *sighting.default_communities;
  record.silent = false;
}

void note_address(DeviceRecord& record, const IpAddress& address, std::int64_t now_ms) {
  auto& all = record.addresses;
  const auto place =
      std::lower_bound(all.begin(), all.end(), address,
                       [](const SeenAddress& a, const IpAddress& b) { return a.address < b; });
  if (place != all.end() && place->address == address) {
    place->last_seen_ms = std::max(place->last_seen_ms, now_ms);
  } else {
    all.insert(place, {address, now_ms, now_ms});
  }
}

/// Where we reach it.
void take_address(DeviceRecord& record, const Sighting& sighting, std::int64_t now_ms) {
  record.address = sighting.address;
  record.port = sighting.port;
  record.credentials = sighting.credentials;
  record.last_seen_ms = now_ms;
}

InventoryEvent found_event(const DeviceRecord& record) {
  return {InventoryEvent::Kind::Found, record.key,
          name_of(record) + " found at " + record.address.to_string()};
}

InventoryEvent moved_event(const DeviceRecord& record, const IpAddress& from) {
  return {
      InventoryEvent::Kind::Moved, record.key,
      name_of(record) + " moved from " + from.to_string() + " to " + record.address.to_string()};
}

InventoryEvent swapped_event(const IpAddress& address, const DeviceRecord& before,
                             const DeviceRecord& now) {
  return {InventoryEvent::Kind::Swapped, now.key,
          address.to_string() + " was " + name_of(before) + " and is " + name_of(now) + " now"};
}

void add_once(std::multimap<std::string, std::size_t, std::less<>>& places, const std::string& text,
              std::size_t place) {
  if (text.empty()) return;
  const auto key = lower_case(text);
  const auto [first, last] = places.equal_range(key);
  const bool known =
      std::any_of(first, last, [&](const auto& entry) { return entry.second == place; });
  if (!known) places.emplace(key, place);
}

}  // namespace

const std::string& DeviceRecord::name() const {
  if (!design_id.empty()) return design_id;
  return sys_name.empty() ? key : sys_name;
}

Inventory::Inventory(std::vector<DeviceRecord> records) : records_{std::move(records)} {
  for (auto& record : records_) {
    if (record.addresses.empty() && !record.silent) {
      record.addresses.push_back({record.address, record.first_seen_ms, record.last_seen_ms});
    }
  }
  index_all();
}

void Inventory::Plates::add(const DeviceRecord& record, std::size_t place) {
  add_once(by_engine_id, record.identification->engine_id, place);
  add_once(by_serial, record.identification->serial, place);
  add_once(by_mac, record.identification->mac, place);
  for (const auto& mac : record.macs) add_once(by_mac, mac.to_string(), place);
}

void Inventory::make_plates() {
  if (plates_) return;
  plates_.emplace();
  std::size_t place = 0;
  for (const auto& record : records_) plates_->add(record, place++);
}

void Inventory::index_all() {
  plates_.reset();
  by_key_.clear();
  by_design_id_.clear();
  by_address_.clear();
  std::map<IpAddress, std::int64_t> freshest;
  for (std::size_t place = 0; place < records_.size(); ++place) {
    index(place);
    if (records_[place].silent) continue;  // what others say of an address is no answer from it
    for (const auto& seen : records_[place].addresses) {
      const auto [time, added] = freshest.emplace(seen.address, seen.last_seen_ms);
      if (!added && time->second >= seen.last_seen_ms) continue;
      time->second = seen.last_seen_ms;
      by_address_.insert_or_assign(seen.address, place);
    }
  }
}

/// By everything but the address.
void Inventory::index(std::size_t place) {
  const auto& record = records_[place];
  if (plates_) plates_->add(record, place);
  by_key_.insert_or_assign(record.key, place);
  if (!record.design_id.empty()) by_design_id_.insert_or_assign(record.design_id, place);
}

std::optional<std::size_t> Inventory::find_in(const Places& places, const std::string& text,
                                              const Identification& told) const {
  if (text.empty()) return std::nullopt;
  const auto [first, last] = places.equal_range(lower_case(text));
  for (auto it = first; it != last; ++it) {
    if (!contradict(*records_[it->second].identification, told)) return it->second;
  }
  return std::nullopt;
}

std::optional<std::size_t> Inventory::find(const Sighting& sighting) const {
  const auto& told = sighting.identification;
  if (const auto place = find_in(plates_->by_engine_id, told.engine_id, told)) return place;
  if (const auto place = find_in(plates_->by_serial, told.serial, told)) return place;
  if (const auto place = find_in(plates_->by_mac, told.mac, told)) return place;
  // An address is no identity: it counts only where one side tells nothing to compare with, and
  // the family is the same.
  const auto holder = by_address_.find(sighting.address);
  if (holder == by_address_.end()) return std::nullopt;
  const auto& known = *records_[holder->second].identification;
  const bool nameless = identity_key(told).empty() || identity_key(known).empty();
  const bool same_family = known.profile == told.profile;
  if (!nameless || !same_family) return std::nullopt;
  return holder->second;
}

/// The best key that no other record has: copied engine ids and serials are passed over.
std::string Inventory::free_key(std::size_t place) const {
  auto identity = *records_[place].identification;
  const auto is_free = [&](const std::string& key) {
    const auto owner = by_key_.find(key);
    return !key.empty() && (owner == by_key_.end() || owner->second == place);
  };
  for (auto* told : {&identity.engine_id, &identity.serial, &identity.mac}) {
    if (told->empty()) continue;
    if (auto key = identity_key(identity); is_free(key)) return key;
    told->clear();
  }
  // Of a record without identity the key stays where it was first seen, wherever it is now.
  const auto& record = records_[place];
  if (record.key.starts_with("address:") && is_free(record.key)) return record.key;
  const auto base = address_key(record.address);
  auto key = base;
  for (int copy = 2; !is_free(key); ++copy) key = base + "#" + std::to_string(copy);
  return key;
}

std::vector<InventoryEvent> Inventory::merge(const Sighting& sighting, std::int64_t now_ms) {
  make_plates();
  const auto known = find(sighting);
  const std::size_t place = known.value_or(records_.size());
  if (!known) {
    records_.emplace_back();
    records_.back().first_seen_ms = now_ms;
  }
  auto& record = records_[place];
  const bool answered_before = known && !record.silent;
  const IpAddress from = answered_before ? record.address : sighting.address;
  const bool other_address = from != sighting.address && record.last_seen_ms == now_ms;
  take_facts(record, sighting);
  if (!other_address) take_address(record, sighting, now_ms);
  note_address(record, sighting.address, now_ms);
  rekey(place);
  index(place);

  std::vector<InventoryEvent> events;
  const auto [holder, first_there] = by_address_.emplace(sighting.address, place);
  if (!first_there && holder->second != place) {
    auto& before = records_[holder->second];
    events.push_back(swapped_event(sighting.address, before, record));
    std::erase_if(before.addresses, [&](const SeenAddress& seen) {
      return seen.address == sighting.address && before.address != sighting.address;
    });
    holder->second = place;
  }
  if (!known) {
    events.push_back(found_event(record));
  } else if (record.address != from) {
    events.push_back(moved_event(record, from));
  }
  return events;
}

/// Who is where it was is merged first, so that it keeps its place as the main address.
std::vector<InventoryEvent> Inventory::merge_all(const std::vector<Sighting>& sightings,
                                                 std::int64_t now_ms) {
  make_plates();
  std::vector<const Sighting*> order;
  for (const auto& sighting : sightings) order.push_back(&sighting);
  const auto elsewhere = [this](const Sighting& sighting) {
    const auto place = find(sighting);
    return !place || records_[*place].address != sighting.address;
  };
  std::map<IpAddress, bool> moved;
  for (const auto& sighting : sightings) moved[sighting.address] = elsewhere(sighting);
  std::stable_sort(order.begin(), order.end(), [&](const Sighting* a, const Sighting* b) {
    const bool a_moved = moved[a->address];
    const bool b_moved = moved[b->address];
    return a_moved != b_moved ? b_moved : a->address < b->address;
  });
  std::vector<InventoryEvent> events;
  for (const auto* sighting : order) {
    for (auto& event : merge(*sighting, now_ms)) events.push_back(std::move(event));
  }
  return events;
}

void Inventory::rekey(std::size_t place) {
  auto& record = records_[place];
  auto key = free_key(place);
  if (key == record.key) return;
  if (!record.key.empty()) {
    by_key_.erase(record.key);
    note_renamed(record.key, key);
  }
  record.key = std::move(key);
}

void Inventory::note_renamed(const std::string& from, const std::string& to) {
  renamed_.emplace_back(from, to);
  const SharedText by{to};
  for (auto& record : records_) {
    const auto is_its = [&from](const Claim& claim) { return claim.source.by == from; };
    if (std::none_of(record.claims.begin(), record.claims.end(), is_its)) continue;
    auto claims = record.claims.list();
    for (auto& claim : claims) {
      if (is_its(claim)) claim.source.by = by;
    }
    record.claims = std::move(claims);
  }
}

std::vector<std::pair<std::string, std::string>> Inventory::take_renamed() {
  return std::exchange(renamed_, {});
}

const DeviceRecord* Inventory::by_key(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &records_[found->second];
}

const DeviceRecord* Inventory::at_address(const IpAddress& address) const {
  const auto found = by_address_.find(address);
  return found == by_address_.end() ? nullptr : &records_[found->second];
}

const DeviceRecord* Inventory::by_design_id(std::string_view id) const {
  const auto found = by_design_id_.find(id);
  return found == by_design_id_.end() ? nullptr : &records_[found->second];
}

}  // namespace market::inventory
