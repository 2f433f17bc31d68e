// Is a text what YAML 1.2.2, 5.1 lets a file be made of: UTF-8 (RFC 3629) without control
// characters? yaml-cpp would guess UTF-16 from a NUL and replace what it cannot decode.
//
// Threads:  pure. Private to this room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace market::yaml {

struct BadByte {
  std::size_t offset;
  std::string why;  ///< "is not UTF-8", "is a control character"
};

/// The first byte that may not stand in a YAML file, or nothing.
[[nodiscard]] std::optional<BadByte> first_bad_byte(std::string_view text);

/// `text` as code points; a byte that is not UTF-8 stands for itself.
[[nodiscard]] std::u32string code_points(std::string_view text);

/// `text` fit for a message: one line of at most 400 bytes, control characters as spaces.
[[nodiscard]] std::string one_line(std::string text);

}  // namespace market::yaml
