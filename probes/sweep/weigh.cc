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
constexpr std::size_t kRowsMax = 256;
/// Enterprises whose objects others answer too: CDP, SONMP, RADLAN's and Linksys's switch MIBs.
constexpr std::array<std::uint32_t, 5> kShared{9, 45, 89, 3955, 311};

bool any_below(const Read& read, const std::vector<Oid>& roots) {
  return std::any_of(roots.begin(), roots.end(),
                     [&](const Oid& root) { return read.answers_below(root); });
}

bool row_matches(const Read& read, const Oid& column, const std::string& regex) {
  const auto rows = read.below(column);
  const auto looked_at = rows.first(std::min(rows.size(), kRowsMax));
  return std::any_of(looked_at.begin(), looked_at.end(), [&](const snmp::VarBind* row) {
    return profile::pattern_found(regex, clean_text(bytes_of(row->value)));
  });
}

std::string in_words(const std::map<DeviceClass, int>& classes) {
  std::string text;
  for (const auto& [device_class, weight] : classes) {
    text += (text.empty() ? "" : ", ") + to_string(device_class) + (weight < 0 ? " " : " +") +
            std::to_string(weight);
  }
  return text;
}

std::optional<std::uint32_t> enterprise_of(const Oid& oid) {
  if (!oid.starts_with(kEnterprises) || oid.size() <= kEnterprises.size()) return std::nullopt;
  return oid[kEnterprises.size()];
}

bool is_shared(std::uint32_t enterprise) {
  return std::find(kShared.begin(), kShared.end(), enterprise) != kShared.end();
}

/// Each enterprise below which the device answers, until `found` takes one.
template <class Found>
void each_enterprise(const Read& read, Found found) {
  auto rest = read.from(kEnterprises);
  while (!rest.empty()) {
    const auto number = enterprise_of(rest.front()->oid);
    if (!number || found(*number) || *number == 0xFFFFFFFFU) return;
    rest = read.from(kEnterprises.child(*number + 1));
  }
}

/// The first maker whose own objects the device answers.
const Vendor* by_subtree(const Knowledge& knowledge, const Read& read) {
  const Vendor* maker = nullptr;
  each_enterprise(read, [&](std::uint32_t number) {
    const auto* vendor = knowledge.by_enterprise(number);
    if (vendor == nullptr || vendor->agent_only || is_shared(number)) return false;
    maker = vendor;
    return true;
  });
  return maker;
}

bool has_own_objects(const Knowledge& knowledge, const Read& read) {
  bool has = false;
  each_enterprise(read, [&](std::uint32_t number) {
    const auto* vendor = knowledge.by_enterprise(number);
    has = !is_shared(number) && (vendor == nullptr || !vendor->agent_only);
    return has;
  });
  return has;
}

/// But for what it asks of sysDescr.
bool holds(const Signal& signal, const Read& read, const Knowledge& knowledge,
           const Oid& object_id) {
  const auto begins = [&](const Oid& prefix) { return object_id.starts_with(prefix); };
  const auto& ids = signal.sys_object_id;
  if (!ids.empty() && std::none_of(ids.begin(), ids.end(), begins)) return false;
  if (!signal.present.empty() && !any_below(read, signal.present)) return false;
  if (!signal.absent.empty() && any_below(read, signal.absent)) return false;
  if (signal.own_objects && !has_own_objects(knowledge, read)) return false;
  return !signal.value || row_matches(read, *signal.value, signal.regex);
}

}  // namespace

const Vendor* vendor_of(const Knowledge& knowledge, const Read& read,
                        std::vector<std::string>& evidence) {
  const auto number = enterprise_of(read.oid_of(kSysObjectId));
  const auto* by_number = number ? knowledge.by_enterprise(*number) : nullptr;
  const auto says = [&](const Vendor* vendor, const std::string& why) {
    if (vendor != nullptr) evidence.push_back(why + " -> vendor " + vendor->name);
    return vendor;
  };
  if (by_number != nullptr && !by_number->agent_only) {
    return says(by_number, "enterprise " + std::to_string(*number) + " of sysObjectID");
  }
  if (const auto* vendor = knowledge.by_words(read.text_of(kSysDescr))) {
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
  const Oid object_id = read.oid_of(kSysObjectId);
  if (vendor != nullptr && !vendor->classes.empty()) {
    add(vendor->classes, "vendor " + vendor->name);
    // Behind the number of a common agent is an appliance, not the host that the agent runs on.
    const auto number = enterprise_of(object_id);
    const auto* agent = number ? knowledge.by_enterprise(*number) : nullptr;
    if (agent != nullptr && agent->agent_only) {
      add(vendor->classes, "vendor " + vendor->name + " behind an agent of " + agent->name);
    }
  }
  const auto said = knowledge.said_by_words(read.text_of(kSysDescr));
  for (std::size_t i = 0; i < said.size(); ++i) {
    const auto& signal = knowledge.signals[i];
    if (said[i] && holds(signal, read, knowledge, object_id)) add(signal.classes, signal.says);
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
