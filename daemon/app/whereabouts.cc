#include "daemon/app/whereabouts.h"

#include <algorithm>
#include <iterator>
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
  switch (record.identification->device_class) {
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

std::size_t digest_of(const std::map<MacAddress, std::string>& port_of) {
  std::size_t digest = 0;
  const auto add = [&digest](std::size_t part) { digest = digest * 1'099'511'628'211U + part; };
  for (const auto& [mac, port] : port_of) {
    for (const auto octet : mac.octets()) add(octet);
    add(std::hash<std::string>{}(port));
  }
  return digest;
}

std::set<std::string> ids_of(const std::vector<inventory::Finding>& findings) {
  std::set<std::string> ids;
  for (const auto& finding : findings) ids.insert(finding.id());
  return ids;
}

/// Those of `findings` that are not in `others`.
std::vector<inventory::Finding> without(const std::vector<inventory::Finding>& findings,
                                        const std::vector<inventory::Finding>& others) {
  const auto known = ids_of(others);
  std::vector<inventory::Finding> rest;
  std::copy_if(findings.begin(), findings.end(), std::back_inserter(rest),
               [&known](const auto& finding) { return !known.contains(finding.id()); });
  return rest;
}

}  // namespace

struct Whereabouts::Drawing {
  std::shared_ptr<const inventory::Inventory> before;
  std::shared_ptr<inventory::Observations> seen;
  ModelPtr model;
  std::shared_ptr<const std::vector<inventory::Finding>> open_before;
  bool surveyed;
  std::int64_t now_ms;
  io::TimePoint begun;

  std::shared_ptr<inventory::Inventory> after;
  inventory::PicturePtr picture;
  std::vector<inventory::Finding> opened, closed;

  void draw() {
    const auto& design = model->design;
    after = std::make_shared<inventory::Inventory>(*before);
    (void)after->learn(*seen, design, model->hints, now_ms);
    for (const auto& [from, to] : after->take_renamed()) seen->rename(from, to);
    after->match(design);
    const inventory::Records records{after, &after->records()};
    auto drawn = inventory::draw_picture(records, *seen, design, now_ms, *open_before);
    if (!surveyed) {  // what was found before the restart is so until somebody looked again
      auto kept = without(*open_before, drawn.findings);
      std::move(kept.begin(), kept.end(), std::back_inserter(drawn.findings));
    }
    opened = without(drawn.findings, *open_before);
    closed = without(*open_before, drawn.findings);
    picture = std::make_shared<const inventory::Picture>(std::move(drawn));
  }
};

Whereabouts::Whereabouts(io::Loop& loop, Surveys::Start start, Aside aside,
                         std::vector<inventory::DeviceRecord> records,
                         std::vector<inventory::Finding> open, Handlers handlers)
    : loop_{loop},
      aside_{std::move(aside)},
      handlers_{std::move(handlers)},
      inventory_{std::make_shared<const inventory::Inventory>(std::move(records))},
      seen_{std::make_shared<inventory::Observations>()},
      open_{std::make_shared<const std::vector<inventory::Finding>>(std::move(open))},
      surveys_{loop, std::move(start)} {
  for (const auto& record : inventory_->records()) seen_->restore(record.claims.list());
}

void Whereabouts::when_idle(std::function<void()> work) {
  if (!drawing_) return work();
  later_.push_back(std::move(work));
}

void Whereabouts::set_model(ModelPtr model) {
  surveys_.cancel();
  model_ = std::move(model);
  wanted_ = macs_of(model_->design);
  match();
  soon();
}

void Whereabouts::match() {
  auto matched = std::make_shared<inventory::Inventory>(*inventory_);
  matched->match(model_->design);
  inventory_ = std::move(matched);
}

