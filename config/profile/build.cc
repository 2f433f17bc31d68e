#include "config/profile/build.h"

#include <limits>
#include <utility>

#include "config/profile/attributes.h"
#include "config/profile/read_facts.h"
#include "config/profile/read_limits.h"
#include "config/profile/scalars.h"

namespace market::profile {
namespace {

using yaml::Entry;
using yaml::Kind;
using yaml::Node;

constexpr std::int64_t kSchema = 1;
constexpr std::string_view kDocumentKind = "device-profile";

const std::vector<std::string>& profile_keys() {
  static const std::vector<std::string> keys{
      "schema",  "kind",       "id",     "inherits",  "class",   "vendor", "match", "facts",
      "indexes", "attributes", "manual", "vlan-rows", "recipes", "quirks", "limits"};
  return keys;
}

const std::vector<std::string>& class_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (int i = 0; i <= static_cast<int>(DeviceClass::Unknown); ++i) {
      all.push_back(to_string(static_cast<DeviceClass>(i)));
    }
    return all;
  }();
  return words;
}

void check_head(MapReader& reader) {
  const auto schema = reader.number("schema", {0, std::numeric_limits<std::int32_t>::max()});
  if (schema && *schema != kSchema) {
    reader.problems().add("P005", reader.find("schema")->position,
                          "schema " + std::to_string(*schema) + " is not known",
                          "this version reads 'schema: 1'");
  }
  const auto kind = reader.text("kind");
  if (kind && *kind != kDocumentKind) {
    reader.problems().add("P005", reader.find("kind")->position,
                          "kind '" + *kind + "' is not a device profile",
                          "write 'kind: device-profile'");
  }
  for (const auto* key : {"schema", "kind"}) {
    if (reader.find(key) == nullptr) {
      reader.problems().add("P003", reader.position(), reader.what() + " has no '" + key + "'");
    }
  }
}

DeviceClass read_class(MapReader& reader) {
  const auto word = reader.text("class");
  if (!word) return DeviceClass::Unknown;
  const auto device_class = parse_device_class(*word);
  if (!device_class) {
    reader.problems().add_unknown(reader.find("class")->position, "class", *word, class_words());
  }
  return device_class.value_or(DeviceClass::Unknown);
}

MatchRule read_match(const Node& node, Problems& problems) {
  MatchRule rule;
  MapReader reader{node, "'match'", problems};
  if (!reader.has_only({"sysObjectID", "sysDescr"})) return rule;
  rule.sys_descr = reader.regex("sysDescr").value_or("");
  const Node* prefixes = reader.find("sysObjectID");
  if (prefixes == nullptr || prefixes->kind == Kind::Null) return rule;
  if (prefixes->kind == Kind::Scalar) {
    if (auto oid = read_oid(*prefixes, problems)) rule.sys_object_id.push_back(*std::move(oid));
    return rule;
  }
  if (prefixes->kind != Kind::Sequence || prefixes->items.empty()) {
    problems.add("P004", prefixes->position, "'sysObjectID' must be an OID or a list of them");
    return rule;
  }
  for (const auto& item : prefixes->items) {
    if (auto oid = read_oid(item, problems)) rule.sys_object_id.push_back(*std::move(oid));
  }
  return rule;
}

void read_vlan_rows(const Node& node, Profile& profile, Problems& problems) {
  MapReader reader{node, "'vlan-rows'", problems};
  if (reader.has_only({"row-status"})) profile.vlan_row_status = reader.required_oid("row-status");
}

void read_verify(const Node& node, SaveRecipe& recipe, Problems& problems) {
  MapReader reader{node, "'verify'", problems};
  if (!reader.has_only({"oid", "equals", "within"})) return;
  recipe.verify_oid = reader.required_oid("oid");
  recipe.verify_equals = reader.number("equals", {0, kMaxWireNumber}).value_or(1);
  recipe.verify_within_ms = reader.milliseconds("within").value_or(recipe.verify_within_ms);
}

