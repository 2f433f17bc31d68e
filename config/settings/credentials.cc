#include "config/settings/credentials.h"

#include <fmt/format.h>

namespace market {
namespace {

using yaml::Findings;
using yaml::Kind;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// RFC 3414, 11.2.
constexpr std::size_t kMinPassphrase = 8;

/// Reads `key: { secret: name }`. Text in its place is a secret in clear: never repeated, not even
/// in the message.
Secret read_secret_key(MapReader& map, std::string_view key, Need need,
                       const SecretPlaces& places) {
  const Node* node = map.find(key, need);
  if (node == nullptr) return {};
  if (node->kind != Kind::Map) {
    map.refuse("S007", *node, key, "is written in clear",
               fmt::format("put it into a file of mode 0600 in the secrets directory and write "
                           "'{}: {{ secret: <file name> }}'",
                           key));
    return {};
  }
  MapReader reference{*node, fmt::format("{} {}", map.what(), key), map.findings()};
  const std::string name = reference.text("secret", Need::Required);
  if (name.empty()) return {};
  auto file = read_secret(name, places);
  if (!file) {
    reference.refuse("S006", *node, "secret", file.error().message,
                     "create it with the secret as its only line");
    return {};
  }
  if (file->open_to_others) {
    map.findings().warning("S010", reference.place("secret"),
                           fmt::format("secret file '{}' is open to everybody", file->path),
                           fmt::format("chmod o-rw '{}'", file->path));
  }
  return std::move(file->secret);
}

/// Reports the keys that do not belong to this version of SNMP.
void refuse_keys(MapReader& map, std::initializer_list<std::string_view> keys,
                 std::string_view version) {
  for (const std::string_view key : keys) {
    if (const Node* node = map.find(key, Need::Optional)) {
      map.refuse("S009", *node, key, fmt::format("does not go with version {}", version),
                 "remove it");
    }
  }
}

void check_length(MapReader& map, std::string_view key, const Secret& secret) {
  if (secret.reveal().empty() || secret.reveal().size() >= kMinPassphrase) return;
  map.refuse("S009", *map.find(key, Need::Required), key,
             fmt::format("is shorter than {} characters (RFC 3414, 11.2)", kMinPassphrase));
}

void read_community(MapReader& map, CredentialSettings& credential, const SecretPlaces& places) {
  credential.auth = "none";
  credential.priv = "none";
  credential.community = read_secret_key(map, "community", Need::Required, places);
  refuse_keys(map, {"user", "auth", "auth-passphrase", "priv", "priv-passphrase"}, "2c");
}

void read_user(MapReader& map, CredentialSettings& credential, const SecretPlaces& places) {
  credential.user = map.text("user", Need::Required);
  if (credential.user.size() > 32) {  // usmUserName, SIZE (1..32)
    map.refuse("S009", *map.find("user", Need::Required), "user", "is longer than 32 bytes");
  }
  credential.auth =
      map.word("auth", Need::Required, {"none", "sha1", "sha224", "sha256", "sha384", "sha512"});
  credential.priv = map.word("priv", Need::Optional, {"none", "aes128"});
  if (credential.priv.empty()) credential.priv = "none";
  if (credential.auth == "none") {
    refuse_keys(map, {"auth-passphrase"}, "3 and auth none");
  } else if (!credential.auth.empty()) {
    credential.auth_passphrase = read_secret_key(map, "auth-passphrase", Need::Required, places);
    check_length(map, "auth-passphrase", credential.auth_passphrase);
  }
  if (credential.priv == "none") {
    refuse_keys(map, {"priv-passphrase"}, "3 and priv none");
  } else {
    credential.priv_passphrase = read_secret_key(map, "priv-passphrase", Need::Required, places);
    check_length(map, "priv-passphrase", credential.priv_passphrase);
  }
  if (credential.auth == "none" && credential.priv != "none") {
    map.refuse("S009", *map.find("priv", Need::Required), "priv", "needs authentication",
               "set 'auth' too (RFC 3414, 1.4.3: there is no noAuthPriv)");
  }
  refuse_keys(map, {"community"}, "3");
}

}  // namespace

std::optional<CredentialSettings> read_credential(const Node& node, const std::string& what,
                                                  const std::string& fallback_id,
                                                  const SecretPlaces& places, Findings& findings) {
  const std::size_t losses = findings.losses();
  CredentialSettings credential;
  {
    MapReader map{node, what, findings};
    credential.id = map.text("id", fallback_id.empty() ? Need::Required : Need::Optional);
    if (!credential.id.empty()) map.called(credential.id);
    if (credential.id.empty()) credential.id = fallback_id;
    credential.version = map.word("version", Need::Required, {"1", "2c", "3"});
    if (credential.version == "1" || credential.version == "2c") {
      read_community(map, credential, places);
    } else if (credential.version == "3") {
      read_user(map, credential, places);
    } else {  // which keys belong here cannot be told
      for (const auto* key :
           {"community", "user", "auth", "auth-passphrase", "priv", "priv-passphrase"}) {
        static_cast<void>(map.find(key, Need::Optional));
      }
    }
  }
  if (findings.losses() != losses) return std::nullopt;
  return credential;
}

}  // namespace market
