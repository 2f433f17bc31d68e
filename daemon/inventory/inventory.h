// Who is in the market: one record per device, whatever addresses it had.
//
// Identity is the SNMP engine id, then the serial, then the chassis MAC, never the address alone:
// a device that moves to another address stays the same record, and another device at a known
// address is a swap. Matched to the design by serial, MAC, then address.
//
// Threads:  pure. Sources: RFC 3411, 5 (snmpEngineID).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "probes/sweep/sweep.h"

namespace market::inventory {

struct DeviceRecord {
  std::string key;  ///< "engine:80...", "serial:SN-1", "mac:02:..", else "address:10.64.0.9"
  IpAddress address = IpAddress::v4(0);
  std::uint16_t port = 161;
  std::string credentials;
  sweep::Identification identification;
  std::string sys_name, sys_descr, sys_location;
  std::int64_t first_seen_ms = 0;  ///< Unix time, ms
  std::int64_t last_seen_ms = 0;
  std::string design_id;  ///< "sw-a1", or the terminal's serial; empty = not in the design
};

struct InventoryEvent {
  enum class Kind : std::uint8_t { Found, Moved, Swapped };
  Kind kind;
  std::string key;
  std::string text;  ///< "sw-a1 moved from 10.64.0.11 to 10.64.0.12"
};

class Inventory {
 public:
  /// Starts from what the store remembers.
  explicit Inventory(std::vector<DeviceRecord> records = {});

  /// Merges one sighting; returns what changed, in order.
  std::vector<InventoryEvent> merge(const sweep::Sighting& sighting, std::int64_t now_ms);
  /// Fills `design_id` of every record; to be called after a new design was loaded.
  void match(const Design& design);

  [[nodiscard]] const std::vector<DeviceRecord>& records() const { return records_; }
  [[nodiscard]] const DeviceRecord* by_key(std::string_view key) const;
  [[nodiscard]] const DeviceRecord* by_design_id(std::string_view id) const;

 private:
  std::vector<DeviceRecord> records_;  ///< sorted by key
};

}  // namespace market::inventory
