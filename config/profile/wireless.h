// A wireless map: which columns of a family's MIB hold which wireless facts.
//
// Data like a profile, in documents of their own (`kind: wireless-map`) beside them. A map lists
// tables: what a row is (an access point, a radio, an SSID, a client), how its index is cut, and
// for each fact the column, its unit and the words it uses. probes/wireless does the reading.
//
// Threads:  pure. Errors: Diagnostics with file:line:col (P001.., P030..P032).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/diagnostic.h"
#include "config/types/oid.h"

namespace market {

/// What one row of a table is.
enum class WirelessRow : std::uint8_t {
  Device,       ///< scalars about the device as a whole; the OIDs end in .0
  AccessPoint,  ///< one AP of a controller
  Radio,
  Ssid,  ///< one network on one radio (a BSS), or one network of a controller
  Client,
};

/// One part of a table's index, in the order of the arcs.
struct WirelessIndexPart {
  enum class Name : std::uint8_t {
    AccessPoint,
    Radio,
    Ssid,
    Bssid,
    Client,
    Channel,  ///< the row is the radio's only when the radio is on this channel
    Skip,     ///< tells nothing
  };
  enum class Shape : std::uint8_t {
    Number,  ///< one arc
    Mac,     ///< six arcs
    String,  ///< a length, then so many octets
    Rest,    ///< everything that is left; the last part only
  };
  Name name = Name::Skip;
  Shape shape = Shape::Number;
};

enum class WirelessField : std::uint8_t {
  Name,
  Mac,
  Model,
  Serial,
  Firmware,
  Address,
  Online,
  Id,
  Band,
  Channel,
  Frequency,
  Width,
  TxPower,
  Noise,
  Utilisation,
  UtilisationTx,
  UtilisationRx,
  UtilisationOther,
  Retries,
  TxFrames,
  TxRetries,
  Clients,
  SsidName,
  Bssid,
  Vlan,
  AccessPointRef,  ///< the AP this row belongs to, by its key, MAC or address
  RadioRef,        ///< the radio this row belongs to, by its key or id
};

/// How the agent counts. What comes out is centi-dBm, a ratio or MHz.
struct WirelessUnit {
  enum class Kind : std::uint8_t { Plain, Power, Milliwatt, Ratio, Frequency };
  Kind kind = Kind::Plain;
  double factor = 1;         ///< dBm, ratio or MHz per unit of the agent
  bool signed_byte = false;  ///< 161 means -95: the octet of a negative number
};

struct WirelessColumn {
  WirelessField field = WirelessField::Name;
  bool of_radio = false;  ///< "radio.channel" in a table of SSIDs: a fact about the row's radio
  Oid oid;
  std::string regex;                          ///< group 1 is the value; empty = the whole text
  std::map<std::string, std::string> values;  ///< the agent's word -> ours; empty = as it is
  std::vector<std::string> absent;            ///< words that mean "not told": "0", "N/A"
  std::optional<std::uint32_t> mask;          ///< bits of a number that count
  /// The value is a level: N takes the Nth of these columns, or of one, the Nth word of its list.
  std::vector<Oid> pick;
  WirelessUnit unit;
};

struct WirelessTable {
  WirelessRow row = WirelessRow::Radio;
  std::vector<WirelessIndexPart> index;
  std::vector<WirelessColumn> columns;  ///< of several for one field the first that tells wins
};

struct WirelessMap {
  std::string id;
  std::vector<Oid> sys_object_id;         ///< any of these prefixes; empty = any device
  std::string sys_descr;                  ///< ECMAScript, searched; empty = not asked
  std::vector<std::string> device_class;  ///< where nothing else matches: "access-point", ...
  std::vector<WirelessTable> tables;
  SourcePosition position;

  /// Every column to read, each once.
  [[nodiscard]] std::vector<Oid> columns() const;
};

/// The map for a device, or null. The longest sysObjectID prefix wins, among equals the one whose
/// sysDescr matches; a map for a class is taken when no other is.
[[nodiscard]] const WirelessMap* find_wireless_map(const std::vector<WirelessMap>& maps,
                                                   const Oid& sys_object_id,
                                                   std::string_view sys_descr,
                                                   std::string_view device_class);

}  // namespace market
