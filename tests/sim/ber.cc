#include "tests/sim/ber.h"

#include <bit>
#include <limits>

namespace market::sim::ber {
namespace {

constexpr std::uint8_t kObjectIdTag = 0x06;

void put_byte(std::string& out, std::uint64_t byte) {
  out.push_back(static_cast<char>(static_cast<unsigned char>(byte & 0xffU)));
}

/// Octets of one sub-identifier in base 128.
std::size_t size_of_arc(std::uint64_t arc) {
  std::size_t size = 1;
  while (arc >= 128) {
    arc >>= 7U;
    ++size;
  }
  return size;
}

void put_arc(std::string& out, std::uint64_t arc) {
  for (std::size_t left = size_of_arc(arc); left > 0; --left) {
    const std::uint64_t more = left > 1 ? 0x80U : 0U;
    put_byte(out, ((arc >> (7U * (left - 1))) & 0x7fU) | more);
  }
}

/// X.690, 8.19.4: the first two arcs share one sub-identifier.
std::uint64_t first_arc(NameView name) {
  return std::uint64_t{40} * name[0] + (name.size() > 1 ? name[1] : 0);
}

}  // namespace

std::optional<Element> Reader::next() {
  if (rest_.size() < 2) return std::nullopt;
  const std::uint8_t tag = rest_[0];
  std::size_t length = rest_[1];
  std::size_t header = 2;
  if (length >= 0x80U) {
    const std::size_t count = length & 0x7fU;
    if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = (length << 8U) | rest_[2 + i];
    header += count;
  }
  if (rest_.size() - header < length) return std::nullopt;
  const Element element{tag, rest_.subspan(header, length)};
  rest_ = rest_.subspan(header + length);
  return element;
}

std::optional<Octets> Reader::expect(std::uint8_t tag) {
  const auto element = next();
  if (!element || element->tag != tag) return std::nullopt;
  return element->content;
}

std::optional<std::int64_t> to_integer(Octets content) {
  if (content.empty() || content.size() > 8) return std::nullopt;
  std::uint64_t bits = (content[0] & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t octet : content) bits = (bits << 8U) | octet;
  return std::bit_cast<std::int64_t>(bits);
}

std::optional<std::uint64_t> to_unsigned(Octets content) {
  if (content.empty() || content.size() > 9) return std::nullopt;
  if (content.size() == 9 && content[0] != 0) return std::nullopt;
  if (content.size() < 9 && (content[0] & 0x80U) != 0) return std::nullopt;
  std::uint64_t bits = 0;
  for (const std::uint8_t octet : content) bits = (bits << 8U) | octet;
  return bits;
}

bool to_name(Octets content, Name& name) {
  name.clear();
  std::uint64_t arc = 0;
  std::size_t octets = 0;
  for (const std::uint8_t octet : content) {
    if (++octets > 5) return false;
    arc = (arc << 7U) | (octet & 0x7fU);
    if ((octet & 0x80U) != 0) continue;
    const bool first = name.empty();
    const std::uint64_t top = first ? (arc < 80 ? arc / 40 : 2) : 0;
    if (arc - 40 * top > std::numeric_limits<std::uint32_t>::max()) return false;
    if (first) name.push_back(static_cast<std::uint32_t>(top));
    name.push_back(static_cast<std::uint32_t>(arc - 40 * top));
    if (name.size() > kMaxArcs) return false;
    arc = 0;
    octets = 0;
  }
  return octets == 0 && !name.empty();
}

std::size_t size_of_integer(std::int64_t value) {
  std::size_t size = 1;
  while (value > 127 || value < -128) {
    value >>= 8U;
    ++size;
  }
  return size;
}

std::size_t size_of_unsigned(std::uint64_t value) {
  std::size_t size = 1;
  while (value > 127) {
    value >>= 8U;
    ++size;
  }
  return size;
}

std::size_t size_of_name(NameView name) {
  if (name.empty()) return 1;
  std::size_t size = size_of_arc(first_arc(name));
  for (std::size_t i = 2; i < name.size(); ++i) size += size_of_arc(name[i]);
  return size;
}

std::size_t size_of_element(std::size_t content) {
  std::size_t size = 2 + content;
  if (content >= 0x80U) ++size;
  if (content > 0xffU) ++size;
  if (content > 0xffffU) ++size;
  return size;
}

void put_header(std::string& out, std::uint8_t tag, std::size_t content) {
  put_byte(out, tag);
  const std::size_t extra = size_of_element(content) - content - 2;
  if (extra == 0) return put_byte(out, content);
  put_byte(out, 0x80U | extra);
  for (std::size_t left = extra; left > 0; --left) put_byte(out, content >> (8U * (left - 1)));
}

void put_integer(std::string& out, std::uint8_t tag, std::int64_t value) {
  const std::size_t size = size_of_integer(value);
  put_header(out, tag, size);
  const auto bits = std::bit_cast<std::uint64_t>(value);
  for (std::size_t left = size; left > 0; --left) put_byte(out, bits >> (8U * (left - 1)));
}

void put_unsigned(std::string& out, std::uint8_t tag, std::uint64_t value) {
  const std::size_t size = size_of_unsigned(value);
  put_header(out, tag, size);
  for (std::size_t left = size; left > 0; --left) {
    put_byte(out, left > 8 ? 0 : value >> (8U * (left - 1)));
  }
}

void put_name(std::string& out, NameView name) {
  put_header(out, kObjectIdTag, size_of_name(name));
  if (name.empty()) return put_byte(out, 0);
  put_arc(out, first_arc(name));
  for (std::size_t i = 2; i < name.size(); ++i) put_arc(out, name[i]);
}

void put_octets(std::string& out, std::uint8_t tag, std::string_view octets) {
  put_header(out, tag, octets.size());
  out.append(octets);
}

}  // namespace market::sim::ber
