// Damerau-Levenshtein distance in its restricted form (optimal string alignment): insert, delete,
// replace, and swap of two neighbours cost one each. Counted in characters, not bytes.
#include <algorithm>
#include <array>

#include "config/yaml/document.h"
#include "config/yaml/encoding.h"

namespace market::yaml {
namespace {

constexpr std::size_t kMaxDistance = 2;
/// Beyond this nobody mistypes a key: it bounds the work on hostile files.
constexpr std::size_t kMaxWord = 64;

/// The distance, or anything above kMaxDistance when it is larger than that.
std::size_t distance(const std::u32string& from, const std::u32string& to) {
  const std::size_t gap = std::max(from.size(), to.size()) - std::min(from.size(), to.size());
  if (gap > kMaxDistance) return gap;
  // Three rows of the table: i - 2, i - 1 and i.
  std::array<std::array<std::size_t, kMaxWord + 1>, 3> rows{};
  for (std::size_t j = 0; j <= to.size(); ++j) rows[0][j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& above2 = rows[(i + 1) % 3];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replace = above[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], above2[j - 2] + 1);
      }
    }
  }
  return rows[from.size() % 3][to.size()];
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word,
                                        const std::vector<std::string>& candidates) {
  const std::u32string wanted = code_points(word);
  if (wanted.size() > kMaxWord) return std::nullopt;
  std::size_t best = kMaxDistance + 1;
  std::optional<std::string> answer;
  for (const std::string& candidate : candidates) {
    const std::u32string other = code_points(candidate);
    if (other.size() > kMaxWord) continue;
    const std::size_t away = distance(wanted, other);
    if (away < best && away < wanted.size()) {
      best = away;
      answer = candidate;
    }
  }
  return answer;
}

}  // namespace market::yaml
