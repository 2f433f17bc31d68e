#include "daemon/cli/where.h"

#include <map>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "daemon/cli/table.h"

namespace market::cli {
namespace {

/// An empty list where the message of an older daemon has none.
const Json& list_of(const Json& json, const char* key) {
  static const Json kNone = Json::array();
  const auto found = json.find(key);
  return found == json.end() || !found->is_array() ? kNone : *found;
}

const Json& object_of(const Json& json, const char* key) {
  static const Json kNone = Json::object();
  const auto found = json.find(key);
  return found == json.end() || !found->is_object() ? kNone : *found;
}

std::string socket_text(const Json& row) {
  const auto device = text_of(row, "device", "");
  const auto port = text_of(row, "port", "");
  return port.empty() ? device : device + "/" + port;
}

/// "sw-a1/7 !": the mark says that the design wants it elsewhere.
std::string where_text(const Json& device) {
  const auto& place = object_of(device, "place");
  auto where = socket_text(place);
  if (where.empty()) {
    const auto designed = text_of(device, "port", "");
    return designed.empty() ? "" : designed + " ?";  // by design; nobody has seen it
  }
  if (const auto stall = text_of(place, "stall", ""); !stall.empty()) where += " (" + stall + ")";
  const auto agreement = text_of(place, "agreement", "");
  if (agreement == "wrong-port") where += " !";
  if (agreement == "unproven") where += " ...";
  return where;
}

std::string state_of(const Json& device) {
  const auto state = text_of(device, "state");
  const bool only_seen = device.value("silent", false) && state == "unknown";
  return only_seen ? "seen" : state;
}

std::string addresses_text(const Json& device) {
  std::string text = text_of(device, "address", "");
  std::size_t more = 0;
  for (const auto& each : list_of(device, "addresses")) {
    if (each != text) ++more;
  }
  return more == 0 ? text : fmt::format("{} +{}", text, more);
}

class Tree {
 public:
  explicit Tree(const Json& topology) {
    for (const auto& node : list_of(topology, "nodes")) nodes_[text_of(node, "id")] = &node;
    for (const auto& edge : list_of(topology, "edges")) {
      const auto upper = text_of(object_of(edge, "upper"), "device");
      const auto lower = text_of(object_of(edge, "lower"), "device");
      edges_[upper].push_back(&edge);
      hanging_.insert(lower);
      linked_.insert(upper);
      linked_.insert(lower);
    }
  }

  std::string draw() {
    for (const bool roots : {true, false}) {  // then what a ring leaves over
      for (const auto& [id, node] : nodes_) {
        if (!linked_.contains(id) || drawn_.contains(id)) continue;
        if (roots && hanging_.contains(id)) continue;
        text_ += id + label(id) + "\n";
        drawn_.insert(id);
        draw_below(id, 1);
      }
    }
    std::string alone;
    for (const auto& [id, node] : nodes_) {
      if (!linked_.contains(id)) alone += "  " + id + label(id) + "\n";
    }
    if (!alone.empty()) text_ += "어느 스위치에서도 안 보임 not seen on any switch\n" + alone;
    return std::move(text_);
  }

 private:
  std::string label(const std::string& id) {
    const auto found = nodes_.find(id);
    if (found == nodes_.end()) return {};
    const auto& node = *found->second;
    const auto kind = text_of(node, "kind", "");
    const bool plain = kind.empty() || kind == "device" || kind == "unmanaged";
    std::string text = plain ? "" : "  " + kind;
    const auto name = text_of(node, "name", id);
    if (name != id) text += "  " + name;
    if (const auto stall = text_of(node, "stall", ""); !stall.empty()) text += "  (" + stall + ")";
    if (text_of(node, "agreement", "") == "wrong-port") text += "  ! 다른 포트 wrong port";
    return text;
  }

  void draw_below(const std::string& id, std::size_t depth) {
    for (const auto* edge : edges_[id]) {
      const auto& lower = object_of(*edge, "lower");
      const auto device = text_of(lower, "device");
      const auto port = text_of(object_of(*edge, "upper"), "port", "");
      const auto far_port = text_of(lower, "port", "");
      const bool again = !drawn_.insert(device).second;
      text_ +=
          fmt::format("{}{}{}{}{}\n", std::string(2 * depth, ' '), port.empty() ? "" : port + " - ",
                      device + (far_port.empty() ? "" : "/" + far_port), again ? "" : label(device),
                      again ? "  (see above)" : "");
      if (!again) draw_below(device, depth + 1);
    }
  }

