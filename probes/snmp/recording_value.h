// One value of a recording, in either spelling.
//
// Threads:  pure. Errors: nothing where the text is no value of that type.
#pragma once

#include <optional>
#include <string_view>

#include "probes/snmp/value.h"

namespace market::snmp {

/// `tag` is a number of BER's with an optional `x` (hex), `e` (escaped) and ":module": "4x".
[[nodiscard]] std::optional<Value> snmprec_value(std::string_view tag, std::string_view text);
/// "STRING: \"x\"", "Hex-STRING: 00 1A", "INTEGER: up(1)", "OID: .1.3.6", "\"\"".
[[nodiscard]] std::optional<Value> walk_value(std::string_view text);

}  // namespace market::snmp
