// The leases that a DHCP server on the gateway has written down: dnsmasq, Kea, ISC dhcpd.
//
// Files are logs: of several entries for one address the last counts; what was released, declined
// or reclaimed is left out. What has expired is not, for the file does not know the time: see
// `expires`. IPv6 leases, which name no MAC, are left out.
//
// Pure but for read_lease_file.
// Sources:  dnsmasq(8) (--dhcp-leasefile), Kea Administrator Reference (lease file),
// dhcpd.leases(5).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/mac_address.h"
#include "config/types/result.h"

namespace market::dhcp {

struct Lease {
  MacAddress mac;
  IpAddress address;
  std::string hostname;                             ///< empty = not told
  std::optional<std::chrono::sys_seconds> expires;  ///< nothing = never
};

enum class LeaseFormat : std::uint8_t { Dnsmasq, Kea, Isc };

/// By how the file begins. dnsmasq's when nothing else: its lines have no head.
[[nodiscard]] LeaseFormat format_of(std::string_view text);
/// By address. Lines that cannot be read are left out.
[[nodiscard]] std::vector<Lease> parse_leases(std::string_view text, LeaseFormat format);

/// Io when it cannot be read.
[[nodiscard]] Result<std::vector<Lease>> read_lease_file(const std::string& path);

}  // namespace market::dhcp
