#include "probes/device/routing_part.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace market::device {
namespace {

using netlink::RoutingRule;

constexpr std::string_view kPriority = "priority ", kTable = " table ", kFrom = "from ",
                           kTo = " to ", kMain = "main suppress-default";

bool is_ours(const RoutingRule& rule) { return rule.protocol == netlink::kRouteProtocol; }

std::string selector_text(const RoutingRule& rule) {
  if (!rule.from && !rule.to) return "all";
  std::string text{kFrom};
  text += rule.from ? rule.from->to_string() : "all";
  if (rule.to) text.append(kTo).append(rule.to->to_string());
  return text;
}

std::string action_text(const RoutingRule& rule) {
  auto text = std::string{kPriority} + std::to_string(rule.priority);
  text.append(kTable);
  text += rule.table == netlink::kMainTable ? "main" : std::to_string(rule.table);
  if (rule.suppress_default) text += " suppress-default";
  return text;
}

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number = 0;
  const auto* end = text.data() + text.size();
  const auto [last, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || last != end) return std::nullopt;
  return number;
}

Result<RoutingRule> parse_selector(std::string_view text) {
  RoutingRule rule;
  if (text == "all") return rule;
  const auto to = text.find(kTo);
  const auto read = [](std::string_view word, std::optional<IpPrefix>& prefix) -> Result<void> {
    if (word == "all") return {};
    auto parsed = IpPrefix::parse(word);
    if (!parsed) return tl::make_unexpected(std::move(parsed.error()));
    prefix = *parsed;
    return {};
  };
  if (!text.starts_with(kFrom)) {
    return fail(Errc::InvalidValue,
                "'" + std::string{text} + "' is not 'from <prefix> to <prefix>'");
  }
  if (auto done = read(text.substr(kFrom.size(), to - kFrom.size()), rule.from); !done) {
    return tl::make_unexpected(std::move(done.error()));
  }
  if (to == std::string_view::npos) return rule;
  if (auto done = read(text.substr(to + kTo.size()), rule.to); !done) {
    return tl::make_unexpected(std::move(done.error()));
  }
  return rule;
}

Result<RoutingRule> parse_rule(std::string_view selector, std::string_view action) {
  auto rule = parse_selector(selector);
  if (!rule) return rule;
  const auto table = action.find(kTable);
  const auto priority =
      action.starts_with(kPriority) && table != std::string_view::npos
          ? number_in<std::uint32_t>(action.substr(kPriority.size(), table - kPriority.size()))
          : std::nullopt;
  if (!priority) {
    return fail(Errc::InvalidValue,
                "'" + std::string{action} + "' is not 'priority <number> table <number>'");
  }
  rule->priority = *priority;
  rule->protocol = netlink::kRouteProtocol;
  const auto word = action.substr(table + kTable.size());
  rule->suppress_default = word == kMain;
  if (rule->suppress_default) return rule;
  auto number = parse_routing_table(word);
  if (!number) return tl::make_unexpected(std::move(number.error()));
  rule->table = *number;
  return rule;
}

class RoutingPart final : public GatewayPart {
 public:
  explicit RoutingPart(netlink::Kernel& kernel) : kernel_{kernel} {}

  std::span<const std::string_view> groups() const override {
    static constexpr std::array<std::string_view, 1> kGroups{"route-rule"};
    return kGroups;
  }

  /// Of several with the same selector, the one that is asked first.
  Result<Observation> observe() override {
    auto rules = sorted_rules();
    if (!rules) return tl::make_unexpected(std::move(rules.error()));
    Observation seen;
    for (const auto& rule : *rules) {
      const auto field = "route-rule[" + selector_text(rule) + "]";
      const bool first = seen.fields.emplace(field, action_text(rule)).second;
      if (first && is_ours(rule)) seen.ours.insert(field);
    }
    return seen;
  }

  Result<void> write(std::span<const FieldChange> changes) override {
    for (const auto& change : changes) {
      if (auto done = write(change); !done) {
        return fail_within(std::move(done), change.field + " refused");
      }
    }
    return {};
  }

 private:
  Result<std::vector<RoutingRule>> sorted_rules() {
    auto rules = kernel_.routing_rules();
    if (rules) {
      std::stable_sort(rules->begin(), rules->end(),
                       [](const auto& a, const auto& b) { return a.priority < b.priority; });
    }
    return rules;
  }

  /// The new one comes before the old one goes: at no time is there none.
  Result<void> write(const FieldChange& change) {
    const auto selector = FieldName::split(change.field).key;
    const auto* text = std::get_if<std::string>(&change.after);
    if (text == nullptr && !std::holds_alternative<Absent>(change.after)) {
      return fail(Errc::InvalidValue, "wants 'priority <number> table <number>'");
    }
    auto rules = sorted_rules();
    if (!rules) return tl::make_unexpected(std::move(rules.error()));
    std::erase_if(*rules, [&](const auto& rule) { return selector_text(rule) != selector; });
    for (const auto& rule : *rules) {
      if (!is_ours(rule)) {
        return fail(Errc::Conflict, "the rule '" + action_text(rule) +
                                        "' is foreign: its protocol is " +
                                        std::to_string(rule.protocol) + ", ours is " +
                                        std::to_string(netlink::kRouteProtocol));
      }
    }
    std::optional<RoutingRule> wanted;
    if (text != nullptr) {
      auto parsed = parse_rule(selector, *text);
      if (!parsed) return tl::make_unexpected(std::move(parsed.error()));
      wanted = *parsed;
      const bool there = std::find(rules->begin(), rules->end(), *wanted) != rules->end();
      if (!there) {
        if (auto added = kernel_.add_routing_rule(*wanted); !added) return added;
      }
    }
    for (const auto& rule : *rules) {
      if (rule == wanted) continue;
      if (auto gone = kernel_.delete_routing_rule(rule); !gone) return gone;
    }
    return {};
  }

  netlink::Kernel& kernel_;
};

}  // namespace

Result<std::uint32_t> parse_routing_table(std::string_view text) {
  constexpr std::uint32_t kMost = 252;
  const auto number = number_in<std::uint32_t>(text);
  if (number && *number >= 1 && *number <= kMost) return *number;
  return fail(Errc::InvalidValue, "'" + std::string{text} + "' is no routing table: 1 to 252");
}

std::unique_ptr<GatewayPart> make_routing_part(netlink::Kernel& kernel) {
  return std::make_unique<RoutingPart>(kernel);
}

}  // namespace market::device
