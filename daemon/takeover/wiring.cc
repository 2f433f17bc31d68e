#include "daemon/takeover/wiring.h"

#include <algorithm>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "daemon/inventory/picture.h"

namespace market::takeover {
namespace {

/// Any moment does: all of it was said at once.
constexpr std::int64_t kNow = 1'000'000'000'000;

survey::DeviceSurvey self_of(const FoundGateway& gateway) {
  survey::DeviceSurvey self;
  for (const auto& link : gateway.links) {
    if (!link.mac) continue;
    self.interfaces.push_back({static_cast<std::uint32_t>(std::max(link.index, 0)), link.name,
                               link.alias, 0, link.mac, link.carrier});
  }
  return self;
}

class Drawing {
 public:
  Drawing(const Found& found, const Design& devices) : found_{found}, devices_{devices} {
    std::vector<sweep::Sighting> sightings;
    for (const auto& each : found.devices) sightings.push_back(each.sighting);
    (void)inventory_->merge_all(sightings, kNow);
    (void)inventory_->take_renamed();
    inventory_->match(devices);
    for (const auto& each : found.devices) {
      const auto* record = inventory_->at_address(each.sighting.address);
      if (record != nullptr) seen_.take(record->key, each.survey, kNow);
    }
    if (found.gateway) {
      seen_.take(inventory::kSelf, self_of(*found.gateway), kNow);
      for (const auto& each : found.gateway->neighbours) take_neighbour(each);
    }
    (void)inventory_->learn(seen_, devices, {}, kNow);
    for (const auto& [from, to] : inventory_->take_renamed()) seen_.rename(from, to);
    inventory_->match(devices);
    picture_ = inventory::draw_picture({inventory_, &inventory_->records()}, seen_, devices, kNow);
  }

  Wiring wiring() {
    for (const auto& edge : picture_.edges) {
      add_link(edge.upper, edge.lower);
      add_link(edge.lower, edge.upper);
    }
    for (const auto& [id, place] : picture_.places) add_host(id, place);
    for (auto& [port, hosts] : wiring_.hosts) {
      std::sort(hosts.begin(), hosts.end(), [](const Host& a, const Host& b) {
        return std::tie(a.mac, a.serial) < std::tie(b.mac, b.serial);
      });
    }
    if (devices_.gateway) add_gateway(*found_.gateway);
    add_silent();
    return std::move(wiring_);
  }

 private:
  void take_neighbour(const netlink::Neighbour& each) {
    const bool answers = each.state != "failed" && each.state != "incomplete" &&
                         each.state != "noarp" && each.state != "none";
    if (!each.mac || !answers) return;
    seen_.take_binding(*each.mac,
                       {each.address, {inventory::SourceKind::KernelNeighbor, {}}, {}, kNow, kNow});
  }

  void add_link(const inventory::Socket& near, const inventory::Socket& far) {
    if (devices_.switch_(near.device) == nullptr || near.port.empty()) return;
    const PortOf here{near.device, near.port};
    if (devices_.ap(far.device) != nullptr) {
      if (linked_aps_.insert(far.device).second) wiring_.peers.emplace(here, far.device);
    } else if (devices_.switch_(far.device) != nullptr && !far.port.empty()) {
      wiring_.peers.emplace(here, far.device + "/" + far.port);
    }
  }

  void add_host(const std::string& id, const inventory::Place& place) {
    const auto* record = picture_.devices.find(id);
    if (record == nullptr || devices_.switch_(place.at.device) == nullptr ||
        devices_.switch_(id) != nullptr || devices_.ap(id) != nullptr || record->macs.empty()) {
      return;
    }
    Host host;
    host.snmp = !record->silent;
    host.terminal = record->identification->device_class == DeviceClass::PaymentTerminal;
    if (host.snmp) host.serial = record->identification->serial;
    host.mac = record->macs.front();
    if (!record->addresses.empty()) host.address = record->address;
    host.vlan = place.vlan;
    wiring_.hosts[{place.at.device, place.at.port}].push_back(std::move(host));
  }

  /// Announced as a switch or an access point, and nobody of that MAC or address was found.
  void add_silent() {
    std::set<MacAddress> macs;
    std::set<IpAddress> addresses;
    for (const auto& each : found_.devices) {
      addresses.insert(each.sighting.address);
      if (const auto mac = MacAddress::parse(each.sighting.identification.mac)) macs.insert(*mac);
      for (const auto& mac : {each.survey.bridge_address, each.survey.lldp_chassis}) {
        if (mac) macs.insert(*mac);
      }
      for (const auto& interface : each.survey.interfaces) {
        if (interface.mac) macs.insert(*interface.mac);
      }
    }
    for_each_switch([&](const std::string& id, const FoundDevice& device) {
      for (const auto& told : device.survey.links) {
        const bool known =
            (told.chassis && macs.contains(*told.chassis)) ||
            std::any_of(told.management_addresses.begin(), told.management_addresses.end(),
                        [&](const IpAddress& each) { return addresses.contains(each); });
        if (known || !(told.is_bridge || told.is_access_point) || told.is_phone) continue;
        wiring_.silent.push_back(
            fmt::format("{} '{}' ({}) at {}/{}: it did not answer",
                        told.is_access_point ? "access point" : "switch", told.sys_name,
                        told.chassis_id.empty() ? "no MAC" : told.chassis_id, id, told.local_port));
      }
    });
  }

