#include "probes/snmp/usm_message.h"

#include <algorithm>
#include <array>

namespace market::snmp {
namespace {

// The frame in which net-snmp builds and parses: no socket, no defaults from its configuration.
netsnmp_session make_session() {
  netsnmp_session session{};
  ::snmp_sess_init(&session);
  session.version = SNMP_VERSION_3;
  session.securityModel = SNMP_SEC_MODEL_USM;
  session.isAuthoritative = SNMP_SESS_NONAUTHORITATIVE;
  // msgMaxSize of what we can take (RFC 3412, 6.3).
  session.rcvMsgMaxSize = io::kMaxDatagram;
  session.sndMsgMaxSize = io::kMaxDatagram;
  return session;
}

UsmFault fault_of(int error) {
  switch (error) {
    case SNMPERR_USM_NOTINTIMEWINDOW:
    case SNMPERR_NOT_IN_TIME_WINDOW:
      return UsmFault::NotInTimeWindow;
    case SNMPERR_USM_UNKNOWNSECURITYNAME:
    case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
    case SNMPERR_USM_AUTHENTICATIONFAILURE:
    case SNMPERR_USM_UNKNOWNENGINEID:
    case SNMPERR_USM_DECRYPTIONERROR:
    case SNMPERR_UNKNOWN_ENG_ID:
    case SNMPERR_UNKNOWN_USER_NAME:
    case SNMPERR_UNSUPPORTED_SEC_LEVEL:
    case SNMPERR_AUTHENTICATION_FAILURE:
    case SNMPERR_DECRYPTION_ERR:
      return UsmFault::NotAuthentic;
    default:
      return UsmFault::Malformed;
  }
}

// The kinds of net-snmp's Opaque extension, as the octets they had on the wire.
template <class T>
Value big_endian(T number) {
  std::array<std::uint8_t, sizeof(T)> octets{};
  std::memcpy(octets.data(), &number, sizeof number);
  std::reverse(octets.begin(), octets.end());
  return octets_value(octets.data(), octets.size());
}

std::optional<Value> value_of(const netsnmp_variable_list& variable) {
  switch (variable.type) {
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
  if (variable.val.string == nullptr) return std::nullopt;
  switch (variable.type) {
    case ASN_INTEGER:
      return Integer{static_cast<std::int32_t>(*variable.val.integer)};
    case ASN_COUNTER:
      return Counter32{static_cast<std::uint32_t>(*variable.val.integer)};
    case ASN_GAUGE:
    case ASN_UINTEGER:
      return Unsigned32{static_cast<std::uint32_t>(*variable.val.integer)};
    case ASN_TIMETICKS:
      return TimeTicks{static_cast<std::uint32_t>(*variable.val.integer)};
    case ASN_COUNTER64:
      return Counter64{wide_number(*variable.val.counter64)};
    case ASN_OPAQUE_COUNTER64:
    case ASN_OPAQUE_U64:
    case ASN_OPAQUE_I64:
      return big_endian(wide_number(*variable.val.counter64));
    case ASN_OPAQUE_FLOAT:
      return big_endian(*variable.val.floatVal);
    case ASN_OPAQUE_DOUBLE:
      return big_endian(*variable.val.doubleVal);
    case ASN_OBJECT_ID: {
      auto parsed = to_oid(variable.val.objid, variable.val_len / sizeof(oid));
      if (!parsed) return std::nullopt;
      return std::move(*parsed);
    }
    case ASN_IPADDRESS:
      return address_value({variable.val.string, variable.val_len});
    default:
      return octets_value(variable.val.string, variable.val_len);
  }
}

}  // namespace

Protocol protocol_of(AuthProtocol auth) {
  switch (auth) {
    case AuthProtocol::None:
      return {usmNoAuthProtocol, OID_LENGTH(usmNoAuthProtocol)};
    case AuthProtocol::Sha1:
      return {usmHMACSHA1AuthProtocol, OID_LENGTH(usmHMACSHA1AuthProtocol)};
    case AuthProtocol::Sha224:
      return {usmHMAC128SHA224AuthProtocol, OID_LENGTH(usmHMAC128SHA224AuthProtocol)};
    case AuthProtocol::Sha256:
      return {usmHMAC192SHA256AuthProtocol, OID_LENGTH(usmHMAC192SHA256AuthProtocol)};
    case AuthProtocol::Sha384:
      return {usmHMAC256SHA384AuthProtocol, OID_LENGTH(usmHMAC256SHA384AuthProtocol)};
    case AuthProtocol::Sha512:
      return {usmHMAC384SHA512AuthProtocol, OID_LENGTH(usmHMAC384SHA512AuthProtocol)};
  }
  return {usmNoAuthProtocol, OID_LENGTH(usmNoAuthProtocol)};
}

Protocol protocol_of(PrivProtocol priv) {
  if (priv == PrivProtocol::Aes128) {
    return {usmAESPrivProtocol, OID_LENGTH(usmAESPrivProtocol)};
  }
  return {usmNoPrivProtocol, OID_LENGTH(usmNoPrivProtocol)};
}

Pdu make_pdu(int command, std::int32_t id, const Principal& principal) {
  Pdu pdu{::snmp_pdu_create(command)};
  if (!pdu) std::abort();
  pdu->version = SNMP_VERSION_3;
  pdu->reqid = id;
  pdu->msgid = id;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->contextName = allocate_copy("", 0);
  pdu->contextNameLen = 0;
  pdu->securityName = allocate_copy(principal.user.data(), principal.user.size());
  pdu->securityNameLen = principal.user.size();
  pdu->securityLevel = principal.level;
  const auto& engine = principal.engine;
  if (engine.empty()) return pdu;
  pdu->securityEngineID = allocate_copy(engine.data(), engine.size());
  pdu->securityEngineIDLen = engine.size();
  pdu->contextEngineID = allocate_copy(engine.data(), engine.size());
  pdu->contextEngineIDLen = engine.size();
  return pdu;
}

Result<void> add_bindings(netsnmp_pdu& pdu, const Question& question) {
  const auto add = [&pdu](const Oid& name, std::uint8_t type, const void* data, std::size_t size) {
    WireOid wire{name};
    ::snmp_pdu_add_variable(&pdu, wire.arcs.data(), wire.size, type, data, size);
  };
  for (const auto& name : question.oids) add(name, ASN_NULL, nullptr, 0);
  for (const auto& binding : question.bindings) {
    const auto value = WireValue::from(binding.value);
    if (!value) return tl::make_unexpected(value.error());
    add(binding.oid, value->type(), value->data(), value->size());
  }
  return {};
}

Result<Bytes> build_message(netsnmp_pdu& pdu) {
  auto session = make_session();
  std::size_t room = SNMP_MAX_MSG_SIZE;
  auto* buffer = static_cast<u_char*>(std::malloc(room));
  std::size_t size = 0;
  const int built = ::snmp_build(&buffer, &room, &size, &session, &pdu);
  Bytes message;
  // Built from right to left: the message is the end of the buffer.
  if (built == 0 && buffer != nullptr) message.assign(buffer + room - size, buffer + room);
  std::free(buffer);
  if (built != 0) {
    const auto* const reason = ::snmp_api_errstring(session.s_snmp_errno);
    return fail(Errc::InvalidValue, std::string{"the SNMPv3 request cannot be built: "} + reason);
  }
  if (message.size() > io::kMaxDatagram) {
    return fail(Errc::InvalidValue, "the request does not fit a datagram");
  }
  return message;
}

Pdu parse_message(std::span<const std::uint8_t> message, int& error) {
  // A copy: authentication blanks the digest in place.
  Bytes octets{message.begin(), message.end()};
  auto session = make_session();
  Pdu pdu{static_cast<netsnmp_pdu*>(std::calloc(1, sizeof(netsnmp_pdu)))};
  if (!pdu) std::abort();
  if (::snmp_parse(nullptr, &session, pdu.get(), octets.data(), octets.size()) == 0) return pdu;
  error = session.s_snmp_errno;
  return nullptr;
}

tl::expected<Pdu, UsmFault> parse_message(std::span<const std::uint8_t> message) {
  int error = 0;
  auto pdu = parse_message(message, error);
  if (!pdu) return tl::make_unexpected(fault_of(error));
  return pdu;
}

std::optional<std::vector<VarBind>> bindings_of(const netsnmp_pdu& pdu) {
  std::vector<VarBind> bindings;
  for (const auto* variable = pdu.variables; variable != nullptr;
       variable = variable->next_variable) {
    auto name = to_oid(variable->name, variable->name_length);
    auto value = value_of(*variable);
    if (!name || !value) return std::nullopt;
    bindings.push_back({std::move(*name), std::move(*value)});
  }
  return bindings;
}

}  // namespace market::snmp
