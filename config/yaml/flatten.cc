#include "config/yaml/flatten.h"

#include <fmt/format.h>

namespace market::yaml {
namespace {

void walk(const Node& node, const std::string& path, std::vector<Leaf>& leaves) {
  const auto leaf = [&](std::string value) {
    leaves.push_back({path, std::move(value), node.position});
  };
  switch (node.kind) {
    case Kind::Null:
      return leaf("null");
    case Kind::Scalar:
      return leaf(node.text);
    case Kind::Sequence:
      if (node.items.empty()) return leaf("[]");
      for (std::size_t i = 0; i < node.items.size(); ++i) {
        const Node* id = node.items[i].find("id");
        const auto name = id != nullptr ? id->text : std::to_string(i);
        walk(node.items[i], fmt::format("{}[{}]", path, name), leaves);
      }
      return;
    case Kind::Map:
      if (node.entries.empty()) return leaf("{}");
      for (const Entry& entry : node.entries) {
        walk(entry.value, path.empty() ? entry.key : path + "." + entry.key, leaves);
      }
  }
}

}  // namespace

std::vector<Leaf> flatten(const Node& root) {
  std::vector<Leaf> leaves;
  walk(root, {}, leaves);
  return leaves;
}

}  // namespace market::yaml
