// UTF-8 (RFC 3629) as far as we need it: is it, where may it be cut, and how is a device's text
// shown that may be anything: EUC-KR of an older tool, or an escape sequence for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace market::reconcile {

/// No overlong form, no surrogate, nothing beyond U+10FFFF.
[[nodiscard]] bool is_utf8(std::string_view text);

/// The longest beginning of `text` of at most `bytes` bytes that ends between characters and not
/// in a space: agents drop trailing spaces, and the label would never read back as written.
[[nodiscard]] std::string cut_utf8(std::string_view text, std::size_t bytes);

/// The text with control characters and bytes that are not UTF-8 as "\\x1b": what results is one
/// line of printable UTF-8.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace market::reconcile
