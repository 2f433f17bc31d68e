#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "config/profile/fact.h"
#include "probes/sweep/guess.h"
#include "probes/sweep/sweep.h"
#include "probes/sweep/system_group.h"
#include "probes/sweep/weigh.h"

namespace market::sweep {
namespace {

/// Its facts are what any agent may tell.
constexpr const char* kGenericProfile = "mib2-system";
/// Profiles that match no device: where facts are found when the device's own profile had none.
constexpr const char* kKnownObjects = "known-objects";
constexpr const char* kLastWords = "last-words";

/// A family that names its class was written by someone who knew the device.
constexpr double kProfileConfidence = 0.95;

struct Match {
  const Profile* facts = nullptr;    ///< whose facts to read; null = nobody's
  const Profile* profile = nullptr;  ///< that matched; null = none
};

Match match(const ProfileSet& profiles, const Oid& sys_object_id, std::string_view sys_descr) {
  const auto* matched = profiles.match(sys_object_id, sys_descr);
  return {matched != nullptr ? matched : profiles.find(kGenericProfile), matched};
}

std::string bytes_of(const snmp::Value& value) {
  const auto* octets = snmp::as_octets(value);
  return octets != nullptr ? *octets : snmp::to_string(value);
}

struct Found {
  Oid oid;
  std::string text;
};

/// Of a column of entPhysicalTable: the row of the stack or chassis, not of the module before it.
std::optional<Found> in_chassis_row(const Read& read, const std::string& name,
                                    const FactRule& rule) {
  static const Oid kEntPhysicalEntry{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1};
  static const Oid kEntPhysicalClass = kEntPhysicalEntry.child(5);
  constexpr std::int64_t kChassis = 3;
  const bool is_column =
      rule.oid.starts_with(kEntPhysicalEntry) && rule.oid.size() == kEntPhysicalEntry.size() + 1;
  if (!is_column) return std::nullopt;
  for (auto it = read.lower_bound(kEntPhysicalClass);
       it != read.end() && it->first.starts_with(kEntPhysicalClass); ++it) {
    if (snmp::as_number(it->second) != kChassis) continue;
    const auto cell = read.find(rule.oid.child(it->first.after(kEntPhysicalClass)));
    if (cell == read.end()) continue;
    auto fact = fact_in(name, rule, bytes_of(cell->second));
    if (fact) return Found{cell->first, *std::move(fact)};
  }
  return std::nullopt;
}

/// The fact in the instance `rule.oid`, or in the first row below it that has one.
std::optional<Found> found_by(const Read& read, const std::string& name, const FactRule& rule) {
  if (auto of_chassis = in_chassis_row(read, name, rule)) return of_chassis;
  for (auto it = read.lower_bound(rule.oid); it != read.end() && it->first.starts_with(rule.oid);
       ++it) {
    auto fact = fact_in(name, rule, bytes_of(it->second));
    if (fact) return Found{it->first, *std::move(fact)};
  }
  return std::nullopt;
}

std::optional<Found> fact_of(const Read& read, const Profile& profile, const std::string& name) {
  const auto rules = profile.facts.find(name);
  if (rules == profile.facts.end()) return std::nullopt;
  for (const auto& rule : rules->second) {
    auto found = found_by(read, name, rule);
    if (found) return found;
  }
  return std::nullopt;
}

void read_facts(const Read& read, const Profile& profile, Identification& identification) {
  const std::pair<const char*, std::string*> places[] = {{"vendor", &identification.vendor},
                                                         {"model", &identification.model},
                                                         {"firmware", &identification.firmware},
                                                         {"serial", &identification.serial},
                                                         {"mac", &identification.mac}};
  for (const auto& [name, place] : places) {
    if (!place->empty()) continue;  // the vendor a family is made by
    auto found = fact_of(read, profile, name);
    if (!found) continue;
    identification.evidence.push_back(std::string{name} + " '" + found->text + "' from " +
                                      found->oid.to_string());
    *place = std::move(found->text);
  }
}

/// Vendor and class where the profile left them open.
void settle(const Knowledge& knowledge, const Read& read, Identification& identification) {
  auto& evidence = identification.evidence;
  std::vector<std::string> why;
  const auto* vendor = vendor_of(knowledge, read, why);
  if (vendor != nullptr && identification.vendor.empty()) {
    identification.vendor = vendor->name;
    evidence.insert(evidence.end(), why.begin(), why.end());
  }
  if (identification.device_class != DeviceClass::Unknown) return;
  auto weighed = weigh(knowledge, vendor, read);
  identification.device_class = weighed.device_class;
  identification.confidence = weighed.confidence;
  evidence.insert(evidence.end(), weighed.evidence.begin(), weighed.evidence.end());
}

}  // namespace

std::vector<Oid> fact_oids(const ProfileSet& profiles, const Oid& sys_object_id,
                           std::string_view sys_descr) {
  std::set<Oid> oids;
  const auto* profile = match(profiles, sys_object_id, sys_descr).facts;
  if (profile == nullptr) return {};
  for (const auto& [name, rules] : profile->facts) {
    for (const auto& rule : rules) oids.insert(rule.oid);
  }
  return {oids.begin(), oids.end()};
}

std::optional<Oid> enterprise_of(const Oid& sys_object_id) {
  static const Oid kEnterprises{1, 3, 6, 1, 4, 1};
  if (!sys_object_id.starts_with(kEnterprises) || sys_object_id.size() <= kEnterprises.size()) {
    return std::nullopt;
  }
  return kEnterprises.child(sys_object_id.after(kEnterprises)[0]);
}

std::vector<Oid> telling_roots(const ProfileSet& profiles, const Oid& sys_object_id,
                               const std::vector<snmp::VarBind>& facts) {
  static const Oid kEnterprises{1, 3, 6, 1, 4, 1};
  const auto so_far = identify(profiles, facts);
  const bool is_decided =
      so_far.confidence >= kProfileConfidence && so_far.device_class != DeviceClass::Unknown;
  if (is_decided && !so_far.model.empty() && !so_far.firmware.empty()) return {};
  std::set<Oid> roots;
  const auto enterprise = enterprise_of(sys_object_id);
  for (const auto* id : {kKnownObjects, kGenericProfile}) {
    const auto* known = profiles.find(id);
    if (known == nullptr) continue;
    for (const auto& [name, rules] : known->facts) {
      for (const auto& rule : rules) {
        const bool is_theirs = !rule.oid.starts_with(kEnterprises) ||
                               (enterprise && rule.oid.starts_with(*enterprise));
        if (is_theirs) roots.insert(rule.oid);
      }
    }
  }
  if (!is_decided) {
    for (const auto& root : profiles.knowledge().roots()) roots.insert(root);
  }
  // GETNEXT of an instance gives what lies behind it.
  std::set<Oid> asked;
  for (const auto& root : roots)
    asked.insert(root.back() == 0 ? Oid{root.arcs().begin(), root.arcs().end() - 1} : root);
  return {asked.begin(), asked.end()};
}

Identification identify(const ProfileSet& profiles, const std::vector<snmp::VarBind>& facts) {
  Read read;
  for (const auto& [oid, value] : facts) {
    if (snmp::exists(value)) read.insert_or_assign(oid, value);
  }
  Identification identification;
  const auto id = read.find(kSysObjectId);
  const auto* sys_object_id = id == read.end() ? nullptr : std::get_if<Oid>(&id->second);
  const Oid oid = sys_object_id == nullptr ? Oid{} : *sys_object_id;
  const auto* matched = profiles.match(oid, text_of(read, kSysDescr));
  const std::string what = oid.empty() ? "no sysObjectID" : "sysObjectID " + oid.to_string();
  if (matched != nullptr) {
    identification.device_class = matched->device_class;
    identification.vendor = matched->vendor;
    identification.profile = matched->id;
    identification.confidence = kProfileConfidence;
    identification.evidence.push_back(what + " -> profile " + matched->id);
  } else {
    identification.evidence.push_back(what + " -> no profile");
  }
  if (matched != nullptr) read_facts(read, *matched, identification);
  settle(profiles.knowledge(), read, identification);
  for (const auto* generic_id : {kKnownObjects, kGenericProfile}) {
    const auto* generic = profiles.find(generic_id);
    if (generic != nullptr && generic != matched) read_facts(read, *generic, identification);
  }
  guess_facts(read, identification);
  if (const auto* last = profiles.find(kLastWords)) read_facts(read, *last, identification);
  if (const auto engine = read.find(kEngineId); engine != read.end()) {
    const auto* octets = snmp::as_octets(engine->second);
    if (octets != nullptr) identification.engine_id = engine_id_in(*octets).value_or("");
  }
  return identification;
}

}  // namespace market::sweep
