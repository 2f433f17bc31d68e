#include "probes/snmp/recording_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string>
#include <utility>

namespace market::snmp {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  text = trimmed(text);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end == text.data()) return std::nullopt;
  return value;
}

/// Counters and gauges: recorders write negative or wider numbers than the type holds.
std::optional<std::uint64_t> unsigned_number(std::string_view text) {
  if (auto value = number<std::uint64_t>(text)) return value;
  const auto negative = number<std::int64_t>(text);
  if (!negative) return std::nullopt;
  return static_cast<std::uint64_t>(*negative);
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> unhex(std::string_view text) {
  std::string octets;
  int high = -1;
  for (const char c : text) {
    if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ':') continue;
    const int nibble = digit(c);
    if (nibble < 0) return std::nullopt;
    if (high < 0) {
      high = nibble;
    } else {
      octets += static_cast<char>(high * 16 + nibble);
      high = -1;
    }
  }
  if (high >= 0) return std::nullopt;
  return octets;
}

std::optional<Value> oid_value(std::string_view text) {
  auto oid = Oid::parse(trimmed(text));
  if (!oid) return std::nullopt;
  return *std::move(oid);
}

std::optional<Value> address_value(std::string_view text, bool hex) {
  if (hex) {
    const auto octets = unhex(text);
    if (!octets || octets->size() != 4) return std::nullopt;
    std::array<std::uint8_t, 4> raw{};
    std::transform(octets->begin(), octets->end(), raw.begin(),
                   [](char c) { return static_cast<std::uint8_t>(c); });
    const auto address = IpAddress::from(raw);
    if (!address) return std::nullopt;
    return *address;
  }
  const auto address = IpAddress::parse(trimmed(text));
  if (!address) return std::nullopt;
  return *address;
}

/// "up(1)" -> "1"; "1" stays.
std::string_view enumerated(std::string_view text) {
  const auto open = text.rfind('(');
  if (open == std::string_view::npos) return text;
  return text.substr(open + 1, text.find(')', open) - open - 1);
}

std::optional<Value> integer_value(std::string_view text) {
  const auto value = number<std::int64_t>(text);
  if (!value) return std::nullopt;
  return Integer{static_cast<std::int32_t>(*value)};
}

template <class Kind, class Number>
std::optional<Value> unsigned_value(std::string_view text) {
  const auto value = unsigned_number(text);
  if (!value) return std::nullopt;
  return Kind{static_cast<Number>(*value)};
}

std::string unquoted(std::string_view text) {
  text = trimmed(text);
  const bool quoted = text.size() >= 2 && text.front() == '"' && text.back() == '"';
  if (!quoted) return std::string{text};
  std::string plain;
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    if (text[i] == '\\' && i + 2 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

}  // namespace

std::optional<Value> snmprec_value(std::string_view tag, std::string_view text) {
  tag = tag.substr(0, tag.find(':'));
  const bool hex = tag.ends_with('x');
  const auto type = number<unsigned>(tag);
  if (!type) return std::nullopt;
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  switch (*type) {
    case 2:
      return integer_value(text);
    case 4:
    case 68: {  // Opaque: its bytes
      if (!hex) return Octets{std::string{text}};
      auto octets = unhex(text);
      if (!octets) return std::nullopt;
      return Octets{*std::move(octets)};
    }
    case 5:
      return Null{};
    case 6:
      return oid_value(text);
    case 64:
      return address_value(text, hex);
    case 65:
      return unsigned_value<Counter32, std::uint32_t>(text);
    case 66:
      return unsigned_value<Unsigned32, std::uint32_t>(text);
    case 67:
      return unsigned_value<TimeTicks, std::uint32_t>(text);
    case 70:
      return unsigned_value<Counter64, std::uint64_t>(text);
    case 128:
      return NoSuchObject{};
    case 129:
      return NoSuchInstance{};
    case 130:
      return EndOfMibView{};
    default:
      return std::nullopt;
  }
}

std::optional<Value> walk_value(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('"')) return Octets{unquoted(text)};
  if (text.starts_with("No Such Object")) return NoSuchObject{};
  if (text.starts_with("No Such Instance")) return NoSuchInstance{};
  if (text.starts_with("No more variables")) return EndOfMibView{};
  if (text == "NULL") return Null{};
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto type = text.substr(0, colon);
  const auto rest = trimmed(text.substr(colon + 1));
  if (type == "STRING" || type == "Opaque" || type == "UInteger32") return Octets{unquoted(rest)};
  if (type == "Hex-STRING" || type == "BITS") {
    auto octets = unhex(rest.substr(0, rest.find_first_not_of("0123456789abcdefABCDEF \t\r\n:")));
    if (!octets) return std::nullopt;
    return Octets{*std::move(octets)};
  }
  if (type == "OID") return oid_value(rest);
  if (type == "INTEGER") return integer_value(enumerated(rest));
  if (type == "Counter32") return unsigned_value<Counter32, std::uint32_t>(rest);
  if (type == "Gauge32") return unsigned_value<Unsigned32, std::uint32_t>(rest);
  if (type == "Counter64") return unsigned_value<Counter64, std::uint64_t>(rest);
  if (type == "Timeticks") {
    const auto ticks = rest.starts_with('(') ? rest.substr(1) : rest;
    return unsigned_value<TimeTicks, std::uint32_t>(ticks);
  }
  if (type == "IpAddress") return address_value(rest, false);
  if (type == "Network Address") return address_value(rest, true);
  return std::nullopt;
}

}  // namespace market::snmp
