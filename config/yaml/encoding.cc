#include "config/yaml/encoding.h"

#include <fmt/format.h>

namespace market::yaml {
namespace {

struct Decoded {
  char32_t point = 0;
  std::size_t length = 0;  ///< 0 = not UTF-8
};

unsigned byte_at(std::string_view text, std::size_t offset) {
  return static_cast<unsigned char>(text[offset]);
}

/// Length and leading bits by the first byte (RFC 3629, section 3).
Decoded lead(unsigned byte) {
  if (byte < 0x80) return {byte, 1};
  if (byte >= 0xc2 && byte <= 0xdf) return {byte & 0x1fU, 2};
  if (byte >= 0xe0 && byte <= 0xef) return {byte & 0x0fU, 3};
  if (byte >= 0xf0 && byte <= 0xf4) return {byte & 0x07U, 4};
  return {};
}

Decoded decode(std::string_view text, std::size_t offset) {
  Decoded result = lead(byte_at(text, offset));
  if (result.length == 0 || offset + result.length > text.size()) return {};
  for (std::size_t i = 1; i < result.length; ++i) {
    const unsigned byte = byte_at(text, offset + i);
    if ((byte & 0xc0U) != 0x80U) return {};
    result.point = result.point << 6U | (byte & 0x3fU);
  }
  const bool overlong = (result.length == 3 && result.point < 0x800) ||
                        (result.length == 4 && result.point < 0x10000);
  const bool surrogate = result.point >= 0xd800 && result.point <= 0xdfff;
  if (overlong || surrogate || result.point > 0x10ffff) return {};
  return result;
}

bool printable(char32_t point) {
  if (point < 0x20) return point == '\t' || point == '\n' || point == '\r';
  if (point >= 0x7f && point < 0xa0) return point == 0x85;
  return point != 0xfffe && point != 0xffff && point != 0xfeff;
}

}  // namespace

std::optional<BadByte> first_bad_byte(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    if (byte_at(text, offset) >= 0x20 && byte_at(text, offset) < 0x7f) {  // nearly all of them
      ++offset;
      continue;
    }
    const Decoded decoded = decode(text, offset);
    if (decoded.length == 0) {
      return BadByte{offset, fmt::format("byte 0x{:02x} is not UTF-8", byte_at(text, offset))};
    }
    if (!printable(decoded.point)) {
      const auto number = static_cast<std::uint32_t>(decoded.point);
      return BadByte{offset, fmt::format("U+{:04X} is a control character", number)};
    }
    offset += decoded.length;
  }
  return std::nullopt;
}

std::u32string code_points(std::string_view text) {
  std::u32string points;
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded decoded = decode(text, offset);
    points += decoded.length == 0 ? char32_t{byte_at(text, offset)} : decoded.point;
    offset += decoded.length == 0 ? 1 : decoded.length;
  }
  return points;
}

std::string one_line(std::string text) {
  constexpr std::size_t kMaxMessage = 400;
  if (text.size() > kMaxMessage) {
    std::size_t end = kMaxMessage;
    while (end > 0 && (byte_at(text, end) & 0xc0U) == 0x80U) --end;  // not inside a character
    text.resize(end);
    text += "...";
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return text;
}

}  // namespace market::yaml
