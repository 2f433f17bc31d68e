// PDUs to octets and back. Private to the room. BER is read by ber.h and written by net-snmp.
//
// Errors:   InvalidValue. Decoding never reads beyond the octets given, whatever they hold.
// Sources:  RFC 3416, section 3 (PDUs); RFC 1157 (v1), RFC 1901 (v2c message); RFC 3412, section 6
// (v3 message).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "config/types/result.h"
#include "probes/snmp/client.h"
#include "probes/snmp/names.h"

namespace market::snmp {

using Bytes = std::vector<std::uint8_t>;

enum class Operation : std::uint8_t { Get, GetNext, GetBulk, Set };

/// One PDU to send. GETBULK goes out with no non-repeaters.
struct Question {
  Operation operation = Operation::Get;
  std::int32_t request_id = 0;        ///< 1..2^31-1; in v3 also the msgID
  std::int32_t max_repetitions = 0;   ///< GetBulk
  std::span<const Oid> oids;          ///< Get, GetNext, GetBulk
  NamesPtr names;                     ///< the shared list that `oids` is all of; may be null
  std::span<const VarBind> bindings;  ///< Set
};

/// One PDU received: a Response, or a Report of a v3 agent's security layer.
struct Reply {
  enum class Kind : std::uint8_t { Response, Report };
  Kind kind = Kind::Response;
  std::int32_t request_id = 0;
  std::int64_t error_status = 0;  ///< as on the wire: may be none of ErrorStatus
  std::int64_t error_index = 0;
  std::vector<VarBind> bindings;
  std::size_t begin = 0;        ///< of `bindings`: before it stand those of earlier replies
  std::size_t octets = 0;       ///< of the whole message
  bool names_as_asked = false;  ///< each binding has the name asked; else they must be compared
};

/// What tells whose answer a datagram is, readable before any decryption.
struct Envelope {
  Version version = Version::V2c;
  std::int32_t id = 0;  ///< v1, v2c: request-id; v3: msgID
};

/// Nothing when the octets do not begin as an SNMP message does.
[[nodiscard]] std::optional<Envelope> open_envelope(std::span<const std::uint8_t> message);

/// The PDU alone, for any message.
[[nodiscard]] Result<Bytes> encode_pdu(const Question& question);
/// A Report of one counter, in answer to a request that could not be read (RFC 3412, 7.1, 3).
[[nodiscard]] Result<Bytes> encode_report_pdu(const VarBind& counter);
/// SNMPv1 knows no GETBULK and no Counter64 (RFC 2576, 4.1.2): InvalidValue.
[[nodiscard]] Result<Bytes> encode_v1(const Secret& community, const Question& question);
[[nodiscard]] Result<Bytes> encode_v2c(const Secret& community, const Question& question);

/// A GET or GETNEXT encoded once for many agents; only the request-id changes: the whole message,
/// of v3 the PDU. It also knows how each name is encoded, so that an answer that repeats it need
/// not be taken apart.
class Prepared {
 public:
  /// Ids from here on take four octets, as every id must that is written.
  static constexpr std::int32_t kSmallestId = 0x0100'0000;

  [[nodiscard]] static Result<Prepared> make(Version version, const Secret& community,
                                             Operation operation, NamesPtr names);
  void write(std::int32_t id, Bytes& into) const;
  [[nodiscard]] std::span<const Oid> oids() const { return asked_->oids; }
  [[nodiscard]] std::span<const std::uint8_t> name(std::size_t index) const {
    return std::span{octets_}.subspan(names_[index].at, names_[index].size);
  }

 private:
  static constexpr std::size_t kIdOctets = 4;
  struct Place {
    std::size_t at, size;
  };
  NamesPtr asked_;
  Bytes octets_;
  std::size_t id_at_ = 0;
  std::vector<Place> names_;
};

/// A Response or a Report up to its bindings.
struct ReplyHead {
  Reply::Kind kind = Reply::Kind::Response;
  std::int32_t request_id = 0;
  std::int64_t error_status = 0;
  std::int64_t error_index = 0;
  std::span<const std::uint8_t> bindings;  ///< encoded; of the octets read from
};
/// Nothing when it is another PDU, or malformed.
[[nodiscard]] std::optional<ReplyHead> read_reply_head(std::span<const std::uint8_t> pdu);
/// Its bindings are put behind those of `earlier`.
[[nodiscard]] Result<Reply> read_bindings(const ReplyHead& head, const Prepared* asked,
                                          std::vector<VarBind> earlier);

/// A response of either version; which one it is, the envelope told.
[[nodiscard]] Result<Reply> decode_community(std::span<const std::uint8_t> message,
                                             const Prepared* asked = nullptr,
                                             std::vector<VarBind> earlier = {});

}  // namespace market::snmp
