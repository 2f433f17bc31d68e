#include "daemon/api/wire.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "daemon/api/wire_parts.h"
#include "daemon/api/wire_wireless.h"

namespace market::api {
namespace {

using health::DeviceState;
using health::DeviceView;
using health::MethodState;
using health::Snapshot;
using health::StallView;
std::string_view state_key(MethodState state) {
  switch (state) {
    case MethodState::Available:
      return "available";
    case MethodState::Degraded:
      return "degraded";
    case MethodState::Unavailable:
      return "unavailable";
    case MethodState::Unverified:
      return "unverified";
    case MethodState::NotEnrolled:
      return "not_enrolled";
    case MethodState::Closed:
      return "closed";
  }
  return "unverified";
}

std::string_view state_key(DeviceState state) {
  switch (state) {
    case DeviceState::Up:
      return "up";
    case DeviceState::Suspect:
      return "suspect";
    case DeviceState::Down:
      return "down";
    case DeviceState::Unreachable:
      return "unreachable";
    case DeviceState::Unknown:
      break;
  }
  return "unknown";
}

std::string method_name(const Snapshot& snapshot, const std::string& method) {
  const auto found = snapshot.method_names.find(method);
  return found == snapshot.method_names.end() ? method : found->second;
}

/// Methods as stalls list them, then those that no stall takes.
std::vector<std::string> methods_in_order(const Snapshot& snapshot) {
  std::vector<std::string> order;
  const auto add = [&order](const std::string& method) {
    if (std::find(order.begin(), order.end(), method) == order.end()) order.push_back(method);
  };
  for (const auto& stall : snapshot.stalls) {
    for (const auto& method : stall.readiness.methods) add(method.method);
  }
  for (const auto& entry : snapshot.method_names) add(entry.first);
  return order;
}

Json method_counts(const Snapshot& snapshot) {
  std::unordered_map<std::string_view, std::map<MethodState, std::size_t>> stalls;
  for (const auto& stall : snapshot.stalls) {
    for (const auto& method : stall.readiness.methods) ++stalls[method.method][method.state];
  }
  Json methods = Json::array();
  for (const auto& id : methods_in_order(snapshot)) {
    Json row{{"id", id}, {"name", method_name(snapshot, id)}};
    for (const auto state :
         {MethodState::Available, MethodState::Degraded, MethodState::Unavailable,
          MethodState::Unverified, MethodState::NotEnrolled, MethodState::Closed}) {
      row[std::string{state_key(state)}] = stalls[id][state];
    }
    methods.push_back(std::move(row));
  }
  return methods;
}

Json device_counts(const Snapshot& snapshot) {
  Json counts{{"total", snapshot.devices.size()}};
  for (const auto state : {DeviceState::Up, DeviceState::Suspect, DeviceState::Down,
                           DeviceState::Unreachable, DeviceState::Unknown}) {
    counts[std::string{state_key(state)}] =
        std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                      [state](const DeviceView& device) { return device.health.state == state; });
  }
  counts["not_in_design"] =
      std::count_if(snapshot.devices.begin(), snapshot.devices.end(),
                    [](const DeviceView& device) { return !device.in_design; });
  return counts;
}

bool any_method(const StallView& stall, MethodState state) {
  return std::any_of(stall.readiness.methods.begin(), stall.readiness.methods.end(),
                     [state](const auto& method) { return method.state == state; });
}

Json stall_counts(const Snapshot& snapshot) {
  std::size_t vacant = 0;
  std::size_t unavailable = 0;
  std::size_t degraded = 0;
  std::size_t unverified = 0;
  for (const auto& stall : snapshot.stalls) {
    if (stall.vacant) {
      ++vacant;
      continue;
    }
    if (any_method(stall, MethodState::Unavailable)) ++unavailable;
    if (any_method(stall, MethodState::Degraded)) ++degraded;
    if (any_method(stall, MethodState::Unverified)) ++unverified;
  }
  return Json{{"total", snapshot.stalls.size()},
              {"vacant", vacant},
              {"unavailable", unavailable},
              {"degraded", degraded},
              {"unverified", unverified}};
}

Json service_rows(const Snapshot& snapshot) {
  Json services = Json::array();
  for (const auto& service : snapshot.services) {
    const auto& reading = service.reading;
    Json row{{"id", service.id}, {"type", service.type}};
    row["ok"] = reading.ok ? Json(*reading.ok) : Json(nullptr);
    put_time(row, "at", reading.at_ms);
    row["age_seconds"] = age(snapshot, reading.at_ms);
    row["detail"] = reading.detail;
    row["connect_seconds"] = service.connect_seconds;
    services.push_back(std::move(row));
  }
  return services;
}

Json incident_rows(const Snapshot& snapshot) {
  Json incidents = Json::array();
  for (const auto& incident : snapshot.incidents) {
    Json row{{"cause", incident.cause}, {"text", incident.text}};
    put_time(row, "since", incident.since_ms);
    row["age_seconds"] = age(snapshot, incident.since_ms);
    row["devices"] = incident.devices;
    row["stalls"] = incident.stalls;
    incidents.push_back(std::move(row));
  }
  return incidents;
}

Json device_row(const Snapshot& snapshot, const DeviceView& device) {
  Json row{{"id", device.id}, {"class", device.device_class}, {"in_design", device.in_design}};
  row["state"] = state_key(device.health.state);
  row["cause"] = text_or_null(device.health.cause);
  row["silences"] = device.health.silences;
  put_time(row, "since", device.health.since_ms);
  put_time(row, "last_success", device.health.last_success_ms);
  row["age_seconds"] = age(snapshot, device.health.last_success_ms);
  row["address"] = text_or_null(device.address);
  row["stall"] = text_or_null(device.stall);
  row["parent"] = text_or_null(device.parent);
  row["port"] = text_or_null(device.port);
  row["vendor"] = device.vendor;
  row["model"] = device.model;
  row["firmware"] = device.firmware;
  row["serial"] = device.serial;
  row["mac"] = device.mac;
  row["sys_name"] = device.sys_name;
  row["profile"] = device.profile;
  row["round_trip_seconds"] = device.round_trip_seconds;
  row["polls"] = device.polls;
  row["poll_failures"] = device.poll_failures;
  row["refusal"] = text_or_null(device.refusal);
  put_whereabouts(row, snapshot, device.id);
  return row;
}

Json port_rows(const DeviceView& device) {
  Json ports = Json::array();
  for (const auto& port : device.ports) {
    ports.push_back(Json{{"name", port.name},
                         {"alias", port.alias},
                         {"admin_up", port.admin_up},
                         {"oper_up", port.oper_up},
                         {"in_octets", port.in_octets},
                         {"out_octets", port.out_octets},
                         {"in_errors", port.in_errors},
                         {"out_errors", port.out_errors}});
  }
  return ports;
}

Json number_or_null(const std::optional<std::int64_t>& number) {
  return number ? Json(*number) : Json(nullptr);
}

template <class T>
Json value_or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

/// What a wireless map tells of a radio (market-profile(5)).
void put_air(Json& row, const health::RadioSample& radio) {
  row["id"] = text_or_null(radio.id);
  row["access_point"] = text_or_null(radio.access_point);
  row["width_mhz"] = value_or_null(radio.width_mhz);
  row["centre_mhz"] = value_or_null(radio.centre_mhz);
  row["noise_dbm"] = value_or_null(radio.noise_dbm);
  row["utilisation"] = Json{{"total", value_or_null(radio.utilisation)},
                            {"tx", value_or_null(radio.utilisation_tx)},
                            {"rx", value_or_null(radio.utilisation_rx)},
                            {"other", value_or_null(radio.utilisation_other)}};
  row["retries"] = value_or_null(radio.retries);
  row["tx_frames"] = value_or_null(radio.tx_frames);
  row["tx_retries"] = value_or_null(radio.tx_retries);
}

Json radio_rows(const DeviceView& device) {
  Json radios = Json::array();
  for (const auto& radio : device.radios) {
    Json row{{"band", radio.band}};
    row["channel"] = number_or_null(radio.channel);
    row["tx_power_centidbm"] = number_or_null(radio.tx_power_centidbm);
    row["stations"] = number_or_null(radio.stations);
    put_air(row, radio);
    radios.push_back(std::move(row));
  }
  return radios;
}

Json stall_row(const Snapshot& snapshot, const StallView& stall) {
  Json row{{"id", stall.id}, {"name", stall.name}, {"vacant", stall.vacant}};
  row["port"] = text_or_null(stall.zone_port);
  row["methods"] = Json::array();
  for (const auto& method : stall.readiness.methods) {
    Json entry{{"method", method.method}, {"name", method_name(snapshot, method.method)}};
    entry["state"] = state_key(method.state);
    entry["hop"] = text_or_null(method.hop);
    entry["cause"] = text_or_null(method.cause);
    entry["reason"] = text_or_null(method.reason);
    row["methods"].push_back(std::move(entry));
  }
  return row;
}

/// Null before the first look at an applied design.
Json drift_of(const Snapshot& snapshot) {
  if (!snapshot.drift) return nullptr;
  Json json = Json::object();
  put_time(json, "looked", snapshot.drift->looked_ms);
  json["note"] = text_or_null(snapshot.drift->note);
  json["findings"] = Json::array();
  for (const auto& row : snapshot.drift->rows) {
    Json finding{{"device", row.device},
                 {"object_class", row.object_class},
                 {"changes", row.changes},
                 {"fields", row.fields}};
    put_time(finding, "since", row.since_ms);
    json["findings"].push_back(std::move(finding));
  }
  return json;
}

}  // namespace

