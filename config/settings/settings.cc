#include "config/settings/settings.h"

#include <cstdlib>
#include <filesystem>
#include <set>

#include <fmt/format.h>

#include "config/settings/credentials.h"
#include "config/types/quantity.h"
#include "config/yaml/reader.h"

namespace market {
namespace {

using std::chrono::milliseconds;
using yaml::Findings;
using yaml::MapReader;
using yaml::Need;
using yaml::Node;

/// The ids that config/yaml uses for a design's D-rules, as rules of this file.
yaml::RuleIds rule_ids() { return {"S003", "S004", "S005", "S008", "S011"}; }

Diagnostics renamed(Diagnostics problems) {
  for (Diagnostic& problem : problems) {
    if (problem.rule.starts_with('D')) problem.rule.front() = 'S';
  }
  return problems;
}

struct Span {
  milliseconds least;
  milliseconds most;
};

/// "1500ms", "15s": whole milliseconds within `span`.
milliseconds read_span(MapReader& map, std::string_view key, milliseconds fallback, Span span) {
  const auto value = map.parsed(key, Need::Optional, parse_duration);
  if (!value) return fallback;
  const auto whole = std::chrono::duration_cast<milliseconds>(*value);
  if (whole == *value && whole >= span.least && whole <= span.most) return whole;
  map.refuse(map.findings().rules().range, *map.find(key, Need::Optional), key,
             fmt::format("is {}, outside {}..{}", to_string(*value),
                         to_string(std::chrono::microseconds{span.least}),
                         to_string(std::chrono::microseconds{span.most})));
  return fallback;
}

SecretPlaces places_of(const Settings& settings) {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  return {credentials == nullptr ? "" : credentials, settings.secrets_directory};
}

class Loader {
 public:
  explicit Loader(Findings& findings, std::string file) : findings_{findings} {
    settings_.file = std::move(file);
  }

  Settings load(const Node& root) {
    MapReader top{root, "the settings", findings_};
    read_path(top, "design", Need::Required, settings_.design);
    read_path(top, "state-directory", Need::Optional, settings_.state_directory);
    read_path(top, "profile-directory", Need::Optional, settings_.profile_directory);
    read_path(top, "secrets-directory", Need::Optional, settings_.secrets_directory);
    places_ = places_of(settings_);
    if (const Node* node = top.find("listen", Need::Optional)) read_listen(*node);
    if (const Node* node = top.find("snmp", Need::Optional)) read_snmp(*node);
    if (const Node* node = top.find("sweep", Need::Optional)) read_sweep(*node);
    if (const Node* node = top.find("drift", Need::Optional)) {
      MapReader drift{*node, "drift", findings_};
      settings_.drift_interval = read_span(drift, "interval", settings_.drift_interval,
                                           {std::chrono::seconds{10}, std::chrono::hours{24}});
    }
    if (const Node* node = top.find("poll", Need::Optional)) {
      MapReader poll{*node, "poll", findings_};
      settings_.poll_interval = read_span(poll, "interval", settings_.poll_interval,
                                          {std::chrono::seconds{1}, std::chrono::hours{1}});
    }
    return std::move(settings_);
  }

 private:
  /// A relative path starts at the settings file. Left alone when the key is not there.
  void read_path(MapReader& map, std::string_view key, Need need, std::string& path) {
    const std::string text = map.text(key, need);
    if (!text.empty()) path = beside_settings(text);
  }

  [[nodiscard]] std::string beside_settings(const std::string& path) const {
    const auto base = std::filesystem::path{settings_.file}.parent_path();
    return (base / path).lexically_normal().string();
  }

  void read_listen(const Node& node) {
    MapReader map{node, "listen", findings_};
    if (const auto address = map.parsed("address", Need::Optional, IpAddress::parse)) {
      settings_.listen_address = address->to_string();
    }
    if (const auto port = map.integer("port", Need::Optional, {0, 65535})) {
      settings_.listen_port = static_cast<std::uint16_t>(*port);
    }
    settings_.allowed_hosts = map.words("allowed-hosts", Need::Optional);
  }

  void read_snmp(const Node& node) {
    MapReader map{node, "snmp", findings_};
    if (const auto port = map.integer("port", Need::Optional, {1, 65535})) {
      settings_.snmp_port = static_cast<std::uint16_t>(*port);
    }
    settings_.snmp_timeout = read_span(map, "timeout", settings_.snmp_timeout,
                                       {milliseconds{50}, std::chrono::minutes{1}});
    if (const auto attempts = map.integer("attempts", Need::Optional, {1, 10})) {
      settings_.snmp_attempts = static_cast<int>(*attempts);
    }
    if (const auto rate = map.integer("packets-per-second", Need::Optional, {1, 100'000})) {
      settings_.packets_per_second = static_cast<std::uint32_t>(*rate);
    }
    if (const auto port = map.integer("trap-port", Need::Optional, {0, 65535})) {
      settings_.trap_port = static_cast<std::uint16_t>(*port);
    }
    std::set<std::string> ids;
    for (const Node* item : map.items("read", Need::Optional)) {
      auto credential = read_credential(*item, "snmp read", "", places_, findings_);
      if (!credential) continue;
      if (!ids.insert(credential->id).second) {
        findings_.error("S009", item->position,
                        fmt::format("snmp read '{}' is there twice", credential->id),
                        "give each its own id");
      }
      settings_.read_credentials.push_back(std::move(*credential));
    }
    if (const Node* write = map.find("write", Need::Optional)) {
      settings_.write_credentials =
          read_credential(*write, "snmp write", "write", places_, findings_);
    }
  }

  void read_sweep(const Node& node) {
    MapReader map{node, "sweep", findings_};
    settings_.sweep_interval = read_span(map, "interval", settings_.sweep_interval,
                                         {std::chrono::seconds{10}, std::chrono::hours{24 * 7}});
    for (const std::string& word : map.words("ranges", Need::Optional)) {
      if (auto range = IpRange::parse(word)) {
        settings_.sweep_ranges.push_back(*range);
      } else {
        findings_.error("S004", map.place("ranges=" + word), "sweep: " + range.error().message);
      }
    }
    if (map.find("lease-files", Need::Optional) == nullptr) return;
    settings_.lease_files.clear();
    for (const std::string& word : map.words("lease-files", Need::Optional)) {
      settings_.lease_files.push_back(beside_settings(word));
    }
  }

  Findings& findings_;
  Settings settings_;
  SecretPlaces places_;
};

}  // namespace

LoadedSettings load_settings(const std::string& path) {
  yaml::Document document = yaml::load(path);
  Findings findings{rule_ids()};
  findings.add(renamed(std::move(document.problems)));
  LoadedSettings loaded;
  if (document.root) loaded.settings = Loader{findings, path}.load(*document.root);
  loaded.problems = findings.take_sorted();
  if (has_errors(loaded.problems)) loaded.settings.reset();
  return loaded;
}

Result<void> check_secret(const Settings& settings, std::string_view name) {
  auto secret = read_secret(name, places_of(settings));
  if (!secret) return tl::make_unexpected(std::move(secret.error()));
  return {};
}

}  // namespace market
