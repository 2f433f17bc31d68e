#include "config/types/oid.h"

#include <algorithm>
#include <charconv>

namespace market {

Result<Oid> Oid::parse(std::string_view text) {
  const auto bad = [text] {
    return fail(Errc::InvalidValue, "'" + std::string{text} + "' is not an OID like 1.3.6.1.2.1");
  };
  std::string_view rest = text;
  if (rest.starts_with('.')) rest.remove_prefix(1);
  std::vector<std::uint32_t> arcs;
  while (true) {
    std::uint32_t arc = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), arc);
    if (error != std::errc{} || arcs.size() == kMaxArcs) return bad();
    arcs.push_back(arc);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    if (rest.empty()) return Oid{std::move(arcs)};
    if (rest.front() != '.') return bad();
    rest.remove_prefix(1);
  }
}

bool Oid::starts_with(const Oid& prefix) const {
  return arcs_.size() >= prefix.arcs_.size() &&
         std::equal(prefix.arcs_.begin(), prefix.arcs_.end(), arcs_.begin());
}

Oid Oid::child(std::uint32_t arc) const {
  auto arcs = arcs_;
  arcs.push_back(arc);
  return Oid{std::move(arcs)};
}

Oid Oid::child(const Oid& suffix) const {
  auto arcs = arcs_;
  arcs.insert(arcs.end(), suffix.arcs_.begin(), suffix.arcs_.end());
  return Oid{std::move(arcs)};
}

Oid Oid::after(const Oid& prefix) const {
  if (!starts_with(prefix)) return Oid{};
  return Oid{std::vector<std::uint32_t>(arcs_.begin() + static_cast<std::ptrdiff_t>(prefix.size()),
                                        arcs_.end())};
}

std::string Oid::to_string() const {
  std::string text;
  for (const auto arc : arcs_) {
    if (!text.empty()) text += '.';
    text += std::to_string(arc);
  }
  return text;
}

}  // namespace market
