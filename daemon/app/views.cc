#include "daemon/app/views.h"

#include <set>
#include <tuple>
#include <utility>

namespace market::app {
namespace {

/// As old as this, a reading counts as none: four polls were missed, and the answer to the fifth
/// may be under way.
std::chrono::milliseconds stale_after(const Settings& settings) {
  return 4 * settings.poll_interval + std::chrono::seconds{5};
}

/// All that a design and an inventory say of a device.
auto plate(const health::DeviceView& view) {
  return std::tie(view.device_class, view.in_design, view.address, view.vendor, view.model,
                  view.firmware, view.serial, view.mac, view.sys_name, view.profile, view.stall,
                  view.parent, view.port);
}

health::Rows<health::StallView> unjudged(const Design& design) {
  const auto drops = design.drops();
  health::Rows<health::StallView> rows;
  rows.reserve(design.stalls.size());
  for (const auto& stall : design.stalls) {
    auto& row = rows.emplace_back();
    row.id = stall.id;
    row.name = stall.name;
    row.vacant = stall.state == StallState::Vacant;
    row.readiness.stall = stall.id;
    if (const auto at = drops.find(stall.id); at != drops.end()) {
      row.zone_port = at->second.front().switch_id + "/" + at->second.front().port;
    }
  }
  return rows;
}

}  // namespace

Views::Views(ModelPtr model)
    : model_{std::move(model)},
      readiness_{model_->design, model_->topology, stale_after(model_->settings)},
      stalls_{unjudged(model_->design)} {}

health::DeviceView& Views::edit(const std::string& id) {
  auto& row = rows_[id];
  if (!row.view) {
    row.view = std::make_shared<health::DeviceView>();
    row.view->id = id;
  } else if (row.published) {
    row.view = std::make_shared<health::DeviceView>(*row.view);
  }
  row.published = false;
  return *row.view;
}

/// A row that already says so stays the one that snapshots have.
template <class Write>
void Views::write(const std::string& id, Write with) {
  const auto known = rows_.find(id);
  if (known == rows_.end() || !known->second.published) return with(edit(id));
  auto other = *known->second.view;
  with(other);
  if (plate(other) != plate(*known->second.view)) edit(id) = std::move(other);
}

void Views::fill(const std::function<bool(const std::string& id)>& is_subject,
                 const std::vector<inventory::DeviceRecord>& records,
                 const std::map<std::string, health::DeviceHealth>& health) {
  std::erase_if(rows_, [&](const auto& item) {
    return !item.second.view->in_design && !is_subject(item.first);
  });
  fill_designed();
  forget_plates(records);
  for (const auto& record : records) {
    if (!record.silent) fill_known(record);  // the picture has the silent ones
  }
  for (auto& [id, row] : rows_) {
    if (row.published) continue;
    if (const auto known = health.find(id); known != health.end()) row.view->health = known->second;
  }
}

/// A device that no record is of has nothing but what the design says.
void Views::forget_plates(const std::vector<inventory::DeviceRecord>& records) {
  std::set<std::string, std::less<>> known;
  for (const auto& record : records) {
    if (!record.silent) known.insert(record.id());
  }
  for (const auto& [id, row] : rows_) {
    if (!row.view->in_design || known.contains(id) || row.view->model.empty()) continue;
    write(id, [](health::DeviceView& view) {
      view.vendor = view.model = view.firmware = view.profile = view.sys_name = "";
    });
  }
}

void Views::fill_designed() {
  const auto& [design, topology] = std::tie(model_->design, model_->topology);
  const auto write_designed = [&](const std::string& id, const char* device_class, auto with) {
    write(id, [&](health::DeviceView& view) {
      view.device_class = device_class;
      view.in_design = true;
      const auto parent = topology.parent.find(id);
      if (parent != topology.parent.end()) view.parent = parent->second;
      const auto port = topology.port.find(id);
      if (port != topology.port.end()) view.port = port->second;
      with(view);
    });
  };
  const auto equipment = [](const auto& item) {
    return [&item](health::DeviceView& view) {
      view.address = item.address.to_string();
      view.serial = item.serial;
    };
  };
  for (const auto& item : design.switches) write_designed(item.id, "switch", equipment(item));
  for (const auto& item : design.aps) write_designed(item.id, "access-point", equipment(item));
  for (const auto& stall : design.stalls) {
    for (const auto& terminal : stall.terminals) {
      write_designed(terminal.serial, "payment-terminal", [&](health::DeviceView& view) {
        view.stall = stall.id;
        view.serial = terminal.serial;
        view.mac = terminal.mac ? terminal.mac->to_string() : "";
        view.address = terminal.address ? terminal.address->to_string() : "";
      });
    }
  }
  if (design.gateway) write_designed(design.gateway->id, "gateway", [](health::DeviceView&) {});
}

void Views::fill_known(const inventory::DeviceRecord& record) {
  write(record.id(), [&](health::DeviceView& view) {
    view.address = record.address.to_string();
    view.vendor = record.identification->vendor;
    view.model = record.identification->model;
    view.firmware = record.identification->firmware;
    view.profile = record.identification->profile;
    view.sys_name = record.sys_name;
    if (view.serial.empty()) view.serial = record.identification->serial;
    if (view.mac.empty()) view.mac = record.identification->mac;
    if (!view.in_design) view.device_class = to_string(record.identification->device_class);
  });
}

void Views::follow(health::HealthTracker& tracker, Evidence& evidence) {
  for (const auto& id : tracker.touched()) {
    const auto& health = tracker.devices().at(id);
    evidence.on_health(id, health);
    if (rows_.contains(id)) edit(id).health = health;
  }
}

health::Rows<health::DeviceView> Views::devices() {
  health::Rows<health::DeviceView> devices;
  devices.reserve(rows_.size());
  for (auto& [id, row] : rows_) {
    devices.push_back(row.view);
    row.published = true;
  }
  return devices;
}

const health::Rows<health::StallView>& Views::stalls(Evidence& evidence, std::int64_t now_ms) {
  readiness_.judge(evidence.readings(), evidence.take_changes(), now_ms,
                   [this](std::size_t place, health::StallReadiness readiness) {
                     if (stalls_[place].readiness == readiness) return;
                     stalls_.edit(place).readiness = std::move(readiness);
                   });
  return stalls_;
}

}  // namespace market::app
