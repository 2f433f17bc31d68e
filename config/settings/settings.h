// The daemon's own options, marketd.yaml(5). Sealed ones need a restart; the others reload.
//
// Threads:  pure. Errors: Diagnostics with file:line:col (rules S001..), all or nothing.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/types/diagnostic.h"
#include "config/types/ip_prefix.h"
#include "config/types/secret.h"

namespace market {

/// One way to prove who we are. Secrets come from files (`{ secret: name }`), never from YAML.
struct CredentialSettings {
  std::string id;
  std::string version;  ///< "1", "2c" or "3"
  Secret community;     ///< version 2c
  std::string user;     ///< version 3
  std::string auth;     ///< "none", "sha1", "sha224", "sha256", "sha384", "sha512"
  Secret auth_passphrase;
  std::string priv;  ///< "none", "aes128"
  Secret priv_passphrase;
};

struct Settings {
  std::string file;
  std::string design;                                ///< path of market.yaml; sealed: no
  std::string state_directory = "/var/lib/marketd";  ///< sealed
  std::string profile_directory;                     ///< empty = the installed profiles
  std::string listen_address = "127.0.0.1";          ///< sealed
  std::uint16_t listen_port = 9750;                  ///< sealed; 0 = any free port
  std::vector<std::string> allowed_hosts;            ///< names the page may be asked by; sealed
  std::uint16_t snmp_port = 161;
  std::uint16_t trap_port = 162;                        ///< where devices send traps; 0 = nowhere
  std::vector<CredentialSettings> read_credentials;     ///< as declared
  std::optional<CredentialSettings> write_credentials;  ///< none = this daemon writes nothing
  std::chrono::milliseconds snmp_timeout{1500};         ///< of one attempt
  int snmp_attempts = 3;
  std::vector<IpRange> sweep_ranges;  ///< empty = every zone prefix with devices
  std::chrono::milliseconds sweep_interval{std::chrono::minutes{10}};
  std::chrono::milliseconds poll_interval{std::chrono::seconds{15}};
  /// How often all devices are compared with the applied design.
  std::chrono::milliseconds drift_interval{std::chrono::minutes{10}};
  std::uint32_t packets_per_second = 1000;
  /// Leases of a DHCP server on this gateway; those that do not exist are passed over. Default:
  /// where Debian's dnsmasq, Kea and ISC dhcpd keep them.
  std::vector<std::string> lease_files{
      "/var/lib/misc/dnsmasq.leases", "/var/lib/kea/kea-leases4.csv", "/var/lib/dhcp/dhcpd.leases"};
  std::string secrets_directory = "/etc/marketd/secrets";
};

struct LoadedSettings {
  std::optional<Settings> settings;
  Diagnostics problems;
};

/// Keys as in config/share/marketd.yaml. `{ secret: name }` is read from
/// $CREDENTIALS_DIRECTORY/name (systemd), else from `secrets-directory`/name; a secret file that
/// others may read is a warning (S010). The last line feed of a secret is not part of it.
[[nodiscard]] LoadedSettings load_settings(const std::string& path);

/// Why `{ secret: name }` of a design cannot be read here. What it holds is not kept.
[[nodiscard]] Result<void> check_secret(const Settings& settings, std::string_view name);

}  // namespace market