/// One object of the SET that saves: an integer 1 unless said.
void read_saved_object(MapReader& reader, SaveRecipe& recipe) {
  auto oid = reader.required_oid("oid");
  const auto type = reader.text("type").value_or("integer");
  SaveRecipe::Object object;
  if (type == "octets") {
    object.type = Encoding::Octets;
    object.value = reader.text("value").value_or("");
  } else {
    if (type == "unsigned32") object.type = Encoding::Unsigned32;
    object.value =
        reader.number("value", {0, std::numeric_limits<std::int32_t>::max()}).value_or(1);
  }
  if (type != "octets" && type != "integer" && type != "unsigned32") {
    reader.problems().add_unknown(reader.find("type")->position, reader.what() + ": type", type,
                                  {"integer", "unsigned32", "octets"});
  }
  if (!oid) return;
  object.oid = *std::move(oid);
  recipe.set.push_back(std::move(object));
}

void read_recipes(const Node& node, Profile& profile, Problems& problems) {
  MapReader recipes{node, "'recipes'", problems};
  if (!recipes.has_only({"config.save"})) return;
  const Node* save = recipes.find("config.save");
  if (save == nullptr || save->kind == Kind::Null) return;
  MapReader reader{*save, "recipe 'config.save'", problems};
  if (!reader.has_only({"set", "oid", "type", "value", "verify"})) return;
  SaveRecipe recipe;
  const Node* objects = reader.find("set");
  if (objects == nullptr) {
    read_saved_object(reader, recipe);
  } else if (objects->kind != Kind::Sequence || objects->items.empty()) {
    problems.add("P004", objects->position, "'set' must be a list of objects",
                 "write [{ oid: ..., value: 1 }]");
  } else {
    for (const auto& item : objects->items) {
      MapReader object{item, "object of 'config.save'", problems};
      if (object.has_only({"oid", "type", "value"})) read_saved_object(object, recipe);
    }
  }
  const Node* verify = reader.find("verify");
  if (verify != nullptr && verify->kind != Kind::Null) read_verify(*verify, recipe, problems);
  if (recipe.set.empty()) return;
  profile.save = std::move(recipe);
}

void read_quirks(const Node& node, Profile& profile, Problems& problems) {
  // Two: one membership change writes an egress and an untagged list together.
  static constexpr Range kVarbinds{2, 128};
  MapReader reader{node, "'quirks'", problems};
  if (!reader.has_only({"set-spacing", "max-varbinds", "implicit-save"})) return;
  profile.quirks.set_spacing_ms = reader.milliseconds("set-spacing").value_or(0);
  const auto varbinds = reader.number("max-varbinds", kVarbinds);
  if (varbinds) profile.quirks.max_varbinds = static_cast<std::uint32_t>(*varbinds);
  profile.quirks.implicit_save = reader.boolean("implicit-save").value_or("false") == "true";
}

}  // namespace

Profile build(const std::string& id, const Node& merged, Problems& problems) {
  Profile profile;
  profile.id = id;
  profile.position = merged.position;
  MapReader reader{merged, "profile", problems};
  if (!reader.has_only(profile_keys())) return profile;
  check_head(reader);
  profile.device_class = read_class(reader);
  profile.vendor = reader.text("vendor").value_or("");
  const auto section = [&](std::string_view key, auto&& read) {
    const Node* node = reader.find(key);
    if (node != nullptr && node->kind != Kind::Null) read(*node);
  };
  section("match", [&](const Node& node) { profile.match = read_match(node, problems); });
  section("facts", [&](const Node& node) { profile.facts = read_facts(node, problems); });
  section("indexes", [&](const Node& node) { read_indexes(node, profile, problems); });
  section("attributes", [&](const Node& node) { read_attributes(node, profile, problems); });
  section("manual", [&](const Node& node) { read_manual(node, profile, problems); });
  section("vlan-rows", [&](const Node& node) { read_vlan_rows(node, profile, problems); });
  section("recipes", [&](const Node& node) { read_recipes(node, profile, problems); });
  section("quirks", [&](const Node& node) { read_quirks(node, profile, problems); });
  section("limits", [&](const Node& node) { profile.limits = read_limits(node, problems); });
  return profile;
}

}  // namespace market::profile
