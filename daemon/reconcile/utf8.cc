#include "daemon/reconcile/utf8.h"

#include <cstdint>

#include <fmt/format.h>

namespace market::reconcile {
namespace {

bool is_continuation(char c) { return (static_cast<std::uint8_t>(c) & 0xC0U) == 0x80U; }

/// Bytes of the character that begins `text`; 0 when it is not one.
std::size_t character(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text.front());
  if (lead < 0x80) return 1;
  std::size_t size = 0;
  std::uint32_t code = 0;
  if (lead >= 0xC2 && lead <= 0xDF) {
    size = 2;
    code = lead & 0x1FU;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    size = 3;
    code = lead & 0x0FU;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    size = 4;
    code = lead & 0x07U;
  }
  if (size == 0 || text.size() < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!is_continuation(text[i])) return 0;
    code = code << 6U | (static_cast<std::uint8_t>(text[i]) & 0x3FU);
  }
  const bool overlong = (size == 3 && code < 0x800) || (size == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  return overlong || surrogate || code > 0x10FFFF ? 0 : size;
}

/// C0, DEL and C1: U+0000..1F, U+7F, U+80..9F (as C2 80..9F).
bool is_control(std::string_view character) {
  const auto first = static_cast<std::uint8_t>(character.front());
  if (character.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;
}

}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const auto size = character(text);
    if (size == 0) return false;
    text.remove_prefix(size);
  }
  return true;
}

std::string cut_utf8(std::string_view text, std::size_t bytes) {
  if (text.size() > bytes) {
    while (bytes > 0 && is_continuation(text[bytes])) --bytes;
    text = text.substr(0, bytes);
  }
  while (text.ends_with(' ')) text.remove_suffix(1);
  return std::string{text};
}

std::string escaped(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const auto size = character(text);
    if (size > 0 && !is_control(text.substr(0, size))) {
      shown += text.substr(0, size);
      text.remove_prefix(size);
      continue;
    }
    shown += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
    text.remove_prefix(1);
  }
  return shown;
}

}  // namespace market::reconcile
