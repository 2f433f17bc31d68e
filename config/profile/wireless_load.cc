#include "config/profile/wireless_load.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "config/profile/profile.h"
#include "config/profile/scalars.h"
#include "config/profile/wireless_words.h"

namespace market::profile {
namespace {

using yaml::Kind;
using yaml::Node;

constexpr std::string_view kDocumentKind = "wireless-map";
constexpr std::string_view kOfRadio = "radio.";

/// One node, or each item of a sequence.
std::vector<const Node*> each(const Node& node) {
  if (node.kind != Kind::Sequence) return {&node};
  std::vector<const Node*> result;
  for (const auto& item : node.items) result.push_back(&item);
  return result;
}

std::vector<Oid> read_oids(const Node* node, Problems& problems) {
  std::vector<Oid> oids;
  if (node == nullptr || node->kind == Kind::Null) return oids;
  for (const auto* item : each(*node)) {
    if (auto oid = read_oid(*item, problems)) oids.push_back(*std::move(oid));
  }
  return oids;
}

std::vector<std::string> read_texts(const Node* node, const std::string& what, Problems& problems) {
  std::vector<std::string> texts;
  if (node == nullptr || node->kind == Kind::Null) return texts;
  for (const auto* item : each(*node)) {
    if (item->kind == Kind::Scalar) {
      texts.push_back(item->text);
    } else {
      problems.add("P004", item->position, what + " must be a word or a list of words");
    }
  }
  return texts;
}

std::map<std::string, std::string> read_values(const Node* node, const std::string& what,
                                               Problems& problems) {
  std::map<std::string, std::string> values;
  if (node == nullptr || node->kind == Kind::Null) return values;
  if (node->kind != Kind::Map || node->entries.empty()) {
    problems.add("P004", node->position, what + ": 'values' must be a map of words",
                 "write what the agent says first, as in { 1: 2G, 2: 5G }");
    return values;
  }
  for (const auto& entry : node->entries) {
    if (entry.value.kind == Kind::Scalar) {
      values.emplace(entry.key, entry.value.text);
    } else {
      problems.add("P004", entry.value.position, what + ": '" + entry.key + "' must be one word");
    }
  }
  return values;
}

bool is_band(const std::string& word) { return word == "2G" || word == "5G" || word == "6G"; }

/// P031: what stands on the right of `values` must be something the fact can be.
void check_values(const WirelessColumn& column, MapReader& reader) {
  for (const auto& [said, meant] : column.values) {
    const bool bad = (column.field == WirelessField::Band && !is_band(meant)) ||
                     (column.field == WirelessField::Online && meant != "true" && meant != "false");
    if (!bad) continue;
    reader.problems().add("P031", reader.find("values")->position,
                          reader.what() + ": '" + meant + "' is none of " +
                              (column.field == WirelessField::Band ? "2G, 5G, 6G" : "true, false"));
  }
}

/// Milliwatts and dBm both are a power.
bool same_kind(WirelessUnit::Kind given, WirelessUnit::Kind wanted) {
  using K = WirelessUnit::Kind;
  return given == wanted || (given == K::Milliwatt && wanted == K::Power);
}

void read_unit(MapReader& reader, WirelessColumn& column) {
  column.unit = default_unit(column.field);
  const auto word = reader.text("unit");
  if (!word) return;
  const auto unit = word_in(wireless_units(), *word);
  const auto& position = reader.find("unit")->position;
  if (!unit) {
    reader.problems().add_unknown(position, reader.what() + ": unit", *word,
                                  all_words(wireless_units()));
  } else if (!same_kind(unit->kind, column.unit.kind)) {
    reader.problems().add("P031", position,
                          reader.what() + " cannot be counted in '" + *word + "'");
  } else {
    column.unit = *unit;
  }
}

void read_column(const Node& node, WirelessColumn column, const std::string& what,
                 std::vector<WirelessColumn>& columns, Problems& problems) {
  if (node.kind == Kind::Scalar) {
    column.unit = default_unit(column.field);
    if (auto oid = read_oid(node, problems)) {
      column.oid = *std::move(oid);
      columns.push_back(std::move(column));
    }
    return;
  }
  MapReader reader{node, what, problems};
  if (!reader.has_only({"oid", "regex", "values", "absent", "mask", "pick", "unit"})) return;
  auto oid = reader.required_oid("oid");
  column.regex = reader.regex("regex").value_or("");
  column.values = read_values(reader.find("values"), what, problems);
  column.absent = read_texts(reader.find("absent"), what + ": 'absent'", problems);
  column.pick = read_oids(reader.find("pick"), problems);
  if (const auto mask = reader.number("mask", {1, std::numeric_limits<std::uint32_t>::max()})) {
    column.mask = static_cast<std::uint32_t>(*mask);
  }
  read_unit(reader, column);
  check_values(column, reader);
  if (!oid) return;
  column.oid = *std::move(oid);
  columns.push_back(std::move(column));
}

/// "channel", or "radio.channel" in a table of SSIDs.
std::optional<WirelessColumn> column_for(const std::string& key, WirelessRow row) {
  const bool of_radio = row == WirelessRow::Ssid && key.starts_with(kOfRadio);
  const auto field =
      word_in(wireless_fields(), of_radio ? std::string_view{key}.substr(kOfRadio.size()) : key);
  if (!field) return std::nullopt;
  WirelessColumn column;
  column.field = *field;
  column.of_radio = of_radio;
  return column;
}

void read_columns(const Node& node, WirelessTable& table, Problems& problems) {
  if (node.kind != Kind::Map || node.entries.empty()) {
    problems.add("P004", node.position, "'columns' must be a map of facts with their columns");
    return;
  }
  for (const auto& entry : node.entries) {
    const auto column = column_for(entry.key, table.row);
    if (!column) {
      problems.add_unknown(entry.key_position, "'columns': fact", entry.key,
                           all_words(wireless_fields()));
      continue;
    }
    if (!can_have(column->of_radio ? WirelessRow::Radio : table.row, column->field)) {
      problems.add("P030", entry.key_position,
                   "'" + entry.key + "' is no fact of a row of this table");
      continue;
    }
    for (const auto* item : each(entry.value)) {
      read_column(*item, *column, "column '" + entry.key + "'", table.columns, problems);
    }
  }
}

/// "radio", "access-point mac", "ssid string".
std::optional<WirelessIndexPart> read_part(const Node& node, Problems& problems) {
  const auto space = node.text.find(' ');
  const auto name = node.text.substr(0, space);
  const auto shape = space == std::string::npos ? "number" : node.text.substr(space + 1);
  const auto known_name = word_in(wireless_index_names(), name);
  const auto known_shape = word_in(wireless_index_shapes(), shape);
  if (!known_name) {
    problems.add_unknown(node.position, "index part", name, all_words(wireless_index_names()));
  } else if (!known_shape) {
    problems.add_unknown(node.position, "shape of an index part", shape,
                         all_words(wireless_index_shapes()));
  } else {
    return WirelessIndexPart{*known_name, *known_shape};
  }
  return std::nullopt;
}

void read_index(const Node& node, WirelessTable& table, Problems& problems) {
  for (const auto* item : each(node)) {
    if (const auto part = read_part(*item, problems)) table.index.push_back(*part);
  }
  for (std::size_t i = 0; i + 1 < table.index.size(); ++i) {
    if (table.index[i].shape != WirelessIndexPart::Shape::Rest) continue;
    problems.add("P032", node.position, "'rest' takes all that is left and must be the last part");
  }
}

/// P032: what a row cannot be told apart without must be in its index or a column.
void check_index(const Node& node, const WirelessTable& table, Problems& problems) {
  using Name = WirelessIndexPart::Name;
  const auto needed = table.row == WirelessRow::AccessPoint ? Name::AccessPoint : Name::Radio;
  if (table.row != WirelessRow::AccessPoint && table.row != WirelessRow::Radio) return;
  for (const auto& part : table.index) {
    if (part.name == needed) return;
  }
  problems.add("P032", node.position,
               needed == Name::Radio ? "the index of a table of radios has a part 'radio'"
                                     : "the index of a table of APs has a part 'access-point'");
}

void read_table(const Node& node, std::vector<WirelessTable>& tables, Problems& problems) {
  MapReader reader{node, "table", problems};
  if (!reader.has_only({"row", "index", "columns"})) return;
  const auto word = reader.text("row");
  const Node* columns = reader.find("columns");
  if (!word || columns == nullptr) {
    problems.add("P003", node.position, "a table needs a 'row' and its 'columns'");
    return;
  }
  const auto row = word_in(wireless_rows(), *word);
  if (!row) {
    problems.add_unknown(reader.find("row")->position, "row", *word, all_words(wireless_rows()));
    return;
  }
  WirelessTable table;
  table.row = *row;
  const Node* index = reader.find("index");
  if (index != nullptr) read_index(*index, table, problems);
  if ((*row == WirelessRow::Device) != table.index.empty()) {
    problems.add("P032", node.position,
                 *row == WirelessRow::Device ? "the row 'device' is scalars and has no 'index'"
                                             : "a table needs an 'index'");
  }
  check_index(node, table, problems);
  read_columns(*columns, table, problems);
  tables.push_back(std::move(table));
}

void read_match(const Node& node, WirelessMap& map, Problems& problems) {
  MapReader reader{node, "'match'", problems};
  if (!reader.has_only({"sysObjectID", "sysDescr", "class"})) return;
  map.sys_object_id = read_oids(reader.find("sysObjectID"), problems);
  map.sys_descr = reader.regex("sysDescr").value_or("");
  map.device_class = read_texts(reader.find("class"), "'class'", problems);
  for (const auto& word : map.device_class) {
    if (parse_device_class(word)) continue;
    problems.add("P002", reader.find("class")->position, "class '" + word + "' is not known");
  }
}

WirelessMap read_map(const Node& document, Problems& problems) {
  WirelessMap map;
  map.position = document.position;
  MapReader reader{document, "wireless map", problems};
  if (!reader.has_only({"schema", "kind", "id", "match", "tables"})) return map;
  if (reader.text("schema").value_or("") != "1") {
    problems.add("P005", document.position, "a wireless map has 'schema: 1'");
  }
  map.id = reader.text("id").value_or("");
  const Node* match = reader.find("match");
  const Node* tables = reader.find("tables");
  if (map.id.empty() || match == nullptr || tables == nullptr) {
    problems.add("P003", document.position, "a wireless map needs 'id', 'match' and 'tables'");
    return map;
  }
  read_match(*match, map, problems);
  for (const auto* item : each(*tables)) read_table(*item, map.tables, problems);
  return map;
}

/// P006 and P009 among maps.
void check_maps(const std::vector<WirelessMap>& maps, Problems& problems) {
  std::map<std::string, const WirelessMap*> by_id;
  std::map<std::pair<Oid, std::string>, const WirelessMap*> owners;
  for (const auto& map : maps) {
    if (const auto [first, fresh] = by_id.emplace(map.id, &map); !fresh) {
      problems.add_with_other("P006", map.position, first->second->position,
                              "there are two wireless maps '" + map.id + "'", "rename one");
    }
    for (const auto& prefix : map.sys_object_id) {
      const auto [owner, fresh] = owners.emplace(std::pair{prefix, map.sys_descr}, &map);
      if (fresh) continue;
      problems.add_with_other("P009", map.position, owner->second->position,
                              "wireless map '" + map.id + "' matches " + prefix.to_string() +
                                  ", and so does '" + owner->second->id + "'",
                              "make one of them longer, or tell them apart by sysDescr");
    }
  }
}

}  // namespace

std::vector<WirelessMap> take_wireless_maps(std::vector<Node>& documents, Problems& problems) {
  std::vector<WirelessMap> maps;
  const auto is_map = [](const Node& document) {
    const Node* kind = document.kind == Kind::Map ? document.find("kind") : nullptr;
    return kind != nullptr && kind->text == kDocumentKind;
  };
  for (const auto& document : documents) {
    if (is_map(document)) maps.push_back(read_map(document, problems));
  }
  std::erase_if(documents, is_map);
  std::sort(maps.begin(), maps.end(), [](const auto& a, const auto& b) { return a.id < b.id; });
  check_maps(maps, problems);
  return maps;
}

}  // namespace market::profile
