// Whom a plan may hurt, by the design's own cabling.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/design/load.h"
#include "daemon/reconcile/impact.h"

namespace market::reconcile {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// gw1 - sw-1 - sw-2, a stall on sw-1, two and an access point on sw-2.
Design two_in_a_row() {
  const auto loaded = parse_design(R"(schema: 1
kind: market-design
site: { id: m1 }
zones:
  - { id: mgmt, vid: 10, prefix: 10.64.0.0/24, gateway: 10.64.0.1, trust: infrastructure, interface: br0 }
gateway: { id: gw1, lan: { bridge: br0, interfaces: [eth1] } }
port-roles: { flat: { mode: access, untagged: mgmt } }
switches:
  - { id: sw-1, profile: p, address: 10.64.0.11, ports: { "1": { role: flat, peer: gw1/eth1 }, "2": { role: flat, peer: sw-2/1 }, "3": { role: flat, stall: A-1 } } }
  - { id: sw-2, profile: p, address: 10.64.0.12, ports: { "1": { role: flat, peer: sw-1/2 }, "2": { role: flat, stall: B-10 }, "3": { role: flat, stall: B-9 }, "4": { role: flat, peer: ap-1 } } }
aps:
  - { id: ap-1, profile: p, address: 10.64.0.31 }
stalls:
  - { id: A-1 }
  - { id: B-9 }
  - { id: B-10 }
)",
                                   "m.yaml");
  for (const auto& problem : loaded.problems) {
    EXPECT_NE(problem.severity, Severity::Error) << problem.to_string();
  }
  return loaded.design.value_or(Design{});
}

Desired desired_of(const Design& design) {
  auto behind = stalls_behind(design, paths_of(design));
  Desired desired;
  desired["gw1"].kind = DeviceKind::Gateway;
  desired["ap-1"].kind = DeviceKind::AccessPoint;
  for (const auto* device : {"gw1", "sw-1", "sw-2", "ap-1"})
    desired[device].behind = behind[device];
  return desired;
}

Step step(const std::string& device, Risk risk, const std::vector<std::string>& fields) {
  Step step;
  step.device = device;
  step.risk = risk;
  for (const auto& field : fields) step.changes.push_back({field, false, true, {}, ""});
  return step;
}

std::vector<std::string> lines(const std::vector<Step>& steps) {
  std::vector<std::string> lines;
  for (const auto& one : impact_of(steps, desired_of(two_in_a_row()))) {
    lines.push_back(one.device + ": " + one.words);
  }
  return lines;
}

TEST(StallsBehind, AreThoseOfAllSwitchesFartherOut) {
  const auto design = two_in_a_row();
  auto behind = stalls_behind(design, paths_of(design));
  EXPECT_THAT(behind["sw-2"]["2"], ElementsAre("B-10"));
  EXPECT_THAT(behind["sw-2"]["4"], IsEmpty());
  EXPECT_THAT(behind["sw-2"]["1"], ElementsAre("B-10", "B-9")) << "its way to the gateway";
  EXPECT_THAT(behind["sw-1"]["2"], ElementsAre("B-10", "B-9"));
  EXPECT_THAT(behind["sw-1"]["1"], ElementsAre("B-10", "B-9", "A-1"));
  EXPECT_THAT(behind["gw1"][""], ElementsAre("A-1", "B-9", "B-10"));
}

TEST(Impact, SaysWhereNoPowerCycleTakesBackAChangeOfOurWay) {
  auto desired = desired_of(two_in_a_row());
  const std::vector<Step> steps{step("sw-2", Risk::MgmtPath, {"port[1].pvid"})};
  EXPECT_EQ(impact_of(steps, desired)[0].words.find("no power cycle"), std::string::npos);
  desired["sw-2"].saves_at_once = true;
  EXPECT_NE(impact_of(steps, desired)[0].words.find("no power cycle takes it back"),
            std::string::npos);
}

TEST(Impact, NamesTheStallsOfAPortInNaturalOrder) {
  EXPECT_THAT(lines({step("sw-2", Risk::DropsPort, {"port[2].pvid", "vlan[10].port[3]"})}),
              ElementsAre("sw-2: stalls B-9, B-10 may lose the link for seconds"));
  EXPECT_THAT(lines({step("sw-1", Risk::Blip, {"port[3].poe"})}),
              ElementsAre("sw-1: stall A-1 may pause for seconds"));
}

TEST(Impact, NamesWhoIsHurtMoreOnce) {
  EXPECT_THAT(lines({step("sw-1", Risk::Blip, {"port[2].poe", "port[3].poe"}),
                     step("sw-1", Risk::DropsPort, {"port[2].pvid"})}),
              ElementsAre("sw-1: stalls B-9, B-10 may lose the link for seconds",
                          "sw-1: stall A-1 may pause for seconds"));
}

TEST(Impact, TellsTheWorstFirstAndNamesOurOwnWay) {
  EXPECT_THAT(
      lines({step("sw-2", Risk::Blip, {"port[2].poe"}),
             step("sw-1", Risk::MgmtPath, {"port[1].pvid"})}),
      ElementsAre("sw-1: our own way to it changes, last of all; behind it: stalls A-1, B-9, B-10",
                  "sw-2: stall B-10 may pause for seconds"));
}

TEST(Impact, OfLabelsAndRowsIsNone) {
  EXPECT_THAT(lines({step("sw-1", Risk::None, {"port[3].label", "vlan[20].name"}),
                     step("sw-2", Risk::Blip, {"port[4].poe"})}),
              IsEmpty());
}

TEST(Impact, OfARadioIsItsClients) {
  EXPECT_THAT(lines({step("ap-1", Risk::Blip, {"radio[5G].channel"})}),
              ElementsAre("ap-1: wireless clients may pause for seconds"));
}

TEST(Impact, OfTheGatewayIsEveryStall) {
  EXPECT_THAT(lines({step("gw1", Risk::DropsPort, {"link[eth1].master"})}),
              ElementsAre("gw1: stalls A-1, B-9, B-10 may lose the link for seconds"));
}

TEST(Impact, CountsWhatItDoesNotName) {
  Desired desired;
  for (int i = 1; i <= 11; ++i) desired["sw-1"].behind["1"].push_back("A-" + std::to_string(i));
  const auto impact = impact_of({step("sw-1", Risk::Blip, {"port[1].poe"})}, desired);
  ASSERT_EQ(impact.size(), 1U);
  EXPECT_EQ(impact[0].stalls.size(), 11U);
  EXPECT_EQ(impact[0].words,
            "stalls A-1, A-2, A-3, A-4, A-5, A-6, A-7, A-8 and 3 more may pause for seconds");
}

TEST(Impact, IsPartOfThePlanAndOfItsDigest) {
  Desired desired = desired_of(two_in_a_row());
  desired["sw-1"].fields["port[3].enabled"] = {true, {"m.yaml", 1, 1}, ""};
  Observed observed;
  observed["sw-1"].reached = true;
  observed["sw-1"].fields["port[3].enabled"] = false;
  const auto plan = make_plan(desired, observed, "d");
  ASSERT_EQ(plan.impact.size(), 1U);
  auto text = plan_to_json(plan);
  const auto again = plan_from_json(text);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->impact.at(0).words, "stall A-1 may pause for seconds");
  EXPECT_THAT(again->impact.at(0).stalls, ElementsAre("A-1"));
  text.replace(text.find("may pause"), 9, "will cope");
  const auto altered = plan_from_json(text);
  ASSERT_FALSE(altered);
  EXPECT_THAT(altered.error().message, testing::HasSubstr("the plan was altered"));
}

}  // namespace
}  // namespace market::reconcile
