// From the bytes an agent answered to one fact about the device, or to nothing.
//
// Agents answer what their firmware was born with: "N/A", "To be filled by O.E.M.", a MAC of six
// zeros. A placeholder taken for a serial would make one device of a hundred, so it is no fact.
//
// Threads:  pure. Errors: none; what cannot be used is nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/profile/profile.h"

namespace market {

/// The names a profile may use below `facts`.
[[nodiscard]] const std::vector<std::string>& fact_names();

/// `octets` as UTF-8 on one line: control characters become spaces, bytes that are no UTF-8 become
/// U+FFFD, both ends are trimmed, and at most `kMaxText` bytes are kept.
inline constexpr std::size_t kMaxText = 512;
[[nodiscard]] std::string clean_text(std::string_view octets);

/// What an agent answered, cleaned once for all the rules that look into it.
struct Said {
  explicit Said(std::string answered) : octets{std::move(answered)}, text{clean_text(octets)} {}
  std::string octets;
  std::string text;
};

/// The fact `name` ("serial", "mac", ...) in what was said, by `rule`'s regex. A MAC is six octets
/// or its text and comes out as "02:00:00:00:0a:01". Nothing for a placeholder or no match.
[[nodiscard]] std::optional<std::string> fact_in(std::string_view name, const FactRule& rule,
                                                 const Said& said);
[[nodiscard]] std::optional<std::string> fact_in(std::string_view name, const FactRule& rule,
                                                 std::string_view octets);

/// snmpEngineID as lower-case hex. Nothing unless 5..32 octets that are not all zero or all 0xff
/// (RFC 3411, SnmpEngineID).
[[nodiscard]] std::optional<std::string> engine_id_in(std::string_view octets);

}  // namespace market
