// What would cut us off: our ways by design and as seen, and who is connected.
#include "daemon/reconcile/lockout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/design/load.h"
#include "tests/unit/daemon/reconcile/values.h"

namespace market::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// gw1/eth1 - sw-1 - sw-2 - ap-1, all in VLAN 10; the trunks carry it tagged.
Design in_a_row() {
  const auto loaded = parse_design(R"(schema: 1
kind: market-design
site: { id: m1 }
zones:
  - { id: mgmt, vid: 10, prefix: 10.64.0.0/24, gateway: 10.64.0.1, trust: infrastructure }
  - { id: staff, vid: 20, prefix: 10.64.2.0/24, gateway: 10.64.2.1, trust: internal }
gateway: { id: gw1, lan: { bridge: br0, interfaces: [eth1] } }
port-roles:
  trunk: { mode: tagged, tagged: [mgmt, staff] }
  ap: { mode: tagged, untagged: mgmt, tagged: [staff] }
switches:
  - { id: sw-1, profile: p, address: 10.64.0.11, ports: { "1": { role: trunk, peer: gw1/eth1 }, "2": { role: trunk, peer: sw-2/1 } } }
  - { id: sw-2, profile: p, address: 10.64.0.12, ports: { "1": { role: trunk, peer: sw-1/2 }, "4": { role: ap, peer: ap-1 } } }
aps:
  - { id: ap-1, profile: p, address: 10.64.0.31 }
)",
                                   "m.yaml");
  for (const auto& problem : loaded.problems) {
    EXPECT_NE(problem.severity, Severity::Error) << problem.to_string();
  }
  return loaded.design.value_or(Design{});
}

class LockoutTest : public ::testing::Test {
 protected:
  std::vector<std::string> of(const std::string& device, const std::string& field,
                              const FieldValue& before, const FieldValue& after) {
    Step step;
    step.device = device;
    step.changes.push_back({field, before, after, {}, ""});
    return of({step});
  }
  std::vector<std::string> of(const std::vector<Step>& steps) {
    std::vector<std::string> words;
    for (const auto& one : lockouts_of(steps, observed, ways)) {
      words.push_back(one.device + " " + one.field + ": " + one.words);
    }
    return words;
  }

  Ways ways = ways_of(in_a_row());
  Observed observed;
};

TEST_F(LockoutTest, APortOnOurWayGoesDown) {
  EXPECT_THAT(
      of("sw-1", "port[2].enabled", true, false),
      ElementsAre("sw-1 port[2].enabled: port 2 goes down: the way to ap-1, sw-2, which comes "
                  "back by itself when it is not confirmed"));
  EXPECT_THAT(of("gw1", "link[eth1].up", true, false),
              ElementsAre(HasSubstr("the way to ap-1, sw-1, sw-2")));
  EXPECT_THAT(of("sw-1", "port[2].enabled", false, true), IsEmpty());
  EXPECT_THAT(of("sw-1", "port[3].enabled", true, false), IsEmpty());
  EXPECT_THAT(of("sw-1", "port[2].label", text("a"), text("b")), IsEmpty());
}

TEST_F(LockoutTest, TheWayOfADeviceItselfIsNotComeBackBy) {
  EXPECT_THAT(
      of("sw-2", "port[1].enabled", true, false),
      ElementsAre(HasSubstr("Nothing reaches it then to put it back but its power switch")));
}

TEST_F(LockoutTest, TheVlanOfTheDevicesBehindIsCarriedOtherwise) {
  EXPECT_THAT(of("sw-1", "vlan[10].port[2]", text("tagged"), text("none")),
              ElementsAre(HasSubstr("port 2 carries VLAN 10 as none, no longer as tagged")));
  EXPECT_THAT(of("sw-1", "vlan[10].port[2]", text("tagged"), text("untagged")),
              ElementsAre(HasSubstr("as untagged, no longer as tagged")));
  EXPECT_THAT(of("sw-1", "vlan[10].port[2]", text("none"), text("tagged")), IsEmpty());
  EXPECT_THAT(of("sw-1", "vlan[10].port[2]", Absent{}, text("none")), IsEmpty());
  EXPECT_THAT(of("sw-1", "vlan[20].port[2]", text("tagged"), text("none")), IsEmpty())
      << "no device is in it";
  EXPECT_THAT(of("gw1", "link[eth1].vlan[10]", text("tagged"), text("none")),
              ElementsAre(HasSubstr("the way to ap-1, sw-1, sw-2")));
}

TEST_F(LockoutTest, UntaggedFramesBecomeOfAnotherVlan) {
  observed["sw-2"].reached = true;
  observed["sw-2"].fields["vlan[10].port[4]"] = text("untagged");
  EXPECT_THAT(of("sw-2", "port[4].pvid", std::int64_t{10}, std::int64_t{20}),
              ElementsAre(HasSubstr("untagged frames of port 4 are no longer of VLAN 10")));
  EXPECT_THAT(of("sw-2", "port[4].pvid", std::int64_t{1}, std::int64_t{10}), IsEmpty());
  observed["sw-2"].fields["vlan[10].port[4]"] = text("tagged");
  EXPECT_THAT(of("sw-2", "port[4].pvid", std::int64_t{10}, std::int64_t{20}), IsEmpty());
}

