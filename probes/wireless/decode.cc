#include "probes/wireless/decode.h"

#include <set>
#include <utility>

#include "probes/wireless/assembly.h"
#include "probes/wireless/cell.h"
#include "probes/wireless/client_id.h"
#include "probes/wireless/rows.h"

namespace market::wireless {
namespace {

using Field = WirelessField;

/// No VLAN and no channel number is larger.
constexpr std::int64_t kMaxShort = 4095;

/// Puts `value` where nothing was told before: the first table that knows wins.
template <class T, class U>
void learn(std::optional<T>& fact, const std::optional<U>& value) {
  if (!fact && value) fact = static_cast<T>(*value);
}
void learn(std::string& fact, const std::optional<std::string>& value) {
  if (fact.empty() && value) fact = *value;
}
void add(std::optional<std::uint64_t>& sum, const std::optional<std::int64_t>& more) {
  if (more) sum = sum.value_or(0) + static_cast<std::uint64_t>(*more);
}

void tell_point(AccessPoint& point, Field field, const Cell& cell) {
  switch (field) {
    case Field::Name:
      return learn(point.name, cell.text());
    case Field::Model:
      return learn(point.model, cell.text());
    case Field::Serial:
      return learn(point.serial, cell.text());
    case Field::Firmware:
      return learn(point.firmware, cell.text());
    case Field::Mac:
      if (const auto mac = cell.mac()) point.mac = mac;  // better than the key it was made from
      return;
    case Field::Address:
      return learn(point.address, cell.address());
    case Field::Online:
      return learn(point.online, cell.flag());
    case Field::Clients:
      return learn(point.clients.count, cell.count());
    default:
      return;
  }
}

/// Facts that several SSIDs tell about their radio are the same in each; counters add up.
void tell_radio(RadioDraft& draft, Field field, const Cell& cell) {
  Radio& radio = draft.radio;
  switch (field) {
    case Field::Id:
      return learn(radio.id, cell.text());
    case Field::Band:
      return learn(radio.band, parse_band(cell.text().value_or("")));
    case Field::Channel:
      if (const auto number = cell.count(); number && *number <= kMaxShort) {
        learn(draft.told_channel, number);
      }
      return;
    case Field::Frequency:
      return learn(draft.frequency, cell.mhz());
    case Field::Width:
      return learn(radio.width_mhz, cell.mhz());
    case Field::TxPower:
      return learn(radio.tx_power_centidbm, cell.power_centidbm());
    case Field::Noise:
      return learn(radio.noise_dbm, cell.noise_dbm());
    case Field::Utilisation:
      return learn(radio.utilisation.total, cell.ratio());
    case Field::UtilisationTx:
      return learn(radio.utilisation.tx, cell.ratio());
    case Field::UtilisationRx:
      return learn(radio.utilisation.rx, cell.ratio());
    case Field::UtilisationOther:
      return learn(radio.utilisation.other, cell.ratio());
    case Field::Retries:
      return learn(radio.retries, cell.ratio());
    case Field::TxFrames:
      return add(radio.tx_frames, cell.count());
    case Field::TxRetries:
      return add(radio.tx_retries, cell.count());
    case Field::Clients:
      return learn(radio.clients, cell.count());
    default:
      return;
  }
}

void tell_ssid(Ssid& ssid, Field field, const Cell& cell) {
  switch (field) {
    case Field::SsidName:
      return learn(ssid.ssid, cell.text());
    case Field::Bssid:
      return learn(ssid.bssid, cell.mac());
    case Field::Clients:
      return learn(ssid.clients, cell.count());
    case Field::Vlan:
      if (const auto number = cell.count(); number && *number <= kMaxShort && !ssid.vlan) {
        if (const auto vlan = VlanId::from(static_cast<std::uint32_t>(*number))) ssid.vlan = *vlan;
      }
      return;
    default:
      return;
  }
}

class Decoder {
 public:
  Decoder(const WirelessMap& map, std::span<const snmp::VarBind> bindings, std::string_view key)
      : map_{map}, rows_{bindings}, key_{key} {}

  WirelessFacts run() {
    // APs before their radios, radios before their networks, whatever the map's order.
    for (const auto row : {WirelessRow::AccessPoint, WirelessRow::Radio, WirelessRow::Ssid,
                           WirelessRow::Client, WirelessRow::Device}) {
      for (const auto& table : map_.tables) {
        if (table.row == row) read(table);
      }
      assembly_.learn_names();
    }
    assembly_.truncated |= rows_.truncated();
    return assembly_.finish(clients_listed_);
  }

 private:
  void read(const WirelessTable& table) {
    if (table.row == WirelessRow::Device) return read_scalars(table);
    for (const auto& index : rows_.indexes(table.columns)) {
      auto keys = cut(index, table.index);
      if (!keys) continue;
      refer(table, index, *keys);
      if (table.row == WirelessRow::Client && keys->access_point.empty() && keys->bssid) {
        keys->access_point = assembly_.key_of(*keys->bssid).value_or("");
      }
      auto* point = assembly_.access_point(assembly_.key_of(keys->access_point));
      if (point == nullptr) {
        assembly_.truncated = true;
        continue;
      }
      read_row(table, index, *keys, *point);
    }
  }

