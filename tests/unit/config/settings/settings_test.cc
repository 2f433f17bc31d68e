// config/settings: the annotated default file, every key, secrets from files only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "config/settings/settings.h"
#include "config/yaml/document.h"

namespace market {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;

/// A directory of its own with settings and secrets, gone with the test.
class SettingsFile : public testing::Test {
 protected:
  SettingsFile() {
    std::string pattern = testing::TempDir() + "marketd-settings-XXXXXX";
    directory_ = mkdtemp(pattern.data());
    unsetenv("CREDENTIALS_DIRECTORY");
  }
  ~SettingsFile() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(directory_);
  }

  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const auto path = directory_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << text;
    chmod(path.c_str(), mode);
    return path.string();
  }
  LoadedSettings load(const std::string& text) {
    return load_settings(write("marketd.yaml", "secrets-directory: .\n" + text));
  }
  /// The rules of all problems, in order.
  std::vector<std::string> rules(const std::string& text) {
    std::vector<std::string> ids;
    problems_.clear();
    for (const auto& problem : load(text).problems) {
      ids.push_back(problem.rule);
      problems_ += problem.to_string() + "\n";
    }
    return ids;
  }

  std::filesystem::path directory_;
  std::string problems_;
};

std::string shipped() { return *yaml::read_file(MARKET_SOURCE_DIR "/config/share/marketd.yaml"); }
/// With the keys that are off by default.
std::string shipped_in_full() { return std::regex_replace(shipped(), std::regex{"\n#:"}, "\n"); }

void collect_keys(const yaml::Node& node, const std::string& path, std::set<std::string>& keys) {
  for (const auto& item : node.items) collect_keys(item, path, keys);
  for (const auto& entry : node.entries) {
    const std::string key = path.empty() ? entry.key : path + "." + entry.key;
    keys.insert(key);
    if (entry.key != "community" && !entry.key.ends_with("passphrase")) {
      collect_keys(entry.value, key, keys);
    }
  }
}

TEST_F(SettingsFile, ShippedLoadsAndSaysTheDefaults) {
  write("snmp-read", "public\n");
  setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  const LoadedSettings loaded = load_settings(write("marketd.yaml", shipped()));
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
  ASSERT_TRUE(loaded.settings);
  const Settings& settings = *loaded.settings;
  const Settings defaults;
  EXPECT_EQ(settings.design, "/etc/marketd/market.yaml");
  EXPECT_EQ(settings.state_directory, defaults.state_directory);
  EXPECT_EQ(settings.profile_directory, defaults.profile_directory);
  EXPECT_EQ(settings.listen_address, defaults.listen_address);
  EXPECT_EQ(settings.listen_port, defaults.listen_port);
  EXPECT_EQ(settings.allowed_hosts, defaults.allowed_hosts);
  EXPECT_EQ(settings.snmp_port, defaults.snmp_port);
  EXPECT_EQ(settings.trap_port, defaults.trap_port);
  EXPECT_EQ(settings.lease_files, defaults.lease_files);
  EXPECT_EQ(settings.snmp_timeout, defaults.snmp_timeout);
  EXPECT_EQ(settings.snmp_attempts, defaults.snmp_attempts);
  EXPECT_EQ(settings.packets_per_second, defaults.packets_per_second);
  EXPECT_EQ(settings.sweep_ranges, defaults.sweep_ranges);
  EXPECT_EQ(settings.sweep_interval, defaults.sweep_interval);
  EXPECT_EQ(settings.poll_interval, defaults.poll_interval);
  EXPECT_FALSE(settings.write_credentials);
  ASSERT_EQ(settings.read_credentials.size(), 1U);
  EXPECT_EQ(settings.read_credentials[0].community.reveal(), "public");
}

TEST_F(SettingsFile, SaysWhySecretsOfADesignCannotBeRead) {
  Settings settings;
  settings.secrets_directory = directory_;
  EXPECT_FALSE(check_secret(settings, "wifi/psk"));
  write("wifi/psk", "correct horse\n");
  EXPECT_TRUE(check_secret(settings, "wifi/psk"));
  EXPECT_FALSE(check_secret(settings, "../psk"));
}

