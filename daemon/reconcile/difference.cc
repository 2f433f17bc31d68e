#include "daemon/reconcile/difference.h"

#include <optional>
#include <set>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"

namespace market::reconcile {
namespace {

constexpr const char* kNoField = "this device has no such field";

class Comparison {
 public:
  Comparison(const std::string& device, const DesiredDevice& desired,
             const ObservedDevice& observed)
      : device_{device}, desired_{desired}, observed_{observed} {
    for (const auto& [field, value] : observed.fields) {
      if (!std::holds_alternative<Absent>(value)) note(FieldName::split(field));
    }
    for (const auto& [field, want] : desired.fields) {
      const auto name = FieldName::split(field);
      if (name.group == "link") wanted_links_.insert(name.key);
      if (!is_existence(name)) continue;
      if (name.group == "vlan") wanted_vlans_.insert(name.key);
      if (name.group == "link") judge_link(field, name.key, want.value);
    }
  }

  Difference run() {
    for (const auto& [field, want] : desired_.fields) compare(field, want);
    for (const auto& field : observed_.ours) prune(field);
    for (const auto& [field, value] : observed_.fields) leave_foreign_vlan(field, value);
    return std::move(result_);
  }

 private:
  void note(const FieldName& name) {
    if (name.group == "port") ports_.insert(name.key);
    if (name.group == "link") links_.insert(name.key);
    if (name.group == "vlan") vlans_.insert(name.key);
    if (is_membership(name)) ports_.insert(name.subkey);
  }

  /// A link can be made; one that exists as another kind cannot be turned into this kind.
  void judge_link(const std::string& field, const std::string& link, const FieldValue& kind) {
    const auto seen = observed_.fields.find(field);
    const bool other = seen != observed_.fields.end()
                           ? !std::holds_alternative<Absent>(seen->second) && seen->second != kind
                           : links_.contains(link);
    if (other) {
      foreign_links_.insert(link);
    } else {
      links_.insert(link);
    }
  }

  void compare(const std::string& field, const DesiredField& want) {
    const auto name = FieldName::split(field);
    if (const auto missing = missing_port(name)) {
      if (skipped_ports_.insert(*missing).second) {
        skip(fmt::format("port[{}]", *missing),
             fmt::format("this device has no port '{}'", *missing));
      }
      return;
    }
    const auto before = value_in(observed_.fields, field);
    if (before == canonical(field, want.value)) return;
    const bool unable = observed_.unable.contains("bridge-vlan");
    if (unable && is_bridge_vlan(name) && name.leaf != "vlan-filtering") return;  // told once
    if (const auto obstacle = obstacle_to(field, name, want)) {
      skip(field, *obstacle);
      return;
    }
    result_.changes.push_back({field, before, want.value, want.origin, want.subject});
  }

  [[nodiscard]] std::optional<std::string> missing_port(const FieldName& name) const {
    std::string port;
    if (name.group == "port") port = name.key;
    if (is_membership(name)) port = name.subkey;
    if (port.empty() || ports_.contains(port)) return std::nullopt;
    return port;
  }

