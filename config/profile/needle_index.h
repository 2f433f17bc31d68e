// Many needles (config/profile/needles.h), sought in a text all at once.
//
// Threads:  pure. Errors: none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace market::profile {

class NeedleIndex {
 public:
  /// `place` is what the needle stands for; several may stand for the same.
  void add(const std::string& needle, std::size_t place);

  /// Of those needles that `text` may contain: ascending, each once.
  [[nodiscard]] std::vector<std::size_t> places_in(std::string_view text) const;
  /// Of all: ascending, each once.
  [[nodiscard]] std::vector<std::size_t> places() const;

 private:
  struct Needle {
    std::string text;
    std::size_t place;
  };
  std::unordered_map<std::uint32_t, std::vector<Needle>> by_begin_;  ///< their first characters
};

}  // namespace market::profile
