// Regular expressions of profiles (ECMAScript), compiled when used.
//
// Threads:  pure. Errors: an expression that does not compile matches nothing.
#pragma once

#include <optional>
#include <string>

namespace market::profile {

/// Why `pattern` is no regular expression; nothing when it is one.
[[nodiscard]] std::optional<std::string> pattern_error(const std::string& pattern);

/// Group 1 of the first match in `text`, the whole match where there is no group.
[[nodiscard]] std::optional<std::string> pattern_match(const std::string& pattern,
                                                       const std::string& text);

}  // namespace market::profile
