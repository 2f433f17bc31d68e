// SNMPv3 with the User-based Security Model: who may say what is signed, hidden and fresh. Private.
//
// The framing and the rules are ours, since net-snmp builds and parses a message through its
// process-wide tables at many times the cost; hashes and ciphers are OpenSSL's, keys net-snmp's.
//
// Sources:  RFC 3412, RFC 3414, RFC 3826 (AES), RFC 7860 (SHA-2).
#pragma once

#include "probes/snmp/usm_clock.h"
#include "probes/snmp/usm_frame.h"

namespace market::snmp {

/// Why a v3 message was not taken.
enum class UsmFault : std::uint8_t {
  Malformed,        ///< not a v3 message, or not one the PDU of which can be read
  NotAuthentic,     ///< signature, user, engine or security level are not those of the question
  NotInTimeWindow,  ///< authentic, but from another life of the agent (RFC 3414, 3.2.7b)
};

/// msgFlags of the level that the credentials ask for.
[[nodiscard]] std::uint8_t level_of(const Credentials& credentials);

/// One user at one engine: localised keys (RFC 3414, 2.6).
class UsmUser {
 public:
  /// `identity` must outlive it.
  [[nodiscard]] static Result<UsmUser> make(const Identity& identity, const EngineId& engine);

  [[nodiscard]] const EngineId& engine() const { return engine_; }

  /// A message of this user to or from this engine, with at most the user's level.
  /// InvalidValue when it cannot be signed or hidden, or does not fit a datagram.
  [[nodiscard]] Result<Bytes> write(std::int32_t message_id, std::uint8_t flags, EngineTime at,
                                    BytesView scoped) const;

  /// True when who sent it knows the user's authentication key at this engine.
  [[nodiscard]] bool has_signed(const UsmFrame& frame, BytesView message) const;
  /// The ScopedPDU. With the wrong key it is anything, which need not be noticed here.
  [[nodiscard]] bool reveal(const UsmFrame& frame, Bytes& scoped) const;

  /// The reply to a question of this user, up to its bindings, which stand in `scoped` or in
  /// `message`. A Response has the level that was asked for, a Report may have less, and may come
  /// from an engine that changed its id; what is signed sets `clock`.
  [[nodiscard]] tl::expected<ReplyHead, UsmFault> open(BytesView message, EngineClock& clock,
                                                       io::TimePoint now, Bytes& scoped) const;

 private:
  UsmUser(const Identity& identity, EngineId engine, Identity::Keys keys)
      : identity_{&identity}, engine_{std::move(engine)}, keys_{std::move(keys)} {}
  [[nodiscard]] tl::expected<BytesView, UsmFault> scoped_of(const UsmFrame& frame,
                                                            BytesView message, EngineClock& clock,
                                                            io::TimePoint now, Bytes& scoped) const;

  const Identity* identity_;
  EngineId engine_;
  Identity::Keys keys_;
};

/// The question that any engine answers with a Report that names it (RFC 3414, section 4).
[[nodiscard]] Bytes encode_discovery(std::int32_t id);
/// What that Report tells, proven by nothing.
struct Discovered {
  EngineId engine;
  EngineTime at;
};
[[nodiscard]] std::optional<Discovered> decode_discovery(BytesView message);
/// A Report of `counter` without any security, in the name of `engine`.
[[nodiscard]] Result<Bytes> encode_report(const EngineId& engine, EngineTime at,
                                          std::string_view user, std::int32_t message_id,
                                          const VarBind& counter);

}  // namespace market::snmp
