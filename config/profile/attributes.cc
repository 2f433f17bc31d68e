#include "config/profile/attributes.h"

#include <optional>
#include <utility>

#include "config/profile/scalars.h"

namespace market::profile {
namespace {

using yaml::Entry;
using yaml::Kind;
using yaml::Node;

/// Every attribute that the field vocabulary (config/types/field.h) or the health poller knows.
const std::vector<std::string>& attribute_names() {
  static const std::vector<std::string> names{
      "system.name",         "system.location", "system.contact",
      "port.label",          "port.enabled",    "port.poe",
      "port.poe-priority",   "port.pvid",       "port.frames",
      "port.ingress-filter", "vlan.name",       "vlan.egress",
      "vlan.untagged",       "vlan.forbidden",  "radio.channel",
      "radio.channel-width", "radio.tx-power",  "radio.stations",
      "radio.utilisation",   "ssid.name",       "ssid.vlan",
      "ssid.security",       "ssid.isolate",    "ssid.enabled"};
  return names;
}

template <class T>
using Words = std::vector<std::pair<std::string, T>>;

const Words<IndexRule::Kind>& index_kinds() {
  static const Words<IndexRule::Kind> words{{"number", IndexRule::Kind::Number},
                                            {"lookup", IndexRule::Kind::Lookup},
                                            {"base-port", IndexRule::Kind::BasePort},
                                            {"poe-port", IndexRule::Kind::PoePort}};
  return words;
}

const Words<Encoding>& encodings() {
  static const Words<Encoding> words{
      {"octets", Encoding::Octets},         {"integer", Encoding::Integer},
      {"unsigned32", Encoding::Unsigned32}, {"truthvalue", Encoding::TruthValue},
      {"portlist", Encoding::PortList},     {"portlist-text", Encoding::PortListText}};
  return words;
}

/// The value that `key` names by one of `words`; P003 when missing, P002 when unknown.
template <class T>
std::optional<T> read_word(MapReader& reader, std::string_view key, const Words<T>& words) {
  const auto text = reader.text(key);
  if (!text) {
    reader.problems().add("P003", reader.position(),
                          reader.what() + " has no '" + std::string{key} + "'");
    return std::nullopt;
  }
  std::vector<std::string> known;
  for (const auto& [word, value] : words) {
    if (word == *text) return value;
    known.push_back(word);
  }
  reader.problems().add_unknown(reader.find(key)->position, reader.what() + ": " + std::string{key},
                                *text, known);
  return std::nullopt;
}

std::optional<IndexRule> read_index(const Node& node, const std::string& name, Problems& problems) {
  MapReader reader{node, "index '" + name + "'", problems};
  if (!reader.has_only({"kind", "table", "keys"})) return std::nullopt;
  const auto kind = read_word(reader, "kind", index_kinds());
  if (!kind) return std::nullopt;
  IndexRule rule;
  rule.kind = *kind;
  const bool needs_table = *kind == IndexRule::Kind::Lookup || *kind == IndexRule::Kind::BasePort;
  auto table = needs_table ? reader.required_oid("table") : reader.oid("table");
  if (needs_table && !table) return std::nullopt;
  if (table) rule.table = *std::move(table);
  rule.keys = reader.words("keys");
  return rule;
}

/// P010: what an index rests on must be there.
void check_index(const std::string& name, const Node& node, const Profile& profile,
                 Problems& problems) {
  const auto needs = [&](const std::string& other, IndexRule::Kind kind, const char* why) {
    const auto found = profile.indexes.find(other);
    if (found != profile.indexes.end() && found->second.kind == kind) return;
    problems.add("P010", node.position,
                 "index '" + name + "' needs an index '" + other + "' of kind " + why);
  };
  const auto kind = profile.indexes.at(name).kind;
  if (kind == IndexRule::Kind::BasePort) needs("port", IndexRule::Kind::Lookup, "lookup");
  if (kind == IndexRule::Kind::PoePort) needs("bridge", IndexRule::Kind::BasePort, "base-port");
}

bool is_text(Encoding encoding) { return encoding == Encoding::Octets; }
bool is_port_list(Encoding encoding) {
  return encoding == Encoding::PortList || encoding == Encoding::PortListText;
}

bool should_be_port_list(const std::string& name) {
  return name == "vlan.egress" || name == "vlan.untagged" || name == "vlan.forbidden";
}

/// P010, P013: the parts of an attribute fit each other and its name.
void check_attribute(const std::string& name, const Attribute& attribute, MapReader& reader,
                     const Profile& profile) {
  auto& problems = reader.problems();
  const bool scalar = name.starts_with("system.");
  if (scalar != attribute.index.empty()) {
    problems.add("P013", reader.position(),
                 reader.what() + (scalar ? " is one value and takes no 'index'"
                                         : " is a column and needs an 'index'"));
  }
  if (!attribute.index.empty() && !profile.indexes.contains(attribute.index)) {
    std::vector<std::string> known;
    for (const auto& [index, rule] : profile.indexes) known.push_back(index);
    const auto meant = yaml::did_you_mean(attribute.index, known);
    problems.add("P010", reader.find("index")->position,
                 reader.what() + ": there is no index '" + attribute.index + "'",
                 meant ? "did you mean '" + *meant + "'?" : "define it below 'indexes'");
  }
  if (should_be_port_list(name) != is_port_list(attribute.encoding)) {
    problems.add("P013", reader.position(),
                 reader.what() + (should_be_port_list(name) ? " must be of type portlist"
                                                            : " cannot be a portlist"));
  }
  const bool counts =
      attribute.encoding == Encoding::Integer || attribute.encoding == Encoding::Unsigned32;
  if (!counts && (!attribute.values.empty() || attribute.scale != 1)) {
    problems.add("P013", reader.position(),
                 reader.what() + ": 'values' and 'scale' are for integer and unsigned32");
  }
  if (!attribute.values.empty() && attribute.scale != 1) {
    problems.add("P013", reader.position(), reader.what() + " has 'values' and a 'scale'");
  }
}

void read_status(const Node& node, RequestRecipe& recipe, Problems& problems) {
  MapReader reader{node, "'status'", problems};
  if (!reader.has_only({"oid", "busy", "passed", "failed", "within"})) return;
  if (auto oid = reader.required_oid("oid")) recipe.status = *std::move(oid);
  const auto number = [&reader](std::string_view key, std::int64_t unless_said) {
    return reader.number(key, {0, kMaxWireNumber}).value_or(unless_said);
  };
  recipe.busy = number("busy", recipe.busy);
  recipe.passed = number("passed", recipe.passed);
  recipe.failed = number("failed", recipe.failed);
  recipe.within_ms = reader.milliseconds("within").value_or(recipe.within_ms);
}

/// P013: an index of one number is all that a request can be told.
void check_request(const std::string& name, const Attribute& attribute, const Profile& profile,
                   MapReader& reader) {
  const auto index = profile.indexes.find(attribute.index);
  const bool of_row = !attribute.index.empty();
  const bool long_index =
      of_row && index != profile.indexes.end() && index->second.kind == IndexRule::Kind::PoePort;
  if (name.starts_with("vlan.") || long_index) {
    reader.problems().add(
        "P013", reader.position(),
        reader.what() + " cannot be written by a request: its row is not one number");
  } else if (attribute.request->key.has_value() != of_row) {
    reader.problems().add("P013", reader.position(),
                          reader.what() + (of_row ? ": the request needs a 'key' for the row"
                                                  : ": the request of one value takes no 'key'"));
  }
}

void read_request(const Node& node, const std::string& name, Attribute& attribute,
                  const Profile& profile, Problems& problems) {
  MapReader reader{node, "request of '" + name + "'", problems};
  if (!reader.has_only({"oid", "request", "key", "value", "status", "result"})) return;
  RequestRecipe recipe;
  auto oid = reader.required_oid("oid");
  auto value = reader.required_oid("value");
  recipe.request = reader.number("request", {0, kMaxWireNumber}).value_or(1);
  recipe.key = reader.oid("key");
  recipe.result = reader.oid("result");
  const Node* status = reader.find("status");
  if (status == nullptr) {
    problems.add("P003", reader.position(), reader.what() + " has no 'status'");
  } else {
    read_status(*status, recipe, problems);
  }
  if (!oid || !value) return;
  recipe.oid = *std::move(oid);
  recipe.value = *std::move(value);
  attribute.request = std::move(recipe);
  check_request(name, attribute, profile, reader);
}

std::optional<Attribute> read_attribute(const Node& node, const std::string& name,
                                        const Profile& profile, Problems& problems) {
  MapReader reader{node, "attribute '" + name + "'", problems};
  if (!reader.has_only(
          {"oid", "index", "type", "values", "scale", "max-bytes", "writable", "request"})) {
    return std::nullopt;
  }
  auto oid = reader.required_oid("oid");
  const auto encoding = read_word(reader, "type", encodings());
  if (!oid || !encoding) return std::nullopt;
  Attribute attribute;
  attribute.oid = *std::move(oid);
  attribute.encoding = *encoding;
  attribute.index = reader.text("index").value_or("");
  attribute.values = reader.words("values");
  attribute.scale = reader.number("scale", {1, 1'000'000}).value_or(1);
  attribute.max_bytes =
      static_cast<std::size_t>(reader.number("max-bytes", {1, 65535}).value_or(255));
  attribute.writable = reader.boolean("writable").value_or("true") == "true" &&
                       attribute.encoding != Encoding::PortListText;
  if (reader.find("max-bytes") != nullptr && !is_text(attribute.encoding)) {
    problems.add("P013", node.position, reader.what() + ": 'max-bytes' is for octets");
  }
  check_attribute(name, attribute, reader, profile);
  const Node* request = reader.find("request");
  if (request != nullptr && request->kind != Kind::Null) {
    read_request(*request, name, attribute, profile, problems);
  }
  return attribute;
}

}  // namespace

void read_indexes(const Node& node, Profile& profile, Problems& problems) {
  MapReader reader{node, "'indexes'", problems};
  std::vector<std::string> own_names;
  for (const auto& entry : node.entries) own_names.push_back(entry.key);
  if (!reader.has_only(own_names)) return;  // any name will do
  for (const auto& entry : node.entries) {
    if (entry.value.kind == Kind::Null) continue;
    auto rule = read_index(entry.value, entry.key, problems);
    if (rule) profile.indexes.emplace(entry.key, *std::move(rule));
  }
  for (const auto& entry : node.entries) {
    if (profile.indexes.contains(entry.key)) check_index(entry.key, entry.value, profile, problems);
  }
}

void read_attributes(const Node& node, Profile& profile, Problems& problems) {
  MapReader reader{node, "'attributes'", problems};
  if (!reader.has_only(attribute_names())) return;
  for (const auto& entry : node.entries) {
    if (entry.value.kind == Kind::Null) continue;
    auto attribute = read_attribute(entry.value, entry.key, profile, problems);
    if (attribute) profile.attributes.emplace(entry.key, *std::move(attribute));
  }
}

void read_manual(const Node& node, Profile& profile, Problems& problems) {
  MapReader reader{node, "'manual'", problems};
  auto names = attribute_names();
  names.emplace_back("ssid.psk");  // no MIB tells it
  if (!reader.has_only(names)) return;
  for (const auto& entry : node.entries) {
    if (auto words = reader.text(entry.key)) profile.manual.emplace(entry.key, *std::move(words));
  }
}

}  // namespace market::profile
