// A survey of a real agent: net-snmp's snmpd on a host whose neighbours we made.
#include "probes/survey/start.h"

#include <gmock/gmock.h>

#include <optional>

#include "tests/integration/netlink/sandbox.h"
#include "tests/integration/snmp/snmpd.h"

namespace market::netlink {
namespace {

using namespace std::chrono_literals;

class SurveyOfSnmpd : public SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (IsSkipped()) return;
    if (!test::Snmpd::available()) {
      GTEST_SKIP() << "SKIPPED: needs net-snmp's agent /usr/sbin/snmpd (Debian package snmpd)";
    }
    ip("link set lo up");
    add_pair("shop0", "shop1");
    ip("link set shop0 address 02:00:00:00:0a:01 up");
    ip("link set shop1 up");
    ip("addr add 10.64.0.1/24 dev shop0");
    ip("neigh add 10.64.0.9 lladdr 00:05:4f:01:02:03 dev shop0 nud permanent");
  }

  std::optional<survey::DeviceSurvey> run(const test::Snmpd& agent) {
    snmp::Credentials credentials;
    credentials.community = Secret{test::Snmpd::kReadCommunity};
    return run(agent, credentials);
  }
  std::optional<survey::DeviceSurvey> run(const test::Snmpd& agent,
                                          const snmp::Credentials& credentials) {
    io::AsioLoop loop;
    auto wire = io::open_udp(loop);
    EXPECT_TRUE(wire) << wire.error().message;
    if (!wire) return std::nullopt;
    auto client = snmp::make_client(loop, **wire);
    const snmp::Target target{IpAddress::v4(0x7f000001), agent.port(), credentials};
    std::optional<survey::DeviceSurvey> told;
    // Patient: the agent may still be opening its port.
    survey::SurveyOptions options{{200ms, 50}};
    auto asking = survey::start_survey(*client, target, options, [&](auto survey) {
      told = std::move(survey);
      loop.stop();
    });
    auto limit = loop.after(60s, [&loop] { loop.stop(); });
    loop.run();
    return told;
  }
};

TEST_F(SurveyOfSnmpd, TellsItsInterfacesAddressesAndNeighbours) {
  test::Snmpd agent;
  const auto survey = run(agent);
  ASSERT_TRUE(survey) << "the survey did not end";
  const auto interface = std::ranges::find(survey->interfaces, "shop0", &survey::Interface::name);
  ASSERT_NE(interface, survey->interfaces.end());
  EXPECT_EQ(interface->mac, *MacAddress::parse("02:00:00:00:0a:01"));
  EXPECT_TRUE(interface->oper_up);
  ASSERT_EQ(survey->addresses.size(), 1U) << "loopback is nobody's address";
  EXPECT_EQ(survey->addresses[0].address.to_string(), "10.64.0.1");
  EXPECT_EQ(survey->addresses[0].if_index, interface->if_index);
  ASSERT_EQ(survey->neighbors.size(), 1U);
  EXPECT_EQ(survey->neighbors[0].address.to_string(), "10.64.0.9");
  EXPECT_EQ(survey->neighbors[0].mac, *MacAddress::parse("00:05:4f:01:02:03"));
  EXPECT_EQ(survey->neighbors[0].if_index, interface->if_index);
  EXPECT_TRUE(survey->forwarding.empty());
  EXPECT_THAT(survey->gaps, testing::IsEmpty());
}

// A Cisco switch keeps a bridge for each VLAN, in SNMPv3 as a context: here a second agent that the
// first one asks for it.
TEST_F(SurveyOfSnmpd, ReadsTheBridgeOfEachVlanInItsContext) {
  const test::Snmpd bridge{
      "override .1.3.6.1.2.1.17.1.4.1.2.2 integer 1\n"
      "override .1.3.6.1.2.1.17.4.3.1.2.0.5.79.1.2.20 integer 2\n"
      "override .1.3.6.1.2.1.17.4.3.1.3.0.5.79.1.2.20 integer 3\n"};
  const test::Snmpd agent{
      "override .1.3.6.1.2.1.1.2.0 object_id .1.3.6.1.4.1.9.1.1208\n"
      "override .1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.20 integer 1\n"
      "createUser cisco SHA-256 \"dongdaemun-auth\" AES \"namdaemun-priv\"\n"
      "view all included .1\n"
      "rouser cisco authpriv -V all *\n"
      "proxy -Cn vlan-20 -v 2c -c market-read 127.0.0.1:" +
      std::to_string(bridge.port()) + " .1.3.6.1.2.1.17\n"};
  snmp::Credentials cisco;
  cisco.version = snmp::Version::V3;
  cisco.user = "cisco";
  cisco.auth = snmp::AuthProtocol::Sha256;
  cisco.auth_passphrase = Secret{test::Snmpd::kAuthPassphrase};
  cisco.priv = snmp::PrivProtocol::Aes128;
  cisco.priv_passphrase = Secret{test::Snmpd::kPrivPassphrase};
  const auto survey = run(agent, cisco);
  ASSERT_TRUE(survey) << "the survey did not end";
  EXPECT_THAT(survey->gaps, testing::IsEmpty());
  ASSERT_EQ(survey->forwarding.size(), 1U);
  EXPECT_EQ(survey->forwarding[0].mac, *MacAddress::parse("00:05:4f:01:02:14"));
  EXPECT_EQ(survey->forwarding[0].vlan, *VlanId::from(20));
}

}  // namespace
}  // namespace market::netlink
