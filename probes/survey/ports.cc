#include "probes/survey/ports.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "probes/survey/oids.h"

namespace market::survey {
namespace {

constexpr std::uint32_t kUp = 1;  // ifOperStatus
// LldpPortIdSubtype (IEEE 802.1AB-2005)
constexpr std::uint32_t kIdIsMac = 3;
constexpr std::uint32_t kIdIsLocal = 7;

std::string folded(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::optional<std::uint32_t> decimal(const std::string& text) {
  std::uint32_t number = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return number;
}

/// Calls `take(index, value)` for each row of a column indexed by one number.
template <class Take>
void each(const Rows& rows, const Oid& column, const char* name, Skipped& skipped, Take take) {
  for (const auto& row : rows.column(column)) {
    const auto index = single(row.index);
    if (index) {
      take(*index, row.value);
    } else {
      skipped.count(name, "malformed index");
    }
  }
}

}  // namespace

Ports::Ports(const Rows& rows, Skipped& skipped) {
  read_interfaces(rows, skipped);
  add_base_ports(rows, skipped);
  read_lldp_ports(rows, skipped);
  for (auto& [index, port] : ports_) {
    port.interface.if_index = index;
    if (port.interface.name.empty()) port.interface.name = port.descr;
  }
  index_names();
}

void Ports::read_interfaces(const Rows& rows, Skipped& skipped) {
  each(rows, oids::kIfDescr, "ifDescr", skipped,
       [this](auto index, auto* value) { ports_[index].descr = text_of(value); });
  each(rows, oids::kIfName, "ifName", skipped,
       [this](auto index, auto* value) { ports_[index].interface.name = text_of(value); });
  each(rows, oids::kIfAlias, "ifAlias", skipped,
       [this](auto index, auto* value) { ports_[index].interface.alias = text_of(value); });
  each(rows, oids::kIfType, "ifType", skipped, [this](auto index, auto* value) {
    ports_[index].interface.type = number_of(value).value_or(0);
  });
  each(rows, oids::kIfPhysAddress, "ifPhysAddress", skipped,
       [this](auto index, auto* value) { ports_[index].interface.mac = mac_of(value); });
  each(rows, oids::kIfOperStatus, "ifOperStatus", skipped, [this](auto index, auto* value) {
    ports_[index].interface.oper_up = number_of(value) == kUp;
  });
}

void Ports::add_base_ports(const Rows& rows, Skipped& skipped) {
  each(rows, oids::kDot1dBasePortIfIndex, "dot1dBasePortIfIndex", skipped,
       [this, &skipped](auto port, auto* value) {
         const auto index = number_of(value);
         if (index && *index != 0) {
           base_ports_[port] = *index;
         } else {
           skipped.count("dot1dBasePortIfIndex", "no ifIndex");
         }
       });
}

void Ports::read_lldp_ports(const Rows& rows, Skipped& skipped) {
  each(rows, oids::kLldpLocPortIdSubtype, "lldpLocPortIdSubtype", skipped,
       [this](auto port, auto* value) { locals_[port].id_subtype = number_of(value).value_or(0); });
  each(rows, oids::kLldpLocPortId, "lldpLocPortId", skipped, [this](auto port, auto* value) {
    auto& local = locals_[port];
    local.id = text_of(value);
    if (local.id_subtype == kIdIsMac || local.id_subtype == 0) local.mac = mac_of(value);
  });
  each(rows, oids::kLldpLocPortDesc, "lldpLocPortDesc", skipped,
       [this](auto port, auto* value) { locals_[port].description = text_of(value); });
}

void Ports::index_names() {
  const auto note = [](auto& names, auto key, std::uint32_t index) {
    const auto [at, is_new] = names.emplace(std::move(key), index);
    if (!is_new && at->second != index) at->second = kSeveral;
  };
  for (const auto& [index, port] : ports_) {
    const auto& interface = port.interface;
    if (!interface.name.empty()) note(by_name_, folded(interface.name), index);
    if (!port.descr.empty()) note(by_descr_, folded(port.descr), index);
    if (!interface.alias.empty()) note(by_alias_, folded(interface.alias), index);
    if (interface.mac) note(by_mac_, *interface.mac, index);
  }
}

std::vector<Interface> Ports::interfaces() const {
  std::vector<Interface> all;
  for (const auto& [index, port] : ports_) all.push_back(port.interface);
  return all;
}

template <class Key>
std::optional<std::uint32_t> Ports::find(const Names<Key>& names, const Key& key) {
  const auto found = names.find(key);
  if (found == names.end() || found->second == kSeveral) return std::nullopt;
  return found->second;
}

std::optional<std::uint32_t> Ports::by_text(const std::string& text) const {
  if (text.empty()) return std::nullopt;
  const auto key = folded(text);
  for (const auto* names : {&by_name_, &by_descr_, &by_alias_}) {
    if (const auto index = find(*names, key)) return index;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> Ports::if_index_of(const Local& local) const {
  if (const auto index = by_text(local.id)) return index;
  if (local.mac) {
    if (const auto index = find(by_mac_, *local.mac)) return index;
  }
  if (const auto index = by_text(local.description)) return index;
  // "local" ids are free text; where it is a number, it is the agent's ifIndex.
  const auto number = local.id_subtype == kIdIsLocal ? decimal(local.id) : std::nullopt;
  if (number && ports_.contains(*number)) return number;
  return std::nullopt;
}

std::string Ports::name_of(std::uint32_t if_index) const {
  const auto port = ports_.find(if_index);
  return port == ports_.end() ? std::string{} : port->second.interface.name;
}

Ports::Numbering Ports::numbering_of(const std::set<std::uint32_t>& forwarding_ports) const {
  std::size_t base = 0;
  std::size_t interface = 0;
  for (const auto port : forwarding_ports) {
    base += base_ports_.contains(port) ? 1U : 0U;
    interface += ports_.contains(port) ? 1U : 0U;
  }
  return interface > base ? Numbering::IfIndexes : Numbering::BasePorts;
}

std::string Ports::name_of_base_port(std::uint32_t port) const {
  const auto known = base_ports_.find(port);
  return known == base_ports_.end() ? std::string{} : name_of(known->second);
}

std::string Ports::name_by_place(std::uint32_t number) const {
  if (number == 0 || number > base_ports_.size()) return {};
  const auto at = std::next(base_ports_.begin(), static_cast<std::ptrdiff_t>(number) - 1);
  auto name = name_of(at->second);
  const auto path = name.substr(0, name.find(' ', name.find('/')));
  return path.ends_with("/" + std::to_string(number)) ? name : std::string{};
}

std::string Ports::name_of_bridge_port(std::uint32_t port, Numbering numbering) const {
  const bool by_index = numbering == Numbering::IfIndexes;
  auto name = by_index ? name_of(port) : name_of_base_port(port);
  if (name.empty()) name = by_index ? name_of_base_port(port) : name_of(port);
  if (name.empty()) name = name_by_place(port);
  return name.empty() ? "base-port " + std::to_string(port) : name;
}

std::string Ports::name_of_lldp_port(std::uint32_t number) const {
  const auto local = locals_.find(number);
  if (local != locals_.end()) {
    if (const auto index = if_index_of(local->second)) return name_of(*index);
  }
  // The standard's own choice (802.1AB, lldpRemLocalPortNum): the bridge port, else the ifIndex.
  auto name = name_of_base_port(number);
  if (name.empty()) name = name_of(number);
  if (name.empty()) name = name_by_place(number);
  if (name.empty() && local != locals_.end()) {
    name = local->second.id.empty() ? local->second.description : local->second.id;
  }
  return name.empty() ? "lldp-port " + std::to_string(number) : name;
}

}  // namespace market::survey
