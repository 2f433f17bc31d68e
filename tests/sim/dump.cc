#include "tests/sim/dump.h"

#include <charconv>
#include <iterator>

#include <fmt/format.h>

#include "tests/sim/mibs.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

/// Quotes and backslashes escaped, control characters as \xNN; UTF-8 passes.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string hex(const std::string& octets) {
  std::string out;
  for (const char c : octets) {
    if (!out.empty()) out += ' ';
    out += fmt::format("{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

void dump_column(std::string& out, const View& view, const Table& table, const Column& column) {
  Name row;
  while (table.next_row(view, row)) {
    const Value value = table.get(view, column.arc, row);
    fmt::format_to(std::back_inserter(out), "{} {}.{}.{} = {}\n", view.device.id,
                   fmt::join(table.root(), "."), column.arc, fmt::join(row, "."),
                   to_text(value, column.writable->show));
  }
}

template <class Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "80 00", "8000" or "80:00".
std::optional<std::string> parse_hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c != ' ' && c != ':') digits += c;
  }
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string octets;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned octet = 0;
    const char* const begin = digits.data() + i;
    if (std::from_chars(begin, begin + 2, octet, 16).ptr != begin + 2) return std::nullopt;
    octets.push_back(static_cast<char>(octet));
  }
  return octets;
}

}  // namespace

std::string to_text(const Value& value, Writable::Show show) {
  switch (value.tag) {
    case Tag::Octets:
      return show == Writable::Show::Hex ? "Hex-STRING: " + hex(value.octets)
                                         : "STRING: " + quoted(value.octets);
    case Tag::Unsigned32:
      return fmt::format("Gauge32: {}", value.number);
    default:
      return fmt::format("INTEGER: {}", value.number);
  }
}

std::string dump_of(const World& world, const Device& device, Store store) {
  std::string out;
  if (!device.managed) return out;
  const Managed& managed = *device.managed;
  const View view{world, device, store == Store::Running ? &managed.running : &managed.startup,
                  Time::zero()};
  for (const auto& table : mib_of(device.kind).tables()) {
    if (compare(table->root(), kSaveRoot) == 0 || compare(table->root(), kRequestRoot) == 0)
      continue;
    for (const Column& column : table->columns()) {
      if (column.writable) dump_column(out, view, *table, column);
    }
  }
  return out;
}

std::optional<Value> parse_value(std::string_view type, std::string_view text) {
  if (type == "s") return Value::text(std::string{text});
  if (type == "x") {
    auto octets = parse_hex(text);
    if (!octets) return std::nullopt;
    return Value::text(std::move(*octets));
  }
  if (type == "i") {
    const auto number = parse_number<std::int32_t>(text);
    if (!number) return std::nullopt;
    return Value::integer(*number);
  }
  if (type == "u") {
    const auto number = parse_number<std::uint32_t>(text);
    if (!number) return std::nullopt;
    return Value::gauge(*number);
  }
  return std::nullopt;
}

}  // namespace market::sim