  std::map<std::string, const Json*> nodes_;
  std::map<std::string, std::vector<const Json*>> edges_;
  std::set<std::string> hanging_, linked_, drawn_;
  std::string text_;
};

std::string severity_words(const std::string& severity) {
  if (severity == "critical") return "심각 critical";
  if (severity == "warning") return "주의 warning";
  return "참고 info";
}

std::string ports_text(const Json& device) {
  Table table{{"PORT", "LABEL", "ADMIN", "LINK", "IN", "OUT", "ERRORS"}};
  for (const auto& port : list_of(device, "ports")) {
    table.add({text_of(port, "name"), text_of(port, "alias", ""),
               port.value("admin_up", false) ? "up" : "down",
               port.value("oper_up", false) ? "up" : "down", port["in_octets"].dump(),
               port["out_octets"].dump(),
               std::to_string(port.value("in_errors", 0ULL) + port.value("out_errors", 0ULL))});
  }
  return list_of(device, "ports").empty() ? "" : table.to_string();
}

std::string evidence_text(const Json& device) {
  std::string text;
  for (const auto& each : list_of(device, "identification")) {
    text += fmt::format("  {}\n", each.get<std::string>());
  }
  Table table{{"  SOURCE", "SAYS", "AGE"}};
  for (const auto& claim : list_of(device, "evidence")) {
    const auto by = text_of(claim, "by", "");
    table.add({"  " + text_of(claim, "source") + (by.empty() ? "" : " of " + by),
               text_of(claim, "says", ""), age_text(claim)});
  }
  return "근거 evidence\n" + text + table.to_string();
}

}  // namespace

std::string age_text(const Json& row, const char* key) {
  const auto found = row.find(key);
  if (found == row.end() || !found->is_number()) return "-";
  const auto seconds = found->get<double>();
  constexpr double kMinute = 60;
  constexpr double kHour = 60 * kMinute;
  constexpr double kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return fmt::format("{:.0f} s", seconds);
  if (seconds < 2 * kHour) return fmt::format("{:.0f} min", seconds / kMinute);
  if (seconds < 2 * kDay) return fmt::format("{:.0f} h", seconds / kHour);
  return fmt::format("{:.0f} d", seconds / kDay);
}

std::string devices_text(const Json& json) {
  Table table{{"ID", "CLASS", "STATE", "CAUSE", "ADDRESS", "WHERE", "MODEL", "SERIAL", "FINDINGS"}};
  for (const auto& row : list_of(json, "devices")) {
    const auto findings = list_of(row, "findings").size();
    table.add({text_of(row, "id"), text_of(row, "class"), state_of(row), text_of(row, "cause", ""),
               addresses_text(row), where_text(row),
               text_of(row, "vendor", "") + " " + text_of(row, "model", ""),
               text_of(row, "serial", ""), findings == 0 ? "" : std::to_string(findings)});
  }
  return table.to_string();
}

std::string device_text(const Json& device, bool evidence) {
  std::string text;
  for (const auto& [key, value] : device.items()) {
    if (value.is_structured() || value.is_null() || key.ends_with("_ms")) continue;
    text +=
        fmt::format("{:20} {}\n", key, value.is_string() ? value.get<std::string>() : value.dump());
  }
  if (list_of(device, "addresses").size() > 1) {
    std::string all;
    for (const auto& each : list_of(device, "addresses")) all += " " + each.get<std::string>();
    text += fmt::format("{:20}{}\n", "addresses", all);
  }
  if (const auto& place = object_of(device, "place"); !place.empty()) {
    text += fmt::format("{:20} {} (confidence {:.2f}, {} ago)\n", "where", text_of(place, "text"),
                        place.value("confidence", 0.0), age_text(place));
  }
  for (const auto& finding : list_of(device, "findings")) {
    text += fmt::format("{:20} {}\n", "finding", finding.get<std::string>());
  }
  text += ports_text(device);
  for (const auto& radio : list_of(device, "radios")) {
    const auto point = text_of(radio, "access_point", "");
    text +=
        fmt::format("{}radio {} ({}): channel {}, {} stations\n", point.empty() ? "" : point + " ",
                    text_of(radio, "id"), text_of(radio, "band"), text_of(radio, "channel"),
                    text_of(radio, "stations"));
  }
  return evidence ? text + evidence_text(device) : text;
}

std::string topology_text(const Json& topology) { return Tree{topology}.draw(); }

std::string findings_text(const Json& json, bool evidence) {
  const auto& findings = list_of(json, "findings");
  if (findings.empty()) return "발견 사항 없음 no finding\n";
  std::string text;
  for (const auto& finding : findings) {
    text += fmt::format("{}  {}  {}\n  {}\n", severity_words(text_of(finding, "severity")),
                        text_of(finding, "kind"), age_text(finding), text_of(finding, "text"));
    if (!evidence) continue;
    for (const auto& line : list_of(finding, "evidence")) {
      text += fmt::format("    {}\n", line.get<std::string>());
    }
  }
  return text;
}

}  // namespace market::cli