std::string drift_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["drift"] = drift_of(snapshot);
  const bool any = snapshot.drift && !snapshot.drift->plan_json.empty();
  json["plan"] = any ? Json::parse(snapshot.drift->plan_json) : Json(nullptr);
  return print(json);
}

std::string status_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["site"] = Json{{"id", snapshot.site_id}, {"name", snapshot.site_name}};
  json["design"] = Json{{"file", snapshot.design_file}, {"digest", snapshot.design_digest}};
  json["verdict"] = text_or_null(snapshot.verdict);
  json["pending_changes"] = snapshot.pending_changes;
  json["drift"] = drift_of(snapshot);
  json["activity"] = text_or_null(snapshot.activity);
  put_time(json, "confirm_by", snapshot.confirm_by_ms);
  json["config_reload"] = Json{{"ok", snapshot.config_reload_ok}};
  put_time(json["config_reload"], "at", snapshot.config_reload_ms);
  json["sweep"] = Json{{"running", snapshot.sweep.has_value()}};
  if (const auto& sweep = snapshot.sweep) {
    json["sweep"]["asked"] = sweep->asked;
    json["sweep"]["total"] = sweep->total;
    json["sweep"]["answered"] = sweep->answered;
    json["sweep"]["remaining_seconds"] = sweep->remaining_seconds;
  }
  put_time(json["sweep"], "last", snapshot.last_sweep_ms);
  json["sweep"]["age_seconds"] = age(snapshot, snapshot.last_sweep_ms);
  json["store"] = Json{{"ok", snapshot.store_error.empty()}};
  json["store"]["error"] = text_or_null(snapshot.store_error);
  json["devices"] = device_counts(snapshot);
  json["stalls"] = stall_counts(snapshot);
  json["methods"] = method_counts(snapshot);
  json["services"] = service_rows(snapshot);
  json["incidents"] = incident_rows(snapshot);
  return print(json);
}

