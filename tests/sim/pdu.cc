#include "tests/sim/pdu.h"

#include <algorithm>
#include <limits>

namespace market::sim {
namespace {

constexpr std::uint8_t kSequenceTag = 0x30;
constexpr std::uint8_t kResponseTag = 0xa2;

std::size_t size_of_value(const Value& value) {
  switch (value.tag) {
    case Tag::Integer:
      return ber::size_of_integer(value.number);
    case Tag::Counter32:
    case Tag::Unsigned32:
    case Tag::TimeTicks:
    case Tag::Counter64:
      return ber::size_of_unsigned(static_cast<std::uint64_t>(value.number));
    case Tag::Octets:
    case Tag::IpAddress:
    case Tag::Opaque:
      return value.octets.size();
    case Tag::ObjectId:
      return ber::size_of_name(value.name);
    default:
      return 0;
  }
}

void put_value(std::string& out, const Value& value) {
  const auto tag = static_cast<std::uint8_t>(value.tag);
  switch (value.tag) {
    case Tag::Integer:
      return ber::put_integer(out, tag, value.number);
    case Tag::Counter32:
    case Tag::Unsigned32:
    case Tag::TimeTicks:
    case Tag::Counter64:
      return ber::put_unsigned(out, tag, static_cast<std::uint64_t>(value.number));
    case Tag::Octets:
    case Tag::IpAddress:
    case Tag::Opaque:
      return ber::put_octets(out, tag, value.octets);
    case Tag::ObjectId:
      return ber::put_name(out, value.name);
    default:
      return ber::put_header(out, tag, 0);
  }
}

bool read_number(Value& value, ber::Octets content, std::uint64_t limit) {
  const auto number = ber::to_unsigned(content);
  if (!number || *number > limit) return false;
  value.number = static_cast<std::int64_t>(*number);
  return true;
}

bool read_integer(Value& value, ber::Octets content) {
  using Limits = std::numeric_limits<std::int32_t>;
  const auto number = ber::to_integer(content);
  if (!number || *number < Limits::min() || *number > Limits::max()) return false;
  value.number = *number;
  return true;
}

bool read_value(Value& value, const ber::Element& element) {
  value.tag = static_cast<Tag>(element.tag);
  switch (value.tag) {
    case Tag::Integer:
      return read_integer(value, element.content);
    case Tag::Counter32:
    case Tag::Unsigned32:
    case Tag::TimeTicks:
      return read_number(value, element.content, std::numeric_limits<std::uint32_t>::max());
    case Tag::Counter64:
      return read_number(value, element.content, std::numeric_limits<std::uint64_t>::max());
    case Tag::IpAddress:
      if (element.content.size() != 4) return false;
      [[fallthrough]];
    case Tag::Octets:
    case Tag::Opaque:
      value.octets.assign(element.content.begin(), element.content.end());
      return true;
    case Tag::ObjectId:
      return ber::to_name(element.content, value.name);
    case Tag::Null:
    case Tag::NoSuchObject:
    case Tag::NoSuchInstance:
    case Tag::EndOfMibView:
      return element.content.empty();
  }
  return false;
}

bool read_bindings(Request& request, ber::Octets octets) {
  ber::Reader list{octets};
  while (!list.done()) {
    const auto binding = list.expect(kSequenceTag);
    if (!binding) return false;
    ber::Reader parts{*binding};
    const auto name = parts.expect(static_cast<std::uint8_t>(Tag::ObjectId));
    const auto value = name ? parts.next() : std::nullopt;
    if (!value || !parts.done()) return false;
    VarBind& bind = request.bindings.emplace_back();
    if (!ber::to_name(*name, bind.name) || !read_value(bind.value, *value)) return false;
  }
  return true;
}

std::optional<std::int32_t> read_int32(ber::Reader& reader) {
  const auto content = reader.expect(static_cast<std::uint8_t>(Tag::Integer));
  Value value;
  if (!content || !read_integer(value, *content)) return std::nullopt;
  return static_cast<std::int32_t>(value.number);
}

bool read_pdu(Request& request, const ber::Element& pdu) {
  request.operation = static_cast<Operation>(pdu.tag);
  switch (request.operation) {
    case Operation::Get:
    case Operation::GetNext:
    case Operation::Set:
    case Operation::GetBulk:
      break;
    default:
      return false;
  }
  ber::Reader reader{pdu.content};
  const auto id = read_int32(reader);
  const auto second = id ? read_int32(reader) : std::nullopt;
  const auto third = second ? read_int32(reader) : std::nullopt;
  const auto bindings = third ? reader.expect(kSequenceTag) : std::nullopt;
  if (!bindings || !reader.done()) return false;
  request.id = *id;
  request.non_repeaters = std::max(*second, 0);
  request.max_repetitions = std::max(*third, 0);
  return read_bindings(request, *bindings);
}

}  // namespace

namespace {

/// RFC 3584, 4.4: what an SNMPv1 manager understands of it.
ErrorStatus as_v1(ErrorStatus status) {
  switch (status) {
    case ErrorStatus::WrongType:
    case ErrorStatus::WrongLength:
    case ErrorStatus::WrongValue:
    case ErrorStatus::InconsistentValue:
      return ErrorStatus::BadValue;
    case ErrorStatus::NoAccess:
    case ErrorStatus::NotWritable:
    case ErrorStatus::NoCreation:
    case ErrorStatus::InconsistentName:
      return ErrorStatus::NoSuchName;
    case ErrorStatus::ResourceUnavailable:
    case ErrorStatus::CommitFailed:
      return ErrorStatus::GenErr;
    default:
      return status;
  }
}

/// What stands before a PDU of so many octets.
void put_community(std::string& out, const Request& request, std::size_t pdu) {
  const std::size_t body = ber::size_of_element(1) +
                           ber::size_of_element(request.community.size()) +
                           ber::size_of_element(pdu);
  out.reserve(ber::size_of_element(body));
  ber::put_header(out, kSequenceTag, body);
  ber::put_integer(out, static_cast<std::uint8_t>(Tag::Integer),
                   static_cast<std::int64_t>(request.version));
  ber::put_octets(out, static_cast<std::uint8_t>(Tag::Octets), request.community);
}

}  // namespace

std::optional<Request> decode_request(ber::Octets message) {
  ber::Reader outer{message};
  const auto sequence = outer.expect(kSequenceTag);
  if (!sequence || !outer.done()) return std::nullopt;
  ber::Reader reader{*sequence};
  const auto version = reader.expect(static_cast<std::uint8_t>(Tag::Integer));
  const auto number = version ? ber::to_integer(*version) : std::nullopt;
  if (number != 0 && number != 1) return std::nullopt;
  const auto community = reader.expect(static_cast<std::uint8_t>(Tag::Octets));
  const auto pdu = community ? reader.next() : std::nullopt;
  if (!pdu || !reader.done()) return std::nullopt;
  std::optional<Request> request{std::in_place};
  request->version = static_cast<Version>(*number);
  request->community.assign(community->begin(), community->end());
  if (!read_pdu(*request, *pdu)) return std::nullopt;
  if (request->version == Version::V1 && request->operation == Operation::GetBulk) {
    return std::nullopt;
  }
  return request;
}

std::optional<Request> decode_pdu(ber::Octets pdu) {
  ber::Reader reader{pdu};
  const auto element = reader.next();
  if (!element || !reader.done()) return std::nullopt;
  std::optional<Request> request{std::in_place};
  request->version = Version::V3;
  if (!read_pdu(*request, *element)) return std::nullopt;
  return request;
}

void put_binding(std::string& out, NameView name, const Value& value) {
  const std::size_t size =
      ber::size_of_element(ber::size_of_name(name)) + ber::size_of_element(size_of_value(value));
  ber::put_header(out, kSequenceTag, size);
  ber::put_name(out, name);
  put_value(out, value);
}

ResponseWriter::ResponseWriter(const Request& request, std::size_t limit)
    : request_{request}, limit_{limit} {
  bindings_.reserve(limit);
}

/// Around the bindings: three headers of at most four octets, version, request id, error status
/// and error index of at most 3 + 6 + 3 + 6 octets, and the community with its header. In SNMPv3
/// 250 more in place of the community: headers of the message (28), engine id twice and user name
/// of at most 34 each, clock (12), signature (50), salt (10), further headers and names (48).
std::size_t ResponseWriter::around() const {
  const bool secure = request_.version == Version::V3;
  return 12 + 18 + (secure ? 250 : ber::size_of_element(request_.community.size()));
}

bool ResponseWriter::add(NameView name, const Value& value) {
  const std::size_t before = bindings_.size();
  put_binding(bindings_, name, value);
  if (bindings_.size() + around() <= limit_) return true;
  bindings_.resize(before);
  return false;
}

std::string ResponseWriter::finish() const { return message(ErrorStatus::NoError, 0, bindings_); }

std::string ResponseWriter::refuse(ErrorStatus status, std::size_t index) const {
  std::string echoed;
  if (status != ErrorStatus::TooBig) {
    for (const VarBind& bind : request_.bindings) put_binding(echoed, bind.name, bind.value);
  }
  return message(request_.version == Version::V1 ? as_v1(status) : status, index, echoed);
}

std::string ResponseWriter::message(ErrorStatus status, std::size_t index,
                                    std::string_view bindings) const {
  constexpr auto kIntegerTag = static_cast<std::uint8_t>(Tag::Integer);
  const auto error = static_cast<std::int64_t>(status);
  const auto position = static_cast<std::int64_t>(index);
  const std::size_t pdu = ber::size_of_element(ber::size_of_integer(request_.id)) +
                          ber::size_of_element(ber::size_of_integer(error)) +
                          ber::size_of_element(ber::size_of_integer(position)) +
                          ber::size_of_element(bindings.size());
  std::string out;
  if (request_.version == Version::V3) {
    out.reserve(ber::size_of_element(pdu));
  } else {
    put_community(out, request_, pdu);
  }
  ber::put_header(out, kResponseTag, pdu);
  ber::put_integer(out, kIntegerTag, request_.id);
  ber::put_integer(out, kIntegerTag, error);
  ber::put_integer(out, kIntegerTag, position);
  ber::put_header(out, kSequenceTag, bindings.size());
  out.append(bindings);
  return out;
}

}  // namespace market::sim
