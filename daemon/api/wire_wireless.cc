#include "daemon/api/wire_wireless.h"

#include <nlohmann/json.hpp>

namespace market::api {
namespace {

using Json = nlohmann::ordered_json;

Json text(const std::string& value) { return value.empty() ? Json(nullptr) : Json(value); }

template <class T>
Json number(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

template <class T>
Json spelled(const std::optional<T>& value) {
  return value ? Json(value->to_string()) : Json(nullptr);
}

Json clients_json(const wireless::Clients& clients) {
  return {{"count", number(clients.count)}, {"ids", clients.ids}};
}

Json ssids_json(const std::vector<wireless::Ssid>& ssids) {
  Json rows = Json::array();
  for (const auto& each : ssids) {
    rows.push_back({{"ssid", text(each.ssid)},
                    {"bssid", spelled(each.bssid)},
                    {"radio", text(each.radio)},
                    {"vlan", each.vlan ? Json(each.vlan->number()) : Json(nullptr)},
                    {"clients", number(each.clients)}});
  }
  return rows;
}

Json access_points_json(const std::vector<wireless::AccessPoint>& points) {
  Json rows = Json::array();
  for (const auto& each : points) {
    rows.push_back({{"name", text(each.name)},
                    {"mac", spelled(each.mac)},
                    {"model", text(each.model)},
                    {"serial", text(each.serial)},
                    {"firmware", text(each.firmware)},
                    {"address", spelled(each.address)},
                    {"online", number(each.online)},
                    {"ssids", ssids_json(each.ssids)},
                    {"clients", clients_json(each.clients)}});
  }
  return rows;
}

}  // namespace

nlohmann::ordered_json wireless_json(const wireless::WirelessFacts& facts) {
  return {{"ssids", ssids_json(facts.ssids)},
          {"clients", clients_json(facts.clients)},
          {"access_points", access_points_json(facts.access_points)},
          {"truncated", facts.truncated}};
}

}  // namespace market::api
