#include <array>
#include <map>
#include <utility>

#include "daemon/metrics/family.h"

namespace market::metrics {
namespace {

using health::DeviceState;
using health::DeviceView;

constexpr std::array kStates{DeviceState::Unknown, DeviceState::Up, DeviceState::Suspect,
                             DeviceState::Down, DeviceState::Unreachable};

std::string word(bool yes) { return yes ? "true" : "false"; }

Family device_info(const health::Snapshot& snapshot) {
  Family info{kDeviceInfo};
  for (const auto& device : snapshot.devices) {
    info.add({device.id, device.device_class, word(device.in_design), device.vendor, device.model,
              device.firmware, device.serial, device.mac, device.address, device.profile,
              device.sys_name, device.parent, device.port, device.stall},
             true);
  }
  return info;
}

Family device_up(const health::Snapshot& snapshot) {
  Family up{kDeviceUp};
  for (const auto& device : snapshot.devices) {
    const auto state = device.health.state;
    if (state == DeviceState::Unknown || state == DeviceState::Suspect) continue;
    up.add({device.id, device.device_class}, state == DeviceState::Up);
  }
  return up;
}

Family device_state(const health::Snapshot& snapshot) {
  Family states{kDeviceState};
  for (const auto& device : snapshot.devices) {
    for (const auto state : kStates) {
      states.add({device.id, device.device_class, to_string(state)}, device.health.state == state);
    }
  }
  return states;
}

Family devices_by_state(const health::Snapshot& snapshot) {
  std::map<std::string, std::map<DeviceState, std::uint64_t>> counts;
  for (const auto& device : snapshot.devices) ++counts[device.device_class][device.health.state];
  Family devices{kDevices};
  for (auto& [device_class, by_state] : counts) {
    for (const auto state : kStates) {
      devices.add({device_class, to_string(state)}, by_state[state]);
    }
  }
  return devices;
}

}  // namespace

Families device_plates(const health::Snapshot& snapshot) {
  Families families;
  families.push_back(device_info(snapshot));
  return families;
}

Families device_states(const health::Snapshot& snapshot) {
  Families families;
  families.push_back(device_state(snapshot));
  families.push_back(device_up(snapshot));
  return families;
}

Families device_polls(const health::Snapshot& snapshot) {
  Families families{Family{kDeviceStateChanged}, Family{kDeviceLastSuccess},
                    Family{kDevicePollDuration}, Family{kDevicePolls},
                    Family{kDevicePollFailures}, Family{kDeviceUptime}};
  for (const auto& device : snapshot.devices) {
    const Family::Labels labels{device.id, device.device_class};
    families[0].add_time(labels, device.health.since_ms);
    families[1].add_time(labels, device.health.last_success_ms);
    families[3].add(labels, device.polls);
    families[4].add(labels, device.poll_failures);
    if (!answers(device)) continue;
    if (device.round_trip_seconds > 0) families[2].add(labels, device.round_trip_seconds);
    // sysUpTime counts hundredths of a second (RFC 3418).
    if (device.uptime_ticks) families[5].add(labels, *device.uptime_ticks / 100.0);
  }
  return families;
}

Families device_counts(const health::Snapshot& snapshot) { return {devices_by_state(snapshot)}; }

Families port_families(const health::Snapshot& snapshot) {
  Families ports{Family{kPortInfo},          Family{kPortAdminUp},       Family{kPortOperUp},
                 Family{kPortReceiveBytes},  Family{kPortTransmitBytes}, Family{kPortReceiveErrors},
                 Family{kPortTransmitErrors}};
  for (const auto& device : snapshot.devices) {
    if (!answers(device)) continue;
    for (const auto& port : device.ports) {
      const Family::Labels labels{device.id, port.name};
      ports[0].add({device.id, port.name, port.alias}, true);
      ports[1].add(labels, port.admin_up);
      ports[2].add(labels, port.oper_up);
      ports[3].add(labels, port.in_octets);
      ports[4].add(labels, port.out_octets);
      ports[5].add(labels, port.in_errors);
      ports[6].add(labels, port.out_errors);
    }
  }
  return ports;
}

}  // namespace market::metrics
