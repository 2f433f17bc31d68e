// Log lines: `level EVENT_ID key=value "sentence"`, to standard error.
#pragma once

#include <cstdint>
#include <string_view>

namespace market::sim {

enum class Level : std::uint8_t { Info, Warning, Error };

/// `fields`: "port=161 agents=10", may be empty.
void log(Level level, std::string_view event, std::string_view fields, std::string_view sentence);

}  // namespace market::sim
