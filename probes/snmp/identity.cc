#include "probes/snmp/identity.h"

#include <cstring>

#include "probes/snmp/netsnmp.h"

namespace market::snmp {
namespace {

// RFC 3414, 11.2; net-snmp refuses shorter ones too, with less to say about it.
constexpr std::size_t kPassphraseMin = 8;
// Big enough for every key: SHA-512 gives 64 octets.
constexpr std::size_t kKeyRoom = USM_AUTH_KU_LEN;

// A hash by net-snmp's OID of the protocol that uses it.
struct Protocol {
  const oid* arcs;
  std::size_t size;
};

Protocol protocol_of(AuthProtocol auth) {
  switch (auth) {
    case AuthProtocol::None:
      break;
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

Result<Identity::Keys> derive(const Credentials& credentials) {
  Identity::Keys keys;
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

}  // namespace

Identity::Identity(Credentials credentials) : credentials_{std::move(credentials)} {}

Identity::Keys::~Keys() {
  for (auto* key : {&auth, &priv}) {
    if (!key->empty()) ::explicit_bzero(key->data(), key->size());
  }
}

const Result<Identity::Keys>& Identity::master_keys() const {
  if (!keys_) {
    start_netsnmp();
    keys_.emplace(derive(credentials_));
  }
  return *keys_;
}

Result<Identity::Keys> Identity::localised_keys(const EngineId& engine) const {
  const auto& master = master_keys();
  if (!master) return tl::make_unexpected(master.error());
  const auto hash = protocol_of(credentials_.auth);
  auto auth = localise(hash, engine, master->auth);
  if (!auth) return tl::make_unexpected(std::move(auth.error()));
  auto priv = localise(hash, engine, master->priv);
  if (!priv) return tl::make_unexpected(std::move(priv.error()));
  Keys keys;
  keys.auth = std::move(*auth);
  keys.priv = std::move(*priv);
  return keys;
}

}  // namespace market::snmp