TEST_F(LockoutTest, AnAccessPointLosesItsPower) {
  EXPECT_THAT(of("sw-2", "port[4].poe", true, false),
              ElementsAre(HasSubstr("port 4 no longer feeds what is behind it: the way to ap-1")));
  EXPECT_THAT(of("sw-1", "port[2].poe", true, false), IsEmpty()) << "a switch has its own";
}

TEST_F(LockoutTest, ACableThatWasSeenCountsWhateverTheDesignSays) {
  EXPECT_THAT(of("sw-1", "port[9].enabled", true, false), IsEmpty());
  ways.seen.push_back({{"sw-1", "9"}, {"unmanaged behind sw-1/9", ""}});
  ways.seen.push_back({{"unmanaged behind sw-1/9", ""}, {"sw-2", "7"}});
  ways.seen.push_back({{"sw-1", "5"}, {"T-1", ""}});
  EXPECT_THAT(of("sw-1", "port[9].enabled", true, false),
              ElementsAre(HasSubstr("the way to sw-2")));
  EXPECT_THAT(of("sw-2", "port[7].enabled", true, false), ElementsAre(HasSubstr("power switch")));
  EXPECT_THAT(of("sw-1", "port[5].enabled", true, false), IsEmpty()) << "a terminal is not managed";
}

TEST_F(LockoutTest, CablesInACircleEnd) {
  ways.seen = {{{"sw-1", "8"}, {"sw-2", "8"}}, {{"sw-2", "9"}, {"sw-1", "9"}}};
  EXPECT_THAT(of("sw-1", "port[8].enabled", true, false),
              ElementsAre(HasSubstr("the way to sw-1, sw-2")));
}

TEST_F(LockoutTest, TheGatewayLeavesTheNetworkOfTheDevices) {
  auto& fields = observed["gw1"].fields;
  observed["gw1"].reached = true;
  fields = {{"address[eth1 10.64.0.1/24]", true},
            {"address[eth0 198.18.0.2/30]", true},
            {"link[eth1].up", true},
            {"link[eth0].up", true}};
  EXPECT_THAT(of("gw1", "address[eth1 10.64.0.1/24]", true, false),
              ElementsAre(HasSubstr("the gateway leaves the network of ap-1, sw-1, sw-2")));
  EXPECT_THAT(of("gw1", "address[eth0 198.18.0.2/30]", true, false), IsEmpty());
  Step move;
  move.device = "gw1";
  move.changes = {{"address[br0 10.64.0.1/24]", false, true, {}, ""},
                  {"address[eth1 10.64.0.1/24]", true, false, {}, ""}};
  EXPECT_THAT(of({move}), IsEmpty()) << "it has the address on another link";
}

TEST_F(LockoutTest, SomebodyIsConnected) {
  auto& fields = observed["gw1"].fields;
  observed["gw1"].reached = true;
  fields = {{"address[eth0 198.18.0.2/30]", true},
            {"link[eth0].up", true},
            {"route[default]", text("via 198.18.0.1 dev eth0")}};
  const auto local = *IpAddress::parse("198.18.0.2");
  ways.sessions = {{local, *IpAddress::parse("203.0.113.9"), 22},
                   {*IpAddress::parse("127.0.0.1"), *IpAddress::parse("127.0.0.1"), 9750}};
  EXPECT_THAT(of("gw1", "address[eth0 198.18.0.2/30]", true, false),
              ElementsAre(HasSubstr("203.0.113.9 is connected to 198.18.0.2 port 22, and that "
                                    "address goes")));
  EXPECT_THAT(of("gw1", "link[eth0].up", true, false), ElementsAre(HasSubstr("that address goes")));
  EXPECT_THAT(of("gw1", "route[default]", text("via 198.18.0.1 dev eth0"), Absent{}),
              ElementsAre(HasSubstr("no route leads there any more")));
  EXPECT_THAT(of("gw1", "route[10.9.0.0/16]", Absent{}, text("via 198.18.0.1 dev eth0")),
              IsEmpty());
  ways.sessions[0].remote = *IpAddress::parse("198.18.0.1");
  EXPECT_THAT(of("gw1", "route[default]", text("via 198.18.0.1 dev eth0"), Absent{}), IsEmpty())
      << "he is on the same link";
}

TEST_F(LockoutTest, IsPartOfThePlanAndItsDigest) {
  Desired desired;
  desired["sw-1"].fields["port[2].enabled"] = {false, {"m.yaml", 3, 1}, ""};
  observed["sw-1"].reached = true;
  observed["sw-1"].fields["port[2].enabled"] = true;
  const auto plan = make_plan(desired, observed, "digest", &ways);
  ASSERT_EQ(plan.lockouts.size(), 1U);
  EXPECT_NE(plan.id, make_plan(desired, observed, "digest").id);
  const auto again = plan_from_json(plan_to_json(plan));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->lockouts[0].words, plan.lockouts[0].words);
}

}  // namespace
}  // namespace market::reconcile