std::string devices_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["devices"] = Json::array();
  for (const auto& device : snapshot.devices) {
    json["devices"].push_back(device_row(snapshot, device));
  }
  for (const auto& device : silent_strangers(snapshot)) {
    json["devices"].push_back(device_row(snapshot, device));
  }
  return print(json);
}

std::optional<std::string> device_json(const Snapshot& snapshot, std::string_view asked) {
  const auto id = device_meant(snapshot, asked);
  auto all = silent_strangers(snapshot);
  all.insert(all.end(), snapshot.devices.begin(), snapshot.devices.end());
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&id](const DeviceView& device) { return device.id == id; });
  if (found == all.end()) return std::nullopt;
  Json json = stamped(snapshot);
  json.update(device_row(snapshot, *found));
  json["uptime_seconds"] =
      found->uptime_ticks ? Json(static_cast<double>(*found->uptime_ticks) / 100.0) : Json(nullptr);
  json["ports"] = port_rows(*found);
  json["radios"] = radio_rows(*found);
  json["wireless"] = found->wireless ? wireless_json(*found->wireless) : Json(nullptr);
  put_evidence(json, snapshot, id);
  return print(json);
}

std::string stalls_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["stalls"] = Json::array();
  for (const auto& stall : snapshot.stalls) json["stalls"].push_back(stall_row(snapshot, stall));
  return print(json);
}

std::optional<std::string> stall_json(const Snapshot& snapshot, std::string_view id) {
  const auto found = std::find_if(snapshot.stalls.begin(), snapshot.stalls.end(),
                                  [id](const StallView& stall) { return stall.id == id; });
  if (found == snapshot.stalls.end()) return std::nullopt;
  Json json = stamped(snapshot);
  json.update(stall_row(snapshot, *found));
  json["devices"] = Json::array();
  for (const auto& device : snapshot.devices) {
    if (device.stall == id) json["devices"].push_back(device_row(snapshot, device));
  }
  return print(json);
}

std::string incidents_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["incidents"] = incident_rows(snapshot);
  return print(json);
}

std::string events_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["events"] = Json::array();
  for (const auto& event : snapshot.events) {
    Json row;
    put_time(row, "at", event.at_ms);
    row["age_seconds"] = age(snapshot, event.at_ms);
    row["text"] = event.text;
    json["events"].push_back(std::move(row));
  }
  return print(json);
}

std::string error_json(const std::string& message) { return print(Json{{"error", message}}); }

}  // namespace market::api
