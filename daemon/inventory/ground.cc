#include "daemon/inventory/ground.h"

#include <algorithm>

namespace market::inventory {
namespace {

Trade trade_of(const DeviceRecord& record, const Design& design) {
  if (design.ap(record.design_id) != nullptr) return Trade::AccessPoint;
  if (design.switch_(record.design_id) != nullptr) return Trade::Bridge;
  switch (record.identification->device_class) {
    case DeviceClass::Switch:
    case DeviceClass::Router:
    case DeviceClass::Firewall:
      return Trade::Bridge;
    case DeviceClass::AccessPoint:
    case DeviceClass::WirelessBridge:
      return Trade::AccessPoint;
    default:
      return Trade::Other;
  }
}

std::string gateway_id(const Design& design) {
  return design.gateway ? design.gateway->id : std::string{"gateway"};
}

}  // namespace

Ground::Ground(const std::vector<DeviceRecord>& all, const Observations& seen, const Design& wanted,
               std::int64_t now)
    : records{all}, observations{seen}, design{wanted}, now_ms{now}, tellers{seen.told()} {
  for (const auto& record : records) {
    by_id[record.id()] = &record;
    id_of_key[record.key] = record.id();
  }
  // In the order of ids, so that the order of the records does not matter; who answers comes first.
  for (const bool silent : {false, true}) {
    for (const auto& [id, record] : by_id) {
      if (record->silent != silent) continue;
      for (const auto& mac : record->macs) owner.try_emplace(mac, id);
    }
  }
  find_trades();
  find_bridges();
}

std::string Ground::meant_by(const survey::LinkNeighbor& link) const {
  if (link.chassis) {
    if (const auto found = owner.find(*link.chassis); found != owner.end()) return found->second;
  }
  if (const auto port_mac = MacAddress::parse(link.port_id); port_mac) {
    if (const auto found = owner.find(*port_mac); found != owner.end()) return found->second;
  }
  for (const auto& [id, record] : by_id) {
    for (const auto& address : link.management_addresses) {
      const bool has = std::any_of(
          record->addresses.begin(), record->addresses.end(),
          [&](const SeenAddress& each) { return !record->silent && each.address == address; });
      if (has) return id;
    }
  }
  std::string named;
  if (link.sys_name.empty()) return named;
  for (const auto& [id, record] : by_id) {
    if (record->silent || record->sys_name != link.sys_name) continue;
    if (!named.empty()) return {};  // two call themselves so
    named = id;
  }
  return named;
}

void Ground::find_trades() {
  for (const auto& [id, record] : by_id) trade[id] = trade_of(*record, design);
  for (const auto& [key, told] : observations.told()) {
    for (const auto& link : told.links) {
      const auto id = meant_by(link);
      if (id.empty() || trade[id] != Trade::Other) continue;
      const auto device_class = by_id.at(id)->identification->device_class;
      if (!by_id.at(id)->silent && device_class != DeviceClass::Unknown) continue;
      if (link.is_access_point) {
        trade[id] = Trade::AccessPoint;
      } else if (link.is_bridge && !link.is_phone) {
        trade[id] = Trade::Bridge;
      }
    }
  }
}

void Ground::find_bridges() {
  std::map<std::string, Bridge> found;
  for (const auto& [id, record] : by_id) {
    if (trade[id] != Trade::Bridge) continue;
    const auto told = observations.told().find(record->key);
    found[id] = {id, told == observations.told().end() ? nullptr : &told->second, record->macs,
                 design.gateway && record->design_id == design.gateway->id};
  }
  if (const auto self = observations.told().find(kSelf); self != observations.told().end()) {
    auto& gateway = found[gateway_id(design)];
    gateway.id = gateway_id(design);
    gateway.gateway = true;
    if (gateway.told == nullptr) gateway.told = &self->second;
    for (const auto& mac : self->second.own_macs()) {
      gateway.macs.push_back(mac);
      owner[mac] = gateway.id;
    }
    std::sort(gateway.macs.begin(), gateway.macs.end());
    trade[gateway.id] = Trade::Bridge;
  }
  for (auto& [id, bridge] : found) {
    bridge_of[id] = bridges.size();
    if (bridge.told != nullptr) bridge_that_told_[bridge.told] = bridges.size();
    bridges.push_back(std::move(bridge));
  }
}

std::vector<std::pair<std::size_t, const Stay*>> Ground::sightings(const MacAddress& mac) const {
  std::vector<std::pair<std::size_t, const Stay*>> found;
  for (const auto* teller : tellers.of(mac)) {
    const auto bridge = bridge_that_told_.find(&teller->second);
    if (bridge == bridge_that_told_.end()) continue;
    const auto* stay = seen_by(bridges[bridge->second], mac);
    if (stay != nullptr) found.emplace_back(bridge->second, stay);
  }
  std::sort(found.begin(), found.end());
  return found;
}

const Stay* Ground::seen_by(const Bridge& bridge, const MacAddress& mac) {
  if (bridge.told == nullptr) return nullptr;
  const auto stays = bridge.told->forwarding.find(mac);
  return stays == bridge.told->forwarding.end() ? nullptr : &stays->second.back();
}

std::string Ground::holder_of(const MacAddress& mac) const {
  const auto found = owner.find(mac);
  return found == owner.end() ? "mac:" + mac.to_string() : found->second;
}

SharedText Ground::key_of(const Bridge& bridge) const {
  const auto record = by_id.find(bridge.id);
  if (record == by_id.end()) return {};
  const auto& key = record->second->key;
  const bool told = bridge.told != nullptr && bridge.told->key == key;
  return told ? bridge.told->key : SharedText{key};
}

const SwitchPort* Ground::designed_port(const Socket& socket) const {
  const auto* device = design.switch_(socket.device);
  if (device == nullptr) return nullptr;
  const auto port = std::find_if(device->ports.begin(), device->ports.end(),
                                 [&](const SwitchPort& each) { return each.name == socket.port; });
  return port == device->ports.end() ? nullptr : &*port;
}

std::string Ground::stall_of(const Socket& socket) const {
  const auto* port = designed_port(socket);
  return port == nullptr ? std::string{} : port->stall;
}

}  // namespace market::inventory
