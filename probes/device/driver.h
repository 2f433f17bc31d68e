// One device as a flat map of fields (config/types/field.h): read them, write some, save.
//
// SnmpDriver does it through a profile, GatewayDriver through netlink and nft, FakeDriver in
// memory. Above this seam nobody knows an OID, an index or a bit of a PortList.
//
// Threads:  blocking; on worker threads, never on the loop's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/types/field.h"
#include "config/types/result.h"

namespace market::device {

/// Who answered, so that a plan is not applied to another device at the same address.
struct Identity {
  std::string engine_id;  ///< hex (SNMP-FRAMEWORK-MIB::snmpEngineID.0); empty where not told
  std::string serial;
  std::string mac;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

/// One look at a device.
struct Observation {
  FieldMap fields;             ///< everything of this device that a design can speak of
  std::set<std::string> ours;  ///< of these, what carries our mark: ours to take away
  /// Group of fields -> why this device cannot have any: "rule" -> "'nft' is not installed".
  std::map<std::string, std::string> unable;
};

struct FieldChange {
  std::string field;
  FieldValue before;
  FieldValue after;
};

/// Every change of the step is in place, by the device's own word.
struct Written {};
/// The device said no. Nothing is known of the other changes of the step: read them back.
struct WriteRefused {
  std::string reason;  ///< "port[3].pvid refused: wrongValue"
};
/// No answer. The write may or may not have been done: read it back.
struct WriteUnknown {
  std::string reason;
};
using WriteOutcome = std::variant<Written, WriteRefused, WriteUnknown>;

class Driver {
 public:
  virtual ~Driver() = default;

  /// Silent, Refused or Io.
  [[nodiscard]] virtual Result<Observation> observe() = 0;
  /// The named fields, fresh. A field that the device does not have is Absent.
  [[nodiscard]] virtual Result<FieldMap> read(std::span<const std::string> fields) = 0;
  [[nodiscard]] virtual Result<Identity> identity() = 0;
  /// One PDU, or one netlink transaction. Not repeated on silence.
  [[nodiscard]] virtual WriteOutcome write(std::span<const FieldChange> changes) = 0;
  /// Makes the running configuration survive a restart. Unsupported where there is no recipe.
  [[nodiscard]] virtual Result<void> save() = 0;
  /// How many changes one write may hold.
  [[nodiscard]] virtual std::size_t max_changes_per_write() const = 0;
};

}  // namespace market::device
