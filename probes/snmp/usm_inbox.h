// SNMPv3 notifications, from octets to what they say: who sent them, whether they are authentic,
// and what to answer. Private.
//
// Threads:  the loop's thread only (net-snmp's state is process-global).
// Sources:  RFC 3414, 3.2 (incoming) and 3.1 (outgoing, reports); RFC 3412, 7.2.
#pragma once

#include <map>
#include <variant>

#include "probes/snmp/trap_receiver.h"
#include "probes/snmp/usm.h"

namespace market::snmp {

/// The fields of a v3 message that are readable before anything is believed (RFC 3412, section 6;
/// RFC 3414, 2.4).
struct UsmHeader {
  std::int32_t message_id = 0;
  bool reportable = false;  ///< the sender is not authoritative: a discovery or an inform
  std::uint8_t level = 0;   ///< msgFlags: 1 auth, 2 priv
  EngineId engine;          ///< msgAuthoritativeEngineID; empty in a discovery
  std::uint32_t boots = 0, time = 0;
  std::string user;
};
[[nodiscard]] std::optional<UsmHeader> read_usm_header(std::span<const std::uint8_t> message);

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
  [[nodiscard]] Arrival take(std::span<const std::uint8_t> message);

 private:
  [[nodiscard]] std::variant<Accepted, TrapRefusal, Garbled> take_as(
      const Identity& identity, const UsmHeader& header, std::span<const std::uint8_t> message);
  [[nodiscard]] std::variant<Accepted, TrapRefusal, Garbled> take_as_any(
      const UsmHeader& header, std::span<const std::uint8_t> message, const Identity*& tried);
  [[nodiscard]] std::optional<Bytes> report(const UsmHeader& header, TrapRefusal why,
                                            const Identity* identity);
  void tell_own_clock() const;
  [[nodiscard]] std::uint32_t own_time() const;
  [[nodiscard]] bool in_own_window(const UsmHeader& header) const;

  const io::Clock& clock_;
  io::TimePoint started_;
  std::vector<std::unique_ptr<Identity>> identities_;
  OwnEngine own_;
  /// Keys localised at engines that have proved to have them.
  std::map<std::pair<const Identity*, EngineId>, std::unique_ptr<UsmUser>> users_;
  std::array<std::uint32_t, kTrapRefusals> reported_{};
};

}  // namespace market::snmp
