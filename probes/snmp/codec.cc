#include "probes/snmp/codec.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "probes/snmp/netsnmp.h"

namespace market::snmp {
namespace {

constexpr long kVersion1 = SNMP_VERSION_1;
constexpr long kVersion2c = SNMP_VERSION_2c;
constexpr long kVersion3 = SNMP_VERSION_3;
constexpr std::uint8_t kSequence = ASN_SEQUENCE | ASN_CONSTRUCTOR;

// Reads BER from left to right by net-snmp's functions. After the first failure everything fails.
class Reader {
 public:
  // net-snmp reads through pointers to non-const and does not write.
  explicit Reader(std::span<const std::uint8_t> octets)
      : at_{const_cast<u_char*>(octets.data())}, left_{octets.size()} {}

  [[nodiscard]] bool ok() const { return at_ != nullptr; }
  [[nodiscard]] bool at_end() const { return left_ == 0; }

  /// Steps into the element that begins here and leaves what is behind it unread.
  std::uint8_t enter() {
    std::uint8_t type = 0;
    // asn_parse_header looks at two octets before it looks at the length.
    if (!ok() || left_ < 2) return broken();
    auto length = left_;
    auto* const inside = ::asn_parse_header(at_, &length, &type);
    if (inside == nullptr || length > left_ - static_cast<std::size_t>(inside - at_)) {
      return broken();
    }
    at_ = inside;
    left_ = length;
    return type;
  }
  bool enter(std::uint8_t expected) {
    if (enter() != expected) broken();
    return ok();
  }

  /// An element's content; moves on behind the element.
  std::span<const std::uint8_t> content(std::uint8_t& type) {
    Reader inside = *this;
    type = inside.enter();
    if (!inside.ok()) {
      broken();
      return {};
    }
    const std::span<const std::uint8_t> found{inside.at_, inside.left_};
    const auto taken = static_cast<std::size_t>(inside.at_ - at_) + inside.left_;
    at_ += taken;
    left_ -= taken;
    return found;
  }

  std::optional<long> integer() {
    long number = 0;
    std::uint8_t type = 0;
    if (!ok() || left_ < 2) return std::nullopt;
    at_ = ::asn_parse_int(at_, &left_, &type, &number, sizeof number);
    if (!ok() || type != ASN_INTEGER) return std::nullopt;
    return number;
  }

  bool binding(VarBind& into);
  /// A binding whose name is encoded as `name`, or false, with nothing read.
  bool value_of(std::span<const std::uint8_t> name, Value& into);
  /// The octets from here up to where `later` stands.
  [[nodiscard]] std::span<const std::uint8_t> up_to(const Reader& later) const {
    return {at_, static_cast<std::size_t>(later.at_ - at_)};
  }

 private:
  std::uint8_t broken() {
    at_ = nullptr;
    left_ = 0;
    return 0;
  }

