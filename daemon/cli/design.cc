// What a design says, as one file and with where each value comes from; and how two designs differ.
#include <algorithm>
#include <iostream>
#include <map>

#include <fmt/format.h>

#include "config/design/defaults.h"
#include "config/design/layers.h"
#include "config/yaml/emit.h"
#include "config/yaml/flatten.h"
#include "daemon/cli/ask.h"
#include "daemon/cli/verbs.h"

namespace market::cli {
namespace {

constexpr const char* kDesignUse =
    "design takes: show DESIGN [--origin], or diff DESIGN DESIGN (marketctl(1))";

/// The merged tree; without one, why is on stderr.
std::optional<yaml::Node> merged(const std::string& path) {
  auto layers = load_layers(path);
  for (const auto& problem : layers.problems) std::cerr << problem.to_string() << "\n";
  if (has_errors(layers.problems)) return std::nullopt;
  return std::move(layers.root);
}

int show_design(const Invocation& invocation, const std::string& path, bool with_origin) {
  auto root = merged(path);
  if (!root) return kFailed;
  if (with_origin) fill_defaults(*root);
  if (invocation.output == Output::Text) {
    std::cout << yaml::emit(*root, with_origin);
    return kDone;
  }
  Json rows = Json::array();
  for (const auto& leaf : yaml::flatten(*root)) {
    rows.push_back(
        {{"path", leaf.path}, {"value", leaf.value}, {"origin", leaf.position.to_string()}});
  }
  std::cout << rows.dump(2) << "\n";
  return kDone;
}

struct Difference {
  std::string path;
  const yaml::Leaf *before, *after;  ///< null: not there
};

std::vector<Difference> differences(const std::vector<yaml::Leaf>& before,
                                    const std::vector<yaml::Leaf>& after) {
  std::map<std::string_view, Difference> all;
  for (const auto& leaf : before) all[leaf.path] = {leaf.path, &leaf, nullptr};
  for (const auto& leaf : after) {
    auto& one = all.try_emplace(leaf.path, Difference{leaf.path, nullptr, nullptr}).first->second;
    one.after = &leaf;
  }
  std::vector<Difference> found;
  for (auto& [path, one] : all) {
    const bool same =
        one.before != nullptr && one.after != nullptr && one.before->value == one.after->value;
    if (!same) found.push_back(std::move(one));
  }
  return found;
}

std::string line_of(const Difference& one) {
  if (one.before == nullptr) {
    return fmt::format("+ {}: {}  ({})", one.path, one.after->value,
                       one.after->position.to_string());
  }
  if (one.after == nullptr) {
    return fmt::format("- {}: {}  ({})", one.path, one.before->value,
                       one.before->position.to_string());
  }
  return fmt::format("~ {}: {} -> {}  ({}, {})", one.path, one.before->value, one.after->value,
                     one.before->position.to_string(), one.after->position.to_string());
}

Json row_of(const Difference& one) {
  const auto side = [](const yaml::Leaf* leaf) {
    if (leaf == nullptr) return Json(nullptr);
    return Json{{"value", leaf->value}, {"origin", leaf->position.to_string()}};
  };
  return {{"path", one.path}, {"before", side(one.before)}, {"after", side(one.after)}};
}

int diff_designs(const Invocation& invocation, const std::string& a, const std::string& b) {
  auto before = merged(a);
  auto after = merged(b);
  if (!before || !after) return kFailed;
  const auto old_leaves = yaml::flatten(*before);
  const auto new_leaves = yaml::flatten(*after);
  const auto found = differences(old_leaves, new_leaves);
  if (invocation.output == Output::Json) {
    Json rows = Json::array();
    for (const auto& one : found) rows.push_back(row_of(one));
    std::cout << rows.dump(2) << "\n";
  } else {
    for (const auto& one : found) std::cout << line_of(one) << "\n";
  }
  return found.empty() ? kDone : kFindings;
}

}  // namespace

int design(const Invocation& invocation) {
  auto words = invocation.words;
  const auto flag = std::find(words.begin(), words.end(), "--origin");
  const bool with_origin = flag != words.end();
  if (with_origin) words.erase(flag);
  if (words.size() == 2 && words[0] == "show") {
    return show_design(invocation, words[1], with_origin);
  }
  if (words.size() == 3 && words[0] == "diff" && !with_origin) {
    return diff_designs(invocation, words[1], words[2]);
  }
  return complain(kDesignUse, kUsage);
}

}  // namespace market::cli
