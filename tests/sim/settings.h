// What can be written on a simulated switch or access point: its running or its startup
// configuration, as plain comparable data.
//
// PortLists are kept as they travel: octets, most significant bit of the first octet = base port 1
// (Q-BRIDGE-MIB, PortList). On one switch all of them have the same length, ceil(ports / 8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace market::sim {

struct PortSettings {
  bool enabled = true;
  std::string alias;
  bool poe = true;
  std::int64_t poe_priority = 3;  ///< POWER-ETHERNET-MIB: 1 critical, 2 high, 3 low
  std::uint16_t pvid = 1;
  std::int64_t frames = 1;  ///< Q-BRIDGE-MIB: 1 admitAll, 2 admitOnlyVlanTagged
  bool ingress_filter = false;

  friend bool operator==(const PortSettings&, const PortSettings&) = default;
};

/// RFC 2579, RowStatus: the states a VLAN row can rest in.
enum class RowState : std::uint8_t { Active = 1, NotInService = 2 };

struct VlanSettings {
  RowState state = RowState::Active;
  std::string name;
  std::string egress, forbidden, untagged;  ///< PortLists

  friend bool operator==(const VlanSettings&, const VlanSettings&) = default;
};

/// The numbers are those of the vendor's radio table.
enum class Band : std::uint8_t { G2 = 1, G5 = 2, G6 = 3 };

struct RadioSettings {
  Band band = Band::G2;
  std::int64_t channel = 1;
  std::int64_t width = 20;  ///< MHz
  std::int64_t power = 20;  ///< dBm

  friend bool operator==(const RadioSettings&, const RadioSettings&) = default;
};

struct SsidSettings {
  std::string name;
  std::int64_t vlan = 1;
  std::int64_t security = 1;  ///< 1 open 2 owe 3 wpa2-personal 4 wpa3-personal 5, 6 -enterprise
  bool isolate = false;
  bool enabled = false;

  friend bool operator==(const SsidSettings&, const SsidSettings&) = default;
};

inline constexpr std::size_t kSsidSlots = 8;

struct Settings {
  std::string name, contact, location;
  std::vector<PortSettings> ports;              ///< of a switch; base port n is ports[n - 1]
  std::map<std::uint16_t, VlanSettings> vlans;  ///< of a switch
  std::vector<RadioSettings> radios;            ///< of an access point
  std::vector<SsidSettings> ssids;              ///< of an access point: kSsidSlots, or none

  friend bool operator==(const Settings&, const Settings&) = default;
};

[[nodiscard]] inline std::size_t port_list_size(std::size_t ports) { return (ports + 7) / 8; }

/// `index` counts from 0: base port 1 is index 0. False beyond the list.
[[nodiscard]] inline bool has_port(const std::string& list, std::size_t index) {
  if (index / 8 >= list.size()) return false;
  const auto octet = static_cast<unsigned char>(list[index / 8]);
  return (octet & (0x80U >> (index % 8))) != 0;
}

/// Sets the bit of a port that is within the list.
inline void add_port(std::string& list, std::size_t index) {
  const auto octet = static_cast<unsigned char>(list.at(index / 8));
  list[index / 8] = static_cast<char>(octet | (0x80U >> (index % 8)));
}

}  // namespace market::sim
