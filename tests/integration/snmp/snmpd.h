// A real net-snmp agent on a loopback port, with its own configuration and state in a folder of
// its own under /tmp. Dies with this object.
//
// Threads:  one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>

namespace market::test {

/// A UDP port of 127.0.0.1 that nobody has at this moment, so that tests may run beside each other.
/// Another process could take it before it is bound; then the test fails loudly.
[[nodiscard]] std::uint16_t free_udp_port();

class Snmpd {
 public:
  /// False when this machine has no snmpd(8): the test skips itself.
  [[nodiscard]] static bool available();

  /// True when this machine has ::1; the agent listens there as well then.
  [[nodiscard]] static bool has_ipv6();

  /// `extra`: further lines for snmpd.conf.
  explicit Snmpd(std::string extra = "");
  ~Snmpd();
  Snmpd(const Snmpd&) = delete;
  Snmpd& operator=(const Snmpd&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// Other extra lines, from the next start on.
  void use(std::string extra) { extra_ = std::move(extra); }
  void start();
  void stop();
  /// What a factory reset does: engine boots, users and written values are gone.
  void wipe_state();

  static constexpr const char* kReadCommunity = "market-read";
  static constexpr const char* kWriteCommunity = "market-write";
  static constexpr const char* kPrivUser = "steward";    ///< SHA-256, AES, may write
  static constexpr const char* kAuthUser = "inspector";  ///< SHA-1, no privacy, may read
  static constexpr const char* kAuthPassphrase = "dongdaemun-auth";
  static constexpr const char* kPrivPassphrase = "namdaemun-priv";

 private:
  std::filesystem::path folder_;
  std::uint16_t port_;
  std::string extra_;
  pid_t pid_ = -1;
};

}  // namespace market::test
