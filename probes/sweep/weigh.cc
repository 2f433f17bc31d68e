#include "probes/sweep/weigh.h"

#include <algorithm>
#include <array>
#include <optional>

#include "config/profile/fact.h"
#include "config/profile/pattern.h"
#include "probes/sweep/system_group.h"

namespace market::sweep {
namespace {

const Oid kEnterprises{1, 3, 6, 1, 4, 1};
/// Rows of a column that a `value` condition looks at.
constexpr std::size_t kRowsMax = 64;
/// Enterprises whose objects others answer too: CDP, SONMP, RADLAN's and Linksys's switch MIBs.
constexpr std::array<std::uint32_t, 5> kShared{9, 45, 89, 3955, 311};

bool answers_below(const Read& read, const Oid& root) {
  const auto first = read.lower_bound(root);
  return first != read.end() && first->first.starts_with(root);
}

bool any_below(const Read& read, const std::vector<Oid>& roots) {
  return std::any_of(roots.begin(), roots.end(),
                     [&](const Oid& root) { return answers_below(read, root); });
}

bool row_matches(const Read& read, const Oid& column, const std::string& regex) {
  std::size_t rows = 0;
  for (auto it = read.lower_bound(column);
       it != read.end() && it->first.starts_with(column) && rows < kRowsMax; ++it, ++rows) {
    if (profile::pattern_found(regex, text_of(read, it->first))) return true;
  }
  return false;
}

bool holds(const Signal& signal, const Read& read, const Oid& object_id, const std::string& descr) {
  const auto begins = [&](const Oid& prefix) { return object_id.starts_with(prefix); };
  const auto& ids = signal.sys_object_id;
  if (!ids.empty() && std::none_of(ids.begin(), ids.end(), begins)) return false;
  if (!signal.sys_descr.empty() && !profile::pattern_found(signal.sys_descr, descr)) return false;
  if (!signal.present.empty() && !any_below(read, signal.present)) return false;
  if (!signal.absent.empty() && any_below(read, signal.absent)) return false;
  return !signal.value || row_matches(read, *signal.value, signal.regex);
}

std::string in_words(const std::map<DeviceClass, int>& classes) {
  std::string text;
  for (const auto& [device_class, weight] : classes) {
    text += (text.empty() ? "" : ", ") + to_string(device_class) + (weight < 0 ? " " : " +") +
            std::to_string(weight);
  }
  return text;
}

Oid object_id_of(const Read& read) {
  const auto found = read.find(kSysObjectId);
  const auto* oid = found == read.end() ? nullptr : std::get_if<Oid>(&found->second);
  return oid == nullptr ? Oid{} : *oid;
}

std::optional<std::uint32_t> enterprise_of(const Oid& oid) {
  if (!oid.starts_with(kEnterprises) || oid.size() <= kEnterprises.size()) return std::nullopt;
  return oid[kEnterprises.size()];
}

/// The first maker whose own objects the device answers.
const Vendor* by_subtree(const Knowledge& knowledge, const Read& read) {
  auto it = read.lower_bound(kEnterprises);
  while (it != read.end()) {
    const auto number = enterprise_of(it->first);
    if (!number) return nullptr;
    const auto* vendor = knowledge.by_enterprise(*number);
    const bool shared = std::find(kShared.begin(), kShared.end(), *number) != kShared.end();
    if (vendor != nullptr && !vendor->agent_only && !shared) return vendor;
    if (*number == 0xFFFFFFFFU) return nullptr;
    it = read.lower_bound(kEnterprises.child(*number + 1));
  }
  return nullptr;
}

}  // namespace

std::string text_of(const Read& read, const Oid& oid) {
  const auto found = read.find(oid);
  if (found == read.end()) return {};
  const auto* octets = snmp::as_octets(found->second);
  return octets == nullptr ? snmp::to_string(found->second) : clean_text(*octets);
}

const Vendor* vendor_of(const Knowledge& knowledge, const Read& read,
                        std::vector<std::string>& evidence) {
  const auto number = enterprise_of(object_id_of(read));
  const auto* by_number = number ? knowledge.by_enterprise(*number) : nullptr;
  const auto says = [&](const Vendor* vendor, const std::string& why) {
    if (vendor != nullptr) evidence.push_back(why + " -> vendor " + vendor->name);
    return vendor;
  };
  if (by_number != nullptr && !by_number->agent_only) {
    return says(by_number, "enterprise " + std::to_string(*number) + " of sysObjectID");
  }
  if (const auto* vendor = knowledge.by_words(text_of(read, kSysDescr))) {
    return says(vendor, "words of sysDescr");
  }
  if (const auto* vendor = by_subtree(knowledge, read)) {
    return says(vendor, "answers the objects of its own enterprise");
  }
  if (by_number == nullptr) return nullptr;
  return says(by_number, "enterprise " + std::to_string(*number) + " of the agent");
}

Weighed weigh(const Knowledge& knowledge, const Vendor* vendor, const Read& read) {
  Weighed weighed;
  std::map<DeviceClass, int> sums;
  const auto add = [&](const std::map<DeviceClass, int>& classes, const std::string& why) {
    for (const auto& [device_class, weight] : classes) sums[device_class] += weight;
    weighed.evidence.push_back(why + ": " + in_words(classes));
  };
  const Oid object_id = object_id_of(read);
  if (vendor != nullptr && !vendor->classes.empty()) {
    add(vendor->classes, "vendor " + vendor->name);
    // Behind the number of a common agent is an appliance, not the host that the agent runs on.
    const auto number = enterprise_of(object_id);
    const auto* agent = number ? knowledge.by_enterprise(*number) : nullptr;
    if (agent != nullptr && agent->agent_only) {
      add(vendor->classes, "vendor " + vendor->name + " behind an agent of " + agent->name);
    }
  }
  const std::string descr = text_of(read, kSysDescr);
  for (const auto& signal : knowledge.signals) {
    if (holds(signal, read, object_id, descr)) add(signal.classes, signal.says);
  }
  int best = 0;
  int second = 0;
  for (const auto& [device_class, sum] : sums) {
    if (sum > best) {
      second = best;
      best = sum;
      weighed.device_class = device_class;
    } else {
      second = std::max(second, sum);
    }
  }
  // A lead of eight over nothing is as good as a profile; a tie is a coin's toss.
  static constexpr double kSure = 8;
  if (best > 0) {
    const double lead = (best - second) / kSure;
    weighed.confidence = std::min(0.95, 0.25 + 0.7 * std::min(lead, 1.0));
  }
  return weighed;
}

}  // namespace market::sweep