  void read_scalars(const WirelessTable& table) {
    for (const auto& column : table.columns) {
      const Cell cell{rows_, column, Oid{}};
      learn(assembly_.told_clients, cell.count());
    }
  }

  /// Columns that say what the index does not: whose AP, radio, BSSID.
  void refer(const WirelessTable& table, const Oid& index, Keys& keys) {
    for (const auto& column : table.columns) {
      if (column.field == Field::AccessPointRef) {
        const Cell cell{rows_, column, index};
        const auto mac = cell.mac();
        keys.access_point = mac ? mac->to_string() : cell.text().value_or(keys.access_point);
      } else if (column.field == Field::RadioRef) {
        keys.radio = Cell{rows_, column, index}.text().value_or(keys.radio);
      } else if (column.field == Field::Bssid && !keys.bssid) {
        keys.bssid = Cell{rows_, column, index}.mac();
      }
    }
  }

  void read_row(const WirelessTable& table, const Oid& index, const Keys& keys,
                AccessPointDraft& point) {
    switch (table.row) {
      case WirelessRow::AccessPoint:
        for (const auto& column : table.columns) {
          tell_point(point.point, column.field, Cell{rows_, column, index});
        }
        return;
      case WirelessRow::Radio:
        return read_radio(table, index, keys, point);
      case WirelessRow::Ssid:
        return read_ssid(table, index, keys, point);
      case WirelessRow::Client:
        return read_client(table, index, keys, point);
      case WirelessRow::Device:
        return;
    }
  }

  void read_radio(const WirelessTable& table, const Oid& index, const Keys& keys,
                  AccessPointDraft& point) {
    auto* draft = keys.channel ? point.find_radio(keys.radio) : point.radio(keys.radio);
    if (draft == nullptr) {
      assembly_.truncated |= !keys.channel;
      return;
    }
    if (keys.channel && draft->told_channel != keys.channel) return;
    for (const auto& column : table.columns) {
      tell_radio(*draft, column.field, Cell{rows_, column, index});
    }
  }

  void read_ssid(const WirelessTable& table, const Oid& index, const Keys& keys,
                 AccessPointDraft& point) {
    if (point.ssids.size() >= kMaxSsids) {
      assembly_.truncated = true;
      return;
    }
    auto& draft = point.ssids.emplace_back();
    draft.radio_key = keys.radio;
    draft.ssid.bssid = keys.bssid;
    for (const auto& column : table.columns) {
      if (!column.of_radio) tell_ssid(draft.ssid, column.field, Cell{rows_, column, index});
    }
    if (draft.ssid.ssid.empty() && !keys.ssid.empty() && named_by_index(table)) {
      draft.ssid.ssid = keys.ssid;
    }
    const auto& told = draft.ssid;
    if (keys.radio.empty() && told.ssid.empty() && !told.bssid && !told.clients) {
      point.ssids.pop_back();  // an interface that is no network
      return;
    }
    tell_radio_of_ssid(table, index, keys, point);
  }

  void tell_radio_of_ssid(const WirelessTable& table, const Oid& index, const Keys& keys,
                          AccessPointDraft& point) {
    RadioDraft* radio = keys.radio.empty() ? nullptr : point.radio(keys.radio);
    if (radio == nullptr) return;
    for (const auto& column : table.columns) {
      if (column.of_radio) tell_radio(*radio, column.field, Cell{rows_, column, index});
    }
  }

  static bool named_by_index(const WirelessTable& table) {
    for (const auto& part : table.index) {
      if (part.name == WirelessIndexPart::Name::Ssid) {
        return part.shape == WirelessIndexPart::Shape::String;
      }
    }
    return false;
  }

  void read_client(const WirelessTable& table, const Oid& index, const Keys& keys,
                   AccessPointDraft& point) {
    auto mac = keys.client;
    std::string ssid = keys.ssid;
    for (const auto& column : table.columns) {
      const Cell cell{rows_, column, index};
      if (column.field == Field::Mac) learn(mac, cell.mac());
      if (column.field == Field::SsidName) ssid = cell.text().value_or(ssid);
    }
    clients_listed_ = true;
    if (mac && !seen_.insert(*mac).second) return;  // one client, several rows
    if (assembly_.client_rows >= static_cast<std::int64_t>(kMaxClients)) {
      assembly_.truncated = true;
      return;
    }
    ++assembly_.client_rows;
    ++point.client_rows;
    for (auto& draft : point.ssids) {
      const bool its =
          keys.bssid ? draft.ssid.bssid == keys.bssid : !ssid.empty() && draft.ssid.ssid == ssid;
      const bool here = keys.radio.empty() || draft.radio_key == keys.radio;
      if (its && here) ++draft.client_rows;
    }
    if (auto* radio = point.find_radio(keys.radio)) ++radio->client_rows;
    if (!mac || key_.empty()) return;
    auto id = client_id(*mac, key_);
    point.point.clients.ids.push_back(id);
    assembly_.client_ids.push_back(std::move(id));
  }

  const WirelessMap& map_;
  Rows rows_;
  std::string_view key_;
  Assembly assembly_;
  std::set<MacAddress> seen_;
  bool clients_listed_ = false;
};

}  // namespace

WirelessFacts wireless_of(const WirelessMap& map, std::span<const snmp::VarBind> bindings,
                          std::string_view key) {
  return Decoder{map, bindings, key}.run();
}

}  // namespace market::wireless
