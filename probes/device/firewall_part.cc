#include "probes/device/firewall_part.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

namespace market::device {
namespace {

using firewall::Chain;
using firewall::Rule;
using firewall::Ruleset;

constexpr std::string_view kBase = "base";

/// FNV-1a, 64 bits: a short name for a rule that has none.
std::string nameless(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3U;
  }
  return fmt::format("?{:016x}", hash);
}

std::string rule_field(const std::string& chain, const Rule& rule) {
  return fmt::format("rule[{} {}]", chain,
                     rule.comment.empty() ? nameless(rule.text) : rule.comment);
}

FieldMap fields_of(const Ruleset& ruleset) {
  FieldMap fields;
  for (const auto& [name, chain] : ruleset.chains) {
    fields["chain[" + name + "]"] = chain.hook;
    for (const auto& rule : chain.rules) {
      const auto [field, fresh] = fields.emplace(rule_field(name, rule), rule.text);
      if (!fresh) field->second = std::get<std::string>(field->second) + "; " + rule.text;
    }
  }
  for (const auto& [name, text] : ruleset.sets) fields["set[" + name + "]"] = text;
  return fields;
}

/// "base" before everything else.
bool tried_before(const std::string& left, const std::string& right) {
  if ((left == kBase) != (right == kBase)) return left == kBase;
  return left < right;
}

struct RuleKey {
  std::string chain, comment;
};

/// "forward pay-out van-a"
RuleKey split_key(const std::string& key) {
  const auto space = key.find(' ');
  if (space == std::string::npos) return {key, ""};
  return {key.substr(0, space), key.substr(space + 1)};
}

class Assembly {
 public:
  Result<Ruleset> assemble(const FieldMap& fields) {
    for (const auto& [field, value] : fields) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr) continue;
      if (auto added = add(FieldName::split(field), *text); !added) {
        return fail_within(std::move(added), field + " refused");
      }
    }
    for (auto& [name, rules] : rules_) {
      if (auto placed = place(name, rules); !placed) return tl::make_unexpected(placed.error());
    }
    return std::move(ruleset_);
  }

 private:
  struct Keyed {
    std::string key;
    std::vector<std::string> texts;
  };

  Result<void> add(const FieldName& name, const std::string& text) {
    auto parts = firewall::split_statements(text);
    for (const auto& part : parts) {
      if (auto one = firewall::check_statement(part); !one) return one;
    }
    if (name.group == "chain") ruleset_.chains[name.key].hook = text;
    if (name.group == "set") ruleset_.sets[name.key] = text;
    if (name.group == "rule") {
      auto key = split_key(name.key);
      rules_[key.chain].push_back({std::move(key.comment), std::move(parts)});
    }
    return {};
  }

  Result<void> place(const std::string& name, std::vector<Keyed>& rules) {
    const auto chain = ruleset_.chains.find(name);
    if (chain == ruleset_.chains.end()) {
      return fail(Errc::NotFound,
                  "rule[" + name + " " + rules.front().key + "] refused: no chain '" + name + "'");
    }
    std::sort(rules.begin(), rules.end(), [](const Keyed& left, const Keyed& right) {
      return tried_before(left.key, right.key);
    });
    for (const auto& [key, texts] : rules) {
      for (const auto& text : texts) {
        chain->second.rules.push_back({text, key.starts_with('?') ? std::string{} : key});
      }
    }
    return {};
  }

  Ruleset ruleset_;
  std::map<std::string, std::vector<Keyed>> rules_;
};

class FirewallPart final : public GatewayPart {
 public:
  explicit FirewallPart(std::unique_ptr<firewall::Firewall> firewall)
      : firewall_{std::move(firewall)} {}

  std::span<const std::string_view> groups() const override {
    static constexpr std::array<std::string_view, 3> kGroups{"rule", "chain", "set"};
    return kGroups;
  }

  Result<Observation> observe() override {
    auto ruleset = firewall_->read();
    if (!ruleset) return tl::make_unexpected(std::move(ruleset.error()));
    Observation seen;
    seen.fields = fields_of(*ruleset);
    for (const auto& [field, value] : seen.fields) seen.ours.insert(field);
    return seen;
  }

  Result<void> write(std::span<const FieldChange> changes) override {
    auto before = firewall_->read();
    if (!before) return tl::make_unexpected(std::move(before.error()));
    auto fields = fields_of(*before);
    for (const auto& change : changes) fields[change.field] = change.after;
    auto after = Assembly{}.assemble(fields);
    if (!after) return tl::make_unexpected(std::move(after.error()));
    return firewall_->change(*before, *after);
  }

 private:
  std::unique_ptr<firewall::Firewall> firewall_;
};

}  // namespace

std::unique_ptr<GatewayPart> make_firewall_part(std::unique_ptr<firewall::Firewall> firewall) {
  return std::make_unique<FirewallPart>(std::move(firewall));
}

}  // namespace market::device