  // ---- the gateway's own links ----

  [[nodiscard]] const netlink::Link* link(const std::string& name) const {
    for (const auto& each : found_.gateway->links) {
      if (each.name == name) return &each;
    }
    return nullptr;
  }
  /// The link that has this MAC; a port before the bridge that took its MAC.
  [[nodiscard]] const netlink::Link* link(const std::optional<MacAddress>& mac) const {
    const netlink::Link* found = nullptr;
    for (const auto& each : found_.gateway->links) {
      if (!mac || each.mac != mac || each.kind == "vlan") continue;
      if (found == nullptr || found->kind == "bridge") found = &each;
    }
    return found;
  }

  void add_gateway(const FoundGateway& gateway) {
    std::set<std::string> own;
    for (const auto& [field, present] : gateway.observed.fields) {
      const auto name = FieldName::split(field);
      if (name.group != "address") continue;
      const auto text = name.key.substr(name.key.find(' ') + 1);
      own.insert(text.substr(0, text.find('/')));
    }
    // The best evidence first: what a neighbour says, where our MAC is, what a person wrote.
    for_each_switch([&](const std::string& id, const FoundDevice& device) {
      for (const auto& told : device.survey.links) by_lldp(id, told, own);
    });
    for_each_switch([&](const std::string& id, const FoundDevice& device) {
      for (const auto& entry : device.survey.forwarding) {
        if (const auto* at = link(std::optional{entry.mac})) join(id, entry.port, at->name);
      }
    });
    for_each_switch([&](const std::string& id, const FoundDevice& device) {
      by_label(id, device.observed.fields);
    });
    for (const auto& each : gateway.neighbours) vote(each);
    count_votes();
  }

  template <class Use>
  void for_each_switch(Use use) const {
    for (const auto& device : devices_.switches) {
      for (const auto& each : found_.devices) {
        if (each.sighting.address == device.address) use(device.id, each);
      }
    }
  }

  void by_lldp(const std::string& device, const survey::LinkNeighbor& told,
               const std::set<std::string>& own) {
    const bool means_us =
        link(told.chassis) != nullptr || told.sys_name == devices_.gateway->id ||
        std::any_of(told.management_addresses.begin(), told.management_addresses.end(),
                    [&](const IpAddress& each) { return own.contains(each.to_string()); });
    if (!means_us) return;
    const auto mac = MacAddress::parse(told.port_id);
    const auto* at = mac ? link(std::optional{*mac}) : link(told.port_id);
    if (at != nullptr) join(device, told.local_port, at->name);
  }

  /// "gw1/eth1"
  void by_label(const std::string& device, const FieldMap& fields) {
    const auto begin = devices_.gateway->id + "/";
    for (const auto& [field, value] : fields) {
      const auto name = FieldName::split(field);
      const auto* text = std::get_if<std::string>(&value);
      if (name.group != "port" || name.leaf != "label" || text == nullptr) continue;
      if (!text->starts_with(begin)) continue;
      const auto* at = link(text->substr(begin.size()));
      if (at != nullptr) join(device, name.key, at->name);
    }
  }

  /// Each link has one cable, each port too: the first evidence, which is the best, counts. A
  /// bridge and the links on it have none of their own.
  void join(const std::string& device, const std::string& port, const std::string& link_name) {
    const auto* at = link(link_name);
    if (at == nullptr || at->kind == "bridge" || at->kind == "vlan") return;
    const PortOf here{device, port};
    if (wiring_.peers.contains(here) || cabled_links_.contains(link_name)) return;
    wiring_.peers.emplace(here, devices_.gateway->id + "/" + link_name);
    cabled_links_.emplace(link_name, here);
  }

  /// A host that the gateway reaches by this link is in some VLAN, by the switches. A switch's own
  /// MAC says nothing: it speaks untagged to its neighbours.
  void vote(const netlink::Neighbour& neighbour) {
    if (!neighbour.mac) return;
    for (const auto& device : found_.devices) {
      const bool bridge = device.sighting.identification.device_class == DeviceClass::Switch;
      if (bridge && device.sighting.address == neighbour.address) return;
    }
    for (const auto& device : found_.devices) {
      for (const auto& entry : device.survey.forwarding) {
        if (entry.mac == *neighbour.mac && entry.vlan) ++votes_[neighbour.link][*entry.vlan];
      }
    }
  }

  void count_votes() {
    for (const auto& [name, by_vlan] : votes_) {
      const auto best = std::max_element(by_vlan.begin(), by_vlan.end(),
                                         [](auto& a, auto& b) { return a.second < b.second; });
      wiring_.gateway_vlans.emplace(name, best->first);
    }
  }

  const Found& found_;
  const Design& devices_;
  std::shared_ptr<inventory::Inventory> inventory_ = std::make_shared<inventory::Inventory>();
  inventory::Observations seen_;
  inventory::Picture picture_;
  Wiring wiring_;
  std::set<std::string> linked_aps_;
  std::map<std::string, PortOf> cabled_links_;
  std::map<std::string, std::map<VlanId, std::size_t>> votes_;
};

}  // namespace

Wiring wiring_of(const Found& found, const Design& devices) {
  return Drawing{found, devices}.wiring();
}

}  // namespace market::takeover