TEST_F(SettingsFile, ShippedHasEveryKeyAndSoHasTheManual) {
  for (const auto* name :
       {"snmp-read", "snmp-read-auth", "snmp-read-priv", "snmp-write-auth", "snmp-write-priv"}) {
    write(name, std::string{name} + "-secret\n");
  }
  setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  const std::string text = shipped_in_full();
  const LoadedSettings loaded = load_settings(write("marketd.yaml", text));
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
  ASSERT_TRUE(loaded.settings);
  EXPECT_EQ(loaded.settings->write_credentials->priv_passphrase.reveal(), "snmp-write-priv-secret");
  EXPECT_EQ(loaded.settings->read_credentials.at(1).auth, "sha256");

  std::set<std::string> keys;
  collect_keys(*yaml::parse(text, "m").root, "", keys);
  EXPECT_THAT(keys, testing::IsSupersetOf({"design",
                                           "state-directory",
                                           "profile-directory",
                                           "secrets-directory",
                                           "listen.address",
                                           "listen.port",
                                           "listen.allowed-hosts",
                                           "snmp.port",
                                           "snmp.timeout",
                                           "snmp.attempts",
                                           "snmp.packets-per-second",
                                           "snmp.read.id",
                                           "snmp.read.version",
                                           "snmp.read.community",
                                           "snmp.read.user",
                                           "snmp.read.auth",
                                           "snmp.read.auth-passphrase",
                                           "snmp.read.priv",
                                           "snmp.read.priv-passphrase",
                                           "snmp.write",
                                           "sweep.ranges",
                                           "sweep.interval",
                                           "poll.interval"}));
  const auto manual = yaml::read_file(MARKET_SOURCE_DIR "/packaging/man/marketd.yaml.5");
  ASSERT_TRUE(manual);
  for (const auto& key : keys) {
    std::string leaf = key.substr(key.rfind('.') + 1);
    leaf = std::regex_replace(leaf, std::regex{"-"}, "\\-");
    EXPECT_THAT(*manual, HasSubstr(leaf)) << key;
  }
}

TEST_F(SettingsFile, TakesEveryKey) {
  write("keys/one", "community-one\n");
  const LoadedSettings loaded = load(R"(
design: market.yaml
state-directory: ../state
profile-directory: /opt/profiles
listen: { address: "::1", port: 0, allowed-hosts: [market.example.kr] }
snmp:
  port: 1161
  trap-port: 1162
  timeout: 2s
  attempts: 1
  packets-per-second: 50
  read: [{ id: a, version: 2c, community: { secret: keys/one } }, { id: b, version: 3, user: u, auth: none }]
sweep: { ranges: [10.64.0.0/24, 10.64.9.9], interval: 1h, lease-files: [leases, /var/leases] }
poll: { interval: 1500ms }
)");
  ASSERT_TRUE(loaded.settings) << loaded.problems.front().to_string();
  const Settings& settings = *loaded.settings;
  EXPECT_EQ(settings.design, (directory_ / "market.yaml").string());
  EXPECT_EQ(settings.state_directory,
            (directory_.parent_path() / "state").lexically_normal().string());
  EXPECT_EQ(settings.profile_directory, "/opt/profiles");
  EXPECT_EQ(settings.listen_address, "::1");
  EXPECT_EQ(settings.listen_port, 0);
  EXPECT_THAT(settings.allowed_hosts, ElementsAre("market.example.kr"));
  EXPECT_EQ(settings.snmp_port, 1161);
  EXPECT_EQ(settings.trap_port, 1162);
  EXPECT_THAT(settings.lease_files, ElementsAre((directory_ / "leases").string(), "/var/leases"));
  EXPECT_EQ(settings.snmp_timeout, milliseconds{2000});
  EXPECT_EQ(settings.snmp_attempts, 1);
  EXPECT_EQ(settings.packets_per_second, 50U);
  EXPECT_EQ(settings.read_credentials.at(0).community.reveal(), "community-one");
  EXPECT_EQ(settings.read_credentials.at(1).version, "3");
  EXPECT_EQ(settings.read_credentials.at(1).priv, "none");
  EXPECT_EQ(settings.sweep_ranges.at(0).count(), 254U);
  EXPECT_EQ(settings.sweep_interval, std::chrono::hours{1});
  EXPECT_EQ(settings.poll_interval, milliseconds{1500});
}

TEST_F(SettingsFile, RefusesASecretInClearAndDoesNotRepeatIt) {
  const std::string text =
      "design: m\nsnmp:\n  read:\n  - { id: a, version: 2c, community: s3cr3t }\n"
      "  write: { version: 3, user: u, auth: sha256, auth-passphrase: pa55word }\n";
  EXPECT_THAT(rules(text), ElementsAre("S007", "S007"));
  EXPECT_THAT(problems_, HasSubstr("community: { secret: <file name> }"));
  EXPECT_EQ(problems_.find("s3cr3t"), std::string::npos);
  EXPECT_EQ(problems_.find("pa55word"), std::string::npos);
  EXPECT_FALSE(load(text).settings);
}

TEST_F(SettingsFile, TakesASecretWithoutItsLastLineFeed) {
  const auto community = [this](const std::string& bytes) -> std::string {
    write("key", bytes);
    const auto loaded =
        load("design: m\nsnmp: { write: { version: 2c, community: { secret: key } } }\n");
    return loaded.settings ? loaded.settings->write_credentials->community.reveal()
                           : loaded.problems.at(0).rule;
  };
  EXPECT_EQ(community("private"), "private");
  EXPECT_EQ(community("private\n"), "private");
  EXPECT_EQ(community(" private \n"), " private ");
  EXPECT_EQ(community("private\n\n"), "S006");
  EXPECT_EQ(community("private\r\n"), "S006");
  EXPECT_EQ(community(""), "S006");
  EXPECT_EQ(community("\n"), "S006");
  EXPECT_EQ(community(std::string(5000, 'x')), "S006");
}

