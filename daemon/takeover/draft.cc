#include "daemon/takeover/draft.h"

#include <algorithm>

#include <fmt/format.h>

#include "daemon/inventory/inventory.h"
#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/utf8.h"
#include "daemon/takeover/names.h"

namespace market::takeover {
namespace {

constexpr std::size_t kMostId = 40;

bool is_managed(const FoundDevice& device) {
  const auto what = device.sighting.identification.device_class;
  return what == DeviceClass::Switch || what == DeviceClass::AccessPoint;
}

std::string words_for(const FoundDevice& device) {
  const auto& what = device.sighting.identification;
  auto text = to_string(what.device_class) + " at " + device.sighting.address.to_string();
  if (!device.sighting.sys_name.empty()) {
    text += " (" + reconcile::escaped(device.sighting.sys_name) + ")";
  }
  return text;
}

class Naming {
 public:
  Naming(const Found& found, const ProfileSet& profiles, const Words& words, Draft& draft)
      : found_{found}, profiles_{profiles}, draft_{draft} {
    auto& site = draft.design.site;
    site.id = words.site;
    if (site.id.empty()) {
      std::vector<std::string> names;
      for (const auto& each : found.devices) {
        if (is_managed(each)) names.push_back(each.sighting.sys_name);
      }
      site.id = site_of(names);
    }
    site.name = words.name.empty() ? site.id : words.name;
    if (found.gateway) {
      Gateway gateway;
      gateway.id = words.gateway;
      ids_.insert(gateway.id);
      draft.design.gateway = gateway;
    }
  }

  void run() {
    std::vector<sweep::Sighting> sightings;
    for (const auto& each : found_.devices) sightings.push_back(each.sighting);
    inventory::Inventory inventory;
    (void)inventory.merge_all(sightings, 1);
    for (const auto& each : found_.devices) {
      const auto* record = inventory.at_address(each.sighting.address);
      const bool once = record == nullptr || record->address == each.sighting.address;
      if (once) {
        add(each);
      } else {
        draft_.remarks.push_back(words_for(each) + ": the device at " +
                                 record->address.to_string());
      }
    }
    const auto by_id = [](const auto& a, const auto& b) {
      return reconcile::natural_less(a.id, b.id);
    };
    std::sort(draft_.design.switches.begin(), draft_.design.switches.end(), by_id);
    std::sort(draft_.design.aps.begin(), draft_.design.aps.end(), by_id);
  }

 private:
  void add(const FoundDevice& device) {
    const auto what = device.sighting.identification.device_class;
    if (!is_managed(device)) {
      if (what != DeviceClass::PaymentTerminal) draft_.remarks.push_back(words_for(device));
      return;
    }
    const auto* profile = profiles_.find(device.profile);
    if (!device.observed.reached || profile == nullptr) {
      const auto& why = device.observed.reason;
      draft_.left_out.push_back(words_for(device) + ": " +
                                (why.empty() ? "no profile reads it" : reconcile::escaped(why)));
      return;
    }
    const bool is_ap = what == DeviceClass::AccessPoint;
    const auto id = id_of(device, is_ap ? "ap" : "switch");
    draft_.found[id] = &device;
    for (const auto& gap : device.survey.gaps) {
      draft_.remarks.push_back(fmt::format("{} does not tell {}", id, gap));
    }
    draft_.profiles[id] = profile;
    if (is_ap) {
      draft_.design.aps.push_back(headed<AccessPoint>(id, device));
    } else {
      draft_.design.switches.push_back(headed<Switch>(id, device));
    }
  }

  [[nodiscard]] std::string id_of(const FoundDevice& device, const std::string& kind) {
    const auto name =
        text_in(device.observed.fields, "system.name").value_or(device.sighting.sys_name);
    const auto begin = draft_.design.site.id + "-";
    auto id = as_id(name.starts_with(begin) ? name.substr(begin.size()) : name, kMostId);
    if (id.empty()) id = kind + "-" + as_id(device.sighting.address.to_string(), kMostId);
    return unique(std::move(id), ids_);
  }

  template <class Device>
  [[nodiscard]] Device headed(const std::string& id, const FoundDevice& found) const {
    const auto& what = found.sighting.identification;
    Device device = blank(found.sighting.address, static_cast<Device*>(nullptr));
    device.id = id;
    device.profile = found.profile;
    if (is_line(what.serial)) device.serial = what.serial;
    if (const auto mac = MacAddress::parse(what.mac)) device.mac = *mac;
    set_system(found.observed.fields, device);
    return device;
  }

  static Switch blank(const IpAddress& address, const Switch* /*kind*/) {
    return Switch{.id = {},
                  .profile = {},
                  .serial = {},
                  .mac = {},
                  .address = address,
                  .place = {},
                  .system = {},
                  .vlan_names = {},
                  .poe_budget = {},
                  .firmware_min = {},
                  .stp = {},
                  .ports = {},
                  .position = {}};
  }
  static AccessPoint blank(const IpAddress& address, const AccessPoint* /*kind*/) {
    return AccessPoint{.id = {},
                       .profile = {},
                       .serial = {},
                       .mac = {},
                       .address = address,
                       .place = {},
                       .system = {},
                       .radios = {},
                       .ssids = {},
                       .position = {}};
  }

  /// "<spot> <id>" is a place; any other location stands as it is.
  template <class Device>
  void set_system(const FieldMap& fields, Device& device) const {
    if (const auto name = text_in(fields, "system.name");
        name && is_line(*name) && *name != draft_.design.site.id + "-" + device.id) {
      device.system.name = *name;
    }
    const auto location = text_in(fields, "system.location");
    if (!location || !is_line(*location) || *location == device.id) return;
    const auto end = " " + device.id;
    if (location->ends_with(end) && location->size() > end.size()) {
      device.place.spot = location->substr(0, location->size() - end.size());
    } else {
      device.system.location = *location;
    }
  }

  const Found& found_;
  const ProfileSet& profiles_;
  Draft& draft_;
  std::set<std::string> ids_;
};

}  // namespace

std::optional<std::string> text_in(const FieldMap& fields, const std::string& field) {
  const auto found = fields.find(field);
  const auto* text = found == fields.end() ? nullptr : std::get_if<std::string>(&found->second);
  return text == nullptr ? std::nullopt : std::optional{*text};
}

std::optional<std::int64_t> number_in(const FieldMap& fields, const std::string& field) {
  const auto found = fields.find(field);
  const auto* number = found == fields.end() ? nullptr : std::get_if<std::int64_t>(&found->second);
  return number == nullptr ? std::nullopt : std::optional{*number};
}

std::optional<bool> flag_in(const FieldMap& fields, const std::string& field) {
  const auto found = fields.find(field);
  const auto* flag = found == fields.end() ? nullptr : std::get_if<bool>(&found->second);
  return flag == nullptr ? std::nullopt : std::optional{*flag};
}

Draft draft_devices(const Found& found, const ProfileSet& profiles, const Words& words) {
  Draft draft;
  Naming{found, profiles, words, draft}.run();
  return draft;
}

}  // namespace market::takeover
