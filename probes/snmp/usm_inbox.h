// SNMPv3 notifications, from octets to what they say: who sent them, whether they are authentic,
// and what to answer. Private.
//
// Sources:  RFC 3414, 3.2 (incoming) and 3.1 (outgoing, reports); RFC 3412, 7.2.
#pragma once

#include <map>
#include <variant>

#include "probes/snmp/trap_receiver.h"
#include "probes/snmp/usm.h"

namespace market::snmp {

/// A trap or an inform that is as authentic and as private as its user's credentials ask for.
struct UsmNotification {
  bool inform = false;
  std::vector<VarBind> bindings;  ///< sysUpTime and snmpTrapOID first (RFC 3416, 4.2.6)
  Bytes acknowledgement;          ///< of an inform: the Response to it
};

class UsmInbox {
 public:
  UsmInbox(const io::Clock& clock, const std::vector<Credentials>& accepted, OwnEngine own);

  struct Accepted {
    std::string credentials;
    UsmNotification notification;
    EngineId engine;
  };
  struct Discovery {};  ///< a question for our engine id
  struct Garbled {};
  struct Arrival {
    std::variant<Accepted, TrapRefusal, Discovery, Garbled> what;
    std::optional<Bytes> report;  ///< to be sent back
  };
  [[nodiscard]] Arrival take(BytesView message);

 private:
  using Verdict = std::variant<Accepted, TrapRefusal, Garbled>;
  /// A user at an engine that has proved to have the keys.
  struct Sender {
    UsmUser user;
    EngineClock clock;
  };

  [[nodiscard]] Verdict take_as(const Identity& identity, const UsmFrame& frame, BytesView message);
  [[nodiscard]] Verdict take_as_any(const UsmFrame& frame, BytesView message,
                                    const Identity*& tried);
  [[nodiscard]] Verdict take_from(Sender& sender, const Identity& identity, const UsmFrame& frame,
                                  BytesView message);
  [[nodiscard]] std::optional<UsmNotification> read(const UsmUser& user, const UsmFrame& frame,
                                                    BytesView scoped) const;
  [[nodiscard]] std::optional<Bytes> report(const UsmFrame& frame, TrapRefusal why,
                                            const Identity* identity);
  [[nodiscard]] EngineTime own_time() const;
  [[nodiscard]] bool in_own_window(EngineTime told) const;

  const io::Clock& clock_;
  io::TimePoint started_;
  std::vector<std::unique_ptr<Identity>> identities_;
  OwnEngine own_;
  std::map<std::pair<const Identity*, EngineId>, Sender> senders_;
  Bytes revealed_;  ///< room for what was encrypted
  std::array<std::uint32_t, kTrapRefusals> reported_{};
};

}  // namespace market::snmp
