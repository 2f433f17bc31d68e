#include "config/design/defaults.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace market {
namespace {

using yaml::Kind;
using yaml::Node;

struct Default {
  /// The way to the maps that may hold it: keys, "*" for each value of a map or item of a list.
  std::vector<std::string_view> way;
  std::string_view key;
  std::string_view value;
};

const std::vector<Default>& all() {
  static const std::vector<Default> defaults{
      {{"site"}, "timezone", "Asia/Seoul"},
      {{"zones", "*"}, "isolate-hosts", "false"},
      {{"methods", "*"}, "customer-side", "false"},
      {{"gateway", "qos", "classes", "*"}, "priority", "4"},
      {{"port-roles", "*"}, "enabled", "true"},
      {{"port-roles", "*"}, "ingress-filter", "true"},
      {{"aps", "*", "radios", "*"}, "channel-width", "20"},
      {{"ssids", "*"}, "isolate-clients", "false"},
      {{"stalls", "*"}, "state", "open"},
      {{"stalls", "*", "terminals", "*"}, "snmp", "false"},
      {{"acceptance", "wired"}, "duplex", "any"},
      {{"acceptance", "service", "*"}, "samples-min", "1"},
  };
  return defaults;
}

void fill(Node& node, std::span<const std::string_view> way, const Default& one) {
  if (way.empty()) {
    if (node.kind != Kind::Map || node.find(one.key) != nullptr) return;
    const SourcePosition nowhere{std::string{kDefaultFile}, 0, 0};
    Node value;
    value.kind = Kind::Scalar;
    value.position = nowhere;
    value.text = one.value;
    node.entries.push_back({std::string{one.key}, nowhere, std::move(value)});
    return;
  }
  for (auto& entry : node.entries) {
    if (way.front() == "*" || way.front() == entry.key) fill(entry.value, way.subspan(1), one);
  }
  if (way.front() != "*") return;
  for (auto& item : node.items) fill(item, way.subspan(1), one);
}

}  // namespace

void fill_defaults(Node& root) {
  for (const auto& one : all()) fill(root, one.way, one);
}

}  // namespace market
