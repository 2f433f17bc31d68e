#include "daemon/audit/audit.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"

namespace market::audit {
namespace {

using reconcile::DesiredDevice;
using reconcile::DesiredField;
using reconcile::ObservedDevice;

/// The VLAN that every switch is born with; it is no finding that it exists.
constexpr const char* kSystemVlan = "1";

bool is_absent(const FieldValue& value) { return std::holds_alternative<Absent>(value); }

std::string shown(const FieldValue& value) {
  return is_absent(value) ? "" : reconcile::escaped(to_string(value));
}

std::string kind_of(reconcile::DeviceKind kind) {
  switch (kind) {
    case reconcile::DeviceKind::Gateway:
      return "gateway";
    case reconcile::DeviceKind::Switch:
      return "switch";
    case reconcile::DeviceKind::AccessPoint:
      return "access-point";
  }
  return "switch";
}

/// One device, field by field.
class DeviceComparison {
 public:
  DeviceComparison(const std::string& id, const DesiredDevice& desired, const ObservedDevice& seen,
                   std::vector<Item>& items)
      : id_{id}, desired_{desired}, seen_{seen}, items_{items} {}

  void run() {
    if (!seen_.reached) return add_unread();
    for (const auto& [field, want] : desired_.fields) add(field, want);
    for (const auto& [field, manual] : desired_.manual) add_manual(field, manual.want);
    for (const auto& [field, value] : seen_.fields) look_for_extra(field, value);
  }

 private:
  [[nodiscard]] Item item_for(const std::string& field, const DesiredField& want) const {
    Item item;
    item.device = id_;
    item.field = field;
    item.designed = shown(want.value);
    if (!want.origin.file.empty()) item.origin = want.origin.to_string();
    return item;
  }

  void add_unread() {
    const auto reason = seen_.reason.empty() ? std::string{"not read"} : seen_.reason;
    Item device;
    device.device = id_;
    device.designed = kind_of(desired_.kind);
    device.reason = reason;
    items_.push_back(std::move(device));
    const auto add_one = [&](const std::string& field, const DesiredField& want) {
      items_.push_back(item_for(field, want));
      items_.back().reason = reason;
    };
    for (const auto& [field, want] : desired_.fields) add_one(field, want);
    for (const auto& [field, manual] : desired_.manual) add_one(field, manual.want);
  }

  void add(const std::string& field, const DesiredField& want) {
    auto item = item_for(field, want);
    const auto found = seen_.fields.find(field);
    const bool read = found != seen_.fields.end();
    const auto value = reconcile::value_in(seen_.fields, field);
    if (read) item.built = shown(found->second);
    if (!read && !can_be_missing(field)) {
      const auto why = seen_.unable.find(reconcile::capability(FieldName::split(field)));
      item.reason = why == seen_.unable.end() ? "this device has no such field" : why->second;
    } else if (reconcile::same_value(field, value, want.value)) {
      item.verdict = Verdict::Same;
    } else if (!read || is_absent(found->second) || value == FieldValue{false}) {
      item.verdict = missing_or_changed(field, read && !is_absent(found->second));
    } else {
      item.verdict = Verdict::Changed;
    }
    items_.push_back(std::move(item));
  }

  /// What a person has done, or not: as read, where it can be read.
  void add_manual(const std::string& field, const DesiredField& want) {
    if (seen_.fields.contains(field)) return add(field, want);
    items_.push_back(item_for(field, want));
    items_.back().reason = "left to a person, and this device does not tell it by SNMP";
  }

  /// False means "not there" for an address only; elsewhere it is a setting like any other.
  [[nodiscard]] static Verdict missing_or_changed(const std::string& field, bool has_value) {
    const bool address = FieldName::split(field).group == "address";
    return has_value && !address ? Verdict::Changed : Verdict::Missing;
  }

  /// Fields of objects that may not exist. What was not read of anything else is not verified.
  [[nodiscard]] bool can_be_missing(const std::string& field) const {
    const auto name = FieldName::split(field);
    if (reconcile::is_existence(name) || name.group == "address" || reconcile::is_object(name)) {
      return !seen_.unable.contains(name.group);
    }
    if (reconcile::is_bridge_vlan(name)) {
      if (seen_.unable.contains(reconcile::capability(name))) return false;
      if (name.leaf == "vlan") return true;
    }
    if (name.group == "link") return !has_any("link[" + name.key + "].");
    if (!reconcile::is_membership(name)) return false;
    return !has_any("vlan[" + name.key + "].") && has_port(name.subkey);
  }

