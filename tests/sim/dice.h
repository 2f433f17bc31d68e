// Numbers that look random and are the same in every run with the same seed.
//
// Sources: Steele, Lea, Flood: "Fast splittable pseudorandom number generators" (SplitMix64).
#pragma once

#include <cstdint>
#include <string_view>

namespace market::sim {

/// A well-mixed function of one number.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15U;
  number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
  number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
  return number ^ (number >> 31U);
}

/// A well-mixed function of a text and a seed.
[[nodiscard]] constexpr std::uint64_t mix(std::string_view text, std::uint64_t seed) {
  std::uint64_t state = mix(seed);
  for (const char c : text) state = mix(state ^ static_cast<unsigned char>(c));
  return state;
}

/// A sequence of such numbers.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_{seed} {}

  [[nodiscard]] std::uint64_t next() { return mix(state_++); }
  /// 0..bound-1; `bound` is not 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }

 private:
  std::uint64_t state_;
};

}  // namespace market::sim
