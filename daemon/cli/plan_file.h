// Plans in files: what `plan --out` and `drift --out` write, and `apply` and `approve` read.
#pragma once

#include <optional>
#include <string>

#include "daemon/cli/ask.h"

namespace market::cli {

/// Nothing, and said why on stderr, when there is none in the file.
[[nodiscard]] std::optional<Json> read_plan(const std::string& path);
/// False, and said why, when it cannot be written.
[[nodiscard]] bool write_plan(const std::string& path, const Json& plan);

}  // namespace market::cli
