// What can be written on a device, as text: the oracle that tests compare byte by byte.
//
//   sw-1 1.3.6.1.2.1.1.5.0 = STRING: "switch"
//   sw-1 1.3.6.1.2.1.17.7.1.4.3.1.2.1 = Hex-STRING: FF FF FF
//
// Only writable objects, so counters and clocks never show; in the order of their names.
#pragma once

#include <string>

#include "tests/sim/table.h"

namespace market::sim {

enum class Store : std::uint8_t { Running, Startup };

/// Empty for a terminal, which has nothing to write.
[[nodiscard]] std::string dump_of(const World& world, const Device& device, Store store);

/// "INTEGER: 5", "Gauge32: 20", "STRING: \"text\"" or "Hex-STRING: 80 00".
[[nodiscard]] std::string to_text(const Value& value, Writable::Show show);

/// A value as snmpset takes it: type letter i, u, s, x or a number's text.
[[nodiscard]] std::optional<Value> parse_value(std::string_view type, std::string_view text);

}  // namespace market::sim
