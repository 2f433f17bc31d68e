// Text to Design: every key is known, every value typed, every reference resolved, or there is no
// Design and the Diagnostics say why (rules D001..D604, see market-design(5)).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/design/design.h"
#include "config/types/diagnostic.h"

namespace market {

struct LoadedDesign {
  std::optional<Design> design;  ///< set exactly when `problems` holds no error
  Diagnostics problems;          ///< sorted by position
};

[[nodiscard]] LoadedDesign load_design(const std::string& path);
/// The same from memory; `file` is only for positions.
[[nodiscard]] LoadedDesign parse_design(std::string_view text, const std::string& file);

}  // namespace market
