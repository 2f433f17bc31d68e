#include "probes/device/snmp_driver_index.h"

#include <charconv>
#include <limits>

#include "config/profile/fact.h"

namespace market::device {
namespace {

const std::string kPort = "port";
const std::string kBridge = "bridge";

std::optional<std::uint32_t> parse_arc(const std::string& text) {
  std::uint32_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  if (text.size() > 1 && text.front() == '0') return std::nullopt;
  return number;
}

std::optional<std::uint32_t> as_arc(const snmp::Value& value) {
  const auto number = snmp::as_number(value);
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(*number);
}

/// True for a name that can stand between the brackets of a field name.
bool can_be_key(const std::string& text) {
  return !text.empty() && text.find_first_of("[]") == std::string::npos && clean_text(text) == text;
}

/// What a cell of a Lookup's table says: a word of `keys`, text, or a number as text.
std::optional<std::string> key_in(const IndexRule& rule, const snmp::Value& value) {
  const auto number = snmp::as_number(value);
  if (!rule.keys.empty()) {
    for (const auto& [word, wanted] : rule.keys) {
      if (number && wanted == *number) return word;
    }
    return std::nullopt;
  }
  if (number) return std::to_string(*number);
  const auto* octets = snmp::as_octets(value);
  if (octets == nullptr || !can_be_key(*octets)) return std::nullopt;
  return *octets;
}

}  // namespace

void RowTable::add(const std::string& key, const Oid& suffix) {
  if (ambiguous_.contains(key)) return;
  const auto known = suffixes_.find(key);
  if (known == suffixes_.end()) {
    suffixes_.emplace(key, suffix);
    keys_.emplace(suffix, key);
    return;
  }
  keys_.erase(known->second);
  suffixes_.erase(known);
  ambiguous_.insert(key);
}

const Oid* RowTable::suffix_of(const std::string& key) const {
  const auto found = suffixes_.find(key);
  return found == suffixes_.end() ? nullptr : &found->second;
}

const std::string* RowTable::key_of(const Oid& suffix) const {
  const auto found = keys_.find(suffix);
  return found == keys_.end() ? nullptr : &found->second;
}

const IndexRule* Indexes::rule(const std::string& index) const {
  const auto found = profile_.indexes.find(index);
  return found == profile_.indexes.end() ? nullptr : &found->second;
}

Result<std::optional<Oid>> Indexes::suffix(const std::string& index, const std::string& key) {
  const auto* how = rule(index);
  if (how == nullptr) return std::nullopt;
  if (how->kind == IndexRule::Kind::Number) {
    const auto arc = parse_arc(key);
    if (!arc) return std::nullopt;
    return Oid{*arc};
  }
  const auto rows = table(index);
  if (!rows) return tl::make_unexpected(rows.error());
  const Oid* found = (*rows)->suffix_of(key);
  if (found == nullptr) return std::nullopt;
  return *found;
}

Result<std::optional<std::string>> Indexes::key(const std::string& index, const Oid& suffix) {
  const auto* how = rule(index);
  if (how == nullptr) return std::nullopt;
  if (how->kind == IndexRule::Kind::Number) {
    if (suffix.size() != 1) return std::nullopt;
    return std::to_string(suffix[0]);
  }
  const auto rows = table(index);
  if (!rows) return tl::make_unexpected(rows.error());
  const std::string* found = (*rows)->key_of(suffix);
  if (found == nullptr) return std::nullopt;
  return *found;
}

std::string Indexes::why_missing(const std::string& index, const std::string& key) const {
  for (const auto& [name, rows] : tables_) {
    if (rows.is_ambiguous(key)) return "two rows of the device's '" + name + "' table carry it";
  }
  return "the device's '" + index + "' table has no such row";
}

Result<const RowTable*> Indexes::table(const std::string& index) {
  const auto known = tables_.find(index);
  if (known != tables_.end()) return &known->second;
  auto rows = look_up(index);
  if (!rows) return tl::make_unexpected(rows.error());
  return &tables_.insert_or_assign(index, *std::move(rows)).first->second;
}

Result<RowTable> Indexes::look_up(const std::string& index) {
  const auto* how = rule(index);
  if (how == nullptr) return RowTable{};
  if (how->kind == IndexRule::Kind::BasePort) return look_up_base_ports(*how);
  if (how->kind == IndexRule::Kind::PoePort) return look_up_poe(index, *how);
  RowTable rows;
  const auto cells = agent_.walk(how->table);
  if (!cells) return tl::make_unexpected(cells.error());
  for (const auto& cell : *cells) {
    const auto key = key_in(*how, cell.value);
    if (key) rows.add(*key, cell.oid.after(how->table));
  }
  return rows;
}

Result<RowTable> Indexes::look_up_base_ports(const IndexRule& how) {
  RowTable rows;
  const auto ports = table(kPort);
  if (!ports) return tl::make_unexpected(ports.error());
  const auto cells = agent_.walk(how.table);
  if (!cells) return tl::make_unexpected(cells.error());
  for (const auto& cell : *cells) {
    const auto if_index = as_arc(cell.value);
    if (!if_index) continue;
    const auto* port = (*ports)->key_of(Oid{*if_index});
    if (port != nullptr) rows.add(*port, cell.oid.after(how.table));
  }
  return rows;
}

Result<RowTable> Indexes::look_up_poe(const std::string& index, const IndexRule& how) {
  RowTable rows;
  Oid column = how.table;
  for (const auto& [name, attribute] : profile_.attributes) {
    if (column.empty() && attribute.index == index) column = attribute.oid;
  }
  if (column.empty()) return rows;
  const auto bridge = table(kBridge);
  if (!bridge) return tl::make_unexpected(bridge.error());
  const auto cells = agent_.walk(column);
  if (!cells) return tl::make_unexpected(cells.error());
  for (const auto& cell : *cells) {
    const auto* port = (*bridge)->key_of(Oid{cell.oid.back()});
    if (port != nullptr) rows.add(*port, cell.oid.after(column));
  }
  return rows;
}

std::vector<Witness> Indexes::witnesses(const std::string& index, const std::string& key) const {
  const auto* how = rule(index);
  if (how == nullptr || how->kind == IndexRule::Kind::Number) return {};
  if (how->kind == IndexRule::Kind::PoePort) return witnesses(kBridge, key);
  const auto rows = tables_.find(index);
  const Oid* suffix = rows == tables_.end() ? nullptr : rows->second.suffix_of(key);
  if (suffix == nullptr) return {};
  if (how->kind == IndexRule::Kind::Lookup) return {{how->table.child(*suffix), key, index}};
  auto all = witnesses(kPort, key);
  if (all.empty()) return all;
  const auto if_index = all.front().oid.back();
  all.push_back({how->table.child(*suffix), std::to_string(if_index), index});
  return all;
}

bool Indexes::confirmed(const std::vector<Witness>& witnesses, const Values& values) const {
  for (const auto& witness : witnesses) {
    const auto found = values.find(witness.oid);
    if (found == values.end()) return false;
    if (key_in(*rule(witness.index), found->second) != witness.key) return false;
  }
  return true;
}

Result<std::map<std::string, BasePort>> Indexes::base_ports() {
  std::map<std::string, BasePort> ports;
  if (rule(kBridge) == nullptr) return ports;
  const auto rows = table(kBridge);
  if (!rows) return tl::make_unexpected(rows.error());
  for (const auto& [port, suffix] : (*rows)->rows()) {
    if (suffix.size() == 1) ports.emplace(port, suffix[0]);
  }
  return ports;
}

}  // namespace market::device
