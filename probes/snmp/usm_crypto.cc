#include "probes/snmp/usm_crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

namespace market::snmp {
namespace {

constexpr std::size_t kAesKey = 16;  // RFC 3826, 3.1.2.1: the first 128 bits of the localised key

struct MacDeleter {
  void operator()(EVP_MAC_CTX* context) const { ::EVP_MAC_CTX_free(context); }
};
using Mac = std::unique_ptr<EVP_MAC_CTX, MacDeleter>;

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { ::EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter>;

constexpr std::array<const char*, 6> kHashes{nullptr,  "SHA1",   "SHA224",
                                             "SHA256", "SHA384", "SHA512"};

Mac make_mac(const char* hash) {
  EVP_MAC* const algorithm = ::EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  Mac context{::EVP_MAC_CTX_new(algorithm)};
  ::EVP_MAC_free(algorithm);
  if (!context) return nullptr;
  // OpenSSL takes names as pointers to non-const and does not write through them.
  const std::array<OSSL_PARAM, 2> parameters{
      ::OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(hash), 0),
      ::OSSL_PARAM_construct_end()};
  return ::EVP_MAC_CTX_set_params(context.get(), parameters.data()) == 1 ? std::move(context)
                                                                         : nullptr;
}

// To look an algorithm up costs more than to use it: one context a hash, keyed anew each time.
EVP_MAC_CTX* mac_of(AuthProtocol auth) {
  thread_local std::array<Mac, kHashes.size()> known;
  const auto place = static_cast<std::size_t>(auth);
  auto& mac = known.at(place);
  if (!mac) mac = make_mac(kHashes.at(place));
  return mac.get();
}

EVP_CIPHER_CTX* cipher_of(Direction direction) {
  thread_local std::array<Cipher, 2> known;
  const auto place = static_cast<std::size_t>(direction);
  auto& cipher = known.at(place);
  if (cipher) return cipher.get();
  EVP_CIPHER* const algorithm = ::EVP_CIPHER_fetch(nullptr, "AES-128-CFB", nullptr);
  Cipher fresh{::EVP_CIPHER_CTX_new()};
  const bool made = algorithm != nullptr && fresh &&
                    ::EVP_CipherInit_ex2(fresh.get(), algorithm, nullptr, nullptr,
                                         static_cast<int>(place), nullptr) == 1;
  ::EVP_CIPHER_free(algorithm);
  if (made) cipher = std::move(fresh);
  return cipher.get();
}

std::uint8_t* put_big_endian(std::uint8_t* into, std::uint32_t number) {
  for (int shift = 24; shift >= 0; shift -= 8) *into++ = static_cast<std::uint8_t>(number >> shift);
  return into;
}

}  // namespace

Salt fresh_salt() {
  static_assert(sizeof(std::uint64_t) == sizeof(Salt));
  thread_local std::uint64_t next = [] {
    std::uint64_t random = 0;
    if (::RAND_bytes(reinterpret_cast<unsigned char*>(&random), sizeof random) != 1) std::abort();
    return random;
  }();
  Salt salt;
  auto rest = next++;
  for (auto& octet : salt) {
    octet = static_cast<std::uint8_t>(rest);
    rest >>= 8U;
  }
  return salt;
}

std::size_t signature_size(AuthProtocol auth) {
  constexpr std::array<std::size_t, kHashes.size()> kSizes{0, 12, 16, 24, 32, 48};
  return kSizes.at(static_cast<std::size_t>(auth));
}

std::optional<Signature> sign(AuthProtocol auth, const Bytes& key,
                              std::span<const std::uint8_t> message, std::size_t at) {
  constexpr Signature kZeros{};
  const auto size = signature_size(auth);
  if (size == 0 || key.empty() || at + size > message.size()) return std::nullopt;
  auto* const mac = mac_of(auth);
  if (mac == nullptr || ::EVP_MAC_init(mac, key.data(), key.size(), nullptr) != 1) {
    return std::nullopt;
  }
  const auto rest = message.subspan(at + size);
  Signature signature;
  std::size_t made = 0;
  if (::EVP_MAC_update(mac, message.data(), at) != 1 ||
      ::EVP_MAC_update(mac, kZeros.data(), size) != 1 ||
      ::EVP_MAC_update(mac, rest.data(), rest.size()) != 1 ||
      ::EVP_MAC_final(mac, signature.data(), &made, signature.size()) != 1 || made < size) {
    return std::nullopt;
  }
  return signature;
}

bool crypt(Direction direction, const Bytes& key, EngineTime at, const Salt& salt,
           std::span<std::uint8_t> octets) {
  std::array<std::uint8_t, 16> vector;
  auto* const rest = put_big_endian(put_big_endian(vector.data(), at.boots), at.time);
  std::copy(salt.begin(), salt.end(), rest);
  auto* const cipher = cipher_of(direction);
  int made = 0;
  const auto size = static_cast<int>(octets.size());
  return cipher != nullptr && key.size() >= kAesKey &&
         ::EVP_CipherInit_ex2(cipher, nullptr, key.data(), vector.data(), -1, nullptr) == 1 &&
         ::EVP_CipherUpdate(cipher, octets.data(), &made, octets.data(), size) == 1 && made == size;
}

}  // namespace market::snmp
