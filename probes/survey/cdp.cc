// CDP neighbours (CISCO-CDP-MIB).
#include <algorithm>
#include <string_view>

#include "probes/survey/oids.h"
#include "probes/survey/parts.h"

namespace market::survey {
namespace {

// Columns of cdpCacheEntry.
enum : std::uint32_t {
  kAddressType = 3,
  kAddress = 4,
  kVersion = 5,
  kDeviceId = 6,
  kDevicePort = 7,
  kPlatform = 8,
  kCapabilities = 9,
  kPrimaryMgmtAddress = 22,
};
constexpr std::uint32_t kTypeIp = 1;  // CiscoNetworkProtocol
constexpr std::uint32_t kTypeIpv6 = 20;

// Bits of cdpCacheCapabilities, counted from the lowest of its four octets.
constexpr unsigned kRouter = 0x01;
constexpr unsigned kTransparentBridge = 0x02;
constexpr unsigned kSwitch = 0x08;
constexpr unsigned kPhone = 0x80;

/// CDP has no bit for access points; the platform of Cisco's begins with AIR, as do controllers'.
bool is_access_point(std::string_view platform) {
  constexpr std::string_view kAir{"AIR-"};
  const auto at = platform.find(kAir);
  if (at == std::string_view::npos) return false;
  const auto rest = platform.substr(at + kAir.size());
  return !rest.starts_with("CT") && !rest.starts_with("WLC");
}

unsigned capabilities_of(const snmp::Value* value) {
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  if (octets == nullptr || octets->empty()) return 0;
  return static_cast<unsigned char>(octets->back());
}

void add_address(const snmp::Value* value, std::vector<IpAddress>& addresses) {
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  if (octets == nullptr) return;
  const std::vector<std::uint8_t> bytes{octets->begin(), octets->end()};
  const auto address = IpAddress::from(bytes);
  if (!address || is_nowhere(*address)) return;
  if (std::ranges::find(addresses, *address) == addresses.end()) addresses.push_back(*address);
}

/// A device id that is a MAC ("SEP0004f2c67078", "aabb.cc00.0100") tells the chassis.
std::optional<MacAddress> chassis_of(std::string_view device_id) {
  constexpr std::string_view kPhonePrefix{"SEP"};
  std::string text{device_id};
  if (device_id.size() == kPhonePrefix.size() + 12 && device_id.starts_with(kPhonePrefix)) {
    text = device_id.substr(kPhonePrefix.size());
    text.insert(8, ".");
    text.insert(4, ".");
  }
  const auto mac = MacAddress::parse(text);
  if (!mac) return std::nullopt;
  return *mac;
}

}  // namespace

void read_cdp(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped) {
  for (const auto& row : rows.column(oids::kCdpCacheEntry.child(kDeviceId))) {
    if (row.index.size() != 2) {
      skipped.count("cdpCacheTable", "malformed index");
      continue;
    }
    const auto cell = [&](std::uint32_t column) {
      return rows.at(oids::kCdpCacheEntry.child(column), row.index);
    };
    LinkNeighbor link;
    link.protocol = LinkNeighbor::Protocol::Cdp;
    link.local_port = ports.name_of(row.index[0]);
    if (link.local_port.empty()) link.local_port = "ifIndex " + std::to_string(row.index[0]);
    link.sys_name = text_of(row.value);
    link.chassis_id = link.sys_name;
    link.chassis = chassis_of(link.sys_name);
    link.port_id = text_of(cell(kDevicePort));
    link.sys_descr = text_of(cell(kVersion));
    link.platform = text_of(cell(kPlatform));
    const auto type = number_of(cell(kAddressType)).value_or(kTypeIp);
    if (type == kTypeIp || type == kTypeIpv6) {
      add_address(cell(kAddress), link.management_addresses);
    }
    add_address(cell(kPrimaryMgmtAddress), link.management_addresses);
    const auto bits = capabilities_of(cell(kCapabilities));
    link.is_router = (bits & kRouter) != 0;
    link.is_bridge = (bits & (kTransparentBridge | kSwitch)) != 0;
    link.is_phone = (bits & kPhone) != 0;
    link.is_access_point = is_access_point(link.platform);
    survey.links.push_back(std::move(link));
  }
}

}  // namespace market::survey
