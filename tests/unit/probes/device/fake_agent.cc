#include "tests/unit/probes/device/fake_agent.h"

#include <chrono>

namespace market::device {
namespace {

constexpr std::int32_t kActive = 1, kCreateAndGo = 4, kDestroy = 6;

snmp::Outcome silence() { return snmp::Silence{std::chrono::milliseconds{4500}}; }

snmp::Answer answer(std::vector<snmp::VarBind> bindings) {
  return {std::move(bindings), std::chrono::microseconds{700}, 1};
}

}  // namespace

snmp::Outcome FakeAgent::get(const snmp::Target&, std::span<const Oid> oids, snmp::Patience) {
  ++gets;
  if (reading == Mood::Silent) return silence();
  if (reading == Mood::RefusesUser)
    return snmp::Refusal{snmp::ErrorStatus::AuthorizationError, 0, ""};
  std::vector<snmp::VarBind> bindings;
  for (const auto& oid : oids) {
    const auto found = mib.find(oid);
    bindings.push_back(
        {oid, found == mib.end() ? snmp::Value{snmp::NoSuchInstance{}} : found->second});
  }
  return answer(std::move(bindings));
}

snmp::Outcome FakeAgent::walk(const snmp::Target&, const Oid& root, std::size_t max_bindings,
                              snmp::Patience) {
  ++walks;
  if (reading == Mood::Silent) return silence();
  if (reading == Mood::RefusesUser)
    return snmp::Refusal{snmp::ErrorStatus::AuthorizationError, 0, ""};
  std::vector<snmp::VarBind> bindings;
  for (auto it = mib.upper_bound(root); it != mib.end() && it->first.starts_with(root); ++it) {
    if (bindings.size() == max_bindings) break;
    bindings.push_back({it->first, it->second});
  }
  return answer(std::move(bindings));
}

snmp::Outcome FakeAgent::set(const snmp::Target& target, std::span<const snmp::VarBind> bindings,
                             snmp::Patience) {
  sets.emplace_back(bindings.begin(), bindings.end());
  if (writing == Mood::Silent) return silence();
  if (target.credentials.id != write_user) {
    return snmp::Refusal{snmp::ErrorStatus::AuthorizationError, 0, "unknown user"};
  }
  Mib now = mib;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    const auto status = check(bindings[i], now);
    if (status != snmp::ErrorStatus::NoError) return snmp::Refusal{status, i + 1, ""};
    put(bindings[i], now);
  }
  mib = std::move(now);
  if (afterwards) afterwards(mib);
  if (writing == Mood::DoesAndStaysSilent) return silence();
  return answer({bindings.begin(), bindings.end()});
}

void FakeAgent::drop(const Oid& prefix) {
  std::erase_if(mib, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

snmp::ErrorStatus FakeAgent::check(const snmp::VarBind& binding, const Mib& now) const {
  if (const auto found = refused_.find(binding.oid); found != refused_.end()) return found->second;
  const auto found = now.find(binding.oid);
  if (row_status && binding.oid.starts_with(*row_status)) {
    const auto* status = std::get_if<snmp::Integer>(&binding.value);
    if (status == nullptr) return snmp::ErrorStatus::WrongType;
    if (status->value == kCreateAndGo && found != now.end()) {
      return snmp::ErrorStatus::InconsistentValue;
    }
    return snmp::ErrorStatus::NoError;
  }
  if (found == now.end()) return snmp::ErrorStatus::NoCreation;
  if (found->second.index() != binding.value.index()) return snmp::ErrorStatus::WrongType;
  return snmp::ErrorStatus::NoError;
}

void FakeAgent::put(const snmp::VarBind& binding, Mib& now) const {
  if (!row_status || !binding.oid.starts_with(*row_status)) {
    now.insert_or_assign(binding.oid, binding.value);
    return;
  }
  const Oid row = binding.oid.after(*row_status);
  if (std::get<snmp::Integer>(binding.value).value == kDestroy) {
    now.erase(binding.oid);
    for (const auto& column : row_columns) now.erase(column.child(row));
    return;
  }
  now.insert_or_assign(binding.oid, snmp::Integer{kActive});
  for (std::size_t i = 0; i < row_columns.size(); ++i) {
    now.insert_or_assign(row_columns[i].child(row), snmp::Octets{i == 0 ? "" : row_ports});
  }
}

}  // namespace market::device
