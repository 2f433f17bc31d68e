// How we prove who we are to an agent: an SNMPv1 or v2c community (RFC 1157, RFC 1901) or an SNMPv3
// user of the User-based Security Model (RFC 3414; SHA-2: RFC 7860; AES: RFC 3826).
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "config/types/secret.h"

namespace market::snmp {

enum class Version : std::uint8_t { V1, V2c, V3 };
enum class AuthProtocol : std::uint8_t { None, Sha1, Sha224, Sha256, Sha384, Sha512 };
enum class PrivProtocol : std::uint8_t { None, Aes128 };

struct Credentials {
  std::string id;  ///< name in the settings, for messages: "market-read"
  Version version = Version::V2c;
  Secret community;  ///< V1, V2c
  std::string user;  ///< V3
  AuthProtocol auth = AuthProtocol::None;
  Secret auth_passphrase;  ///< at least 8 characters (RFC 3414, 11.2)
  PrivProtocol priv = PrivProtocol::None;
  Secret priv_passphrase;

  friend auto operator<=>(const Credentials&, const Credentials&) = default;
};

}  // namespace market::snmp
