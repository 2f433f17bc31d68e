// An object identifier as the simulator's agents handle it: plain arcs in reusable buffers, since
// a walk over ten thousand agents must not allocate per row.
//
// Order is lexicographic, arc by arc, a prefix before what it begins (RFC 3416, 4.2.2).
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <span>
#include <vector>

namespace market::sim {

using Name = std::vector<std::uint32_t>;
using NameView = std::span<const std::uint32_t>;

/// At most this many arcs in a name (RFC 2578, 3.5).
inline constexpr std::size_t kMaxArcs = 128;

[[nodiscard]] inline std::strong_ordering compare(NameView left, NameView right) {
  return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(),
                                                right.end());
}

/// True when `prefix` is the beginning of `name`, or all of it.
[[nodiscard]] inline bool starts_with(NameView name, NameView prefix) {
  return name.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), name.begin());
}

}  // namespace market::sim
