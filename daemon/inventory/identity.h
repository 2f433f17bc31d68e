// Is this the device we know? (pure)
//
// Private to the inventory.
#pragma once

#include <cstddef>
#include <string>

#include "probes/sweep/sweep.h"

namespace market::inventory {

/// A MAC with more addresses than this answers for others (proxy ARP): no evidence of identity.
inline constexpr std::size_t kAddressesOfOneMac = 8;

/// "engine:80...", "serial:SN-1", "mac:02:.."; empty when the device tells none of them.
[[nodiscard]] std::string identity_key(const sweep::Identification& identification);
[[nodiscard]] std::string address_key(const IpAddress& address);

/// Two devices, whatever else agrees: their engine ids differ, or their serials do, or, where not
/// both tell a serial, their chassis MACs.
[[nodiscard]] bool contradict(const sweep::Identification& a, const sweep::Identification& b);

/// Serials and MACs are compared in lower case.
[[nodiscard]] std::string lower_case(std::string text);

}  // namespace market::inventory
