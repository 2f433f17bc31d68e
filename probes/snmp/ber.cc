#include "probes/snmp/ber.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace market::snmp {
namespace {

using Octet = std::uint8_t;
using Content = std::span<const Octet>;

// Two's complement of 1 to 8 octets.
std::optional<std::int64_t> signed_number(Content content) {
  if (content.empty() || content.size() > sizeof(std::int64_t)) return std::nullopt;
  auto number = static_cast<std::uint64_t>((content.front() & 0x80U) != 0 ? -1 : 0);
  for (const auto octet : content) number = number << 8U | octet;
  return static_cast<std::int64_t>(number);
}

// A counter with its highest bit set has a zero octet before it (X.690, 8.3), and some agents
// forget that.
std::optional<std::uint64_t> unsigned_number(Content content) {
  constexpr auto kWidest = sizeof(std::uint64_t);
  if (content.empty() || content.size() > kWidest + 1) return std::nullopt;
  if (content.size() > kWidest && content.front() != 0) return std::nullopt;
  std::uint64_t number = 0;
  for (const auto octet : content) number = number << 8U | octet;
  return number;
}

bool read_oid(Content content, Oid& into) {
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): only what is counted is read
  std::array<std::uint32_t, Oid::kMaxArcs + 1> arcs;
  std::size_t count = 1;  // the first arc is made of the second
  std::uint64_t arc = 0;
  bool inside = false;
  for (const auto octet : content) {
    arc = arc << 7U | (octet & 0x7fU);
    inside = (octet & 0x80U) != 0;
    if (arc > UINT32_MAX) return false;
    if (inside) continue;
    if (count > Oid::kMaxArcs - 1) return false;
    arcs[count++] = static_cast<std::uint32_t>(arc);
    arc = 0;
  }
  if (inside) return false;
  // X.690, 8.19.4: 40 times the first arc, plus the second. No octets at all stand for 0.0.
  if (count == 1) arcs[count++] = 0;
  arcs[0] = std::min(arcs[1] / 40U, 2U);
  arcs[1] -= arcs[0] * 40U;
  into.assign(std::span{arcs}.first(count));
  return true;
}

bool read_number(Octet type, Content content, Value& into) {
  const auto number = unsigned_number(content);
  if (!number) return false;
  const auto narrow = static_cast<std::uint32_t>(*number);
  if (type == ASN_COUNTER64) {
    into.emplace<Counter64>(Counter64{*number});
  } else if (type == ASN_COUNTER) {
    into.emplace<Counter32>(Counter32{narrow});
  } else if (type == ASN_TIMETICKS) {
    into.emplace<TimeTicks>(TimeTicks{narrow});
  } else {
    into.emplace<Unsigned32>(Unsigned32{narrow});
  }
  return true;
}

bool read_integer(Content content, Value& into) {
  const auto number = signed_number(content);
  if (number) into.emplace<Integer>(Integer{static_cast<std::int32_t>(*number)});
  return number.has_value();
}

// What needs no digits: also an unknown type, as the octets it holds.
void read_plain(Octet type, Content content, Value& into) {
  switch (type) {
    case ASN_NULL:
      into.emplace<Null>();
      return;
    case SNMP_NOSUCHOBJECT:
      into.emplace<NoSuchObject>();
      return;
    case SNMP_NOSUCHINSTANCE:
      into.emplace<NoSuchInstance>();
      return;
    case SNMP_ENDOFMIBVIEW:
      into.emplace<EndOfMibView>();
      return;
    case ASN_IPADDRESS:
      into = address_value(content);
      return;
    default:
      into = octets_value(content.data(), content.size());
  }
}

bool read_value(Octet type, Content content, Value& into) {
  switch (type) {
    case ASN_INTEGER:
      return read_integer(content, into);
    case ASN_COUNTER:
    case ASN_GAUGE:
    case ASN_TIMETICKS:
    case ASN_UINTEGER:
    case ASN_COUNTER64:
      return read_number(type, content, into);
    case ASN_OBJECT_ID:
      return read_oid(content, into.emplace<Oid>());
    default:
      read_plain(type, content, into);
      return true;
  }
}

}  // namespace

// Long form (X.690, 8.1.3.5). The indefinite form, no octets, is not SNMP (RFC 3417, section 8).
Reader::Header Reader::long_header(std::size_t length_octets) const {
  constexpr std::size_t kMost = 4;
  if (length_octets == 0 || length_octets > kMost || length_octets > left_ - 2) return {};
  std::size_t content = 0;
  for (std::size_t i = 0; i < length_octets; ++i) content = content << 8U | at_[2 + i];
  const auto size = 2 + length_octets;
  if (content > left_ - size) return {};
  return {at_[0], size, content};
}

std::optional<long> Reader::integer() {
  std::uint8_t type = 0;
  const auto number = signed_number(content(type));
  if (!number || type != ASN_INTEGER) {
    broken();
    return std::nullopt;
  }
  return *number;
}

std::optional<Value> Reader::value() {
  std::uint8_t type = 0;
  const auto octets = content(type);
  Value parsed;
  if (!ok() || !read_value(type, octets, parsed)) {
    broken();
    return std::nullopt;
  }
  return parsed;
}

bool Reader::binding(VarBind& into) {
  std::uint8_t type = 0;
  const auto inside = content(type);
  if (!ok() || type != kSequence) return false;
  Reader parts{inside};
  const auto name = parts.content(type);
  if (!parts.ok() || type != ASN_OBJECT_ID || !read_oid(name, into.oid)) return false;
  const auto octets = parts.content(type);
  return parts.ok() && read_value(type, octets, into.value);
}

bool Reader::value_of(std::span<const std::uint8_t> name, Value& into) {
  Reader behind = *this;
  std::uint8_t type = 0;
  const auto inside = behind.content(type);
  if (!behind.ok() || type != kSequence || inside.size() <= name.size() ||
      std::memcmp(inside.data(), name.data(), name.size()) != 0) {
    return false;
  }
  Reader rest{inside.subspan(name.size())};
  const auto octets = rest.content(type);
  if (!rest.ok() || !read_value(type, octets, into)) return false;
  *this = behind;
  return true;
}

std::optional<std::vector<VarBind>> read_binding_list(Reader& reader) {
  std::vector<VarBind> bindings;
  if (!reader.enter(kSequence)) return std::nullopt;
  while (!reader.at_end()) {
    if (!reader.binding(bindings.emplace_back())) return std::nullopt;
  }
  return bindings;
}

std::optional<CommunityMessage> read_community_message(std::span<const std::uint8_t> message) {
  Reader reader{message};
  std::uint8_t type = 0;
  if (!reader.enter(kSequence)) return std::nullopt;
  const auto version = reader.integer();
  if (version != kVersion1 && version != kVersion2c) return std::nullopt;
  reader.content(type);
  if (!reader.ok() || type != ASN_OCTET_STR) return std::nullopt;
  const Reader pdu = reader;
  reader.content(type);
  if (!reader.ok()) return std::nullopt;
  return CommunityMessage{*version, pdu.up_to(reader)};
}

}  // namespace market::snmp