  u_char* at_;
  std::size_t left_;
};

std::optional<Value> number_value(std::uint8_t type, u_char* at, std::size_t left) {
  std::uint8_t parsed_type = 0;
  if (type == ASN_INTEGER) {
    long number = 0;
    if (::asn_parse_int(at, &left, &parsed_type, &number, sizeof number) == nullptr) return {};
    return Integer{static_cast<std::int32_t>(number)};
  }
  if (type == ASN_COUNTER64) {
    counter64 wide{};
    if (::asn_parse_unsigned_int64(at, &left, &parsed_type, &wide, sizeof wide) == nullptr) {
      return {};
    }
    return Counter64{wide_number(wide)};
  }
  u_long number = 0;
  if (::asn_parse_unsigned_int(at, &left, &parsed_type, &number, sizeof number) == nullptr) {
    return {};
  }
  const auto narrow = static_cast<std::uint32_t>(number);
  if (type == ASN_COUNTER) return Counter32{narrow};
  if (type == ASN_TIMETICKS) return TimeTicks{narrow};
  return Unsigned32{narrow};
}

std::optional<Value> oid_value(u_char* at, std::size_t left) {
  std::array<oid, MAX_OID_LEN> arcs;  // NOLINT(cppcoreguidelines-pro-type-member-init): 1 KiB
  std::size_t count = arcs.size();
  std::uint8_t type = 0;
  if (::asn_parse_objid(at, &left, &type, arcs.data(), &count) == nullptr) return {};
  auto parsed = to_oid(arcs.data(), count);
  if (!parsed) return {};
  return std::move(*parsed);
}

// `at`: the value's first octet, its tag; `left`: to the end of the binding.
std::optional<Value> parse_value(std::uint8_t type, u_char* at, std::size_t left) {
  switch (type) {
    case ASN_INTEGER:
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
    case ASN_UINTEGER:
    case ASN_COUNTER64:
      return number_value(type, at, left);
    case ASN_OBJECT_ID:
      return oid_value(at, left);
    case ASN_NULL:
      return Null{};
    case SNMP_NOSUCHOBJECT:
      return NoSuchObject{};
    case SNMP_NOSUCHINSTANCE:
      return NoSuchInstance{};
    case SNMP_ENDOFMIBVIEW:
      return EndOfMibView{};
    default:
      break;
  }
  std::uint8_t parsed_type = 0;
  const auto octets = Reader{{at, left}}.content(parsed_type);
  if (parsed_type == 0) return {};
  if (type == ASN_IPADDRESS) return address_value(octets);
  return octets_value(octets.data(), octets.size());
}

bool Reader::binding(VarBind& into) {
  std::array<oid, MAX_OID_LEN> name;  // NOLINT(cppcoreguidelines-pro-type-member-init): 1 KiB
  std::size_t name_size = name.size();
  std::uint8_t type = 0;
  std::size_t value_size = 0;
  u_char* value_at = nullptr;
  auto* const next =
      ::snmp_parse_var_op(at_, name.data(), &name_size, &type, &value_size, &value_at, &left_);
  if (next == nullptr) return false;
  auto parsed_name = to_oid(name.data(), name_size);
  auto value = parse_value(type, value_at, static_cast<std::size_t>(next - value_at));
  if (!parsed_name || !value) return false;
  at_ = next;
  into.oid = std::move(*parsed_name);
  into.value = std::move(*value);
  return true;
}

bool Reader::value_of(std::span<const std::uint8_t> name, Value& into) {
  Reader inside = *this;
  if (!inside.enter(kSequence) || inside.left_ <= name.size() + 1 ||
      std::memcmp(inside.at_, name.data(), name.size()) != 0) {
    return false;
  }
  auto* const value_at = inside.at_ + name.size();
  auto parsed = parse_value(*value_at, value_at, inside.left_ - name.size());
  if (!parsed) return false;
  into = std::move(*parsed);
  left_ -= static_cast<std::size_t>(inside.at_ + inside.left_ - at_);
  at_ = inside.at_ + inside.left_;
  return true;
}

// Writes BER from right to left, which is how lengths become known before they are written.
class Writer {
 public:
  Writer() : buffer_(kFirstSize) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::size_t size() const { return offset_; }

  void integer(long number) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_int(at, room, &offset_, 0, ASN_INTEGER, &number, sizeof number);
    });
  }
  void octets(const std::string& text) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_string(at, room, &offset_, 0, ASN_OCTET_STR,
                                         reinterpret_cast<const u_char*>(text.data()), text.size());
    });
  }
  /// The header of all that was written since the size was `since`.
  void header(std::uint8_t type, std::size_t since) {
    put([&](u_char** at, std::size_t* room) {
      return ::asn_realloc_rbuild_sequence(at, room, &offset_, 0, type, offset_ - since);
    });
  }
  void binding(const Oid& name, std::uint8_t type, const void* data, std::size_t data_size) {
    WireOid wire{name};
    // net-snmp's encoder takes a pointer to non-const and does not write through it.
    auto* const bytes = static_cast<u_char*>(const_cast<void*>(data));
    put([&](u_char** at, std::size_t* room) {
      return ::snmp_realloc_rbuild_var_op(at, room, &offset_, 0, wire.arcs.data(), &wire.size, type,
                                          bytes, data_size);
    });
  }
  [[nodiscard]] Bytes take() const {
    return Bytes{buffer_.end() - static_cast<std::ptrdiff_t>(offset_), buffer_.end()};
  }

 private:
  // Nearly every question fits an Ethernet frame; the rest grow to what UDP can carry.
  static constexpr std::size_t kFirstSize = 1500;

  // A failed attempt may have written part of an element: rewind, enlarge to the left, repeat.
  template <class Build>
  void put(Build build) {
    while (ok_) {
      const auto before = offset_;
      u_char* at = buffer_.data();
      std::size_t room = buffer_.size();
      if (build(&at, &room) != 0) return;
      offset_ = before;
      if (buffer_.size() >= 2 * io::kMaxDatagram) {
        ok_ = false;
        return;
      }
      buffer_.insert(buffer_.begin(), buffer_.size(), 0);
    }
  }

  std::vector<std::uint8_t> buffer_;
  std::size_t offset_ = 0;  ///< octets written, at the buffer's end
  bool ok_ = true;
};

