#include "probes/snmp/usm.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "probes/snmp/usm_message.h"

namespace market::snmp {
namespace {

// SnmpEngineID (RFC 3411, section 5).
constexpr std::size_t kEngineIdMin = 5;
constexpr std::size_t kEngineIdMax = 32;
// "active" of RowStatus (RFC 2579): a user that may be used.
constexpr int kRowActive = 1;

int level_of(const Credentials& credentials) {
  if (credentials.auth == AuthProtocol::None) return SNMP_SEC_LEVEL_NOAUTH;
  return credentials.priv == PrivProtocol::None ? SNMP_SEC_LEVEL_AUTHNOPRIV
                                                : SNMP_SEC_LEVEL_AUTHPRIV;
}

template <class T>
void replace(T*& field, std::size_t& field_size, const T* from, std::size_t count) {
  std::free(field);
  field = allocate_copy(from, count);
  field_size = count;
}

std::span<const std::uint8_t> span_of(const u_char* data, std::size_t size) { return {data, size}; }

UsmStat stat_of(int error) {
  switch (error) {
    case SNMPERR_USM_UNSUPPORTEDSECURITYLEVEL:
    case SNMPERR_UNSUPPORTED_SEC_LEVEL:
      return UsmStat::UnsupportedLevel;
    case SNMPERR_USM_NOTINTIMEWINDOW:
    case SNMPERR_NOT_IN_TIME_WINDOW:
      return UsmStat::NotInTimeWindow;
    case SNMPERR_USM_UNKNOWNSECURITYNAME:
    case SNMPERR_UNKNOWN_USER_NAME:
      return UsmStat::UnknownUser;
    case SNMPERR_USM_AUTHENTICATIONFAILURE:
    case SNMPERR_AUTHENTICATION_FAILURE:
      return UsmStat::WrongDigest;
    case SNMPERR_USM_DECRYPTIONERROR:
    case SNMPERR_DECRYPTION_ERR:
      return UsmStat::DecryptionError;
    default:
      return UsmStat::Malformed;
  }
}

// Of a message whose request cannot be read: request-id 0 (RFC 3412, 7.1, 3).
Result<Bytes> build_report(const Principal& principal, std::int32_t message_id,
                           const VarBind& counter) {
  const auto pdu = make_pdu(SNMP_MSG_REPORT, 0, principal);
  pdu->msgid = message_id;
  pdu->errstat = 0;
  pdu->errindex = 0;
  Question counters;
  counters.bindings = std::span{&counter, 1};
  if (auto added = add_bindings(*pdu, counters); !added) {
    return tl::make_unexpected(std::move(added.error()));
  }
  return build_message(*pdu);
}

int command_of(Operation operation) {
  if (operation == Operation::Set) return SNMP_MSG_SET;
  if (operation == Operation::GetNext) return SNMP_MSG_GETNEXT;
  return operation == Operation::Get ? SNMP_MSG_GET : SNMP_MSG_GETBULK;
}

}  // namespace

struct UsmUser::Impl {
  explicit Impl(Principal who) : principal{std::move(who)}, user{::usm_create_user()} {
    if (user == nullptr) std::abort();
    const auto& name = principal.user;
    const auto& engine = principal.engine;
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
    return parse_message(message);
  }

  // An agent whose engine id changed reports under the new one, which cannot be authentic: read
  // as nobody in particular. Only a Report may come this way.
  [[nodiscard]] tl::expected<Pdu, UsmFault> parse_foreign_report(
      std::span<const std::uint8_t> message) const {
    auto claimed = claimed_engine(message);
    if (!claimed || *claimed == principal.engine || claimed->size() > kEngineIdMax) {
      return tl::make_unexpected(UsmFault::NotAuthentic);
    }
    const Impl nobody{{principal.user, SNMP_SEC_LEVEL_NOAUTH, std::move(*claimed)}};
    auto pdu = nobody.parse_as_user(message);
    if (!pdu || (*pdu)->command != SNMP_MSG_REPORT) {
      return tl::make_unexpected(UsmFault::NotAuthentic);
    }
    return pdu;
  }

  [[nodiscard]] bool answers_our_question(const netsnmp_pdu& pdu) const {
    const auto from = span_of(pdu.securityEngineID, pdu.securityEngineIDLen);
    const std::string_view who{pdu.securityName, pdu.securityNameLen};
    return pdu.securityModel == SNMP_SEC_MODEL_USM && pdu.securityLevel == principal.level &&
           who == principal.user &&
           std::equal(from.begin(), from.end(), principal.engine.begin(), principal.engine.end());
  }

