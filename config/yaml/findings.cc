#include "config/yaml/findings.h"

#include <algorithm>
#include <tuple>

#include "config/yaml/encoding.h"

namespace market::yaml {

void Findings::error(std::string rule, SourcePosition position, std::string message,
                     std::string fix, std::optional<SourcePosition> other) {
  if (rule == rules_.type && refused_.contains(position)) return;
  list_.push_back({std::move(rule), Severity::Error, std::move(position),
                   one_line(std::move(message)), one_line(std::move(fix)), std::move(other)});
}

void Findings::warning(std::string rule, SourcePosition position, std::string message,
                       std::string fix, std::optional<SourcePosition> other) {
  list_.push_back({std::move(rule), Severity::Warning, std::move(position),
                   one_line(std::move(message)), one_line(std::move(fix)), std::move(other)});
}

void Findings::add(Diagnostics problems) {
  for (const Diagnostic& problem : problems) refused_.insert(problem.position);
  std::move(problems.begin(), problems.end(), std::back_inserter(list_));
}

void Findings::remember(const SourcePosition& owner, std::string_view key,
                        const SourcePosition& value) {
  places_[owner].insert_or_assign(std::string{key}, value);
}

const SourcePosition& Findings::place(const SourcePosition& owner, std::string_view key) const {
  const auto keys = places_.find(owner);
  if (keys == places_.end()) return owner;
  const auto value = keys->second.find(key);
  return value == keys->second.end() ? owner : value->second;
}

Diagnostics Findings::take_sorted() {
  const auto key = [](const Diagnostic& d) { return std::tie(d.position, d.rule, d.message); };
  std::sort(list_.begin(), list_.end(),
            [&key](const Diagnostic& a, const Diagnostic& b) { return key(a) < key(b); });
  list_.erase(
      std::unique(list_.begin(), list_.end(),
                  [&key](const Diagnostic& a, const Diagnostic& b) { return key(a) == key(b); }),
      list_.end());
  return std::move(list_);
}

}  // namespace market::yaml
