#include "tests/sim/usm_keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <cstdlib>
#include <memory>

namespace market::sim {
namespace {

constexpr std::size_t kStretched = std::size_t{1} << 20U;  // RFC 3414, A.2

struct Kind {
  std::string_view word;
  std::size_t signature;
  const EVP_MD* (*algorithm)();
};
constexpr std::array<Kind, 5> kKinds{{{"SHA", 12, &EVP_sha1},
                                      {"SHA-224", 16, &EVP_sha224},
                                      {"SHA-256", 24, &EVP_sha256},
                                      {"SHA-384", 32, &EVP_sha384},
                                      {"SHA-512", 48, &EVP_sha512}}};

const Kind& kind_of(Hash hash) { return kKinds.at(static_cast<std::size_t>(hash)); }

const unsigned char* octets_in(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}
unsigned char* octets_of(std::string& text) {
  return static_cast<unsigned char*>(static_cast<void*>(text.data()));
}

std::string digest(Hash hash, std::string_view text) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), octets_of(out), &size, kind_of(hash).algorithm(),
                 nullptr) != 1) {
    std::abort();
  }
  out.resize(size);
  return out;
}

void put_number(std::string& out, std::uint32_t number) {
  for (unsigned shift = 32; shift > 0; shift -= 8) {
    out.push_back(static_cast<char>((number >> (shift - 8)) & 0xffU));
  }
}

struct CipherDeleter {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};

enum class Direction : std::uint8_t { Decrypt, Encrypt };

std::string crypt(Direction direction, const std::string& key, const Vector& vector,
                  std::string_view octets) {
  std::string start;
  put_number(start, vector.boots);
  put_number(start, vector.time);
  start += vector.salt;
  const std::unique_ptr<EVP_CIPHER_CTX, CipherDeleter> context{EVP_CIPHER_CTX_new()};
  std::string out(octets.size(), '\0');
  int size = 0;
  if (!context ||
      EVP_CipherInit_ex(context.get(), EVP_aes_128_cfb128(), nullptr, octets_in(key),
                        octets_in(start), static_cast<int>(direction)) != 1 ||
      EVP_CipherUpdate(context.get(), octets_of(out), &size, octets_in(octets),
                       static_cast<int>(octets.size())) != 1) {
    std::abort();
  }
  return out;
}

}  // namespace

std::optional<Hash> hash_of(std::string_view word) {
  for (std::size_t i = 0; i < kKinds.size(); ++i) {
    if (kKinds.at(i).word == word) return static_cast<Hash>(i);
  }
  return std::nullopt;
}

std::size_t signature_size(Hash hash) { return kind_of(hash).signature; }

std::string stretch_passphrase(Hash hash, std::string_view passphrase) {
  std::string stretched;
  stretched.reserve(kStretched + passphrase.size());
  while (stretched.size() < kStretched) stretched += passphrase;
  stretched.resize(kStretched);
  return digest(hash, stretched);
}

std::string localise_key(Hash hash, const std::string& key, const std::string& engine) {
  return digest(hash, key + engine + key);
}

std::string signature_of(Hash hash, const std::string& key, std::string_view message) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (HMAC(kind_of(hash).algorithm(), key.data(), static_cast<int>(key.size()), octets_in(message),
           message.size(), octets_of(out), &size) == nullptr) {
    std::abort();
  }
  out.resize(signature_size(hash));
  return out;
}

std::string encrypt(const std::string& key, const Vector& vector, std::string_view octets) {
  return crypt(Direction::Encrypt, key, vector, octets);
}

std::string decrypt(const std::string& key, const Vector& vector, std::string_view octets) {
  return crypt(Direction::Decrypt, key, vector, octets);
}

}  // namespace market::sim
