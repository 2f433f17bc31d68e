// What is known of a device's wireless side, in one model whatever MIB it came from.
//
// What an agent did not tell is empty, never 0. The MAC of a client is in here only as a keyed hash
// (client_id.h): the clear one is a person's telephone and does not leave the decoder.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "config/types/vlan_id.h"
#include "probes/wireless/channel.h"

namespace market::wireless {

/// Shares of the air time of a channel, each 0..1.
struct Utilisation {
  std::optional<double> total;  ///< busy, for whatever reason
  std::optional<double> tx;     ///< with what this radio sends
  std::optional<double> rx;     ///< with what is sent to this radio
  std::optional<double> other;  ///< with other networks and noise
};

struct Radio {
  std::string id;  ///< as the device calls it: "wifi0", "ng"; else the index in its table
  std::optional<Band> band;
  std::optional<int> channel;                     ///< IEEE 802.11 number of the primary 20 MHz
  std::optional<int> centre_mhz;                  ///< of the whole width, where that is certain
  std::optional<int> width_mhz;                   ///< 20, 40, 80, 160, 320
  std::optional<std::int64_t> tx_power_centidbm;  ///< hundredths of a dBm
  std::optional<int> noise_dbm;                   ///< noise floor
  Utilisation utilisation;
  std::optional<double> retries;  ///< share of sent frames that are retries, 0..1, as told
  std::optional<std::uint64_t> tx_frames, tx_retries;  ///< counters since the device started
  std::optional<std::int64_t> clients;
};

/// One network on one radio; on a controller also one network on all of its radios.
struct Ssid {
  std::string ssid;  ///< empty = hidden or not told
  std::optional<MacAddress> bssid;
  std::string radio;  ///< Radio::id; empty = not told
  std::optional<VlanId> vlan;
  std::optional<std::int64_t> clients;
};

struct Clients {
  std::optional<std::int64_t> count;
  std::vector<std::string> ids;  ///< keyed hashes, sorted; empty = not told or no key was given
};

/// One AP of a controller.
struct AccessPoint {
  std::string name, model, serial, firmware;
  std::optional<MacAddress> mac;
  std::optional<IpAddress> address;
  std::optional<bool> online;
  std::vector<Radio> radios;
  std::vector<Ssid> ssids;
  Clients clients;
};

struct WirelessFacts {
  std::vector<Radio> radios;  ///< of the device itself
  std::vector<Ssid> ssids;    ///< of the device itself, or the networks of a controller
  Clients clients;            ///< of the device and all its APs
  std::vector<AccessPoint> access_points;
  bool truncated = false;  ///< there was more than the decoder takes

  [[nodiscard]] bool empty() const {
    return radios.empty() && ssids.empty() && access_points.empty() && !clients.count;
  }
};

}  // namespace market::wireless
