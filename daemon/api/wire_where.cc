#include <algorithm>
#include <string>
#include <utility>

#include "daemon/api/wire.h"
#include "daemon/api/wire_parts.h"

namespace market::api {
namespace {

using health::DeviceView;
using health::Snapshot;
using inventory::Claim;
using inventory::Claims;
using inventory::DeviceRecord;
using inventory::Picture;

/// An edge shows its freshest evidence; the device behind it has all.
constexpr std::size_t kEvidenceOfEdge = 4;

const DeviceRecord* record_of(const Snapshot& snapshot, const std::string& id) {
  if (!snapshot.picture) return nullptr;
  return snapshot.picture->devices.find(id);
}

/// People read ids, not keys.
std::string id_of_key(const Picture& picture, const std::string& key) {
  if (key.empty() || picture.devices.contains(key)) return key;
  for (const auto* record : picture.devices) {
    if (record->key == key) return record->id();
  }
  return key;
}

Json claim_row(const Snapshot& snapshot, const Claim& claim) {
  Json row{{"source", to_string(claim.source.kind)}};
  row["by"] = text_or_null(id_of_key(*snapshot.picture, claim.source.by));
  row["says"] = claim.text();
  put_time(row, "first_seen", claim.first_seen_ms);
  put_time(row, "last_seen", claim.last_seen_ms);
  row["age_seconds"] = age(snapshot, claim.last_seen_ms);
  return row;
}

Json claim_rows(const Snapshot& snapshot, const Claims& claims, std::size_t most) {
  Json rows = Json::array();
  for (std::size_t i = 0; i < std::min(most, claims.size()); ++i) {
    rows.push_back(claim_row(snapshot, claims.list()[i]));
  }
  return rows;
}

Json place_row(const Snapshot& snapshot, const std::string& id, const inventory::Place& place) {
  Json row{{"agreement", to_string(place.agreement)}};
  row["device"] = text_or_null(place.at.device);
  row["port"] = text_or_null(place.at.port);
  row["behind"] = text_or_null(place.behind);
  row["stall"] = text_or_null(place.stall);
  row["vlan"] = place.vlan ? Json(place.vlan->number()) : Json(nullptr);
  row["confidence"] = place.confidence;
  put_time(row, "at", place.at_ms);
  row["age_seconds"] = age(snapshot, place.at_ms);
  row["expected"] = Json::array();
  for (const auto& socket : place.expected) row["expected"].push_back(socket.to_string());
  row["expected_stall"] = text_or_null(place.expected_stall);
  row["text"] = words_of(id, place);
  return row;
}

Json finding_row(const Snapshot& snapshot, const inventory::Finding& finding) {
  Json row{{"id", finding.id()},
           {"kind", finding.kind},
           {"severity", to_string(finding.severity)},
           {"subject", finding.subject},
           {"text", finding.text}};
  put_time(row, "first_seen", finding.first_seen_ms);
  put_time(row, "last_seen", finding.last_seen_ms);
  row["age_seconds"] = age(snapshot, finding.first_seen_ms);
  row["devices"] = finding.devices;
  row["evidence"] = finding.evidence;
  return row;
}

Json socket_row(const inventory::Socket& socket) {
  Json row{{"device", socket.device}};
  row["port"] = text_or_null(socket.port);
  return row;
}

bool has_address(const DeviceRecord& record, std::string_view text) {
  const auto address = IpAddress::parse(text);
  return address && std::any_of(record.addresses.begin(), record.addresses.end(),
                                [&](const auto& seen) { return seen.address == *address; });
}

bool has_mac(const DeviceRecord& record, std::string_view text) {
  const auto mac = MacAddress::parse(text);
  return mac && std::find(record.macs.begin(), record.macs.end(), *mac) != record.macs.end();
}

}  // namespace

void put_whereabouts(Json& row, const Snapshot& snapshot, const std::string& id) {
  row["silent"] = false;
  row["addresses"] = Json::array();
  row["place"] = nullptr;
  row["findings"] = Json::array();
  if (!snapshot.picture) return;
  if (const auto* record = record_of(snapshot, id); record != nullptr) {
    row["silent"] = record->silent;
    for (const auto& seen : record->addresses) {
      row["addresses"].push_back(seen.address.to_string());
    }
  }
  const auto place = snapshot.picture->places.find(id);
  if (place != snapshot.picture->places.end()) {
    row["place"] = place_row(snapshot, id, place->second);
  }
  for (const auto& finding : snapshot.picture->findings) {
    const bool about =
        finding.subject == id ||
        std::find(finding.devices.begin(), finding.devices.end(), id) != finding.devices.end();
    if (about) row["findings"].push_back(finding.id());
  }
}

void put_evidence(Json& row, const Snapshot& snapshot, const std::string& id) {
  row["key"] = nullptr;
  row["evidence"] = Json::array();
  row["identification"] = Json::array();
  row["identification_confidence"] = nullptr;
  const auto* record = record_of(snapshot, id);
  if (record == nullptr) return;
  row["key"] = record->key;
  row["evidence"] = claim_rows(snapshot, record->claims, record->claims.size());
  row["identification"] = record->identification->evidence;
  row["identification_confidence"] = record->identification->confidence;
}

std::vector<DeviceView> silent_strangers(const Snapshot& snapshot) {
  std::vector<DeviceView> strangers;
  if (!snapshot.picture) return strangers;
  for (const auto* record : snapshot.picture->devices) {
    if (!record->silent || !record->design_id.empty()) continue;
    DeviceView view;
    view.id = record->id();
    view.device_class = to_string(record->identification->device_class);
    view.address = record->addresses.empty() ? "" : record->address.to_string();
    view.vendor = record->identification->vendor;
    view.model = record->identification->model;
    view.mac = record->identification->mac;
    view.sys_name = record->sys_name;
    view.health.since_ms = record->first_seen_ms;
    strangers.push_back(std::move(view));
  }
  return strangers;
}

std::string device_meant(const Snapshot& snapshot, std::string_view asked) {
  const std::string same{asked};
  const auto view = [&](auto&& fits) -> std::string {
    const auto found = std::find_if(snapshot.devices.begin(), snapshot.devices.end(), fits);
    return found == snapshot.devices.end() ? std::string{} : found->id;
  };
  if (same.empty()) return same;
  if (auto id = view([&](const DeviceView& each) { return each.id == asked; }); !id.empty()) {
    return id;
  }
  if (snapshot.picture) {
    for (const auto* record : snapshot.picture->devices) {
      if (record->id() == asked || record->key == asked ||
          record->identification->serial == asked) {
        return record->id();
      }
    }
    for (const auto* record : snapshot.picture->devices) {
      if (has_mac(*record, asked)) return record->id();
    }
    for (const bool silent : {false, true}) {
      for (const auto* record : snapshot.picture->devices) {
        if (record->silent == silent && has_address(*record, asked)) return record->id();
      }
    }
  }
  auto id = view([&](const DeviceView& each) {
    return each.serial == asked || each.address == asked || each.mac == asked ||
           each.stall == asked;
  });
  return id.empty() ? same : id;
}

std::string topology_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["nodes"] = Json::array();
  json["edges"] = Json::array();
  if (!snapshot.picture) return print(json);
  put_time(json, "drawn", snapshot.picture->at_ms);
  for (const auto& node : snapshot.picture->nodes) {
    Json row{{"id", node.id}, {"kind", to_string(node.kind)}};
    const auto* record = record_of(snapshot, node.id);
    row["name"] = record == nullptr ? node.id : record->name();
    const auto place = snapshot.picture->places.find(node.id);
    const bool placed = place != snapshot.picture->places.end();
    row["stall"] = placed ? text_or_null(place->second.stall) : Json(nullptr);
    row["agreement"] = placed ? Json(to_string(place->second.agreement)) : Json(nullptr);
    json["nodes"].push_back(std::move(row));
  }
  for (const auto& edge : snapshot.picture->edges) {
    Json row{{"upper", socket_row(edge.upper)}, {"lower", socket_row(edge.lower)}};
    row["confidence"] = edge.confidence;
    put_time(row, "at", edge.at_ms);
    row["age_seconds"] = age(snapshot, edge.at_ms);
    row["evidence"] = claim_rows(snapshot, edge.evidence, kEvidenceOfEdge);
    json["edges"].push_back(std::move(row));
  }
  return print(json);
}

std::string findings_json(const Snapshot& snapshot) {
  Json json = stamped(snapshot);
  json["findings"] = Json::array();
  if (snapshot.picture) {
    for (const auto& finding : snapshot.picture->findings) {
      json["findings"].push_back(finding_row(snapshot, finding));
    }
  }
  return print(json);
}

}  // namespace market::api
