// What is known of devices that no profile names: makers by enterprise number, the objects in which
// they write model and firmware, their products by sysObjectID, and signals, each a piece of
// evidence with its weight for or against a class ("answers the Printer-MIB: printer 6").
//
// All of it is data (documents of kind `vendors`, `objects`, `products` and `signals` beside the
// profiles): a device that nobody has met yet is still a switch when it bridges and calls itself
// one.
//
// Threads:  pure. Errors: Diagnostics with file:line:col (rules P002..P005, P012).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/profile/pattern.h"
#include "config/types/oid.h"

namespace market {

enum class DeviceClass : std::uint8_t;

/// Where a fact about a device is read from. Each is tried in order; the first match wins.
struct FactRule {
  Oid oid;            ///< scalar, or a column: its first row is taken
  std::string regex;  ///< RE2; group 1 is the fact; empty = the whole text
  std::string as{};   ///< "FortiGate \1": how the groups are written; empty = group 1 alone
};
/// By "vendor", "model", "firmware", "serial", "mac".
using FactRules = std::map<std::string, std::vector<FactRule>>;

/// Objects that mean the same on every device that answers them, whatever its class.
struct KnownObjects {
  std::string maker;  ///< whose MIB they are of
  FactRules facts;
  Oid root{};  ///< all of them are below it; filled by Knowledge::prepare(), empty = not known
};

/// A maker, and what it mostly makes.
struct Vendor {
  std::string name;
  std::vector<std::uint32_t> enterprises;  ///< IANA private enterprise numbers
  std::string sys_descr;                   ///< expression that names it in sysDescr; may be empty
  std::map<DeviceClass, int> classes;      ///< its usual devices; may be empty
  bool agent_only = false;  ///< the number tells the agent's software, not the device's maker
};

/// One piece of evidence. Every condition that is given must hold.
struct Signal {
  std::string says;                ///< in the evidence: "answers the Printer-MIB"
  std::vector<Oid> sys_object_id;  ///< any of these prefixes
  std::string sys_descr;           ///< expression searched in sysDescr
  std::vector<Oid> present;        ///< any object below any of these
  std::vector<Oid> absent;         ///< no object below any of these
  std::optional<Oid> value;        ///< some row below it matches `regex`
  std::string regex;
  bool own_objects = false;  ///< answers below an enterprise that is no agent's and not shared
  std::map<DeviceClass, int> classes;  ///< weights; negative speaks against
};

struct Knowledge {
  std::vector<Vendor> vendors;
  std::vector<Signal> signals;
  std::vector<KnownObjects> objects;    ///< asked in this order
  std::map<Oid, std::string> products;  ///< by sysObjectID

  /// Adds one; of two with the same number the first keeps it.
  void add(Vendor vendor);
  /// After the last change of the above: gathers the expressions, the numbers and the roots.
  void prepare();

  /// The maker with this enterprise number, or null.
  [[nodiscard]] const Vendor* by_enterprise(std::uint32_t number) const;
  /// The first maker whose expression is found in `sys_descr`, or null.
  [[nodiscard]] const Vendor* by_words(std::string_view sys_descr) const;
  /// True for each of `signals` that asks nothing of sysDescr, or whose expression is found in it.
  [[nodiscard]] std::vector<bool> said_by_words(std::string_view sys_descr) const;
  /// Every subtree that a signal asks about, sorted: what to ask an undecided device for.
  [[nodiscard]] const std::vector<Oid>& roots() const { return roots_; }

 private:
  void index(std::size_t vendor);

  std::unordered_map<std::uint32_t, std::size_t> owners_;  ///< places in vendors, by number
  profile::PatternList vendor_words_, signal_words_;       ///< of each vendor and signal, in order
  std::vector<Oid> roots_;
};

}  // namespace market
