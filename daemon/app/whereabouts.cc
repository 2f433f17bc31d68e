#include "daemon/app/whereabouts.h"

#include <algorithm>
#include <utility>

#include "probes/wireless/client_id.h"

namespace market::app {
namespace {

/// Who may have tables that tell of others. What we could not name is asked too.
bool may_see_others(const inventory::DeviceRecord& record, const Design& design) {
  if (record.silent) return false;
  if (design.switch_(record.design_id) != nullptr || design.ap(record.design_id) != nullptr) {
    return true;
  }
  switch (record.identification.device_class) {
    case DeviceClass::Switch:
    case DeviceClass::Router:
    case DeviceClass::Firewall:
    case DeviceClass::AccessPoint:
    case DeviceClass::WirelessBridge:
    case DeviceClass::WlanController:
    case DeviceClass::Unknown:
      return true;
    default:
      return false;
  }
}

std::set<MacAddress> macs_of(const Design& design) {
  std::set<MacAddress> macs;
  const auto add = [&macs](const std::optional<MacAddress>& mac) {
    if (mac) macs.insert(*mac);
  };
  for (const auto& device : design.switches) add(device.mac);
  for (const auto& device : design.aps) add(device.mac);
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) add(terminal.mac);
  }
  return macs;
}

bool contains(const std::vector<inventory::Finding>& findings, const inventory::Finding& finding) {
  return std::any_of(findings.begin(), findings.end(), [&](const auto& each) {
    return each.kind == finding.kind && each.subject == finding.subject;
  });
}

}  // namespace

Whereabouts::Whereabouts(io::Loop& loop, Surveys::Start start,
                         std::vector<inventory::DeviceRecord> records,
                         std::vector<inventory::Finding> open, Handlers handlers)
    : loop_{loop},
      handlers_{std::move(handlers)},
      inventory_{std::move(records)},
      open_{std::move(open)},
      surveys_{loop, std::move(start)} {
  for (const auto& record : inventory_.records()) seen_.restore(record.claims);
}

void Whereabouts::set_model(ModelPtr model) {
  surveys_.cancel();
  model_ = std::move(model);
  wanted_ = macs_of(model_->design);
  inventory_.match(model_->design);
  soon();
}

std::vector<inventory::InventoryEvent> Whereabouts::on_swept(const sweep::SweepResult& result,
                                                             std::int64_t now_ms) {
  auto events = inventory_.merge_all(result.sightings, now_ms);
  for (const auto& [from, to] : inventory_.take_renamed()) seen_.rename(from, to);
  inventory_.match(model_->design);
  soon();
  survey_all();
  return events;
}

std::vector<Surveys::Subject> Whereabouts::subjects() const {
  std::vector<Surveys::Subject> subjects;
  if (model_->read_credentials.empty()) return subjects;
  for (const auto& record : inventory_.records()) {
    if (!may_see_others(record, model_->design)) continue;
    Surveys::Subject subject{record.key,
                             {.address = record.address,
                              .port = record.port,
                              .credentials = model_->read_credentials.front()}};
    for (const auto& credentials : model_->read_credentials) {
      if (credentials.id == record.credentials) subject.target.credentials = credentials;
    }
    subjects.push_back(std::move(subject));
  }
  return subjects;
}

void Whereabouts::survey_all() {
  surveys_.round(
      subjects(),
      [this](const std::string& key, survey::DeviceSurvey survey) {
        // Its key may have become a better one while it was asked.
        if (inventory_.by_key(key) == nullptr) return;
        seen_.take(key, survey, now_ms());
        soon();
      },
      [this] {
        surveyed_ = true;
        seen_.forget_before(now_ms() - inventory::kSilentKeptMs);
        soon();
      });
}

void Whereabouts::on_forwarding(const std::string& id,
                                const std::map<MacAddress, std::string>& port_of,
                                std::int64_t now_ms) {
  const auto* record = inventory_.by_design_id(id);
  if (record == nullptr) record = inventory_.by_key(id);
  if (record == nullptr) return;
  seen_.refresh_forwarding(record->key, port_of, wanted_, now_ms);
  soon();
}

void Whereabouts::on_neighbour(const netlink::Neighbour& neighbour, std::int64_t now_ms) {
  const bool answers = neighbour.state != "failed" && neighbour.state != "incomplete" &&
                       neighbour.state != "noarp" && neighbour.state != "none";
  if (!neighbour.mac || !answers) return;
  seen_.take_binding(
      *neighbour.mac,
      {neighbour.address, {inventory::SourceKind::KernelNeighbor, {}}, {}, now_ms, now_ms});
  soon();
}

