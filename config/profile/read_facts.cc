#include "config/profile/read_facts.h"

#include <utility>

#include "config/profile/fact.h"
#include "config/profile/pattern.h"
#include "config/profile/scalars.h"

namespace market::profile {
namespace {

using yaml::Kind;
using yaml::Node;

std::optional<FactRule> read_fact_rule(const Node& node, const std::string& fact,
                                       Problems& problems) {
  if (node.kind == Kind::Scalar) {
    auto oid = read_oid(node, problems);
    if (!oid) return std::nullopt;
    return FactRule{*std::move(oid), "", ""};
  }
  MapReader reader{node, "fact '" + fact + "'", problems};
  if (!reader.has_only({"oid", "regex", "as"})) return std::nullopt;
  auto oid = reader.required_oid("oid");
  auto regex = reader.regex("regex").value_or("");
  auto as = reader.text("as").value_or("");
  if (!as.empty() && problems.wants_expressions_checked() && !is_rewrite_of(regex, as)) {
    problems.add("P004", reader.find("as")->position,
                 "'" + as + "' names a group that the expression does not have",
                 "number the groups of 'regex' from \\1");
  }
  if (!oid) return std::nullopt;
  return FactRule{*std::move(oid), std::move(regex), std::move(as)};
}

}  // namespace

FactRules read_facts(const Node& node, Problems& problems) {
  FactRules facts;
  MapReader reader{node, "'facts'", problems};
  if (!reader.has_only(fact_names())) return facts;
  for (const auto& entry : node.entries) {
    if (entry.value.kind == Kind::Null) continue;
    if (entry.value.kind != Kind::Sequence) {
      problems.add("P004", entry.value.position,
                   "fact '" + entry.key + "' must be a list of places to read it from",
                   "write it as [{ oid: 1.3.6.1.2.1.47.1.1.1.1.11 }]");
      continue;
    }
    for (const auto& item : entry.value.items) {
      auto rule = read_fact_rule(item, entry.key, problems);
      if (rule) facts[entry.key].push_back(*std::move(rule));
    }
  }
  return facts;
}

}  // namespace market::profile
