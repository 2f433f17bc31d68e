// Who is in the market: one record per device, whatever addresses it had.
//
// Identity is the SNMP engine id, then the serial, then the chassis MAC, never the address alone:
// a device that moves to another address stays the same record, and another device at a known
// address is a swap. Engine ids get copied with a firmware image, so two devices whose serials or
// chassis MACs differ are two, whatever their engine ids say. Matched to the design by serial, MAC,
// then address.
//
// Threads:  pure. Sources: RFC 3411, 5 (snmpEngineID).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
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

  /// Merges one sighting; returns what changed, in order. Sightings of one sweep carry the same
  /// `now_ms`: a device that is in it twice has two addresses, and keeps the first. What a sighting
  /// does not tell stays as it was; a better identity gives a record a better key.
  std::vector<InventoryEvent> merge(const sweep::Sighting& sighting, std::int64_t now_ms);
  /// Fills `design_id` of every record; to be called after a new design was loaded, and after
  /// sightings were merged. Each id of the design goes to one record at most. A serial or MAC
  /// that two devices tell is no evidence; an address is none for a device that tells another
  /// serial or MAC than the design, nor for one that another has since replaced there.
  void match(const Design& design);

  /// In the order of their first sighting.
  [[nodiscard]] const std::vector<DeviceRecord>& records() const { return records_; }
  [[nodiscard]] const DeviceRecord* by_key(std::string_view key) const;
  [[nodiscard]] const DeviceRecord* by_design_id(std::string_view id) const;

 private:
  using Places = std::multimap<std::string, std::size_t, std::less<>>;

  [[nodiscard]] std::optional<std::size_t> find(const sweep::Sighting& sighting) const;
  [[nodiscard]] std::optional<std::size_t> find_in(const Places& places, const std::string& text,
                                                   const sweep::Identification& told) const;
  [[nodiscard]] std::vector<std::size_t> alike(const Places& places, const std::string& text,
                                               const sweep::Identification& plate) const;
  [[nodiscard]] std::string free_key(std::size_t place) const;
  void index(std::size_t place);

  std::vector<DeviceRecord> records_;
  // Places in records_. A text that a record has ceased to carry may stay in the first three:
  // who looks up compares again.
  Places by_engine_id_, by_serial_, by_mac_;  ///< lower case
  std::map<std::string, std::size_t, std::less<>> by_key_;
  std::map<std::string, std::size_t, std::less<>> by_design_id_;
  std::map<IpAddress, std::size_t> by_address_;  ///< who was seen there last
};

}  // namespace market::inventory
