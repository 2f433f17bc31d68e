// A client on a loop of its own thread, and a real agent that it has heard.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "probes/snmp/blocking.h"
#include "tests/integration/snmp/snmpd.h"

namespace market::snmp {

class AgentTest : public ::testing::Test {
 protected:
  /// `address`: where the agent is asked.
  explicit AgentTest(const IpAddress& address = IpAddress::v4(0x7f000001)) : address_{address} {}

  void SetUp() override {
    if (!test::Snmpd::available()) {
      GTEST_SKIP() << "SKIPPED: needs net-snmp's agent /usr/sbin/snmpd (Debian package snmpd)";
    }
    auto wire = io::open_udp(loop_);
    ASSERT_TRUE(wire) << wire.error().message;
    wire_ = std::move(*wire);
    client_ = make_client(loop_, *wire_);
    blocking_ = make_blocking(loop_, *client_);
    thread_ = std::thread{[this] { loop_.run(); }};
    start_agent("");
  }
  void TearDown() override {
    loop_.stop();
    if (thread_.joinable()) thread_.join();
    client_.reset();
    wire_.reset();
  }

  void start_agent(const std::string& extra) {
    agent_.reset();
    agent_ = std::make_unique<test::Snmpd>(extra);
    await_agent();
  }
  // The agent takes a moment to open its port: asked again until it answers.
  void await_agent() {
    const std::vector<Oid> oids{Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}};  // sysUpTime
    const auto outcome = blocking_->get(v2c(test::Snmpd::kReadCommunity), oids,
                                        {std::chrono::milliseconds{100}, 100});
    ASSERT_TRUE(std::holds_alternative<Answer>(outcome)) << describe(outcome);
  }

  [[nodiscard]] Target target(Credentials credentials) const {
    return {address_, agent_->port(), std::move(credentials)};
  }
  [[nodiscard]] Target v2c(const std::string& community) const {
    Credentials credentials;
    credentials.id = community;
    credentials.community = Secret{community};
    return target(std::move(credentials));
  }
  static Credentials steward() {
    Credentials credentials;
    credentials.id = "steward";
    credentials.version = Version::V3;
    credentials.user = test::Snmpd::kPrivUser;
    credentials.auth = AuthProtocol::Sha256;
    credentials.auth_passphrase = Secret{test::Snmpd::kAuthPassphrase};
    credentials.priv = PrivProtocol::Aes128;
    credentials.priv_passphrase = Secret{test::Snmpd::kPrivPassphrase};
    return credentials;
  }
  static Credentials inspector() {
    Credentials credentials;
    credentials.id = "inspector";
    credentials.version = Version::V3;
    credentials.user = test::Snmpd::kAuthUser;
    credentials.auth = AuthProtocol::Sha1;
    credentials.auth_passphrase = Secret{test::Snmpd::kAuthPassphrase};
    return credentials;
  }

  IpAddress address_;
  io::AsioLoop loop_;
  std::unique_ptr<io::Wire> wire_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<BlockingClient> blocking_;
  std::thread thread_;
  std::unique_ptr<test::Snmpd> agent_;
};

}  // namespace market::snmp
