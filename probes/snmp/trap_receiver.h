// Traps and informs of SNMPv1, v2c and v3 agents: a wire in, events out.
//
// In v3 a trap is protected by its sender's engine: user and keys are looked up by the engine id
// that it claims, and its clock may only go forward. An inform is protected by ours: agents
// discover it here, and what is outside the window of 150 s around our own clock is not taken. What
// is refused is reported to senders of informs, who repair it by themselves where they can.
//
// The first trap of an engine that was never met sets its clock and cannot be told from a replay;
// what is older than that is refused.
//
// Threads:  confined to the loop's thread. The handler may destroy the receiver.
// Errors:   none: what is not a notification, or must not be believed, is counted.
// Sources:  RFC 1157, 4.1.6 (Trap-PDU); RFC 3416, 4.2.6 and 4.2.7 (SNMPv2-Trap, Inform);
//           RFC 3584, 3.1 (SNMPv1 traps in the terms of SNMPv2); RFC 3414, 3.2 (USM, incoming) and
//           4 (discovery); RFC 3826 (AES); RFC 7860 (SHA-2).
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "probes/io/datagram.h"
#include "probes/snmp/client.h"

namespace market::snmp {

struct TrapEvent {
  io::Endpoint from{IpAddress::v4(0),
                    0};  ///< who sent it; an SNMPv1 agent-addr may be forged or behind NAT
  Version version = Version::V2c;
  bool inform = false;
  std::string credentials;         ///< id of those whose community or user it came in
  std::string engine;              ///< v3: hex id of the sender's engine; empty for informs
  std::uint32_t uptime_ticks = 0;  ///< sysUpTime, 1/100 s
  Oid trap;                        ///< snmpTrapOID
  std::vector<VarBind> bindings;   ///< without sysUpTime and snmpTrapOID
};

/// Why a notification was not believed. From UnsupportedLevel on: the counters of usmStats.
enum class TrapRefusal : std::uint8_t {
  UnknownCommunity,
  UnsupportedLevel,
  NotInTimeWindow,
  UnknownUser,
  UnknownEngine,  ///< an inform to another engine than ours; a trap that claims to come from ours
  WrongDigest,
  DecryptionError,
};
inline constexpr std::size_t kTrapRefusals = 7;
/// "unknownCommunity", "usmStatsWrongDigests".
[[nodiscard]] std::string_view to_string(TrapRefusal refusal);

/// Who we are to senders of informs: the authoritative engine (RFC 3414, 3.1).
struct OwnEngine {
  /// 5..32 octets, the same at every start (RFC 3411, section 5).
  std::vector<std::uint8_t> id;
  /// How often this engine has started, 1..2^31-2; must grow with every start.
  std::uint32_t boots = 1;
};

class TrapReceiver {
 public:
  struct Counters {
    std::uint64_t delivered = 0;
    std::uint64_t acknowledged = 0;  ///< informs
    std::uint64_t discoveries = 0;   ///< questions for our engine id
    std::uint64_t garbled = 0;
    std::array<std::uint64_t, kTrapRefusals> refused{};

    [[nodiscard]] std::uint64_t of(TrapRefusal refusal) const {
      return refused.at(static_cast<std::size_t>(refusal));
    }
  };
  virtual ~TrapReceiver() = default;
  [[nodiscard]] virtual Counters counters() const = 0;
};

/// Takes the wire's receiver (open_udp on port 162) until it dies. `clock` and `wire` must outlive
/// it. An inform is acknowledged before the handler runs; those of strangers are not. A v3
/// notification must have exactly the security level of its user's credentials.
[[nodiscard]] std::unique_ptr<TrapReceiver> receive_traps(const io::Clock& clock, io::Wire& wire,
                                                          std::vector<Credentials> accepted,
                                                          OwnEngine own,
                                                          std::function<void(TrapEvent)> handler);

}  // namespace market::snmp
