#include "tests/sim/log.h"

#include <array>
#include <cstdio>

#include <fmt/format.h>

namespace market::sim {

void log(Level level, std::string_view event, std::string_view fields, std::string_view sentence) {
  constexpr std::array<std::string_view, 3> kNames{"info", "warning", "error"};
  const std::string_view space = fields.empty() ? "" : " ";
  fmt::print(stderr, "{} {}{}{} \"{}\"\n", kNames[static_cast<std::size_t>(level)], event, space,
             fields, sentence);
}

}  // namespace market::sim
