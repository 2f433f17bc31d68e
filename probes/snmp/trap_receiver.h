// Traps and informs of SNMPv1 and v2c agents: a wire in, events out.
//
// Threads:  confined to the loop's thread. The handler may destroy the receiver.
// Errors:   none: what is not a notification, or comes in an unknown community, is counted.
// Sources:  RFC 1157, 4.1.6 (Trap-PDU); RFC 3416, 4.2.6 and 4.2.7 (SNMPv2-Trap, Inform);
//           RFC 3584, 3.1 (SNMPv1 traps in the terms of SNMPv2).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "probes/io/datagram.h"
#include "probes/snmp/client.h"

namespace market::snmp {

struct TrapEvent {
  io::Endpoint from{IpAddress::v4(0),
                    0};  ///< who sent it; an SNMPv1 agent-addr may be forged or behind NAT
  Version version = Version::V2c;
  bool inform = false;
  std::string credentials;         ///< id of those whose community it came in
  std::uint32_t uptime_ticks = 0;  ///< sysUpTime, 1/100 s
  Oid trap;                        ///< snmpTrapOID
  std::vector<VarBind> bindings;   ///< without sysUpTime and snmpTrapOID
};

class TrapReceiver {
 public:
  struct Counters {
    std::uint64_t delivered = 0;
    std::uint64_t acknowledged = 0;  ///< informs
    std::uint64_t unknown = 0;       ///< communities that are not ours; SNMPv3, which is not read
    std::uint64_t garbled = 0;
  };
  virtual ~TrapReceiver() = default;
  [[nodiscard]] virtual Counters counters() const = 0;
};

/// Takes the wire's receiver (open_udp on port 162) until it dies. `wire` must outlive it. An
/// inform is acknowledged before the handler runs; those of strangers are not.
[[nodiscard]] std::unique_ptr<TrapReceiver> receive_traps(io::Wire& wire,
                                                          std::vector<Credentials> accepted,
                                                          std::function<void(TrapEvent)> handler);

}  // namespace market::snmp
