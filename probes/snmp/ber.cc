#include "probes/snmp/ber.h"

#include <array>
#include <cstring>
#include <utility>

namespace market::snmp {
namespace {

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

}  // namespace

std::optional<Value> Reader::value() {
  auto behind = *this;
  std::uint8_t type = 0;
  behind.content(type);
  if (!behind.ok()) {
    broken();
    return std::nullopt;
  }
  auto parsed = parse_value(type, at_, up_to(behind).size());
  *this = behind;
  return parsed;
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

}  // namespace market::snmp
