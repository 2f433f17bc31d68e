// SNMPv1 and SNMPv2c messages, and the PDUs of SNMPv3, between octets and values (RFC 3416, section
// 3; RFC 1901, RFC 1157).
//
// Threads:  pure. Errors: a message that is neither, or not well formed, is nothing; an agent
// stays silent to it (RFC 3416, 4.2, first paragraphs).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/sim/ber.h"
#include "tests/sim/name.h"

namespace market::sim {

/// The type of a value on the wire; the numbers are the BER tags of RFC 2578 and RFC 3416.
enum class Tag : std::uint8_t {
  Integer = 0x02,
  Octets = 0x04,
  Null = 0x05,
  ObjectId = 0x06,
  IpAddress = 0x40,
  Counter32 = 0x41,
  Unsigned32 = 0x42,  ///< Gauge32 is the same on the wire
  TimeTicks = 0x43,   ///< hundredths of a second
  Opaque = 0x44,
  Counter64 = 0x46,
  NoSuchObject = 0x80,
  NoSuchInstance = 0x81,
  EndOfMibView = 0x82,
};

/// A value of any type. Only the member that belongs to the tag means something.
struct Value {
  Tag tag = Tag::Null;
  std::int64_t number = 0;  ///< numeric types; a Counter64 as its bits
  std::string octets;       ///< Octets, IpAddress (4 octets), Opaque
  Name name;                ///< ObjectId

  [[nodiscard]] static Value integer(std::int64_t number) { return {Tag::Integer, number, {}, {}}; }
  [[nodiscard]] static Value gauge(std::uint32_t number) {
    return {Tag::Unsigned32, number, {}, {}};
  }
  [[nodiscard]] static Value counter32(std::uint64_t number) {
    return {Tag::Counter32, static_cast<std::int64_t>(number & 0xffffffffU), {}, {}};
  }
  [[nodiscard]] static Value counter64(std::uint64_t number) {
    return {Tag::Counter64, static_cast<std::int64_t>(number), {}, {}};
  }
  [[nodiscard]] static Value ticks(std::uint64_t hundredths) {
    return {Tag::TimeTicks, static_cast<std::int64_t>(hundredths & 0xffffffffU), {}, {}};
  }
  /// `address`: IPv4, host order.
  [[nodiscard]] static Value address(std::uint32_t address) {
    std::string octets;
    for (unsigned shift = 32; shift > 0; shift -= 8) {
      octets.push_back(static_cast<char>((address >> (shift - 8)) & 0xffU));
    }
    return {Tag::IpAddress, 0, std::move(octets), {}};
  }
  [[nodiscard]] static Value text(std::string octets) {
    return {Tag::Octets, 0, std::move(octets), {}};
  }
  [[nodiscard]] static Value object(Name name) { return {Tag::ObjectId, 0, {}, std::move(name)}; }
  [[nodiscard]] static Value missing(Tag why) { return {why, 0, {}, {}}; }

  friend bool operator==(const Value&, const Value&) = default;
};

struct VarBind {
  Name name;
  Value value;
};

/// RFC 3416, section 3: error-status.
enum class ErrorStatus : std::uint8_t {
  NoError = 0,
  TooBig = 1,
  NoSuchName = 2,  ///< SNMPv1 only
  BadValue = 3,    ///< SNMPv1 only
  GenErr = 5,
  NoAccess = 6,
  WrongType = 7,
  WrongLength = 8,
  WrongValue = 10,
  NoCreation = 11,
  InconsistentValue = 12,
  ResourceUnavailable = 13,
  CommitFailed = 14,
  NotWritable = 17,
  InconsistentName = 18,
};

enum class Operation : std::uint8_t { Get = 0xa0, GetNext = 0xa1, Set = 0xa3, GetBulk = 0xa5 };

/// The numbers are those of the message.
enum class Version : std::uint8_t { V1 = 0, V2c = 1, V3 = 3 };

/// What who asks may do.
enum class Access : std::uint8_t { Nothing, Read, Write };

struct Request {
  Version version = Version::V2c;
  std::string community;            ///< not of SNMPv3
  Access access = Access::Nothing;  ///< decided by the agent
  Operation operation = Operation::Get;
  std::int32_t id = 0;
  std::int32_t non_repeaters = 0;    ///< of a GetBulk; negative counts as zero
  std::int32_t max_repetitions = 0;  ///< of a GetBulk; negative counts as zero
  std::vector<VarBind> bindings;
};

/// Nothing unless `message` is one whole SNMPv1 or SNMPv2c request. SNMPv1 has no GETBULK.
[[nodiscard]] std::optional<Request> decode_request(ber::Octets message);
/// The same for the PDU of an SNMPv3 message, with its header.
[[nodiscard]] std::optional<Request> decode_pdu(ber::Octets pdu);

/// The response to `request`, put together binding by binding so that it never grows beyond a
/// limit. Of SNMPv3 only the PDU comes out.
class ResponseWriter {
 public:
  /// `limit`: the longest message in octets that may come out, or be put around what comes out.
  ResponseWriter(const Request& request, std::size_t limit);

  /// Adds a binding; false, and nothing added, when the message would exceed the limit.
  [[nodiscard]] bool add(NameView name, const Value& value);
  /// The message with what was added.
  [[nodiscard]] std::string finish() const;
  /// The message that answers with an error: the request's own bindings, unless they do not fit.
  /// `index` counts bindings from 1; 0 = none named. SNMPv1 has its own, fewer statuses (RFC 3584,
  /// 4.4).
  [[nodiscard]] std::string refuse(ErrorStatus status, std::size_t index) const;

 private:
  [[nodiscard]] std::string message(ErrorStatus status, std::size_t index,
                                    std::string_view bindings) const;
  [[nodiscard]] std::size_t around() const;

  const Request& request_;
  std::size_t limit_;
  std::string bindings_;
};

/// Appends one binding in BER.
void put_binding(std::string& out, NameView name, const Value& value);

}  // namespace market::sim
