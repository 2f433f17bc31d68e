#include <algorithm>
#include <optional>
#include <utility>

#include "config/profile/fact.h"
#include "probes/sweep/facts.h"
#include "probes/sweep/guess.h"
#include "probes/sweep/sweep.h"
#include "probes/sweep/system_group.h"
#include "probes/sweep/weigh.h"

namespace market::sweep {
namespace {

const Oid kEnterprises{1, 3, 6, 1, 4, 1};
/// Its facts are what any agent may tell.
constexpr const char* kGenericProfile = "mib2-system";
/// Profiles that match no device: what the standards tell of model and firmware, how sysDescr is
/// commonly written, and what is left to say when nothing else told.
constexpr const char* kStandardObjects = "standard-objects";
constexpr const char* kLastWords = "last-words";

/// A family that names its class was written by someone who knew the device.
constexpr double kProfileConfidence = 0.95;

/// Vendor and class where the profile left them open. Gives the maker of the agent where nothing
/// but the agent is known by now.
const Vendor* settle(const Knowledge& knowledge, const Read& read, Identification& identification) {
  const bool has_class = identification.device_class != DeviceClass::Unknown;
  if (has_class && !identification.vendor.empty()) return nullptr;
  auto& evidence = identification.evidence;
  std::vector<std::string> why;
  const auto* vendor = vendor_of(knowledge, read, why);
  const bool is_maker = vendor != nullptr && !vendor->agent_only;
  if (is_maker && identification.vendor.empty()) {
    identification.vendor = vendor->name;
    evidence.insert(evidence.end(), why.begin(), why.end());
  }
  if (!has_class) {
    auto weighed = weigh(knowledge, vendor, read);
    identification.device_class = weighed.device_class;
    identification.confidence = weighed.confidence;
    evidence.insert(evidence.end(), weighed.evidence.begin(), weighed.evidence.end());
  }
  return is_maker ? nullptr : vendor;
}

/// The name that the maker's list of products has for this sysObjectID.
void name_product(const Knowledge& knowledge, const Oid& sys_object_id,
                  Identification& identification) {
  if (!identification.model.empty()) return;
  const auto product = knowledge.products.find(sys_object_id);
  if (product == knowledge.products.end()) return;
  identification.model = product->second;
  identification.evidence.push_back("model '" + product->second + "' by sysObjectID");
}

/// From the surest to the last resort, each only where the ones before found nothing.
void read_beyond_profile(const ProfileSet& profiles, const Read& read, const Profile* matched,
                         Identification& identification) {
  // Of most makers' trees a device answers nothing, and there are hundreds: many answer none at
  // all.
  const bool has_makers = read.answers_below(kEnterprises);
  for (const auto& objects : profiles.knowledge().objects) {
    if (!has_makers && objects.root.starts_with(kEnterprises)) continue;
    if (read.answers_below(objects.root)) read_facts(read, objects.facts, identification);
  }
  name_product(profiles.knowledge(), read.oid_of(kSysObjectId), identification);
  for (const auto* id : {kStandardObjects, kGenericProfile}) {
    const auto* generic = profiles.find(id);
    if (generic != nullptr && generic != matched) read_facts(read, generic->facts, identification);
  }
  guess_facts(read, identification);
  if (const auto* last = profiles.find(kLastWords)) read_facts(read, last->facts, identification);
  guess_number(read, identification);
}

void add_with_choosers(const Oid& oid, std::vector<Oid>& oids) {
  oids.push_back(oid);
  for (auto& chooser : choosers_of(oid)) oids.push_back(std::move(chooser));
}

std::vector<Oid> each_once(std::vector<Oid> oids) {
  std::sort(oids.begin(), oids.end());
  oids.erase(std::unique(oids.begin(), oids.end()), oids.end());
  return oids;
}

/// True for what a device of this enterprise may answer: the standards' objects, its maker's own.
bool may_be_theirs(const Oid& oid, const std::optional<Oid>& enterprise) {
  return !oid.starts_with(kEnterprises) || oid == kEnterprises ||
         (enterprise && oid.starts_with(*enterprise));
}

void add_theirs(const FactRules& facts, const std::optional<Oid>& enterprise,
                std::vector<Oid>& oids) {
  for (const auto& [name, rules] : facts) {
    for (const auto& rule : rules) {
      if (may_be_theirs(rule.oid, enterprise)) add_with_choosers(rule.oid, oids);
    }
  }
}

}  // namespace

std::vector<Oid> fact_oids(const ProfileSet& profiles, const Oid& sys_object_id,
                           std::string_view sys_descr) {
  return fact_oids(profiles, profiles.match(sys_object_id, sys_descr));
}

std::vector<Oid> fact_oids(const ProfileSet& profiles, const Profile* matched) {
  const auto* profile = matched != nullptr ? matched : profiles.find(kGenericProfile);
  if (profile == nullptr) return {};
  std::vector<Oid> oids;
  for (const auto& [name, rules] : profile->facts) {
    for (const auto& rule : rules) add_with_choosers(rule.oid, oids);
  }
  return each_once(std::move(oids));
}

std::optional<Oid> enterprise_of(const Oid& sys_object_id) {
  if (!sys_object_id.starts_with(kEnterprises) || sys_object_id.size() <= kEnterprises.size()) {
    return std::nullopt;
  }
  return kEnterprises.child(sys_object_id.after(kEnterprises)[0]);
}

std::vector<Oid> telling_roots(const ProfileSet& profiles, const Oid& sys_object_id,
                               const Identification& so_far) {
  const bool is_decided =
      so_far.confidence >= kProfileConfidence && so_far.device_class != DeviceClass::Unknown;
  if (is_decided && !so_far.model.empty() && !so_far.firmware.empty()) return {};
  const auto enterprise = enterprise_of(sys_object_id);
  std::vector<Oid> roots;
  for (const auto& known : profiles.knowledge().objects) {
    // Most are of other makers, and none of them can be theirs then.
    if (may_be_theirs(known.root, enterprise)) add_theirs(known.facts, enterprise, roots);
  }
  for (const auto* id : {kStandardObjects, kGenericProfile}) {
    const auto* known = profiles.find(id);
    if (known != nullptr) add_theirs(known->facts, enterprise, roots);
  }
  if (!is_decided) {
    const auto& telling = profiles.knowledge().roots();
    roots.insert(roots.end(), telling.begin(), telling.end());
  }
  // GETNEXT of an instance gives what lies behind it.
  for (auto& root : roots) {
    if (root.back() == 0) root = Oid{root.arcs().begin(), root.arcs().end() - 1};
  }
  return each_once(std::move(roots));
}

Identification identify(const ProfileSet& profiles, const std::vector<snmp::VarBind>& facts) {
  return identify(profiles, Read{facts});
}

Identification identify(const ProfileSet& profiles, const Read& read) {
  Identification identification;
  const Oid oid = read.oid_of(kSysObjectId);
  const auto* matched = profiles.match(oid, read.text_of(kSysDescr));
  const std::string what = oid.empty() ? "no sysObjectID" : "sysObjectID " + oid.to_string();
  if (matched != nullptr) {
    identification.device_class = matched->device_class;
    identification.vendor = matched->vendor;
    identification.profile = matched->id;
    identification.confidence = kProfileConfidence;
    identification.evidence.push_back(what + " -> profile " + matched->id);
    read_facts(read, matched->facts, identification);
  } else {
    identification.evidence.push_back(what + " -> no profile");
  }
  const auto* agent = settle(profiles.knowledge(), read, identification);
  read_beyond_profile(profiles, read, matched, identification);
  if (agent != nullptr && identification.vendor.empty()) {
    identification.vendor = agent->name;
    identification.evidence.push_back("nothing but the agent is known -> vendor " + agent->name);
  }
  if (const auto* engine = read.find(kEngineId)) {
    const auto* octets = snmp::as_octets(*engine);
    if (octets != nullptr) identification.engine_id = engine_id_in(*octets).value_or("");
  }
  return identification;
}

}  // namespace market::sweep
