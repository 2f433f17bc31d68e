#include "probes/device/snmp_driver_agent.h"

#include <utility>
#include <variant>

#include "config/profile/fact.h"

namespace market::device {
namespace {

/// Rows of a fact's column that are looked at: a stack's first rows may be nameless containers.
constexpr std::size_t kFactRows = 16;

/// True when the agent says that it has no such thing, as an SNMPv1 mind does.
bool is_not_implemented(const snmp::Outcome& outcome) {
  const auto* refusal = std::get_if<snmp::Refusal>(&outcome);
  return refusal != nullptr && refusal->status == snmp::ErrorStatus::NoSuchName;
}

std::string bytes_of(const snmp::Value& value) {
  const auto* octets = snmp::as_octets(value);
  return octets != nullptr ? *octets : snmp::to_string(value);
}

}  // namespace

Error error_of(const snmp::Outcome& outcome) {
  auto code = Errc::Io;
  if (std::holds_alternative<snmp::Silence>(outcome)) code = Errc::Silent;
  if (std::holds_alternative<snmp::Refusal>(outcome)) code = Errc::Refused;
  return Error{code, snmp::describe(outcome)};
}

Agent::Agent(snmp::BlockingClient& client, snmp::Target target, snmp::Patience patience)
    : client_{client}, target_{std::move(target)}, patience_{patience} {}

Result<Values> Agent::get(std::span<const Oid> oids) {
  Values values;
  if (oids.empty()) return values;
  auto outcome = client_.get(target_, oids, patience_);
  if (is_not_implemented(outcome)) return values;
  auto* answer = std::get_if<snmp::Answer>(&outcome);
  if (answer == nullptr) return tl::make_unexpected(error_of(outcome));
  for (auto& [oid, value] : answer->bindings) {
    if (snmp::exists(value)) values.insert_or_assign(std::move(oid), std::move(value));
  }
  return values;
}

Result<std::vector<snmp::VarBind>> Agent::walk(const Oid& root, std::size_t max_rows) {
  auto outcome = client_.walk(target_, root, max_rows, patience_);
  if (is_not_implemented(outcome)) return std::vector<snmp::VarBind>{};
  auto* answer = std::get_if<snmp::Answer>(&outcome);
  if (answer == nullptr) return tl::make_unexpected(error_of(outcome));
  std::erase_if(answer->bindings, [&](const snmp::VarBind& binding) {
    return !snmp::exists(binding.value) || binding.oid.size() <= root.size() ||
           !binding.oid.starts_with(root);
  });
  return std::move(answer->bindings);
}

Result<std::string> Agent::fact_by(const std::string& name, const FactRule& rule) {
  const auto values = get({&rule.oid, 1});
  if (!values) return tl::make_unexpected(values.error());
  if (const auto found = values->find(rule.oid); found != values->end()) {
    return fact_in(name, rule, bytes_of(found->second)).value_or("");
  }
  if (rule.oid.back() == 0) return std::string{};  // a scalar that is not there
  const auto rows = walk(rule.oid, kFactRows);
  if (!rows) return tl::make_unexpected(rows.error());
  for (const auto& row : *rows) {
    if (auto fact = fact_in(name, rule, bytes_of(row.value))) return *std::move(fact);
  }
  return std::string{};
}

Result<std::string> Agent::fact(const std::string& name, const std::vector<FactRule>& rules) {
  for (const auto& rule : rules) {
    auto fact = fact_by(name, rule);
    if (!fact || !fact->empty()) return fact;
  }
  return std::string{};
}

}  // namespace market::device