std::uint8_t pdu_type(Operation operation) {
  switch (operation) {
    case Operation::Get:
      return SNMP_MSG_GET;
    case Operation::GetNext:
      return SNMP_MSG_GETNEXT;
    case Operation::GetBulk:
      return SNMP_MSG_GETBULK;
    case Operation::Set:
      return SNMP_MSG_SET;
  }
  return SNMP_MSG_GET;
}

Result<void> write_bindings(Writer& writer, const Question& question) {
  if (question.operation != Operation::Set) {
    for (auto name = question.oids.rbegin(); name != question.oids.rend(); ++name) {
      writer.binding(*name, ASN_NULL, nullptr, 0);
    }
    return {};
  }
  for (auto binding = question.bindings.rbegin(); binding != question.bindings.rend(); ++binding) {
    const auto value = WireValue::from(binding->value);
    if (!value) return tl::make_unexpected(value.error());
    writer.binding(binding->oid, value->type(), value->data(), value->size());
  }
  return {};
}

// The message's fields up to and with the PDU's header; the rest of `reader` is the PDU's content.
struct Entered {
  long version;
  std::uint8_t pdu;
};
std::optional<Entered> enter_community_pdu(Reader& reader) {
  std::uint8_t type = 0;
  if (!reader.enter(kSequence)) return std::nullopt;
  const auto version = reader.integer();
  if (version != kVersion1 && version != kVersion2c) return std::nullopt;
  reader.content(type);
  if (!reader.ok() || type != ASN_OCTET_STR) return std::nullopt;
  const auto pdu = reader.enter();
  if (!reader.ok()) return std::nullopt;
  return Entered{*version, pdu};
}

}  // namespace

std::optional<Envelope> open_envelope(std::span<const std::uint8_t> message) {
  Reader reader{message};
  if (!reader.enter(kSequence)) return std::nullopt;
  const auto version = reader.integer();
  if (version == kVersion3) {
    if (!reader.enter(kSequence)) return std::nullopt;
    const auto id = reader.integer();
    if (!id) return std::nullopt;
    return Envelope{Version::V3, static_cast<std::int32_t>(*id)};
  }
  Reader again{message};
  const auto entered = enter_community_pdu(again);
  // A v1 trap has no request-id, and nobody waits for it here.
  if (!entered || entered->pdu == SNMP_MSG_TRAP) return std::nullopt;
  const auto id = again.integer();
  if (!id) return std::nullopt;
  return Envelope{entered->version == kVersion1 ? Version::V1 : Version::V2c,
                  static_cast<std::int32_t>(*id)};
}

std::optional<Bytes> claimed_engine(std::span<const std::uint8_t> message) {
  Reader reader{message};
  std::uint8_t type = 0;
  if (!reader.enter(kSequence) || reader.integer() != kVersion3) return std::nullopt;
  reader.content(type);  // msgGlobalData
  // msgSecurityParameters: an OCTET STRING that holds a SEQUENCE.
  if (!reader.enter(ASN_OCTET_STR) || !reader.enter(kSequence)) return std::nullopt;
  const auto engine = reader.content(type);
  if (!reader.ok() || type != ASN_OCTET_STR) return std::nullopt;
  return Bytes{engine.begin(), engine.end()};
}

