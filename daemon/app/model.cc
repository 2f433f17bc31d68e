#include "daemon/app/model.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <future>
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

std::string share_directory() {
  const std::string installed = MARKET_DATA_DIR;
  return std::filesystem::is_directory(installed + "/profiles") ? installed
                                                                : MARKET_SOURCE_SHARE_DIR;
}

/// Without them terminals are not recognised by their makers; everything else works.
TerminalHints load_hints(Diagnostics& problems) {
  std::vector<std::string> words;
  const auto share = share_directory();
  TerminalHints hints{MacVendors::load(MacVendors::kIeeeFolder, share + "/payment-oui.tsv", words),
                      DhcpFingerprints::load(share + "/dhcp-fingerprints.tsv", words)};
  for (auto& text : words) {
    problems.push_back({.rule = "S020",
                        .severity = Severity::Warning,
                        .position = {.file = share},
                        .message = std::move(text),
                        .fix = "install Debian's package ieee-data, and marketd anew",
                        .other = {}});
  }
  return hints;
}

/// Nothing when devices could not be told what it says.
LoadedDesign read_design(const std::string& file, const ProfileSet& profiles) {
  auto loaded = load_design(file, {.today = {}, .families = profiles.families()});
  if (!loaded.design) return loaded;
  if (const auto desired = reconcile::make_desired(*loaded.design, profiles); !desired) {
    Diagnostic problem;
    problem.rule = "D006";
    problem.position.file = loaded.design->file;
    problem.message = desired.error().message;
    loaded.problems.push_back(std::move(problem));
    loaded.design.reset();
  }
  return loaded;
}

/// Whoever types a key by hand looks for it here. The design is good without it.
void check_secrets(const Design& design, const Settings& settings, Diagnostics& problems) {
  for (const auto& ssid : design.ssids) {
    if (ssid.psk_secret.empty()) continue;
    const auto found = check_secret(settings, ssid.psk_secret);
    if (found) continue;
    problems.push_back({.rule = "D006",
                        .severity = Severity::Warning,
                        .position = ssid.position,
                        .message = "SSID '" + ssid.id + "' names secret '" + ssid.psk_secret +
                                   "', which cannot be read: " + found.error().message,
                        .fix = "put the key into that file, in one line",
                        .other = SourcePosition{.file = settings.file}});
  }
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

std::vector<snmp::Credentials> read_credentials(const Settings& settings) {
  std::vector<snmp::Credentials> all;
  for (const auto& each : settings.read_credentials) all.push_back(to_credentials(each));
  std::ranges::stable_partition(all,
                                [](const auto& each) { return each.version == snmp::Version::V3; });
  return all;
}

std::vector<IpRange> sweep_ranges(const Model& model) {
  auto ranges = model.settings.sweep_ranges;
  if (!ranges.empty()) return ranges;
  for (const auto& zone : model.design.zones) {
    if (!zone.prefix || zone.trust == Trust::Untrusted) continue;
    if (auto range = IpRange::parse(zone.prefix->to_string())) ranges.push_back(*range);
  }
  return ranges;
}

std::string default_profile_directory() { return share_directory() + "/profiles"; }

reconcile::Desired desired_of(const Model& model) {
  // load_model has made it before, of the same.
  return reconcile::make_desired(model.design, model.profiles).value_or(reconcile::Desired{});
}

std::chrono::year_month_day local_day(std::chrono::system_clock::time_point now) {
  const auto seconds = std::chrono::system_clock::to_time_t(now);
  std::tm parts{};
  localtime_r(&seconds, &parts);
  return {std::chrono::year{parts.tm_year + 1900},
          std::chrono::month{static_cast<unsigned>(parts.tm_mon + 1)},
          std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
}

std::vector<Waiver> ended_waivers(const Design& design, std::chrono::year_month_day today) {
  std::vector<Waiver> ended;
  for (const auto& waiver : design.waivers) {
    if (waiver.until < today) ended.push_back(waiver);
  }
  return ended;
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
  if (!profiles.profiles) return loaded;
  // Reading takes five times as much memory as the design. A thread of its own has that in another
  // arena (memory.h), all of it free in the end; here it would leave holes between what stays.
  auto design =
      std::async([&] { return read_design(settings.settings->design, *profiles.profiles); }).get();
  take(design.problems, loaded.problems);
  if (!design.design) return loaded;
  check_secrets(*design.design, *settings.settings, loaded.problems);
  auto model = std::make_shared<Model>();
  model->settings = std::move(*settings.settings);
  model->profiles = std::move(*profiles.profiles);
  // A copy, since it has no room to grow, which is megabytes, and is in our own arena.
  model->design = *design.design;
  design.design.reset();
  model->topology = health::topology_of(model->design);
  model->hints = load_hints(loaded.problems);
  model->read_credentials = read_credentials(model->settings);
  if (model->settings.write_credentials) {
    model->write_credentials.push_back(to_credentials(*model->settings.write_credentials));
  }
  loaded.model = std::move(model);
  return loaded;
}

}  // namespace market::app