TEST_F(SettingsFile, PrefersTheCredentialThatSystemdPasses) {
  write("key", "from-directory\n");
  write("credentials/key", "from-systemd\n");
  const std::string text =
      "design: m\nsnmp: { write: { id: w, version: 2c, community: { secret: key } } }\n";
  setenv("CREDENTIALS_DIRECTORY", (directory_ / "credentials").c_str(), 1);
  EXPECT_EQ(load(text).settings->write_credentials->community.reveal(), "from-systemd");
  setenv("CREDENTIALS_DIRECTORY", (directory_ / "nowhere").c_str(), 1);
  EXPECT_EQ(load(text).settings->write_credentials->community.reveal(), "from-directory");
  EXPECT_EQ(load(text).settings->write_credentials->id, "w");
}

TEST_F(SettingsFile, WarnsOfASecretThatOthersMayRead) {
  const std::string text =
      "design: m\nsnmp: { write: { version: 2c, community: { secret: key } } }\n";
  write("key", "private\n", 0644);
  EXPECT_THAT(rules(text), ElementsAre("S010"));
  EXPECT_TRUE(load(text).settings);
  EXPECT_EQ(problems_.find("private"), std::string::npos);
  write("key", "private\n", 0640);
  EXPECT_THAT(rules(text), ElementsAre());
}

TEST_F(SettingsFile, NeverLeavesTheSecretsDirectory) {
  write("key", "x\n");
  for (const auto* name : {"../key", "/etc/passwd", "a/../../key", ".", "a/", "a//b", "~",
                           "missing", "a b", "[key]"}) {
    const auto ids =
        rules(std::string{"design: m\nsnmp: { write: { version: 2c, community: { secret: "} + name +
              " } } }\n");
    ASSERT_EQ(ids.size(), 1U) << name << "\n" << problems_;
    EXPECT_TRUE(ids[0] == "S006" || ids[0] == "S004") << name << ids[0];
  }
}

TEST_F(SettingsFile, RefusesCredentialsThatDoNotFitTogether) {
  write("key", "long-enough\n");
  write("short", "seven77\n");
  const auto write_rules = [this](const std::string& inside) {
    return rules("design: m\nsnmp: { write: { " + inside + " } }\n");
  };
  const std::string key = "{ secret: key }";
  EXPECT_THAT(write_rules("version: 2c, community: " + key + ", user: u"), ElementsAre("S009"));
  EXPECT_THAT(write_rules("version: 3, user: u, auth: sha1, auth-passphrase: { secret: short }"),
              ElementsAre("S009"));
  EXPECT_THAT(write_rules("version: 3, user: u, auth: none, priv: aes128, priv-passphrase: " + key),
              ElementsAre("S009"));
  EXPECT_THAT(write_rules("version: 3, user: u, auth: none, community: " + key),
              ElementsAre("S009"));
  EXPECT_THAT(write_rules("version: 3, auth: sha256, auth-passphrase: " + key),
              ElementsAre("S004"));
  EXPECT_THAT(write_rules("version: 3, user: u, auth: md5"), ElementsAre("S004"));
  EXPECT_THAT(write_rules("version: 4, community: " + key), ElementsAre("S004"));
  EXPECT_THAT(write_rules("version: 1, community: " + key), ElementsAre());
  EXPECT_THAT(write_rules("version: 3, user: u, auth: sha512, auth-passphrase: " + key +
                          ", priv: aes128, priv-passphrase: " + key),
              ElementsAre());
  EXPECT_THAT(rules("design: m\nsnmp: { read: [{ id: a, version: 2c, community: " + key +
                    " }, { id: a, version: 2c, community: " + key + " }] }\n"),
              ElementsAre("S009"));
}

TEST_F(SettingsFile, ReportsAllItsProblemsAtOnce) {
  EXPECT_THAT(rules("desing: m\nlisten: { address: localhost, prot: 1, port: 70000 }\n"
                    "snmp: { timeout: 5, attempts: 0, port: 0161, packets-per-second: \"5\" }\n"
                    "sweep: { ranges: [10.0.0.0/8], interval: 1s }\npoll: { interval: 1500us }\n"),
              ElementsAre("S003", "S004", "S003", "S005", "S004", "S005", "S011", "S004", "S004",
                          "S005", "S005"))
      << problems_;
  EXPECT_THAT(rules("design: [\n"), ElementsAre("S001"));
  EXPECT_THAT(rules("design: a\ndesign: b\n"), ElementsAre("S002"));
  EXPECT_THAT(rules("design: &x a\n"), ElementsAre("S008"));
  EXPECT_EQ(load_settings("/nonexistent").problems.at(0).rule, "S001");
}

}  // namespace
}  // namespace market
