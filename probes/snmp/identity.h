// Who asks, in SNMPv3: credentials and the keys that their passphrases stretch to (RFC 3414, 2.6
// and A.2). Private.
#pragma once

#include <optional>

#include "probes/snmp/codec.h"
#include "probes/snmp/credentials.h"

namespace market::snmp {

/// snmpEngineID of an agent: 5..32 octets (RFC 3411, section 5). Empty = not discovered yet.
using EngineId = Bytes;

/// Credentials and their master keys: 2^20 octets hashed, some milliseconds each, so once for all
/// agents.
class Identity {
 public:
  explicit Identity(Credentials credentials);
  Identity(const Identity&) = delete;
  Identity& operator=(const Identity&) = delete;
  ~Identity() = default;

  [[nodiscard]] const Credentials& credentials() const { return credentials_; }

  struct Keys {
    Bytes auth;  ///< empty = none
    Bytes priv;  ///< empty = none

    Keys() = default;
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;
    Keys(Keys&&) = default;
    Keys& operator=(Keys&&) = default;
    /// Overwrites them.
    ~Keys();
  };
  /// Error: InvalidValue, a passphrase is too short or privacy is asked without authentication.
  [[nodiscard]] const Result<Keys>& master_keys() const;
  /// The keys as they are at one engine. Errors as above.
  [[nodiscard]] Result<Keys> localised_keys(const EngineId& engine) const;

 private:
  Credentials credentials_;
  mutable std::optional<Result<Keys>> keys_;
};

}  // namespace market::snmp
