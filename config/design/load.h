// Text to Design: every key is known, every value typed, every reference resolved, or there is no
// Design and the Diagnostics say why (rules D001..D604, see market-design(5)).
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "config/design/design.h"
#include "config/types/device_limits.h"
#include "config/types/diagnostic.h"

namespace market {

/// What a design is judged by, beside itself.
struct DesignContext {
  /// The day at the site: waivers that ended before it do not count. Without it all of them do,
  /// for who goes on with a design that was good once.
  std::optional<std::chrono::year_month_day> today;
  /// What the profiles say. Without it nothing is checked against devices' abilities.
  DeviceFamilies families;
};
struct LoadedDesign {
  std::optional<Design> design;  ///< set exactly when `problems` holds no error
  Diagnostics problems;          ///< sorted by position
};

[[nodiscard]] LoadedDesign load_design(const std::string& path, const DesignContext& context = {});
/// The same from memory; `file` is only for positions.
[[nodiscard]] LoadedDesign parse_design(std::string_view text, const std::string& file,
                                        const DesignContext& context = {});

}  // namespace market