void Whereabouts::on_dhcp(const dhcp::ClientMessage& message, std::int64_t now_ms) {
  seen_.take_dhcp(message.mac, message.parameters, message.vendor_class, message.hostname, now_ms);
  // A client that renews has its address; one that asks for it may not get it.
  if (message.address) {
    seen_.take_binding(
        message.mac,
        {*message.address, {inventory::SourceKind::Dhcp, {}}, message.hostname, now_ms, now_ms});
  }
  soon();
}

void Whereabouts::on_lease(const dhcp::Lease& lease, std::int64_t now_ms) {
  seen_.take_binding(
      lease.mac,
      {lease.address, {inventory::SourceKind::Dhcp, {}}, lease.hostname, now_ms, now_ms});
  soon();
}

void Whereabouts::on_echo(const IpAddress& address, std::int64_t now_ms) {
  seen_.take_echo(address, now_ms);
  soon();
}

void Whereabouts::on_open_ports(const MacAddress& mac, std::set<std::uint16_t> ports,
                                std::int64_t now_ms) {
  seen_.take_open_ports(mac, std::move(ports), now_ms);
  soon();
}

void Whereabouts::on_stations(const std::string& id, const std::vector<std::string>& station_ids,
                              const std::string& key, std::int64_t now_ms) {
  const auto* record = inventory_.by_design_id(id);
  if (record == nullptr) record = inventory_.by_key(id);
  if (record == nullptr || station_ids.empty()) return;
  const auto look_for = [&](const MacAddress& mac) {
    const auto id_of_mac = wireless::client_id(mac, key);
    if (!std::binary_search(station_ids.begin(), station_ids.end(), id_of_mac)) return;
    seen_.take_station(record->key, mac, now_ms);
    soon();
  };
  for (const auto& mac : wanted_) look_for(mac);
  for (const auto& known : inventory_.records()) {
    for (const auto& mac : known.macs) {
      if (!wanted_.contains(mac)) look_for(mac);
    }
  }
}

std::vector<Whereabouts::SilentHost> Whereabouts::silent_hosts() const {
  std::vector<SilentHost> hosts;
  const auto in_payment = [this](const IpAddress& address) {
    return std::any_of(
        model_->design.zones.begin(), model_->design.zones.end(), [&](const Zone& zone) {
          return zone.trust == Trust::Cardholder && zone.prefix && zone.prefix->contains(address);
        });
  };
  for (const auto& record : inventory_.records()) {
    if (!record.silent || !record.design_id.empty() || record.macs.empty()) continue;
    const bool likely = record.identification.device_class == DeviceClass::PaymentTerminal;
    if (record.addresses.empty() || !(likely || in_payment(record.address))) continue;
    hosts.push_back({record.macs.front(), record.address});
  }
  return hosts;
}

void Whereabouts::on_links(const std::vector<netlink::Link>& links, std::int64_t now_ms) {
  survey::DeviceSurvey self;
  // A bridge and its VLANs carry the MAC of a port: the port comes first and names the cable.
  for (const bool physical : {true, false}) {
    for (const auto& link : links) {
      const bool known = std::any_of(self.interfaces.begin(), self.interfaces.end(),
                                     [&](const auto& each) { return each.mac == link.mac; });
      if (!link.mac || link.kind.empty() != physical || (known && !physical)) continue;
      self.interfaces.push_back({static_cast<std::uint32_t>(std::max(link.index, 0)), link.name,
                                 link.alias, 0, link.mac, link.carrier});
    }
  }
  seen_.take(inventory::kSelf, self, now_ms);
  soon();
}

void Whereabouts::soon() {
  if (draw_timer_.armed()) return;
  draw_timer_ = loop_.after(picture_ ? io::Duration{kDrawEvery} : io::Duration::zero(), [this] {
    draw_timer_.cancel();
    draw();
  });
}

void Whereabouts::draw() {
  const auto now = now_ms();
  const auto& design = model_->design;
  (void)inventory_.learn(seen_, design, model_->hints, now);
  for (const auto& [from, to] : inventory_.take_renamed()) seen_.rename(from, to);
  inventory_.match(design);
  auto picture = inventory::draw_picture(inventory_.records(), seen_, design, now, open_);
  if (!surveyed_) {  // what was found before the restart is so until somebody looked again
    for (const auto& finding : open_) {
      if (!contains(picture.findings, finding)) picture.findings.push_back(finding);
    }
  }
  const auto before = std::exchange(open_, picture.findings);
  picture_ = std::make_shared<const inventory::Picture>(std::move(picture));
  for (const auto& finding : open_) {
    if (!contains(before, finding)) handlers_.found(finding, true);
  }
  for (const auto& finding : before) {
    if (!contains(open_, finding)) handlers_.found(finding, false);
  }
  handlers_.drawn();
}

std::int64_t Whereabouts::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(loop_.wall_now().time_since_epoch())
      .count();
}

}  // namespace market::app
