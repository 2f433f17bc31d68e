#include "probes/sweep/read.h"

#include <algorithm>

#include "config/profile/fact.h"

namespace market::sweep {
namespace {

bool comes_before(const snmp::VarBind* a, const snmp::VarBind* b) { return a->oid < b->oid; }

}  // namespace

Read::Read(const std::vector<snmp::VarBind>& facts) {
  said_.reserve(facts.size());
  for (const auto& fact : facts) {
    if (snmp::exists(fact.value)) said_.push_back(&fact);
  }
  // Walks come sorted; then there is nothing to do but to look once.
  if (!std::is_sorted(said_.begin(), said_.end(), comes_before)) {
    std::stable_sort(said_.begin(), said_.end(), comes_before);
  }
  // The last of equals stays: unique() keeps the first, so it goes from the end.
  const auto same = [](const snmp::VarBind* a, const snmp::VarBind* b) { return a->oid == b->oid; };
  const auto kept = std::unique(said_.rbegin(), said_.rend(), same);
  said_.erase(said_.begin(), kept.base());
}

const snmp::Value* Read::find(const Oid& oid) const {
  const auto rest = from(oid);
  return rest.empty() || rest.front()->oid != oid ? nullptr : &rest.front()->value;
}

std::string Read::text_of(const Oid& oid) const {
  const auto* value = find(oid);
  return value == nullptr ? std::string{} : clean_text(bytes_of(*value));
}

Oid Read::oid_of(const Oid& oid) const {
  const auto* value = find(oid);
  const auto* said = value == nullptr ? nullptr : std::get_if<Oid>(value);
  return said == nullptr ? Oid{} : *said;
}

Read::Range Read::from(const Oid& root) const {
  if (said_.empty() || said_.back()->oid < root) return {};
  const auto first =
      std::lower_bound(said_.begin(), said_.end(), root,
                       [](const snmp::VarBind* bind, const Oid& oid) { return bind->oid < oid; });
  return {first, said_.end()};
}

Read::Range Read::below(const Oid& root) const {
  const auto rest = from(root);
  const auto end = std::partition_point(rest.begin(), rest.end(), [&](const snmp::VarBind* bind) {
    return bind->oid.starts_with(root);
  });
  return rest.first(static_cast<std::size_t>(end - rest.begin()));
}

std::string bytes_of(const snmp::Value& value) {
  const auto* octets = snmp::as_octets(value);
  return octets != nullptr ? *octets : snmp::to_string(value);
}

}  // namespace market::sweep