  [[nodiscard]] bool has_any(const std::string& prefix) const {
    const auto found = seen_.fields.lower_bound(prefix);
    return found != seen_.fields.end() && found->first.starts_with(prefix) &&
           !is_absent(found->second);
  }

  [[nodiscard]] bool has_port(const std::string& port) const {
    return has_any("port[" + port + "].") || seen_.fields.contains("vlan[1].port[" + port + "]");
  }

  void look_for_extra(const std::string& field, const FieldValue& value) {
    const auto name = FieldName::split(field);
    if (is_absent(value) || desired_.fields.contains(field) || desired_.manual.contains(field)) {
      return;
    }
    if (name.group == "vlan" && name.leaf == "name") {
      if (name.key != kSystemVlan && speaks_of("vlan["))
        add_extra(field, row_text(name.key, value));
    } else if (reconcile::is_membership(name)) {
      const bool own_row = desired_.fields.contains("vlan[" + name.key + "].name");
      if (own_row && value != FieldValue{std::string{"none"}}) add_extra(field, shown(value));
    } else if (name.group == "ssid" && name.leaf == "enabled" && value == FieldValue{true}) {
      const auto ssid = seen_.fields.find("ssid[" + name.key + "].name");
      add_extra(field, ssid == seen_.fields.end() ? "true" : "SSID " + shown(ssid->second));
    } else if (seen_.ours.contains(field) && !reconcile::same_value(field, value, Absent{})) {
      add_extra(field, shown(value));
    }
  }

  [[nodiscard]] bool speaks_of(const std::string& prefix) const {
    const auto found = desired_.fields.lower_bound(prefix);
    return found != desired_.fields.end() && found->first.starts_with(prefix);
  }

  /// "'cctv-old', ports 1 tagged, 5 untagged"
  [[nodiscard]] std::string row_text(const std::string& vid, const FieldValue& row) const {
    std::map<std::string, std::string, decltype(&reconcile::natural_less)> members{
        &reconcile::natural_less};
    const auto prefix = "vlan[" + vid + "].port[";
    for (auto it = seen_.fields.lower_bound(prefix);
         it != seen_.fields.end() && it->first.starts_with(prefix); ++it) {
      const auto* role = std::get_if<std::string>(&it->second);
      if (role != nullptr && *role != "none") members[FieldName::split(it->first).subkey] = *role;
    }
    std::string text = shown(row);
    const char* separator = ", ports ";
    for (const auto& [port, role] : members) {
      text += fmt::format("{}{} {}", separator, port, role);
      separator = ", ";
    }
    return text;
  }

  void add_extra(const std::string& field, std::string built) {
    Item item;
    item.device = id_;
    item.field = field;
    item.verdict = Verdict::Extra;
    item.built = std::move(built);
    items_.push_back(std::move(item));
  }

  const std::string& id_;
  const DesiredDevice& desired_;
  const ObservedDevice& seen_;
  std::vector<Item>& items_;
};

}  // namespace

std::string to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::Same:
      return "same";
    case Verdict::Changed:
      return "changed";
    case Verdict::Missing:
      return "missing";
    case Verdict::Extra:
      return "extra";
    case Verdict::NotVerified:
      return "not-verified";
  }
  return "not-verified";
}

std::size_t AsBuilt::count(Verdict verdict) const {
  return static_cast<std::size_t>(std::count_if(
      items.begin(), items.end(), [verdict](const Item& item) { return item.verdict == verdict; }));
}

AsBuilt compare(const reconcile::Desired& desired, const reconcile::Observed& observed,
                const std::vector<std::pair<std::string, std::string>>& unknown_devices) {
  AsBuilt as_built;
  static const ObservedDevice kNever{};
  for (const auto& [id, want] : desired) {
    const auto found = observed.find(id);
    const auto& seen = found == observed.end() ? kNever : found->second;
    DeviceComparison{id, want, seen, as_built.items}.run();
  }
  for (const auto& [id, what] : unknown_devices) {
    Item item;
    item.device = reconcile::escaped(id);
    item.verdict = Verdict::Extra;
    item.built = reconcile::escaped(what);
    as_built.items.push_back(std::move(item));
  }
  std::sort(as_built.items.begin(), as_built.items.end(), [](const Item& a, const Item& b) {
    if (a.device != b.device) return reconcile::natural_less(a.device, b.device);
    return reconcile::natural_less(a.field, b.field);
  });
  return as_built;
}

}  // namespace market::audit
