// What SNMPv3's User-based Security Model signs and hides with: keys out of passphrases, HMAC, AES.
//
// The simulator's own, as its BER is, so that a mistake in the daemon cannot hide behind the same
// mistake here; hashes and cipher are OpenSSL's.
//
// Threads:  pure. Errors: none; what OpenSSL refuses aborts, since only a broken OpenSSL does.
// Sources:  RFC 3414, A.2 (keys); RFC 7860 (SHA-2); RFC 3826 (AES-128 in CFB mode).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace market::sim {

enum class Hash : std::uint8_t { Sha1, Sha224, Sha256, Sha384, Sha512 };

/// The words of snmpget(1): SHA, SHA-224, SHA-256, SHA-384, SHA-512. Nothing for any other.
[[nodiscard]] std::optional<Hash> hash_of(std::string_view word);
/// Octets of a signature: less than the hash has.
[[nodiscard]] std::size_t signature_size(Hash hash);

/// A passphrase, not empty, repeated to 2^20 octets and hashed: some milliseconds, so once.
[[nodiscard]] std::string stretch_passphrase(Hash hash, std::string_view passphrase);
/// The key of one engine.
[[nodiscard]] std::string localise_key(Hash hash, const std::string& key,
                                       const std::string& engine);
/// Of a message in which the place of the signature is zeros.
[[nodiscard]] std::string signature_of(Hash hash, const std::string& key, std::string_view message);

/// What AES's initialisation vector is made of; the salt has kSaltSize octets.
struct Vector {
  std::uint32_t boots = 0;
  std::uint32_t time = 0;
  std::string salt;
};
inline constexpr std::size_t kSaltSize = 8;

/// `key` is a localised one, of which AES takes the first 16 octets.
[[nodiscard]] std::string encrypt(const std::string& key, const Vector& vector,
                                  std::string_view octets);
[[nodiscard]] std::string decrypt(const std::string& key, const Vector& vector,
                                  std::string_view octets);

}  // namespace market::sim
