// What an SNMP variable can hold (RFC 3416, section 3; RFC 2578, section 7).
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/types/ip_address.h"
#include "config/types/oid.h"

namespace market::snmp {

struct NoSuchObject {
  friend auto operator<=>(NoSuchObject, NoSuchObject) = default;
};
struct NoSuchInstance {
  friend auto operator<=>(NoSuchInstance, NoSuchInstance) = default;
};
struct EndOfMibView {
  friend auto operator<=>(EndOfMibView, EndOfMibView) = default;
};
struct Null {
  friend auto operator<=>(Null, Null) = default;
};
/// Strong, so that a SET goes out with the type the agent insists on.
struct Integer {
  std::int32_t value;
  friend auto operator<=>(Integer, Integer) = default;
};
struct Unsigned32 {
  std::uint32_t value;
  friend auto operator<=>(Unsigned32, Unsigned32) = default;
};
struct Counter32 {
  std::uint32_t value;
  friend auto operator<=>(Counter32, Counter32) = default;
};
struct Counter64 {
  std::uint64_t value;
  friend auto operator<=>(Counter64, Counter64) = default;
};
/// Hundredths of a second.
struct TimeTicks {
  std::uint32_t value;
  friend auto operator<=>(TimeTicks, TimeTicks) = default;
};
/// Bytes; text only by convention.
struct Octets {
  std::string value;
  friend auto operator<=>(const Octets&, const Octets&) = default;
};

using Value = std::variant<Null, NoSuchObject, NoSuchInstance, EndOfMibView, Integer, Unsigned32,
                           Counter32, Counter64, TimeTicks, Octets, Oid, IpAddress>;

/// True unless the value says that there is none.
[[nodiscard]] bool exists(const Value& value);
/// Any of the integer kinds as a number; nothing for the others.
[[nodiscard]] std::optional<std::int64_t> as_number(const Value& value);
/// Octets as they are; nothing for the others.
[[nodiscard]] const std::string* as_octets(const Value& value);
/// For people and evidence: text when printable UTF-8, else hex; numbers; OIDs.
[[nodiscard]] std::string to_string(const Value& value);

/// RFC 3416, section 3: error-status.
enum class ErrorStatus : std::uint8_t {
  NoError,
  TooBig,
  NoSuchName,
  BadValue,
  ReadOnly,
  GenErr,
  NoAccess,
  WrongType,
  WrongLength,
  WrongEncoding,
  WrongValue,
  NoCreation,
  InconsistentValue,
  ResourceUnavailable,
  CommitFailed,
  UndoFailed,
  AuthorizationError,
  NotWritable,
  InconsistentName,
};
/// The RFC's own word: "wrongLength".
[[nodiscard]] std::string to_string(ErrorStatus status);

}  // namespace market::snmp
