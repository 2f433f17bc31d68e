// A data file read whole, and its lines as fields between tabs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/types/result.h"

namespace market {

/// Io when it cannot be read; InvalidValue beyond 64 MiB, which no list of ours has.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path);

struct TabbedLine {
  std::size_t number;  ///< from 1
  std::vector<std::string_view> fields;
};
/// Empty lines and those that begin with "#" are left out. Views into `text`.
[[nodiscard]] std::vector<TabbedLine> tabbed_lines(std::string_view text);

}  // namespace market