namespace {

Result<Bytes> encode_community(long version, const Secret& community, const Question& question) {
  Writer writer;
  if (auto written = write_bindings(writer, question); !written) {
    return tl::make_unexpected(written.error());
  }
  writer.header(kSequence, 0);
  // GETBULK has non-repeaters and max-repetitions where the others have the error fields.
  writer.integer(question.operation == Operation::GetBulk ? question.max_repetitions : 0);
  writer.integer(0);
  writer.integer(question.request_id);
  writer.header(pdu_type(question.operation), 0);
  writer.octets(community.reveal());
  writer.integer(version);
  writer.header(kSequence, 0);
  if (!writer.ok() || writer.size() > io::kMaxDatagram) {
    return fail(Errc::InvalidValue, "the request does not fit a datagram");
  }
  return writer.take();
}

bool speaks_v1(const Question& question) {
  const auto wide = [](const VarBind& binding) {
    return std::holds_alternative<Counter64>(binding.value);
  };
  return question.operation != Operation::GetBulk &&
         std::none_of(question.bindings.begin(), question.bindings.end(), wide);
}

}  // namespace

Result<Bytes> encode_v1(const Secret& community, const Question& question) {
  if (!speaks_v1(question)) return fail(Errc::InvalidValue, "SNMPv1 has no word for this");
  return encode_community(kVersion1, community, question);
}

Result<Bytes> encode_v2c(const Secret& community, const Question& question) {
  return encode_community(kVersion2c, community, question);
}

Result<Prepared> Prepared::make(Version version, const Secret& community, Operation operation,
                                std::span<const Oid> oids) {
  Prepared prepared;
  prepared.oids_.assign(oids.begin(), oids.end());
  Question question;
  question.operation = operation;
  question.request_id = kSmallestId;
  question.oids = prepared.oids_;
  auto encoded =
      version == Version::V1 ? encode_v1(community, question) : encode_v2c(community, question);
  if (!encoded) return tl::make_unexpected(std::move(encoded.error()));
  prepared.octets_ = std::move(*encoded);
  const Reader begin{prepared.octets_};
  auto reader = begin;
  if (!enter_community_pdu(reader) || !reader.integer()) {
    return fail(Errc::InvalidValue, "a request that cannot be read back");
  }
  prepared.id_at_ = begin.up_to(reader).size() - kIdOctets;
  reader.integer();
  reader.integer();
  reader.enter(kSequence);
  for (std::size_t i = 0; i < oids.size() && reader.ok(); ++i) {
    auto next = reader;
    std::uint8_t type = 0;
    next.content(type);
    reader.enter(kSequence);
    auto behind = reader;
    behind.content(type);
    const auto name = reader.up_to(behind);
    prepared.names_.push_back({begin.up_to(reader).size(), name.size()});
    reader = next;
  }
  return prepared;
}

void Prepared::write(std::int32_t id, Bytes& into) const {
  into.assign(octets_.begin(), octets_.end());
  auto rest = static_cast<std::uint32_t>(id);
  for (auto i = kIdOctets; i-- > 0; rest >>= 8U) {
    into[id_at_ + i] = static_cast<std::uint8_t>(rest);
  }
}

Result<Reply> decode_community(std::span<const std::uint8_t> message, const Prepared* asked) {
  Reader reader{message};
  const auto entered = enter_community_pdu(reader);
  if (!entered || entered->pdu != SNMP_MSG_RESPONSE) {
    return fail(Errc::InvalidValue, "not an SNMPv1 or v2c response");
  }
  const auto id = reader.integer();
  const auto status = reader.integer();
  const auto index = reader.integer();
  if (!id || !status || !index || !reader.enter(kSequence)) {
    return fail(Errc::InvalidValue, "a response without its fields");
  }
  Reply reply{Reply::Kind::Response, static_cast<std::int32_t>(*id), *status, *index, {},
              message.size()};
  std::size_t as_asked = 0;
  if (asked != nullptr) reply.bindings.reserve(asked->oids().size());
  while (!reader.at_end()) {
    const auto place = reply.bindings.size();
    auto& binding = reply.bindings.emplace_back();
    // An answer to GET nearly always repeats the names as they were asked: no need to read them.
    if (asked != nullptr && place < asked->oids().size() &&
        reader.value_of(asked->name(place), binding.value)) {
      binding.oid = asked->oids()[place];
      ++as_asked;
      continue;
    }
    if (!reader.binding(binding)) {
      return fail(Errc::InvalidValue,
                  "binding " + std::to_string(reply.bindings.size()) + " is malformed");
    }
  }
  reply.names_as_asked =
      asked != nullptr && as_asked == reply.bindings.size() && as_asked == asked->oids().size();
  return reply;
}

}  // namespace market::snmp
