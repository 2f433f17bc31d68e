#include "daemon/app/model.h"

#include <filesystem>
#include <iterator>

#include "config/design/load.h"
#include "daemon/reconcile/desired.h"

namespace market::app {
namespace {

snmp::AuthProtocol auth_protocol(const std::string& word) {
  if (word == "sha1") return snmp::AuthProtocol::Sha1;
  if (word == "sha224") return snmp::AuthProtocol::Sha224;
  if (word == "sha256") return snmp::AuthProtocol::Sha256;
  if (word == "sha384") return snmp::AuthProtocol::Sha384;
  if (word == "sha512") return snmp::AuthProtocol::Sha512;
  return snmp::AuthProtocol::None;
}

void take(Diagnostics& from, Diagnostics& into) {
  into.insert(into.end(), std::make_move_iterator(from.begin()),
              std::make_move_iterator(from.end()));
}

}  // namespace

snmp::Credentials to_credentials(const CredentialSettings& settings) {
  snmp::Credentials credentials;
  credentials.id = settings.id;
  if (settings.version == "1") credentials.version = snmp::Version::V1;
  if (settings.version == "3") credentials.version = snmp::Version::V3;
  credentials.community = settings.community;
  credentials.user = settings.user;
  credentials.auth = auth_protocol(settings.auth);
  credentials.auth_passphrase = settings.auth_passphrase;
  credentials.priv =
      settings.priv == "aes128" ? snmp::PrivProtocol::Aes128 : snmp::PrivProtocol::None;
  credentials.priv_passphrase = settings.priv_passphrase;
  return credentials;
}

std::string default_profile_directory() {
  const std::string installed = MARKET_DATA_DIR "/profiles";
  return std::filesystem::is_directory(installed) ? installed : MARKET_SOURCE_SHARE_DIR "/profiles";
}

reconcile::Desired desired_of(const Model& model) {
  // load_model has made it before, of the same.
  return reconcile::make_desired(model.design, model.profiles).value_or(reconcile::Desired{});
}

LoadedModel load_model(const std::string& settings_file) {
  LoadedModel loaded;
  auto settings = load_settings(settings_file);
  take(settings.problems, loaded.problems);
  if (!settings.settings) return loaded;

  auto profiles = load_profiles(settings.settings->profile_directory.empty()
                                    ? default_profile_directory()
                                    : settings.settings->profile_directory);
  take(profiles.problems, loaded.problems);
  auto design = load_design(settings.settings->design);
  take(design.problems, loaded.problems);
  if (!profiles.profiles || !design.design) return loaded;

  const auto desired = reconcile::make_desired(*design.design, *profiles.profiles);
  if (!desired) {
    loaded.problems.push_back({.rule = "D006",
                               .severity = Severity::Error,
                               .position = {.file = design.design->file},
                               .message = desired.error().message,
                               .fix = {},
                               .other = {}});
    return loaded;
  }
  auto model = std::make_shared<Model>();
  model->settings = std::move(*settings.settings);
  model->profiles = std::move(*profiles.profiles);
  model->design = std::move(*design.design);
  model->topology = health::topology_of(model->design);
  for (const auto& read : model->settings.read_credentials) {
    model->read_credentials.push_back(to_credentials(read));
  }
  if (model->settings.write_credentials) {
    model->write_credentials.push_back(to_credentials(*model->settings.write_credentials));
  }
  loaded.model = std::move(model);
  return loaded;
}

}  // namespace market::app
