// A survey asked of agents in memory through the real SNMP engine.
#include "probes/survey/start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/fakes/fake_agent.h"
#include "tests/unit/probes/survey/table.h"

namespace market::survey {
namespace {

using namespace std::chrono_literals;
using snmp::Integer;
using snmp::Octets;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

const Oid kCiscoSwitch{1, 3, 6, 1, 4, 1, 9, 1, 1208};

class StartSurvey : public testing::Test {
 protected:
  StartSurvey() {
    wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
      return reply(to, bytes);
    });
  }

  std::vector<fakes::FakeReply> reply(const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
    ++datagrams_;
    const auto request = fakes::read_request(bytes);
    if (!request) return {};
    asked_as_.push_back(request->community);
    const auto agent = agents_.find(request->community);
    if (agent == agents_.end()) return {};
    const auto& first = request->bindings.at(0).oid;
    if (silent_below_ && first.starts_with(*silent_below_)) return {};
    if (refusing_.contains(request->community)) {
      constexpr int kAuthorizationError = 16;
      return {{to,
               fakes::write_response(request->community,
                                     {request->id, kAuthorizationError, 0, request->bindings}),
               2ms}};
    }
    auto bytes_back = agent->second.handle(bytes);
    if (!bytes_back) return {};
    return {{to, std::move(*bytes_back), 2ms}};
  }
  fakes::FakeAgent& agent(const std::string& community, const Table& table) {
    auto& made = agents_[community];
    made.read_community = community;
    for (const auto& row : table.rows_) made.objects[row.oid] = row.value;
    return made;
  }
  DeviceSurvey run(SurveyOptions options = {}) {
    snmp::Target target{ip("10.64.0.2"), 161, {}};
    target.credentials.community = Secret{"public"};
    std::optional<DeviceSurvey> told;
    auto client = snmp::make_client(loop_, wire_);
    auto asking = start_survey(*client, target, options, [&](DeviceSurvey survey) {
      told = std::move(survey);
      asking_ended_ = loop_.now();
    });
    EXPECT_TRUE(loop_.run_until([&told] { return told.has_value(); }, 10min));
    return told.value_or(DeviceSurvey{});
  }

  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  std::map<std::string, fakes::FakeAgent> agents_;
  std::optional<Oid> silent_below_;  ///< questions that begin there are not answered
  std::set<std::string> refusing_;   ///< communities that are told authorizationError
  std::size_t datagrams_ = 0;
  std::vector<std::string> asked_as_;
  io::TimePoint asking_ended_;
};

Table access_switch() {
  Table table;
  table.port(1, "gi1").port(2, "gi2").base_port(1, 1).base_port(2, 2);
  table.row("1.3.6.1.2.1.17.1.1.0", kRouter);
  table.learned(20, "0.5.79.1.2.3", 2).lldp(1, 5, Octets{"gi1"}, "");
  table.row("1.3.6.1.2.1.4.22.1.2.1.10.64.0.9", kTerminal);
  table.row("1.3.6.1.2.1.4.20.1.2.10.64.0.2", Integer{1});
  return table;
}

TEST_F(StartSurvey, ReadsAllTablesOfASwitchInFewQuestions) {
  agent("public", access_switch());
  const auto survey = run();
  EXPECT_THAT(survey.gaps, IsEmpty());
  EXPECT_THAT(survey.interfaces, SizeIs(2));
  EXPECT_THAT(survey.addresses, SizeIs(1));
  EXPECT_THAT(survey.neighbors, SizeIs(1));
  EXPECT_THAT(survey.links, SizeIs(1));
  ASSERT_THAT(survey.forwarding, SizeIs(1));
  EXPECT_EQ(survey.forwarding[0].port, "gi2");
  EXPECT_EQ(survey.bridge_address, mac("02:00:00:00:0a:01"));
  EXPECT_LE(datagrams_, 26U);
}

TEST_F(StartSurvey, AHostWithoutTablesIsAnEmptySurvey) {
  Table table;
  table.row("1.3.6.1.2.1.1.2.0", Oid{1, 3, 6, 1, 4, 1, 8072, 3, 2, 10});
  agent("public", table);
  const auto survey = run();
  EXPECT_THAT(survey.interfaces, IsEmpty());
  EXPECT_THAT(survey.gaps, IsEmpty());
  EXPECT_LE(datagrams_, 22U);
}

TEST_F(StartSurvey, KeepsTheRestWhenOneTableIsSilent) {
  agent("public", access_switch());
  silent_below_ = Oid{1, 0, 8802, 1, 1, 2, 1, 3, 7};
  const auto survey = run();
  EXPECT_THAT(survey.gaps, ElementsAre(StartsWith("LLDP: no answer within ")));
  EXPECT_THAT(survey.links, IsEmpty());
  EXPECT_THAT(survey.forwarding, SizeIs(1));
}

