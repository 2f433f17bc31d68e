#include "config/profile/pattern.h"

// GCC 12 with -fsanitize=address reports <regex>'s own std::function as uninitialised (GCC bug
// 105562); the report is placed in code that is expanded here, so it is silenced in this file.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <regex>

namespace market::profile {

std::optional<std::string> pattern_error(const std::string& pattern) {
  try {
    const std::regex compiled{pattern};
    return std::nullopt;
  } catch (const std::regex_error& error) {
    return error.what();
  }
}

std::optional<std::string> pattern_match(const std::string& pattern, const std::string& text) {
  try {
    std::smatch groups;
    if (!std::regex_search(text, groups, std::regex{pattern})) return std::nullopt;
    return groups.size() > 1 ? groups[1].str() : groups[0].str();
  } catch (const std::regex_error&) {
    return std::nullopt;  // also "too complex": nothing was recognised
  }
}

}  // namespace market::profile
