#include "probes/wireless/client_id.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>

namespace market::wireless {

std::string client_id(const MacAddress& mac, std::string_view key) {
  static constexpr std::size_t kKept = 8;
  static constexpr std::string_view kHex = "0123456789abcdef";
  if (key.empty()) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const auto& octets = mac.octets();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), octets.data(), octets.size(),
           digest.data(), &size) == nullptr ||
      size < kKept) {
    return {};
  }
  std::string text;
  for (std::size_t i = 0; i < kKept; ++i) {
    text += kHex[digest[i] >> 4U];
    text += kHex[digest[i] & 0xfU];
  }
  return text;
}

std::string random_key() {
  std::array<unsigned char, 32> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return {};
  return {octets.begin(), octets.end()};
}

}  // namespace market::wireless
