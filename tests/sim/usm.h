// The rules of SNMPv3's User-based Security Model at the agent's side: who may ask what, when it is
// fresh, and the reports that tell a manager what is wrong (RFC 3414, 3.2; RFC 3412, 7.1).
//
// Every device has a user who reads and one who writes, with the same passphrases; the keys of an
// engine are derived when it is first asked. A user speaks at exactly the level of the options.
//
// Threads:  one. Errors: what is no SNMPv3 request is nothing; a fault is reported.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "tests/sim/pdu.h"
#include "tests/sim/usm_keys.h"
#include "tests/sim/usm_message.h"

namespace market::sim {

struct Users {
  std::string read = "market-read";
  std::string write = "market-write";
};

struct UsmOptions {
  Users users;
  Hash hash = Hash::Sha256;
  std::string auth_passphrase;  ///< empty = the devices do not speak SNMPv3
  std::string priv_passphrase;  ///< empty = users sign and do not encrypt
};

/// The agent that is asked, as SNMP-FRAMEWORK-MIB has it.
struct Engine {
  std::string id;
  std::uint32_t boots = 0;
  std::uint32_t time = 0;  ///< seconds since the boot
};

/// The numbers are the arcs below usmStats (RFC 3414, section 5).
enum class UsmFault : std::uint8_t {
  None = 0,
  UnsupportedSecLevels = 1,
  NotInTimeWindows = 2,
  UnknownUserNames = 3,
  UnknownEngineIds = 4,
  WrongDigests = 5,
  DecryptionErrors = 6,
};

struct UsmQuestion {
  UsmFault fault = UsmFault::None;
  UsmMessage message;
  Request request;  ///< of a question with a fault only the id, or 0 when it cannot be read
};

class Usm {
 public:
  explicit Usm(UsmOptions options);

  [[nodiscard]] const Users& users() const { return options_.users; }
  /// Nothing for what an agent is silent to.
  [[nodiscard]] std::optional<UsmQuestion> open(const Engine& engine, const Users& users,
                                                ber::Octets datagram);
  /// The answer to a question without a fault.
  [[nodiscard]] std::string seal(const Engine& engine, const UsmQuestion& question,
                                 std::string_view pdu);
  /// The answer to one with a fault; empty when it does not want to know. `count`: so often now.
  [[nodiscard]] std::string report(const Engine& engine, const UsmQuestion& question,
                                   std::uint32_t count);

 private:
  struct Keys {
    std::string auth, priv;
  };
  const Keys& keys_of(const std::string& engine);
  [[nodiscard]] std::uint8_t level() const;
  [[nodiscard]] UsmFault check(const Engine& engine, const Users& users, const UsmMessage& message,
                               ber::Octets datagram);
  [[nodiscard]] bool signed_by_user(const UsmMessage& message, ber::Octets datagram);
  [[nodiscard]] std::string write(const Engine& engine, const UsmQuestion& question,
                                  std::uint8_t flags, std::string_view pdu);

  UsmOptions options_;
  Keys master_;
  std::unordered_map<std::string, Keys> keys_;  ///< by engine id
  std::uint64_t salt_ = 0;
};

}  // namespace market::sim
