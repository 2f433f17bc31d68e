#include "config/profile/needle_index.h"

#include <algorithm>

#include "config/profile/needles.h"

namespace market::profile {
namespace {

std::uint32_t begin_of(std::string_view text) {
  static_assert(kLeastNeedle == 3);
  return static_cast<std::uint32_t>(folded(text[0])) << 16U |
         static_cast<std::uint32_t>(folded(text[1])) << 8U | folded(text[2]);
}

std::vector<std::size_t> each_once(std::vector<std::size_t> places) {
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

}  // namespace

void NeedleIndex::add(const std::string& needle, std::size_t place) {
  by_begin_[begin_of(needle)].push_back({needle, place});
}

std::vector<std::size_t> NeedleIndex::places_in(std::string_view text) const {
  std::vector<std::size_t> places;
  for (; text.size() >= kLeastNeedle; text.remove_prefix(1)) {
    const auto alike = by_begin_.find(begin_of(text));
    if (alike == by_begin_.end()) continue;
    for (const auto& needle : alike->second) {
      if (begins_alike(text, needle.text)) places.push_back(needle.place);
    }
  }
  return each_once(std::move(places));
}

std::vector<std::size_t> NeedleIndex::places() const {
  std::vector<std::size_t> places;
  for (const auto& [begin, needles] : by_begin_) {
    for (const auto& needle : needles) places.push_back(needle.place);
  }
  return each_once(std::move(places));
}

}  // namespace market::profile