std::vector<inventory::InventoryEvent> Whereabouts::on_swept(const sweep::SweepResult& result,
                                                             std::int64_t now_ms) {
  auto merged = std::make_shared<inventory::Inventory>(*inventory_);
  auto events = merged->merge_all(result.sightings, now_ms);
  for (const auto& [from, to] : merged->take_renamed()) seen_->rename(from, to);
  merged->match(model_->design);
  inventory_ = std::move(merged);
  soon();
  survey_all();
  return events;
}

std::vector<Surveys::Subject> Whereabouts::subjects() const {
  std::vector<Surveys::Subject> subjects;
  if (model_->read_credentials.empty()) return subjects;
  for (const auto& record : inventory_->records()) {
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
        when_idle([this, key, survey = std::move(survey), at_ms = now_ms()] {
          // Its key may have become a better one while it was asked.
          const auto* record = inventory_->by_key(key);
          if (record == nullptr) return;
          if (seen_->is_of_another(key, record->identification->mac, survey)) return;
          seen_->take(key, survey, at_ms);
          soon();
        });
      },
      [this] {
        when_idle([this] {
          surveyed_ = true;
          seen_->forget_before(now_ms() - inventory::kSilentKeptMs);
          soon();
        });
      });
}

void Whereabouts::on_forwarding(const std::string& id,
                                const std::map<MacAddress, std::string>& port_of,
                                std::int64_t now_ms) {
  if (drawing_) {
    later_.emplace_back([this, id, port_of, now_ms] { on_forwarding(id, port_of, now_ms); });
    return;
  }
  const auto* record = inventory_->by_design_id(id);
  if (record == nullptr) record = inventory_->by_key(id);
  if (record == nullptr) return;
  seen_->refresh_forwarding(record->key, port_of, wanted_, now_ms);
  const auto table = digest_of(port_of);
  const bool same = std::exchange(tables_[record->key], table) == table;
  draw_within(same ? kRedrawEvery : kDrawEvery);
}

void Whereabouts::on_neighbour(const netlink::Neighbour& neighbour, std::int64_t now_ms) {
  const bool answers = neighbour.state != "failed" && neighbour.state != "incomplete" &&
                       neighbour.state != "noarp" && neighbour.state != "none";
  if (!neighbour.mac || !answers) return;
  when_idle([this, mac = *neighbour.mac, address = neighbour.address, now_ms] {
    seen_->take_binding(mac,
                        {address, {inventory::SourceKind::KernelNeighbor, {}}, {}, now_ms, now_ms});
    soon();
  });
}

/// What somebody tells of a host, as soon as it can be noted.
void Whereabouts::note(std::function<void(inventory::Observations&)> telling) {
  when_idle([this, telling = std::move(telling)] {
    telling(*seen_);
    soon();
  });
}

void Whereabouts::on_dhcp(const dhcp::ClientMessage& message, std::int64_t now_ms) {
  note([message, now_ms](inventory::Observations& seen) {
    seen.take_dhcp(message.mac, message.parameters, message.vendor_class, message.hostname, now_ms);
    // A client that renews has its address; one that asks for it may not get it.
    if (!message.address) return;
    seen.take_binding(
        message.mac,
        {*message.address, {inventory::SourceKind::Dhcp, {}}, message.hostname, now_ms, now_ms});
  });
}

void Whereabouts::on_lease(const dhcp::Lease& lease, std::int64_t now_ms) {
  note([lease, now_ms](inventory::Observations& seen) {
    seen.take_binding(
        lease.mac,
        {lease.address, {inventory::SourceKind::Dhcp, {}}, lease.hostname, now_ms, now_ms});
  });
}

void Whereabouts::on_echo(const IpAddress& address, std::int64_t now_ms) {
  note([address, now_ms](inventory::Observations& seen) { seen.take_echo(address, now_ms); });
}

void Whereabouts::on_open_ports(const MacAddress& mac, std::set<std::uint16_t> ports,
                                std::int64_t now_ms) {
  note([mac, ports = std::move(ports), now_ms](inventory::Observations& seen) {
    seen.take_open_ports(mac, ports, now_ms);
  });
}

