#include "probes/snmp/usm.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "probes/snmp/netsnmp.h"

namespace market::snmp {
namespace {

// RFC 3414, 11.2; net-snmp refuses shorter ones too, with less to say about it.
constexpr std::size_t kPassphraseMin = 8;
// SnmpEngineID (RFC 3411, section 5).
constexpr std::size_t kEngineIdMin = 5;
constexpr std::size_t kEngineIdMax = 32;
// "active" of RowStatus (RFC 2579): a user that may be used.
constexpr int kRowActive = 1;
// Big enough for every key: SHA-512 gives 64 octets.
constexpr std::size_t kKeyRoom = USM_AUTH_KU_LEN;

struct Protocol {
  const oid* arcs;
  std::size_t size;
};

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

int level_of(const Credentials& credentials) {
  if (credentials.auth == AuthProtocol::None) return SNMP_SEC_LEVEL_NOAUTH;
  return credentials.priv == PrivProtocol::None ? SNMP_SEC_LEVEL_AUTHNOPRIV
                                                : SNMP_SEC_LEVEL_AUTHPRIV;
}

Result<Bytes> stretch(Protocol hash, const Secret& passphrase, const std::string& whose) {
  const auto& text = passphrase.reveal();
  if (text.size() < kPassphraseMin) {
    return fail(Errc::InvalidValue, "the " + whose + " passphrase has fewer than 8 characters");
  }
  Bytes key(kKeyRoom);
  auto size = key.size();
  if (::generate_Ku(hash.arcs, static_cast<u_int>(hash.size),
                    reinterpret_cast<const u_char*>(text.data()), text.size(), key.data(),
                    &size) != SNMPERR_SUCCESS) {
    return fail(Errc::InvalidValue, "the " + whose + " key cannot be derived");
  }
  key.resize(size);
  return key;
}

Result<Identity::MasterKeys> derive(const Credentials& credentials) {
  Identity::MasterKeys keys;
  if (credentials.auth == AuthProtocol::None) {
    if (credentials.priv == PrivProtocol::None) return keys;
    return fail(Errc::InvalidValue, "privacy needs authentication (RFC 3414, 1.4.3)");
  }
  const auto hash = protocol_of(credentials.auth);
  auto auth = stretch(hash, credentials.auth_passphrase, "authentication");
  if (!auth) return tl::make_unexpected(auth.error());
  keys.auth = std::move(*auth);
  if (credentials.priv == PrivProtocol::None) return keys;
  auto priv = stretch(hash, credentials.priv_passphrase, "privacy");
  if (!priv) return tl::make_unexpected(priv.error());
  keys.priv = std::move(*priv);
  return keys;
}

Result<Bytes> localise(Protocol hash, const EngineId& engine, const Bytes& master) {
  if (master.empty()) return Bytes{};
  Bytes key(kKeyRoom);
  auto size = key.size();
  if (::generate_kul(hash.arcs, static_cast<u_int>(hash.size), engine.data(), engine.size(),
                     master.data(), master.size(), key.data(), &size) != SNMPERR_SUCCESS) {
    return fail(Errc::InvalidValue, "the key cannot be localised");
  }
  key.resize(size);
  return key;
}

// net-snmp frees what it is handed with free(3). Never null for a size of 0.
template <class T>
T* allocate_copy(const T* from, std::size_t count) {
  auto* const copy = static_cast<T*>(std::calloc(count + 1, sizeof(T)));
  if (copy == nullptr) std::abort();
  if (count > 0) std::memcpy(copy, from, count * sizeof(T));
  return copy;
}

template <class T>
void replace(T*& field, std::size_t& field_size, const T* from, std::size_t count) {
  std::free(field);
  field = allocate_copy(from, count);
  field_size = count;
}

struct PduDeleter {
  void operator()(netsnmp_pdu* pdu) const { ::snmp_free_pdu(pdu); }
};
using Pdu = std::unique_ptr<netsnmp_pdu, PduDeleter>;

Pdu make_pdu(int command, std::int32_t id) {
  Pdu pdu{::snmp_pdu_create(command)};
  if (!pdu) std::abort();
  pdu->version = SNMP_VERSION_3;
  pdu->reqid = id;
  pdu->msgid = id;
  pdu->securityModel = SNMP_SEC_MODEL_USM;
  pdu->contextName = allocate_copy("", 0);
  pdu->contextNameLen = 0;
  return pdu;
}

void name_principal(netsnmp_pdu& pdu, const std::string& user, const EngineId& engine, int level) {
  pdu.securityName = allocate_copy(user.data(), user.size());
  pdu.securityNameLen = user.size();
  pdu.securityLevel = level;
  if (engine.empty()) return;
  pdu.securityEngineID = allocate_copy(engine.data(), engine.size());
  pdu.securityEngineIDLen = engine.size();
  pdu.contextEngineID = allocate_copy(engine.data(), engine.size());
  pdu.contextEngineIDLen = engine.size();
}

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

Result<Bytes> build(netsnmp_pdu& pdu) {
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

tl::expected<Pdu, UsmFault> parse(std::span<const std::uint8_t> message) {
  // A copy: authentication blanks the digest in place.
  Bytes octets{message.begin(), message.end()};
  auto session = make_session();
  Pdu pdu{static_cast<netsnmp_pdu*>(std::calloc(1, sizeof(netsnmp_pdu)))};
  if (!pdu) std::abort();
  if (::snmp_parse(nullptr, &session, pdu.get(), octets.data(), octets.size()) != 0) {
    return tl::make_unexpected(fault_of(session.s_snmp_errno));
  }
  return pdu;
}

std::span<const std::uint8_t> span_of(const u_char* data, std::size_t size) { return {data, size}; }

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
      return address_value(span_of(variable.val.string, variable.val_len));
    default:
      return octets_value(variable.val.string, variable.val_len);
  }
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

void add_bindings(netsnmp_pdu& pdu, const Question& question, Result<void>& result) {
  const auto add = [&pdu](const Oid& name, std::uint8_t type, const void* data, std::size_t size) {
    WireOid wire{name};
    ::snmp_pdu_add_variable(&pdu, wire.arcs.data(), wire.size, type, data, size);
  };
  for (const auto& name : question.oids) add(name, ASN_NULL, nullptr, 0);
  for (const auto& binding : question.bindings) {
    const auto value = WireValue::from(binding.value);
    if (!value) {
      result = tl::make_unexpected(value.error());
      return;
    }
    add(binding.oid, value->type(), value->data(), value->size());
  }
}

int command_of(Operation operation) {
  if (operation == Operation::Set) return SNMP_MSG_SET;
  return operation == Operation::Get ? SNMP_MSG_GET : SNMP_MSG_GETBULK;
}

}  // namespace

Identity::Identity(Credentials credentials) : credentials_{std::move(credentials)} {}

Identity::~Identity() {
  if (!keys_ || !*keys_) return;
  for (auto* key : {&(*keys_)->auth, &(*keys_)->priv}) {
    if (!key->empty()) ::explicit_bzero(key->data(), key->size());
  }
}

const Result<Identity::MasterKeys>& Identity::master_keys() const {
  if (!keys_) {
    start_netsnmp();
    keys_.emplace(derive(credentials_));
  }
  return *keys_;
}

struct UsmUser::Impl {
  Impl(const std::string& who, int how, EngineId where)
      : name{who}, level{how}, engine{std::move(where)}, user{::usm_create_user()} {
    if (user == nullptr) std::abort();
    std::size_t unused = 0;
    replace(user->name, unused, name.data(), name.size());
    replace(user->secName, unused, name.data(), name.size());
    replace(user->engineID, user->engineIDLen, engine.data(), engine.size());
    lock_with(protocol_of(AuthProtocol::None), {}, protocol_of(PrivProtocol::None), {});
    user->userStatus = kRowActive;
  }
  ~Impl() { ::usm_free_user(user); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void lock_with(Protocol hash, const Bytes& auth_key, Protocol cipher, const Bytes& priv_key) {
    replace(user->authProtocol, user->authProtocolLen, hash.arcs, hash.size);
    replace(user->authKey, user->authKeyLen, auth_key.data(), auth_key.size());
    replace(user->privProtocol, user->privProtocolLen, cipher.arcs, cipher.size);
    replace(user->privKey, user->privKeyLen, priv_key.data(), priv_key.size());
  }

  // The user is known to net-snmp while this lives.
  class Known {
   public:
    explicit Known(usmUser* who) : user_{who} { ::usm_add_user(user_); }
    ~Known() {
      ::usm_remove_user(user_);
      user_->next = nullptr;
      user_->prev = nullptr;
    }
    Known(const Known&) = delete;
    Known& operator=(const Known&) = delete;

   private:
    usmUser* user_;
  };

  [[nodiscard]] tl::expected<Pdu, UsmFault> parse_as_user(
      std::span<const std::uint8_t> message) const {
    const Known known{user};
    return parse(message);
  }

  // An agent whose engine id changed reports under the new one, which cannot be authentic: read
  // as nobody in particular. Only a Report may come this way.
  [[nodiscard]] tl::expected<Pdu, UsmFault> parse_foreign_report(
      std::span<const std::uint8_t> message) const {
    auto claimed = claimed_engine(message);
    if (!claimed || *claimed == engine || claimed->size() > kEngineIdMax) {
      return tl::make_unexpected(UsmFault::NotAuthentic);
    }
    const Impl nobody{name, SNMP_SEC_LEVEL_NOAUTH, std::move(*claimed)};
    auto pdu = nobody.parse_as_user(message);
    if (!pdu || (*pdu)->command != SNMP_MSG_REPORT) {
      return tl::make_unexpected(UsmFault::NotAuthentic);
    }
    return pdu;
  }

  [[nodiscard]] bool answers_our_question(const netsnmp_pdu& pdu) const {
    const auto from = span_of(pdu.securityEngineID, pdu.securityEngineIDLen);
    const std::string_view who{pdu.securityName, pdu.securityNameLen};
    return pdu.securityModel == SNMP_SEC_MODEL_USM && pdu.securityLevel == level && who == name &&
           std::equal(from.begin(), from.end(), engine.begin(), engine.end());
  }

  std::string name;
  int level;
  EngineId engine;
  usmUser* user;
};

UsmUser::UsmUser(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
UsmUser::~UsmUser() = default;

Result<std::unique_ptr<UsmUser>> UsmUser::make(const Identity& identity, const EngineId& engine) {
  start_netsnmp();
  const auto& credentials = identity.credentials();
  const auto& master = identity.master_keys();
  if (!master) return tl::make_unexpected(master.error());
  const auto hash = protocol_of(credentials.auth);
  auto auth_key = localise(hash, engine, master->auth);
  if (!auth_key) return tl::make_unexpected(auth_key.error());
  auto priv_key = localise(hash, engine, master->priv);
  if (!priv_key) return tl::make_unexpected(priv_key.error());

  auto impl = std::make_unique<Impl>(credentials.user, level_of(credentials), engine);
  impl->lock_with(hash, *auth_key, protocol_of(credentials.priv), *priv_key);
  return std::unique_ptr<UsmUser>{new UsmUser{std::move(impl)}};
}

Result<Bytes> UsmUser::encode(const Question& question) {
  const auto pdu = make_pdu(command_of(question.operation), question.request_id);
  name_principal(*pdu, impl_->name, impl_->engine, impl_->level);
  if (question.operation == Operation::GetBulk) {
    pdu->errstat = 0;  // non-repeaters
    pdu->errindex = question.max_repetitions;
  }
  Result<void> added;
  add_bindings(*pdu, question, added);
  if (!added) return tl::make_unexpected(added.error());
  const Impl::Known known{impl_->user};
  return build(*pdu);
}

tl::expected<Reply, UsmFault> UsmUser::decode(std::span<const std::uint8_t> message) {
  auto pdu = impl_->parse_as_user(message);
  if (!pdu && pdu.error() == UsmFault::NotAuthentic) pdu = impl_->parse_foreign_report(message);
  if (!pdu) return tl::make_unexpected(pdu.error());
  Reply reply;
  if ((*pdu)->command == SNMP_MSG_REPORT) {
    reply.kind = Reply::Kind::Report;
  } else if ((*pdu)->command != SNMP_MSG_RESPONSE) {
    return tl::make_unexpected(UsmFault::Malformed);
  } else if (!impl_->answers_our_question(**pdu)) {
    return tl::make_unexpected(UsmFault::NotAuthentic);
  }
  reply.request_id = static_cast<std::int32_t>((*pdu)->reqid);
  reply.error_status = (*pdu)->errstat;
  reply.error_index = (*pdu)->errindex;
  auto bindings = bindings_of(**pdu);
  if (!bindings) return tl::make_unexpected(UsmFault::Malformed);
  reply.bindings = std::move(*bindings);
  return reply;
}

Result<Bytes> encode_discovery(std::int32_t id) {
  start_netsnmp();
  const auto pdu = make_pdu(SNMP_MSG_GET, id);
  name_principal(*pdu, "", {}, SNMP_SEC_LEVEL_NOAUTH);
  return build(*pdu);
}

tl::expected<EngineId, UsmFault> decode_discovery(std::span<const std::uint8_t> message) {
  const auto pdu = parse(message);
  if (!pdu) return tl::make_unexpected(pdu.error());
  const auto engine = span_of((*pdu)->securityEngineID, (*pdu)->securityEngineIDLen);
  if ((*pdu)->command != SNMP_MSG_REPORT || engine.size() < kEngineIdMin ||
      engine.size() > kEngineIdMax) {
    return tl::make_unexpected(UsmFault::Malformed);
  }
  return EngineId{engine.begin(), engine.end()};
}

void forget_clock(const EngineId& engine) {
  auto copy = engine;
  ::free_enginetime(copy.data(), copy.size());
}

}  // namespace market::snmp
