// A device family as data: how to recognise it, what to read, how to write it.
//
// Adding a device needs a YAML file in config/share/profiles and no C++. A profile inherits
// others (`inherits` copies, later keys override, null removes); what is loaded is the merged one.
//
// Threads:  pure. Errors: Diagnostics with file:line:col (rules P001..).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/profile/knowledge.h"
#include "config/profile/wireless.h"
#include "config/types/device_limits.h"
#include "config/types/diagnostic.h"
#include "config/types/field.h"
#include "config/types/oid.h"

namespace market {

enum class DeviceClass : std::uint8_t {
  AccessPoint,
  WlanController,
  WirelessBridge,
  Switch,
  Router,
  Firewall,
  PaymentTerminal,
  Server,
  Printer,
  UpsPower,
  Camera,
  NasStorage,
  PhoneVoip,
  SensorEnv,
  Other,
  Unknown,
};
/// "access-point", "payment-terminal", ...; "unknown".
[[nodiscard]] std::string to_string(DeviceClass device_class);
[[nodiscard]] std::optional<DeviceClass> parse_device_class(std::string_view text);

/// How a field's key becomes the index of a MIB table.
struct IndexRule {
  enum class Kind : std::uint8_t {
    None,      ///< a scalar; the OID ends in .0 already
    Number,    ///< the key is the index: vid, SSID slot
    Lookup,    ///< the row of `table` whose value is the key: port name in ifName, band of a radio
    BasePort,  ///< port -> ifIndex by `port`'s Lookup, -> dot1dBasePort by `table` (reversed)
    PoePort,   ///< "group.port" whose last arc is the base port (RFC 3621, pethPsePortIndex)
  };
  Kind kind = Kind::None;
  Oid table;                                 ///< of Lookup and BasePort
  std::map<std::string, std::int64_t> keys;  ///< Lookup: key -> value in the column; may be empty
};

enum class Encoding : std::uint8_t {
  Octets,
  Integer,
  Unsigned32,
  TruthValue,    ///< INTEGER, true(1) false(2) (RFC 2579)
  PortList,      ///< OCTET STRING, bit map by base port (RFC 4363)
  PortListText,  ///< OCTET STRING "1,2,5" as Junos answers; is read, never written
};

/// How a device is written that takes requests instead of SETs of the column: the row, the new
/// value and the request in one PDU, then its status is asked for until it has ended.
struct RequestRecipe {
  Oid oid;                   ///< of the request
  std::int64_t request = 1;  ///< which request it is
  std::optional<Oid> key;    ///< takes the row's index; nothing = of a scalar
  Oid value;                 ///< takes the new value, in the attribute's type
  Oid status;
  std::int64_t busy = 2, passed = 3, failed = 4;  ///< what the status says
  std::optional<Oid> result;                      ///< a number that says why it failed
  std::uint32_t within_ms = 5'000;
};

/// One logical attribute: "port.label", "radio.channel", "vlan.egress".
struct Attribute {
  Oid oid;            ///< scalar with .0, or the column
  std::string index;  ///< name in Profile::indexes; empty = scalar
  Encoding encoding = Encoding::Octets;
  std::map<std::string, std::int64_t> values;  ///< word -> number on the wire; may be empty
  std::int64_t scale = 1;  ///< field value = wire value x scale (dBm -> hundredths: 100)
  std::size_t max_bytes = 255;
  bool writable = true;
  std::optional<RequestRecipe> request;  ///< nothing = by a SET of `oid`
};

/// True for an attribute that is measured and never designed ("radio.stations"): polled for health,
/// no part of what a driver observes.
[[nodiscard]] bool is_measurement(std::string_view attribute);

/// SNMP recipe that saves running to startup configuration: one SET of one or several objects.
struct SaveRecipe {
  struct Object {
    Oid oid;
    Encoding type = Encoding::Integer;  ///< or Unsigned32, Octets
    FieldValue value;                   ///< a number, or text for octets
  };
  std::vector<Object> set;
  std::optional<Oid> verify_oid;
  std::int64_t verify_equals = 1;
  std::uint32_t verify_within_ms = 15'000;
};

struct MatchRule {
  std::vector<Oid> sys_object_id;  ///< any of these prefixes; longest match wins among profiles
  std::string sys_descr;           ///< RE2 expression, searched; empty = not asked
};

struct Quirks {
  std::uint32_t set_spacing_ms = 0;
  std::uint32_t max_varbinds = 16;
  /// Every SET is in the startup configuration at once: nothing is to be saved, and a power cycle
  /// brings nothing back.
  bool implicit_save = false;
};

struct Profile {
  std::string id;
  DeviceClass device_class = DeviceClass::Unknown;
  std::string vendor;  ///< fixed by the family; empty = by `facts`
  MatchRule match;
  FactRules facts;
  std::map<std::string, IndexRule> indexes;  ///< "port", "bridge", "poe", "radio"
  std::map<std::string, Attribute> attributes;
  /// Attribute -> what a person types where it cannot be written: "interface {port} ... {value}".
  std::map<std::string, std::string, std::less<>> manual;
  std::optional<Oid> vlan_row_status;  ///< writable VLAN rows (dot1qVlanStaticRowStatus)
  std::optional<SaveRecipe> save;
  Quirks quirks;
  DeviceLimits limits;
  SourcePosition position;
};

class ProfileSet {
 public:
  [[nodiscard]] const Profile* find(std::string_view id) const;
  [[nodiscard]] const std::vector<Profile>& all() const { return profiles_; }
  /// The profile for a device with this sysObjectID and sysDescr, or null. The longest prefix
  /// wins; among equals the one whose sysDescr matches wins over the one that does not ask.
  [[nodiscard]] const Profile* match(const Oid& sys_object_id, std::string_view sys_descr) const;

  /// What a design may ask of each of them.
  [[nodiscard]] DeviceFamilies families() const;

  [[nodiscard]] const Knowledge& knowledge() const { return knowledge_; }

  /// Which columns hold the wireless facts of such a device, or null (config/profile/wireless.h).
  [[nodiscard]] const WirelessMap* wireless(const Oid& sys_object_id, std::string_view sys_descr,
                                            DeviceClass device_class) const {
    return find_wireless_map(wireless_maps_, sys_object_id, sys_descr, to_string(device_class));
  }

  std::vector<Profile> profiles_;           ///< sorted by id; filled by load_profiles only
  std::vector<WirelessMap> wireless_maps_;  ///< likewise
  Knowledge knowledge_;                     ///< likewise
};

struct LoadedProfiles {
  std::optional<ProfileSet> profiles;
  Diagnostics problems;
};

/// Loads and merges every *.yaml of a directory (several documents in a file are allowed here),
/// vendors and signals among them.
[[nodiscard]] LoadedProfiles load_profiles(const std::string& directory,
                                           Expressions expressions = Expressions::Checked);
/// The same from files and directories together.
[[nodiscard]] LoadedProfiles load_profiles(const std::vector<std::string>& places,
                                           Expressions expressions = Expressions::Checked);

}  // namespace market