  Principal principal;
  usmUser* user;
};

UsmUser::UsmUser(std::unique_ptr<Impl> impl) : impl_{std::move(impl)} {}
UsmUser::~UsmUser() = default;

Result<std::unique_ptr<UsmUser>> UsmUser::make(const Identity& identity, const EngineId& engine) {
  start_netsnmp();
  const auto keys = identity.localised_keys(engine);
  if (!keys) return tl::make_unexpected(keys.error());
  const auto& credentials = identity.credentials();
  auto impl = std::make_unique<Impl>(Principal{credentials.user, level_of(credentials), engine});
  impl->lock_with(protocol_of(credentials.auth), keys->auth, protocol_of(credentials.priv),
                  keys->priv);
  return std::unique_ptr<UsmUser>{new UsmUser{std::move(impl)}};
}

Result<Bytes> UsmUser::encode(const Question& question) {
  const auto pdu = make_pdu(command_of(question.operation), question.request_id, impl_->principal);
  if (question.operation == Operation::GetBulk) {
    pdu->errstat = 0;  // non-repeaters
    pdu->errindex = question.max_repetitions;
  }
  if (auto added = add_bindings(*pdu, question); !added) {
    return tl::make_unexpected(std::move(added.error()));
  }
  const Impl::Known known{impl_->user};
  return build_message(*pdu);
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

tl::expected<UsmNotification, UsmStat> UsmUser::accept(std::span<const std::uint8_t> message) {
  const Impl::Known known{impl_->user};
  int error = 0;
  const auto pdu = parse_message(message, error);
  // Authentic, but what came out of decryption is no PDU: another key than ours.
  const bool unreadable = !pdu && error == SNMPERR_ASN_PARSE_ERR;
  if (unreadable && impl_->principal.level == SNMP_SEC_LEVEL_AUTHPRIV) {
    return tl::make_unexpected(UsmStat::DecryptionError);
  }
  if (!pdu) return tl::make_unexpected(stat_of(error));
  const std::string_view who{pdu->securityName, pdu->securityNameLen};
  if (pdu->securityLevel != impl_->principal.level || who != impl_->principal.user) {
    return tl::make_unexpected(UsmStat::UnsupportedLevel);
  }
  UsmNotification found;
  found.inform = pdu->command == SNMP_MSG_INFORM;
  auto bindings = bindings_of(*pdu);
  if ((!found.inform && pdu->command != SNMP_MSG_TRAP2) || !bindings) {
    return tl::make_unexpected(UsmStat::Malformed);
  }
  found.bindings = std::move(*bindings);
  if (!found.inform) return found;
  // RFC 3416, 4.2.7: the same id and bindings, as a Response; of the sender's own context.
  const auto response =
      make_pdu(SNMP_MSG_RESPONSE, static_cast<std::int32_t>(pdu->reqid), impl_->principal);
  response->msgid = pdu->msgid;
  replace(response->contextEngineID, response->contextEngineIDLen, pdu->contextEngineID,
          pdu->contextEngineIDLen);
  replace(response->contextName, response->contextNameLen, pdu->contextName, pdu->contextNameLen);
  response->errstat = 0;
  response->errindex = 0;
  response->variables = ::snmp_clone_varbind(pdu->variables);
  auto built = build_message(*response);
  if (!built) return tl::make_unexpected(UsmStat::Malformed);
  found.acknowledgement = std::move(*built);
  return found;
}

Result<Bytes> UsmUser::report(std::int32_t message_id, const VarBind& counter) {
  auto principal = impl_->principal;
  principal.level = std::min<int>(principal.level, SNMP_SEC_LEVEL_AUTHNOPRIV);
  const Impl::Known known{impl_->user};
  return build_report(principal, message_id, counter);
}

Result<Bytes> encode_report(const EngineId& engine, const std::string& user,
                            std::int32_t message_id, const VarBind& counter) {
  start_netsnmp();
  return build_report({user, SNMP_SEC_LEVEL_NOAUTH, engine}, message_id, counter);
}

void tell_clock(const EngineId& engine, std::uint32_t boots, std::uint32_t time) {
  start_netsnmp();
  ::set_enginetime(engine.data(), static_cast<u_int>(engine.size()), boots, time, 1);
}

bool is_met(const EngineId& engine) {
  u_int boots = 0;
  u_int time = 0;
  return ::get_enginetime(engine.data(), static_cast<u_int>(engine.size()), &boots, &time, 0) ==
         SNMPERR_SUCCESS;
}

Result<Bytes> encode_discovery(std::int32_t id) {
  start_netsnmp();
  return build_message(*make_pdu(SNMP_MSG_GET, id, {}));
}

tl::expected<EngineId, UsmFault> decode_discovery(std::span<const std::uint8_t> message) {
  const auto pdu = parse_message(message);
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
