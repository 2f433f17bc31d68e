// The SNMPv3 message around a PDU, with the parameters of the User-based Security Model.
//
// Threads:  pure. Errors: what is malformed, or of another security model, is nothing.
// Sources:  RFC 3412, section 6 (message, ScopedPDU); RFC 3414, 2.4 (security parameters).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/sim/ber.h"

namespace market::sim {

// msgFlags (RFC 3412, 6.4).
inline constexpr std::uint8_t kAuthFlag = 1;
inline constexpr std::uint8_t kPrivFlag = 2;
inline constexpr std::uint8_t kReportableFlag = 4;

struct UsmMessage {
  std::int64_t id = 0;
  std::uint8_t flags = 0;
  std::string engine;  ///< authoritative; empty in a discovery
  std::uint32_t boots = 0;
  std::uint32_t time = 0;  ///< seconds since the boot
  std::string user;
  std::string signature;         ///< empty = not signed
  std::size_t signature_at = 0;  ///< where it stands in the message's octets
  std::string salt;              ///< empty = not hidden
  /// The ScopedPDU, or what it became by encryption.
  std::string data;

  [[nodiscard]] std::uint8_t level() const { return flags & (kAuthFlag | kPrivFlag); }
};

[[nodiscard]] std::optional<UsmMessage> decode_usm(ber::Octets octets);
/// Fills `signature_at`.
[[nodiscard]] std::string encode_usm(UsmMessage& message);

/// The PDU, in the default context of the engine.
[[nodiscard]] std::string encode_scoped(const std::string& engine, std::string_view pdu);
struct Scoped {
  std::string context;
  std::string pdu;  ///< with its header
};
/// Nothing when it is no ScopedPDU.
[[nodiscard]] std::optional<Scoped> decode_scoped(std::string_view scoped);

}  // namespace market::sim
