#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "daemon/inventory/identity.h"
#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

/// One device of the design, by what can be recognised of it.
struct Wanted {
  std::string id;
  sweep::Identification plate;  ///< serial and MAC that the design writes down
  std::vector<IpAddress> addresses;
};

Wanted wanted(const std::string& id, const std::string& serial,
              const std::optional<MacAddress>& mac) {
  Wanted device;
  device.id = id;
  device.plate.serial = serial;
  if (mac) device.plate.mac = mac->to_string();
  return device;
}

/// The gateway answers at its own address in every zone, and at its uplink.
Wanted wanted_gateway(const Design& design) {
  auto gateway = wanted(design.gateway->id, "", std::nullopt);
  for (const auto& zone : design.zones) {
    if (zone.gateway) gateway.addresses.push_back(*zone.gateway);
  }
  for (const auto& uplink : design.gateway->uplink_addresses) {
    gateway.addresses.push_back(uplink.address());
  }
  return gateway;
}

bool has_mac(const DeviceRecord& record, const std::string& text) {
  const auto mac = MacAddress::parse(text);
  return mac && std::binary_search(record.macs.begin(), record.macs.end(), *mac);
}

std::vector<Wanted> devices_of(const Design& design) {
  std::vector<Wanted> devices;
  if (design.gateway) devices.push_back(wanted_gateway(design));
  for (const auto& device : design.switches) {
    devices.push_back(wanted(device.id, device.serial, device.mac));
    devices.back().addresses.push_back(device.address);
  }
  for (const auto& device : design.aps) {
    devices.push_back(wanted(device.id, device.serial, device.mac));
    devices.back().addresses.push_back(device.address);
  }
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      devices.push_back(wanted(terminal.serial, terminal.serial, terminal.mac));
      if (terminal.address) devices.back().addresses.push_back(*terminal.address);
    }
  }
  return devices;
}

}  // namespace

/// Records that carry `text`, do not contradict the design, and still are where they were seen.
std::vector<std::size_t> Inventory::alike(const Places& places, const std::string& text,
                                          const sweep::Identification& plate) const {
  std::vector<std::size_t> found;
  if (text.empty()) return found;
  const auto [first, last] = places.equal_range(lower_case(text));
  for (auto it = first; it != last; ++it) {
    const auto& record = records_[it->second];
    const auto holder = by_address_.find(record.address);
    const bool replaced =
        !record.silent && holder != by_address_.end() && holder->second != it->second;
    const bool taken = !record.design_id.empty();
    auto told = *record.identification;
    if (has_mac(record, plate.mac)) told.mac = plate.mac;  // of another of its interfaces
    if (!replaced && !taken && !contradict(plate, told)) {
      found.push_back(it->second);
    }
  }
  return found;
}

void Inventory::match(const Design& design) {
  make_plates();
  by_design_id_.clear();
  for (auto& record : records_) record.design_id.clear();
  auto devices = devices_of(design);
  const auto settle = [&](auto&& candidates_of) {
    std::erase_if(devices, [&](const Wanted& device) {
      const std::vector<std::size_t> candidates = candidates_of(device);
      if (candidates.size() != 1) return false;  // nobody, or evidence that two devices share
      records_[candidates.front()].design_id = device.id;
      by_design_id_.insert_or_assign(device.id, candidates.front());
      return true;
    });
  };
  settle([&](const Wanted& device) {
    return alike(plates_->by_serial, device.plate.serial, device.plate);
  });
  settle(
      [&](const Wanted& device) { return alike(plates_->by_mac, device.plate.mac, device.plate); });
  settle([&](const Wanted& device) {
    std::vector<std::size_t> found;
    for (const auto& address : device.addresses) {
      const auto holder = by_address_.find(address);
      if (holder == by_address_.end()) continue;
      const auto& record = records_[holder->second];
      const bool fits =
          record.design_id.empty() && !contradict(device.plate, *record.identification);
      const bool known = std::find(found.begin(), found.end(), holder->second) != found.end();
      if (fits && !known) found.push_back(holder->second);
    }
    return found;
  });
  // Last, who never answered: others say that it has the address of the design.
  settle([&](const Wanted& device) {
    std::vector<std::size_t> found;
    for (std::size_t place = 0; place < records_.size(); ++place) {
      const auto& record = records_[place];
      const bool there = std::find(device.addresses.begin(), device.addresses.end(),
                                   record.address) != device.addresses.end();
      const bool fits = record.silent && there && record.design_id.empty() &&
                        !contradict(device.plate, *record.identification);
      if (fits) found.push_back(place);
    }
    return found;
  });
  plates_.reset();  // they are a quarter of all this
}

}  // namespace market::inventory
