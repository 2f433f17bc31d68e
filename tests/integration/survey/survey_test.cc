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
    io::AsioLoop loop;
    auto wire = io::open_udp(loop);
    EXPECT_TRUE(wire) << wire.error().message;
    if (!wire) return std::nullopt;
    auto client = snmp::make_client(loop, **wire);
    snmp::Target target{IpAddress::v4(0x7f000001), agent.port(), {}};
    target.credentials.community = Secret{test::Snmpd::kReadCommunity};
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

}  // namespace
}  // namespace market::netlink
