// What a text must contain for an expression to be found in it. Most expressions of profiles look
// for words, most texts have none of them, and to see that takes no automaton: neither time to
// build it nor time to run it.
//
//   (?i)\bcanopy\b|motorola \d+   ->   "canopy", "motorola "
//
// Only what is certain is told: of what this does not read, nothing is known.
//
// Threads:  pure. Errors: none; of an expression that does not compile anything may be told.
// Sources:  https://github.com/google/re2/wiki/Syntax
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace market::profile {

/// A needle is at least so long: shorter ones stand in nearly every text.
inline constexpr std::size_t kLeastNeedle = 3;

/// Each text in which `pattern` is found contains one of these, letters in any case, unless it
/// has_foreign_case(). Empty = nothing is known.
[[nodiscard]] std::vector<std::string> needles_of(std::string_view pattern);

/// Equal for both cases of a letter, and for some other characters as well.
[[nodiscard]] constexpr unsigned char folded(char character) {
  return static_cast<unsigned char>(static_cast<unsigned char>(character) | 0x20U);
}

/// False only where `text` does not begin with `needle`, in whatever case.
[[nodiscard]] bool begins_alike(std::string_view text, std::string_view needle);
/// False only where `text` does not contain `needle` (not empty), in whatever case.
[[nodiscard]] bool may_contain(std::string_view text, std::string_view needle);

/// True when `text` has one of the two characters beyond ASCII that (?i) takes for ASCII letters:
/// U+017F for s, U+212A (the kelvin sign) for k.
[[nodiscard]] bool has_foreign_case(std::string_view text);

}  // namespace market::profile
