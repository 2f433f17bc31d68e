// Who is in the market: one record per device, whatever addresses it had.
//
// Identity is the SNMP engine id, then the serial, then the chassis MAC, never the address alone:
// a device that moves to another address stays the same record, and another device at a known
// address is a swap. Engine ids get copied with a firmware image, so two devices whose serials or
// chassis MACs differ are two, whatever their engine ids say. Matched to the design by serial, MAC,
// then address.
//
// Devices that never answered SNMP, and are known by their MAC from what others say, or by an
// address that answers echoes, are records too ("silent"): payment terminals, unmanaged things.
// learn() makes them, and unites records that turn out to be one device: an address that a device
// calls its own, or the MAC of one of its interfaces. What contradicts is never united; it is a
// finding (picture.h).
//
// Threads:  pure. Sources: RFC 3411, 5 (snmpEngineID).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/design/design.h"
#include "config/types/shared.h"
#include "daemon/inventory/claim.h"
#include "daemon/inventory/observations.h"
#include "daemon/inventory/terminal_evidence.h"
#include "probes/sweep/sweep.h"

namespace market::inventory {

struct SeenAddress {
  IpAddress address = IpAddress::v4(0);
  std::int64_t first_seen_ms = 0, last_seen_ms = 0;
};

struct DeviceRecord {
  std::string
      key;  ///< "engine:80...", "serial:SN-1", "mac:02:..", "address:10.64.0.9"; "echo:10.64.0.9"
  IpAddress address = IpAddress::v4(0);
  std::uint16_t port = 161;
  std::string credentials;
  Shared<sweep::Identification> identification;
  std::string sys_name, sys_descr, sys_location;
  std::int64_t first_seen_ms = 0;  ///< Unix time, ms
  std::int64_t last_seen_ms = 0;
  std::string design_id;  ///< "sw-a1", or the terminal's serial; empty = not in the design
  std::vector<SeenAddress> addresses;  ///< all of them, `address` too; sorted
  std::vector<MacAddress> macs;        ///< of all its interfaces, as far as known; sorted
  bool silent = false;  ///< never answered SNMP: `address` is what others say, or 0.0.0.0
  std::vector<std::string> default_communities;  ///< that worked when that was tested
  Claims claims;                                 ///< freshest first, at most kClaimsMax

  /// Its place in the design, else its key: how the rest of the daemon calls it.
  [[nodiscard]] const std::string& id() const { return design_id.empty() ? key : design_id; }
  /// What people call it: its place in the design, its own name, or its key.
  [[nodiscard]] const std::string& name() const;
};

/// Of an inventory, shared and never changed.
using Records = std::shared_ptr<const std::vector<DeviceRecord>>;

struct InventoryEvent {
  enum class Kind : std::uint8_t { Found, Moved, Swapped };
  Kind kind;
  std::string key;
  std::string text;  ///< "sw-a1 moved from 10.64.0.11 to 10.64.0.12"
};

/// A week: a stall may be closed for a few days.
inline constexpr std::int64_t kSilentKeptMs = 7LL * 24 * 3600 * 1000;
/// More are not recorded: somebody floods the tables.
inline constexpr std::size_t kSilentMax = 5000;

class Inventory {
 public:
  /// Starts from what the store remembers.
  explicit Inventory(std::vector<DeviceRecord> records = {});

  /// Merges one sighting; returns what changed, in order. Sightings of one sweep carry the same
  /// `now_ms`: a device that is in it twice has two addresses, and keeps the first. What a sighting
  /// does not tell stays as it was; a better identity gives a record a better key.
  std::vector<InventoryEvent> merge(const sweep::Sighting& sighting, std::int64_t now_ms);
  /// All sightings of one sweep, in whatever order.
  std::vector<InventoryEvent> merge_all(const std::vector<sweep::Sighting>& sightings,
                                        std::int64_t now_ms);
  /// What others say: MACs and further addresses of the records, silent devices, evidence. Guests
  /// (MACs in an untrusted zone, or random ones on a radio) are not recorded. A silent device that
  /// the design does not know is forgotten after kSilentKeptMs. `hints` tell a payment terminal
  /// among the silent ones.
  std::vector<InventoryEvent> learn(const Observations& observations, const Design& design,
                                    const TerminalHints& hints, std::int64_t now_ms);
  /// Old and new key of every record that was renamed or became part of another since the last
  /// call, in order.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> take_renamed();
  /// Fills `design_id` of every record; to be called after a new design was loaded, and after
  /// sightings were merged. Each id of the design goes to one record at most. A serial or MAC
  /// that two devices tell is no evidence; an address is none for a device that tells another
  /// serial or MAC than the design, nor for one that another has since replaced there.
  void match(const Design& design);

  /// In the order of their first sighting.
  [[nodiscard]] const std::vector<DeviceRecord>& records() const { return records_; }
  [[nodiscard]] const DeviceRecord* by_key(std::string_view key) const;
  [[nodiscard]] const DeviceRecord* by_design_id(std::string_view id) const;
  /// Who was seen at `address` last; null: nobody.
  [[nodiscard]] const DeviceRecord* at_address(const IpAddress& address) const;

 private:
  using Places = std::multimap<std::string, std::size_t, std::less<>>;
  /// Who carries which name plate; lower case. A text that a record has ceased to carry may stay:
  /// who looks up compares again.
  struct Plates {
    Places by_engine_id, by_serial, by_mac;
    void add(const DeviceRecord& record, std::size_t place);
  };

  [[nodiscard]] std::optional<std::size_t> find(const sweep::Sighting& sighting) const;
  [[nodiscard]] std::optional<std::size_t> find_in(const Places& places, const std::string& text,
                                                   const sweep::Identification& told) const;
  [[nodiscard]] std::vector<std::size_t> alike(const Places& places, const std::string& text,
                                               const sweep::Identification& plate) const;
  [[nodiscard]] std::string free_key(std::size_t place) const;
  void index(std::size_t place);
  void make_plates();
  void index_all();
  void rekey(std::size_t place);
  void note_renamed(const std::string& from, const std::string& to);
  void absorb(std::size_t into, std::size_t from);
  void unite(const Observations& observations);
  void learn_macs(const Observations& observations);
  std::vector<InventoryEvent> learn_silent(const Observations& observations, const Design& design,
                                           std::int64_t now_ms);
  std::vector<InventoryEvent> learn_echoes(const Observations& observations, const Design& design,
                                           std::int64_t now_ms);
  void weigh_silent(const Observations& observations, const Design& design,
                    const TerminalHints& hints);
  void learn_claims(const Observations& observations);

  std::vector<DeviceRecord> records_;
  std::vector<std::pair<std::string, std::string>> renamed_;
  // Places in records_.
  std::optional<Plates> plates_;  ///< while sightings are merged, until they are matched
  std::map<std::string, std::size_t, std::less<>> by_key_;
  std::map<std::string, std::size_t, std::less<>> by_design_id_;
  std::map<IpAddress, std::size_t> by_address_;  ///< who was seen there last
};

}  // namespace market::inventory
