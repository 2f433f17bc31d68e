#include "config/profile/read_knowledge.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string_view>
#include <utility>

#include "config/profile/profile.h"
#include "config/profile/read_facts.h"
#include "config/profile/scalars.h"

namespace market::profile {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr Range kWeights{-20, 20};
constexpr int kUsualWeight = 3;

/// `class: switch`, or `class: { switch: 4, router: -1 }`.
std::map<DeviceClass, int> read_classes(const Node& node, Problems& problems) {
  std::map<DeviceClass, int> classes;
  const auto add = [&](const std::string& word, const SourcePosition& position, int weight) {
    const auto device_class = parse_device_class(word);
    if (device_class) {
      classes[*device_class] = weight;
    } else {
      problems.add("P002", position, "class '" + word + "' is not known",
                   "market-profile(5) lists the classes");
    }
  };
  if (node.kind == Kind::Scalar) {
    add(node.text, node.position, kUsualWeight);
  } else if (node.kind == Kind::Map) {
    for (const auto& entry : node.entries) {
      const auto weight = read_number(entry.value, kWeights, problems);
      if (weight) add(entry.key, entry.key_position, static_cast<int>(*weight));
    }
  } else {
    problems.add("P004", node.position, "'class' must be a class or a map of classes to weights",
                 "write it as { switch: 4 }");
  }
  return classes;
}

/// One scalar or a list of them, each read by `read`.
template <class Read>
void each_of(const Node* node, Problems& problems, std::string_view key, Read read) {
  if (node == nullptr) return;
  if (node->kind == Kind::Scalar) return read(*node);
  if (node->kind != Kind::Sequence) {
    problems.add("P004", node->position, "'" + std::string{key} + "' must be a value or a list");
    return;
  }
  for (const auto& item : node->items) read(item);
}

std::vector<Oid> read_oids(MapReader& reader, std::string_view key) {
  std::vector<Oid> oids;
  each_of(reader.find(key), reader.problems(), key, [&](const Node& node) {
    if (auto oid = read_oid(node, reader.problems())) oids.push_back(*std::move(oid));
  });
  return oids;
}

void read_vendor(const Node& node, Knowledge& knowledge, Problems& problems) {
  static constexpr Range kNumbers{0, std::numeric_limits<std::uint32_t>::max()};
  MapReader reader{node, "vendor", problems};
  if (!reader.has_only({"name", "pen", "sysDescr", "class", "agent-only"})) return;
  Vendor vendor;
  vendor.name = reader.text("name").value_or("");
  if (vendor.name.empty()) problems.add("P003", node.position, "this vendor has no 'name'");
  vendor.sys_descr = reader.regex("sysDescr").value_or("");
  each_of(reader.find("pen"), problems, "pen", [&](const Node& item) {
    const auto number = read_number(item, kNumbers, problems);
    if (!number) return;
    const auto pen = static_cast<std::uint32_t>(*number);
    const auto* owner = knowledge.by_enterprise(pen);
    if (owner != nullptr) {
      problems.add("P006", item.position,
                   "enterprise " + item.text + " belongs to '" + owner->name + "' already",
                   "give each number to one vendor");
    }
    vendor.enterprises.push_back(pen);
  });
  vendor.agent_only = reader.boolean("agent-only").value_or("false") == "true";
  if (const Node* classes = reader.find("class")) vendor.classes = read_classes(*classes, problems);
  knowledge.add(std::move(vendor));
}

void read_signal(const Node& node, Knowledge& knowledge, Problems& problems) {
  MapReader reader{node, "signal", problems};
  if (!reader.has_only({"says", "sysObjectID", "sysDescr", "present", "absent", "value", "regex",
                        "own-objects", "class"})) {
    return;
  }
  Signal signal;
  signal.says = reader.text("says").value_or("");
  if (signal.says.empty()) problems.add("P003", node.position, "this signal has no 'says'");
  signal.sys_object_id = read_oids(reader, "sysObjectID");
  signal.sys_descr = reader.regex("sysDescr").value_or("");
  signal.present = read_oids(reader, "present");
  signal.absent = read_oids(reader, "absent");
  signal.value = reader.oid("value");
  signal.regex = reader.regex("regex").value_or("");
  signal.own_objects = reader.boolean("own-objects").value_or("false") == "true";
  if (const Node* classes = reader.find("class")) {
    signal.classes = read_classes(*classes, problems);
  } else {
    problems.add("P003", node.position, "this signal has no 'class'");
  }
  const bool asks = !signal.sys_object_id.empty() || !signal.sys_descr.empty() ||
                    !signal.present.empty() || !signal.absent.empty() || signal.value ||
                    signal.own_objects;
  if (!asks) {
    problems.add("P003", node.position, "this signal has no condition and would hold for all",
                 "add sysObjectID, sysDescr, present, absent, value or own-objects");
    return;
  }
  knowledge.signals.push_back(std::move(signal));
}

void read_objects(const Node& node, Knowledge& knowledge, Problems& problems) {
  MapReader reader{node, "entry of 'objects'", problems};
  if (!reader.has_only({"maker", "facts"})) return;
  KnownObjects objects;
  objects.maker = reader.text("maker").value_or("");
  if (objects.maker.empty()) problems.add("P003", node.position, "these objects have no 'maker'");
  if (const Node* facts = reader.find("facts")) objects.facts = read_facts(*facts, problems);
  if (objects.facts.empty()) problems.add("P003", node.position, "these objects have no 'facts'");
  knowledge.objects.push_back(std::move(objects));
}

/// `below` a branch, the names of products by the arcs that follow.
void read_products(const Node& node, Knowledge& knowledge, Problems& problems) {
  MapReader reader{node, "entry of 'products'", problems};
  if (!reader.has_only({"below", "names"})) return;
  const auto branch = reader.required_oid("below");
  const Node* names = reader.find("names");
  if (names == nullptr || names->kind != Kind::Map) {
    problems.add("P004", node.position, "'names' must be a map of arcs to names",
                 "write it as { 324: catalyst295024 }");
    return;
  }
  for (const auto& entry : names->entries) {
    const auto arcs = Oid::parse(entry.key);
    if (!arcs || entry.value.kind != Kind::Scalar || entry.value.text.empty()) {
      problems.add("P004", entry.key_position,
                   "'" + entry.key + "' must be arcs below the branch, with a name",
                   "write it as { 324: catalyst295024 }");
      continue;
    }
    if (!branch) continue;
    const auto known = knowledge.products.emplace(branch->child(*arcs), entry.value.text);
    if (!known.second) {
      problems.add("P006", entry.key_position,
                   "product " + entry.key + " is '" + known.first->second + "' already",
                   "give each sysObjectID one name");
    }
  }
}

using ReadEntry = void (*)(const Node&, Knowledge&, Problems&);
constexpr std::array<std::pair<std::string_view, ReadEntry>, 4> kKinds{{
    {"vendors", read_vendor},
    {"signals", read_signal},
    {"objects", read_objects},
    {"products", read_products},
}};

ReadEntry reader_of(std::string_view kind) {
  const auto* found = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&](const auto& known) { return known.first == kind; });
  return found == kKinds.end() ? nullptr : found->second;
}

std::string kind_of(const Node& document) {
  const Node* kind = document.kind == Kind::Map ? document.find("kind") : nullptr;
  return kind == nullptr || kind->kind != Kind::Scalar ? std::string{} : kind->text;
}

}  // namespace

bool is_knowledge(const Node& document) { return reader_of(kind_of(document)) != nullptr; }

void read_knowledge(const Node& document, Knowledge& knowledge, Problems& problems) {
  const auto kind = kind_of(document);
  MapReader reader{document, "document of " + kind, problems};
  if (!reader.has_only({"schema", "kind", kind})) return;
  const auto schema = reader.number("schema", {0, std::numeric_limits<std::int32_t>::max()});
  if (schema != 1) {
    problems.add("P005", document.position, "this document is not of schema 1",
                 "begin it with 'schema: 1'");
  }
  const Node* list = reader.find(kind);
  if (list == nullptr || list->kind != Kind::Sequence) {
    problems.add("P004", document.position, "'" + kind + "' must be a list");
    return;
  }
  const auto read = reader_of(kind);
  for (const auto& item : list->items) read(item, knowledge, problems);
}

}  // namespace market::profile