  [[nodiscard]] std::optional<std::string> obstacle_to(const std::string& field,
                                                       const FieldName& name,
                                                       const DesiredField& want) const {
    if (std::holds_alternative<Absent>(want.value)) return "deleting is left to a person";
    if (is_membership(name)) return obstacle_to_membership(field, name.key);
    if (name.group == "vlan" && name.leaf == "name") return std::nullopt;
    if (const auto why = observed_.unable.find(capability(name)); why != observed_.unable.end()) {
      return why->second;
    }
    if (is_queue(name)) return obstacle_to_queue(name);
    if (name.group == "route" || name.group == "route-rule") return obstacle_to_route(field, name);
    if (is_object(name)) return std::nullopt;
    if (const auto why = observed_.unable.find("chain");
        name.leaf == "forwarding" && why != observed_.unable.end()) {
      return "without a packet filter every zone would be open to every other: " + why->second;
    }
    if (name.group == "link" || name.group == "address") return obstacle_on_link(name, want.value);
    const auto seen = observed_.fields.find(field);
    if (seen == observed_.fields.end() || std::holds_alternative<Absent>(seen->second)) {
      return kNoField;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<std::string> obstacle_to_membership(const std::string& field,
                                                                  const std::string& vid) const {
    if (vlans_.contains(vid)) {
      if (observed_.fields.contains(field)) return std::nullopt;
      return kNoField;
    }
    if (wanted_vlans_.contains(vid)) return std::nullopt;
    return fmt::format("VLAN {} does not exist on this device, and its profile cannot create it",
                       vid);
  }

  [[nodiscard]] std::optional<std::string> obstacle_on_link(const FieldName& name,
                                                            const FieldValue& want) const {
    std::vector<std::string> needed{link_of(name)};
    if (const auto* master = std::get_if<std::string>(&want);
        name.leaf == "master" && master != nullptr && !master->empty()) {
      needed.push_back(*master);
    }
    for (const auto& link : needed) {
      if (foreign_links_.contains(link)) {
        return fmt::format("link '{}' exists and is not what the design means by it", link);
      }
      if (!links_.contains(link)) return fmt::format("this device has no link '{}'", link);
    }
    return std::nullopt;
  }

  /// One that somebody else made - a DHCP client, a person - is not ours to change.
  [[nodiscard]] std::optional<std::string> obstacle_to_route(const std::string& field,
                                                             const FieldName& name) const {
    const auto seen = observed_.fields.find(field);
    if (seen == observed_.fields.end() || std::holds_alternative<Absent>(seen->second) ||
        observed_.ours.contains(field)) {
      return std::nullopt;
    }
    return fmt::format("{} {} is somebody else's: {}; take it away there, and plan again",
                       name.group == "route" ? "the route to" : "the routing rule", name.key,
                       to_string(seen->second));
  }

  /// A root that somebody else put on the link stays, and no class of ours can be below it.
  [[nodiscard]] std::optional<std::string> obstacle_to_queue(const FieldName& name) const {
    const auto root = fmt::format("qdisc[{}]", link_of(name));
    const auto seen = observed_.fields.find(root);
    if (seen != observed_.fields.end() && !observed_.ours.contains(root) &&
        !std::holds_alternative<Absent>(seen->second)) {
      return fmt::format("link '{}' has a queue that somebody else put there: {}", link_of(name),
                         to_string(seen->second));
    }
    return obstacle_on_link(name, Absent{});
  }

  /// Frames of a VLAN that nobody designed would go to a stall.
  void leave_foreign_vlan(const std::string& field, const FieldValue& value) {
    const auto name = FieldName::split(field);
    if (!is_membership(name) || !desired_.access_ports.contains(name.subkey)) return;
    if (desired_.fields.contains(field) || desired_.manual.contains(field)) return;
    if (value == blank_value(field) || std::holds_alternative<Absent>(value)) return;
    result_.changes.push_back({field, value, blank_value(field), desired_.origin,
                               "VLAN " + name.key + " is not in the design"});
  }

  /// What carries our mark and is not in the design goes, unless something hangs on it.
  void prune(const std::string& field) {
    const auto name = FieldName::split(field);
    const auto before = value_in(observed_.fields, field);
    if (desired_.fields.contains(field) || before == blank_value(field)) return;
    if (name.group == "link" && !(is_bridge_vlan(name) && on_wanted_bridge(name.key))) {
      if (wanted_links_.contains(name.key)) return;
      if (is_bridge_vlan(name) && !master_of(name.key).empty()) return;  // as its bridge is left
      if (const auto user = user_of(name.key); !user.empty()) {
        if (name.leaf == "kind")
          skip(field, fmt::format("not in the design, but '{}' uses it", user));
        return;
      }
    }
    result_.changes.push_back(
        {field, before, blank_value(field), desired_.origin, "not in the design"});
  }

  [[nodiscard]] std::string master_of(const std::string& link) const {
    const auto value = value_in(observed_.fields, fmt::format("link[{}].master", link));
    const auto* master = std::get_if<std::string>(&value);
    return master == nullptr ? std::string{} : *master;
  }
  /// Of a bridge that the design speaks of: itself, or a port that the design may not know.
  [[nodiscard]] bool on_wanted_bridge(const std::string& link) const {
    return wanted_links_.contains(link) || wanted_links_.contains(master_of(link));
  }

  /// A link that is a port of `link` or on top of it, and stays so; empty = none.
  [[nodiscard]] std::string user_of(const std::string& link) const {
    for (const auto& [field, value] : observed_.fields) {
      const auto name = FieldName::split(field);
      const auto* text = std::get_if<std::string>(&value);
      if (name.group != "link" || text == nullptr) continue;
      const bool uses = (name.leaf == "master" && *text == link) ||
                        (name.leaf == "kind" && text->ends_with(" on " + link));
      if (!uses) continue;
      const auto want = desired_.fields.find(field);
      const bool moves = want != desired_.fields.end() && want->second.value != value;
      const bool goes = want == desired_.fields.end() && observed_.ours.contains(field) &&
                        !wanted_links_.contains(name.key) && user_of(name.key).empty();
      if (!moves && !goes) return name.key;
    }
    return {};
  }

  void skip(std::string field, std::string reason) {
    result_.skipped.push_back({device_, std::move(field), std::move(reason)});
  }

  const std::string& device_;
  const DesiredDevice& desired_;
  const ObservedDevice& observed_;
  std::set<std::string> ports_, vlans_;  ///< seen on the device
  std::set<std::string> links_;          ///< seen, or to be created
  std::set<std::string> foreign_links_;  ///< seen as another kind than the design wants
  std::set<std::string> wanted_links_;   ///< of which the design says anything
  std::set<std::string> wanted_vlans_;   ///< whose row the design asks for
  std::set<std::string> skipped_ports_;
  Difference result_;
};

}  // namespace

Difference difference(const std::string& device, const DesiredDevice& desired,
                      const ObservedDevice& observed) {
  return Comparison{device, desired, observed}.run();
}

}  // namespace market::reconcile
