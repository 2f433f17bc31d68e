// Basic Encoding Rules, as much of them as SNMP uses (X.690; RFC 3417, section 8): definite
// lengths, single-byte tags.
//
// This codec is the simulator's own, so that a mistake in the daemon's codec cannot hide behind the
// same mistake here. Threads: pure. Errors: whatever is malformed is nothing (std::nullopt or
// false); nothing reads beyond the octets it was given.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "tests/sim/name.h"

namespace market::sim::ber {

using Octets = std::span<const std::uint8_t>;

/// One element: its tag and what it holds.
struct Element {
  std::uint8_t tag = 0;
  Octets content;
};

/// Takes elements off the front of a sequence of octets, one after another.
class Reader {
 public:
  explicit Reader(Octets octets) : rest_{octets} {}

  /// The next element; nothing when the octets are used up or malformed.
  [[nodiscard]] std::optional<Element> next();
  /// The content of the next element, which must have `tag`.
  [[nodiscard]] std::optional<Octets> expect(std::uint8_t tag);
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  Octets rest_;
};

/// Two's complement of 1..8 octets.
[[nodiscard]] std::optional<std::int64_t> to_integer(Octets content);
/// A number that is never negative, of 1..9 octets of which the ninth is a leading zero.
[[nodiscard]] std::optional<std::uint64_t> to_unsigned(Octets content);
/// Fills `name`, keeping its capacity. False for no arcs, more than kMaxArcs, or arcs beyond 32
/// bits.
[[nodiscard]] bool to_name(Octets content, Name& name);

/// How many octets the content takes, without tag and length.
[[nodiscard]] std::size_t size_of_integer(std::int64_t value);
[[nodiscard]] std::size_t size_of_unsigned(std::uint64_t value);
[[nodiscard]] std::size_t size_of_name(NameView name);
/// How many octets an element takes whose content takes `content`.
[[nodiscard]] std::size_t size_of_element(std::size_t content);

/// Appends to `out`.
void put_header(std::string& out, std::uint8_t tag, std::size_t content);
void put_integer(std::string& out, std::uint8_t tag, std::int64_t value);
void put_unsigned(std::string& out, std::uint8_t tag, std::uint64_t value);
void put_name(std::string& out, NameView name);
void put_octets(std::string& out, std::uint8_t tag, std::string_view octets);

}  // namespace market::sim::ber
