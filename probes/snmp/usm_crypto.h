// What USM signs and hides with, done by OpenSSL. Private.
//
// Threads:  one at a time in each thread.
// Sources:  RFC 2104 (HMAC); RFC 3414, section 6 (SHA-1); RFC 7860 (SHA-2); RFC 3826 (AES).
#pragma once

#include <array>

#include "probes/snmp/identity.h"

namespace market::snmp {

/// msgPrivacyParameters of AES: half of the initialisation vector (RFC 3826, 3.1.2.1).
using Salt = std::array<std::uint8_t, 8>;
/// No two of this process are the same, and none can be foretold.
[[nodiscard]] Salt fresh_salt();

/// Octets of msgAuthenticationParameters: 12 of SHA-1's 20, 16 to 48 of SHA-2's; 0 = not signed.
[[nodiscard]] std::size_t signature_size(AuthProtocol auth);

/// Enough for every hash: SHA-512.
using Signature = std::array<std::uint8_t, 64>;
/// HMAC of `message`, its signature_size() octets from `at` on being taken for zero; nothing when
/// OpenSSL refuses. As many octets of it as signature_size() are the signature.
[[nodiscard]] std::optional<Signature> sign(AuthProtocol auth, const Bytes& key,
                                            std::span<const std::uint8_t> message, std::size_t at);

/// The rest of AES's initialisation vector: the authoritative engine's clock in the same message.
struct EngineTime {
  std::uint32_t boots = 0;
  std::uint32_t time = 0;  ///< seconds since the boot
};
enum class Direction : std::uint8_t { Decrypt, Encrypt };
/// AES-128 in CFB mode, `octets` in place. False when OpenSSL refuses, also a key that is too
/// short.
[[nodiscard]] bool crypt(Direction direction, const Bytes& key, EngineTime at, const Salt& salt,
                         std::span<std::uint8_t> octets);

}  // namespace market::snmp