TEST_F(StartSurvey, LeavesASilentDeviceAlone) {
  const auto begun = loop_.now();
  const auto survey = run();
  EXPECT_THAT(survey.gaps, ElementsAre("the device: no answer within 4500 ms",
                                       "interfaces: no answer within 4500 ms",
                                       "the device fell silent: the rest was not asked"));
  EXPECT_LE(asking_ended_ - begun, 10s);
}

TEST_F(StartSurvey, BoundsTheRowsOfATable) {
  Table table;
  for (std::uint32_t index = 1; index <= 30; ++index) table.port(index, "port");
  agent("public", table);
  SurveyOptions options;
  options.max_rows = 20;
  const auto survey = run(options);
  EXPECT_THAT(survey.gaps, Contains("interfaces: more than 20 rows, the rest was not read"));
  EXPECT_THAT(survey.interfaces, SizeIs(20));
}

Table cisco_switch() {
  Table table;
  table.row("1.3.6.1.2.1.1.2.0", kCiscoSwitch).port(10101, "Gi1/0/1").port(10102, "Gi1/0/2");
  table.base_port(1, 10101);
  table.row("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.1", Integer{1})
      .row("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.20", Integer{1})
      .row("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.30", Integer{2})  // suspended
      .row("1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.1002", Integer{1});
  return table;
}
/// The bridge of one VLAN: one MAC behind port 2.
Table vlan_bridge(const char* last_octet) {
  Table table;
  const std::string index = std::string{"0.5.79.1.2."} + last_octet;
  table.base_port(2, 10102);
  table.row(("1.3.6.1.2.1.17.4.3.1.2." + index).c_str(), Integer{2});
  table.row(("1.3.6.1.2.1.17.4.3.1.3." + index).c_str(), Integer{3});
  return table;
}

TEST_F(StartSurvey, AsksACiscoSwitchVlanByVlan) {
  agent("public", cisco_switch());
  agent("public@1", vlan_bridge("1"));
  agent("public@20", vlan_bridge("20"));
  const auto survey = run();
  EXPECT_THAT(survey.gaps, IsEmpty());
  ASSERT_THAT(survey.forwarding, SizeIs(2));
  EXPECT_EQ(survey.forwarding[0].vlan, *VlanId::from(1));
  EXPECT_EQ(survey.forwarding[1].vlan, *VlanId::from(20));
  EXPECT_EQ(survey.forwarding[1].mac, mac("00:05:4f:01:02:14"));
  EXPECT_EQ(survey.forwarding[1].port, "Gi1/0/2");
  EXPECT_THAT(asked_as_, testing::Not(Contains("public@1002")));
  EXPECT_THAT(asked_as_, testing::Not(Contains("public@30")));
}

TEST_F(StartSurvey, AsksForNoOtherVlanWhenOneIsRefused) {
  agent("public", cisco_switch());
  agent("public@1", vlan_bridge("1"));
  agent("public@20", vlan_bridge("20"));
  refusing_ = {"public@1", "public@20"};
  const auto survey = run();
  EXPECT_THAT(survey.gaps, ElementsAre(HasSubstr("VLAN 1: bridge: authorizationError")));
  EXPECT_THAT(asked_as_, testing::Not(Contains("public@20")));
}

TEST_F(StartSurvey, AsksNoMoreWhoRefusesUs) {
  agent("public", access_switch());
  refusing_ = {"public"};
  const auto survey = run();
  EXPECT_THAT(survey.gaps, ElementsAre(HasSubstr("the device: authorizationError")));
  EXPECT_EQ(datagrams_, 1U);
}

TEST_F(StartSurvey, KeepsWhatItHasWhenVlansAreNotAnswered) {
  auto table = cisco_switch();
  table.row("1.3.6.1.2.1.17.4.3.1.2.0.5.79.1.2.1", Integer{1});
  agent("public", table);
  const auto survey = run();
  EXPECT_THAT(survey.gaps, Contains(AllOf(HasSubstr("VLAN 20"), HasSubstr("no answer"))));
  ASSERT_THAT(survey.forwarding, SizeIs(1)) << "of the device's own bridge";
  EXPECT_EQ(survey.forwarding[0].port, "Gi1/0/1");
}

TEST_F(StartSurvey, IsWithdrawnWithItsRun) {
  agent("public", access_switch());
  auto client = snmp::make_client(loop_, wire_);
  snmp::Target target{ip("10.64.0.2"), 161, {}};
  target.credentials.community = Secret{"public"};
  auto asking = start_survey(*client, target, {}, [](const DeviceSurvey&) { FAIL(); });
  loop_.advance(5ms);
  const auto sent = datagrams_;
  EXPECT_GT(sent, 0U);
  asking.reset();
  loop_.advance(60s);
  EXPECT_LE(datagrams_, sent + 1);
}

}  // namespace
}  // namespace market::survey
