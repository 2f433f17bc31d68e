#include "config/types/oid.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace market {

Result<Oid> Oid::parse(std::string_view text) {
  const auto bad = [text] {
    return fail(Errc::InvalidValue, "'" + std::string{text} + "' is not an OID like 1.3.6.1.2.1");
  };
  std::string_view rest = text;
  if (rest.starts_with('.')) rest.remove_prefix(1);
  // Not on the heap: a walk of a whole device names two hundred thousand objects.
  std::array<std::uint32_t, kMaxArcs> arcs;
  std::size_t count = 0;
  while (true) {
    if (count == kMaxArcs) return bad();
    auto& arc = arcs[count++];
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), arc);
    if (error != std::errc{}) return bad();
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.empty()) return Oid{arcs.data(), arcs.data() + count};
    if (rest.front() != '.') return bad();
    rest.remove_prefix(1);
  }
}

bool Oid::starts_with(const Oid& prefix) const {
  return size() >= prefix.size() &&
         std::equal(prefix.arcs().begin(), prefix.arcs().end(), arcs().begin());
}

Oid Oid::child(std::uint32_t arc) const {
  if (count_ >= kFew) return child(Oid{arc});
  Oid longer = *this;
  longer.few_[longer.count_++] = arc;
  return longer;
}

Oid Oid::child(const Oid& suffix) const {
  std::vector<std::uint32_t> both{arcs().begin(), arcs().end()};
  both.insert(both.end(), suffix.arcs().begin(), suffix.arcs().end());
  return Oid{both};
}

Oid Oid::after(const Oid& prefix) const {
  if (!starts_with(prefix)) return Oid{};
  const auto rest = arcs().subspan(prefix.size());
  return Oid{rest.begin(), rest.end()};
}

std::string Oid::to_string() const {
  std::string text;
  for (const auto arc : arcs()) {
    if (!text.empty()) text += '.';
    text += std::to_string(arc);
  }
  return text;
}

}  // namespace market