void Whereabouts::on_stations(const std::string& id, const std::vector<std::string>& station_ids,
                              const std::string& key, std::int64_t now_ms) {
  const auto* record = inventory_->by_design_id(id);
  if (record == nullptr) record = inventory_->by_key(id);
  if (record == nullptr || station_ids.empty()) return;
  const auto look_for = [&](const MacAddress& mac) {
    const auto id_of_mac = wireless::client_id(mac, key);
    if (!std::binary_search(station_ids.begin(), station_ids.end(), id_of_mac)) return;
    note([access_point = record->key, mac, now_ms](inventory::Observations& seen) {
      seen.take_station(access_point, mac, now_ms);
    });
  };
  auto macs = wanted_;
  for (const auto& known : inventory_->records()) macs.insert(known.macs.begin(), known.macs.end());
  for (const auto& mac : macs) look_for(mac);
}

void Whereabouts::on_access_points(const std::string& id,
                                   const std::vector<wireless::AccessPoint>& list,
                                   std::int64_t now_ms) {
  const auto* record = inventory_->by_design_id(id);
  if (record == nullptr) record = inventory_->by_key(id);
  if (record == nullptr) return;
  for (const auto& ap : list) {
    if (!ap.mac || ap.online == false) continue;
    note([controller = record->key, ap, now_ms](inventory::Observations& seen) {
      seen.take_managed(controller, *ap.mac,
                        {ap.name, ap.model, ap.serial, ap.firmware, ap.address}, now_ms);
    });
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
  for (const auto& record : inventory_->records()) {
    if (!record.silent || !record.design_id.empty() || record.macs.empty()) continue;
    const bool likely = record.identification->device_class == DeviceClass::PaymentTerminal;
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
  when_idle([this, self = std::move(self), now_ms] {
    seen_->take(inventory::kSelf, self, now_ms);
    soon();
  });
}

void Whereabouts::draw_within(std::chrono::seconds time) {
  if (drawing_) return;
  const auto fair = std::min<io::Duration>(drawing_took_ * kDrawShare, kDrawAtLeast);
  auto pause = std::max<io::Duration>(time, fair);
  if (!picture_) pause = io::Duration::zero();
  if (draw_timer_.armed() && draw_due_ <= loop_.now() + pause) return;
  draw_due_ = loop_.now() + pause;
  draw_timer_ = loop_.after(pause, [this] {
    draw_timer_.cancel();
    draw();
  });
}

void Whereabouts::draw() {
  drawing_ = std::make_shared<Drawing>(Drawing{.before = inventory_,
                                               .seen = seen_,
                                               .model = model_,
                                               .open_before = open_,
                                               .surveyed = surveyed_,
                                               .now_ms = now_ms(),
                                               .begun = loop_.now(),
                                               .after = nullptr,
                                               .picture = nullptr,
                                               .opened = {},
                                               .closed = {}});
  aside_([drawing = drawing_] { drawing->draw(); },
         [this, drawing = drawing_] { on_drawn(*drawing); });
}

void Whereabouts::on_drawn(const Drawing& drawing) {
  drawing_.reset();
  drawing_took_ = loop_.now() - drawing.begun;
  inventory_ = drawing.after;
  const bool outdated = drawing.model != model_;
  if (outdated) match();
  for (const auto& work : std::exchange(later_, {})) work();
  if (outdated) return soon();
  picture_ = drawing.picture;
  open_ = {picture_, &picture_->findings};
  for (const auto& finding : drawing.opened) handlers_.found(finding, true);
  for (const auto& finding : drawing.closed) handlers_.found(finding, false);
  handlers_.drawn();
}

std::int64_t Whereabouts::now_ms() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(loop_.wall_now().time_since_epoch())
      .count();
}

}  // namespace market::app
