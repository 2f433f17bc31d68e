// What bytes are called by their content.
//
// Threads:  pure. Source: FIPS 180-4.
#pragma once

#include <string>
#include <string_view>

namespace market {

/// SHA-256, 64 hex digits in lower case.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace market
