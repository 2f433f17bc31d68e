// SNMPv3 with the User-based Security Model, through net-snmp's own snmp_build and snmp_parse:
// keys, authentication, encryption and the engines' clocks are the library's work. Private.
//
// The library looks a user up by name and engine, process-wide. So that two credentials may share
// a name, a user is in its table only while one message of that user is built or parsed.
//
// Threads:  the loop's thread only (net-snmp's state is process-global).
// Sources:  RFC 3412, RFC 3414, RFC 3826 (AES), RFC 7860 (SHA-2).
#pragma once

#include <memory>

#include "probes/snmp/codec.h"
#include "probes/snmp/identity.h"

namespace market::snmp {

/// Why a v3 message was not taken.
enum class UsmFault : std::uint8_t {
  Malformed,        ///< not a v3 message, or not one the PDU of which can be read
  NotAuthentic,     ///< digest, user, engine or security level are not those of the question
  NotInTimeWindow,  ///< authentic, but from another life of the agent (RFC 3414, 3.2.7b)
};

/// Why a notification was not taken: the counters of usmStats (RFC 3414, section 5).
enum class UsmStat : std::uint8_t {
  Malformed,  ///< none of them: no notification
  UnsupportedLevel,
  NotInTimeWindow,
  UnknownUser,
  WrongDigest,
  DecryptionError,
};

/// A trap or an inform that is as authentic and as private as its user's credentials ask for.
struct UsmNotification {
  bool inform = false;
  std::vector<VarBind> bindings;  ///< sysUpTime and snmpTrapOID first (RFC 3416, 4.2.6)
  Bytes acknowledgement;          ///< of an inform: the Response to it
};

/// One user at one engine: localised keys (RFC 3414, 2.6).
class UsmUser {
 public:
  [[nodiscard]] static Result<std::unique_ptr<UsmUser>> make(const Identity& identity,
                                                             const EngineId& engine);
  ~UsmUser();
  UsmUser(const UsmUser&) = delete;
  UsmUser& operator=(const UsmUser&) = delete;

  [[nodiscard]] Result<Bytes> encode(const Question& question);
  /// A Response has the security level that was asked for; a Report may have less.
  [[nodiscard]] tl::expected<Reply, UsmFault> decode(std::span<const std::uint8_t> message);
  /// A notification that claims to be of this user at this engine.
  [[nodiscard]] tl::expected<UsmNotification, UsmStat> accept(
      std::span<const std::uint8_t> message);
  /// A Report of `counter`, authenticated, not encrypted.
  [[nodiscard]] Result<Bytes> report(std::int32_t message_id, const VarBind& counter);

 private:
  struct Impl;
  explicit UsmUser(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The question that any engine answers with a Report that names it (RFC 3414, section 4).
[[nodiscard]] Result<Bytes> encode_discovery(std::int32_t id);
/// The engine's id. The clock it tells is remembered as a first guess, to be authenticated later.
[[nodiscard]] tl::expected<EngineId, UsmFault> decode_discovery(
    std::span<const std::uint8_t> message);
/// A Report of `counter` without any security, in the name of `engine`.
[[nodiscard]] Result<Bytes> encode_report(const EngineId& engine, const std::string& user,
                                          std::int32_t message_id, const VarBind& counter);
/// What messages of this engine are written with and compared to from now on.
void tell_clock(const EngineId& engine, std::uint32_t boots, std::uint32_t time);
/// True when anything is known of the engine's clock.
[[nodiscard]] bool is_met(const EngineId& engine);
/// Forgets boots and time of an engine, as if it had never been met.
void forget_clock(const EngineId& engine);

}  // namespace market::snmp
