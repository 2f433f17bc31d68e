// The SNMPv3 message around a PDU: read before anything in it is believed, and written. Private.
//
// Sources:  RFC 3412, section 6 (message, ScopedPDU); RFC 3414, 2.4 (security parameters).
#pragma once

#include <string_view>

#include "probes/snmp/ber.h"
#include "probes/snmp/usm_crypto.h"

namespace market::snmp {

// msgFlags (RFC 3412, 6.4).
inline constexpr std::uint8_t kAuthFlag = 1;
inline constexpr std::uint8_t kPrivFlag = 2;
inline constexpr std::uint8_t kReportableFlag = 4;
inline constexpr std::uint8_t kLevelFlags = kAuthFlag | kPrivFlag;

/// Octets that something else holds.
using BytesView = std::span<const std::uint8_t>;

/// A message with the User-based Security Model. What it points to is the message's.
struct UsmFrame {
  std::int32_t message_id = 0;
  std::uint8_t flags = 0;
  BytesView engine;  ///< authoritative; empty in a discovery
  EngineTime at;
  std::string_view user;
  std::size_t signature_at = 0;  ///< where in the message it stands
  BytesView signature;           ///< empty = not signed
  BytesView salt;
  /// msgData: the ScopedPDU, or what it became by encryption.
  BytesView data;

  [[nodiscard]] std::uint8_t level() const { return flags & kLevelFlags; }
};
/// Nothing when malformed, of another security model, or private without being authentic.
[[nodiscard]] std::optional<UsmFrame> read_frame(BytesView message);

/// From and with the PDU on; nothing when `scoped` is no ScopedPDU.
[[nodiscard]] std::optional<BytesView> pdu_of(BytesView scoped);
/// The PDU in a context of the engine (RFC 3411, 3.3.1); "" is the default one.
[[nodiscard]] Bytes scoped_pdu(BytesView engine, std::string_view context, BytesView pdu);
/// The message around the data that `writer` holds; of `frame` all but data and signature counts.
/// Room of `signature_size` zeros is left for a signature, `signature_at` saying where.
struct WrittenFrame {
  Bytes message;
  std::size_t signature_at = 0;
};
[[nodiscard]] WrittenFrame write_frame(Writer& writer, const UsmFrame& frame,
                                       std::size_t signature_size);

}  // namespace market::snmp
