// Regular expressions of profiles (RE2 syntax: no backreferences, no lookaround), searched in what
// devices say. RE2 takes time linear in the text, whatever a hostile agent sends. Each expression
// is compiled once per thread and kept, when the first text comes that has the words it looks for
// (config/profile/needles.h): of a thousand most never are.
//
// Threads:  pure; every thread has its own memo. Errors: an expression that does not compile
//           matches nothing.
// Sources:  https://github.com/google/re2/wiki/Syntax
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace market {

/// What becomes of the expressions of profiles that are loaded.
enum class Expressions : std::uint8_t {
  Checked,  ///< each is compiled, and one that cannot be is an error at its place (P012)
  OnUse,    ///< compiled when a text comes that may have it; one that cannot be matches nothing
};

}  // namespace market

namespace market::profile {

/// Why `pattern` is no regular expression; nothing when it is one.
[[nodiscard]] std::optional<std::string> pattern_error(const std::string& pattern);

/// Group 1 of the first match in `text`, the whole match where there is no group.
[[nodiscard]] std::optional<std::string> pattern_match(const std::string& pattern,
                                                       std::string_view text);

/// True when every group that `rewrite` names as \1..\9 is one of `pattern`.
[[nodiscard]] bool is_rewrite_of(const std::string& pattern, const std::string& rewrite);

/// `rewrite` with the groups of the first match in `text` put in.
[[nodiscard]] std::optional<std::string> pattern_rewrite(const std::string& pattern,
                                                         const std::string& rewrite,
                                                         std::string_view text);

/// True when `pattern` is found in `text`.
[[nodiscard]] bool pattern_found(const std::string& pattern, std::string_view text);

/// A list of expressions that are searched for all at once. An empty one is never found.
/// Threads:  any, side by side. Copies share what was compiled.
class PatternList {
 public:
  /// Of no expressions.
  PatternList() = default;
  explicit PatternList(std::vector<std::string> patterns);

  [[nodiscard]] std::size_t size() const;
  /// Indices of those that are found in `text`, ascending.
  [[nodiscard]] std::vector<std::size_t> found_in(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;  ///< null = the list is empty
};

}  // namespace market::profile
