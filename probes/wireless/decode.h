// Rows of a wireless map's columns to the one model.
//
//   wireless_columns: map.columns() -> walks -> bindings -> wireless_of -> WirelessFacts
//
// Rows meet by the parts of their index: a radio's rows of several tables are one radio, an SSID
// finds its radio, an AP its radios. What only the SSIDs tell (UniFi's channel, FortiAP's clients)
// goes up to the radio and the AP. Channel, band and frequency are filled from one another by IEEE
// 802.11's tables.
//
// Threads:  pure. Errors: none; rows that do not fit are passed over, and what is beyond the limits
//           is left out and `truncated` set.
#pragma once

#include <span>
#include <string_view>

#include "config/profile/wireless.h"
#include "probes/snmp/client.h"
#include "probes/wireless/facts.h"

namespace market::wireless {

inline constexpr std::size_t kMaxAccessPoints = 1024;
inline constexpr std::size_t kMaxRadios = 16;  ///< of one AP; Xirrus built 16
inline constexpr std::size_t kMaxSsids = 256;  ///< of one AP: 16 on each radio
inline constexpr std::size_t kMaxClients = 4096;

/// `key` makes client ids (client_id.h); empty = clients are only counted.
[[nodiscard]] WirelessFacts wireless_of(const WirelessMap& map,
                                        std::span<const snmp::VarBind> bindings,
                                        std::string_view key);

}  // namespace market::wireless
