// Notifications as octets: SNMPv1 traps, SNMPv2c traps and informs of snmpTraps.
//
// Threads:  pure. Sources: RFC 1157, 4.1.6; RFC 3416, 4.2.6 and 4.2.7; RFC 3418, snmpTraps;
// RFC 2863, linkDown and linkUp; RFC 3584, 3.1 and 3.2 (one in the terms of the other).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tests/sim/table.h"

namespace market::sim {

/// The numbers are those of SNMPv1's generic-trap; one more is the last arc of snmpTraps.
enum class TrapKind : std::uint8_t {
  ColdStart = 0,
  WarmStart = 1,
  LinkDown = 2,
  LinkUp = 3,
  AuthenticationFailure = 4,
};
enum class TrapForm : std::uint8_t { V1, V2c, Inform };

/// "linkDown". Nothing for another word.
[[nodiscard]] std::optional<TrapKind> trap_kind_of(std::string_view word);
/// "v1", "v2c", "inform". Nothing for another word.
[[nodiscard]] std::optional<TrapForm> trap_form_of(std::string_view word);

struct Trap {
  TrapKind kind = TrapKind::ColdStart;
  TrapForm form = TrapForm::V2c;
  std::uint32_t if_index = 0;  ///< of LinkDown and LinkUp
  std::int32_t id = 1;         ///< request-id; not in SNMPv1
};
[[nodiscard]] std::string write_trap(const View& view, const std::string& community,
                                     const Trap& trap);
/// The request-id of a Response; nothing when it is something else.
[[nodiscard]] std::optional<std::int32_t> read_response_id(ber::Octets message);

}  // namespace market::sim
