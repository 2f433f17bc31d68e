// What counts as drift, and what of it may be put right without asking.
#include "daemon/reconcile/drift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/design/design.h"

namespace market::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::int64_t kNow = 1'800'000'000'000;

RunRecord run(RunState state, const std::string& actor = "kim@gw1",
              const std::string& digest = "digest") {
  RunRecord record;
  record.run = 1;
  record.actor = actor;
  record.state = state;
  record.started_ms = kNow - 60'000;
  record.plan.design_digest = digest;
  return record;
}

struct Drifted : ::testing::Test {
  Drifted() {
    auto& gateway = desired["gw1"];
    gateway.fields["link[eth1].up"] = {true, {}, ""};
    gateway.fields["rule[forward pay-out]"] = {std::string{"accept"}, {}, ""};
    auto& seen = observed["gw1"];
    seen.reached = true;
    seen.fields["link[eth1].up"] = false;
    seen.fields["rule[forward by-hand]"] = std::string{"drop"};
    seen.fields["route[10.9.0.0/16]"] = std::string{"via 10.64.0.9 dev eth1"};
    seen.ours = {"rule[forward by-hand]", "route[10.9.0.0/16]"};
  }
  Desired desired;
  Observed observed;
};

std::vector<std::string> fields_of(const Plan& plan) {
  std::vector<std::string> fields;
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) fields.push_back(change.field);
  }
  return fields;
}

TEST(ObjectClass, IsAWordOfTheDesignForEveryGroupOfFields) {
  for (const auto* field :
       {"system.name", "port[3].pvid", "vlan[20].port[3]", "radio[5G].channel", "ssid[1].name",
        "link[br].up", "address[br 10.0.0.1/24]", "route[default]", "rule[input base]",
        "chain[input]", "set[x]", "dnsmasq[zone a]", "qdisc[eth0].kind", "class[eth0 payment]"}) {
    const auto object = object_class(FieldName::split(field));
    EXPECT_NE(std::find(kObjectClasses.begin(), kObjectClasses.end(), object), kObjectClasses.end())
        << field << " is '" << object << "'";
  }
}

TEST_F(Drifted, IsToldByDeviceAndClassWithWhatIsAndWhatShouldBe) {
  const auto rows = drift_rows(make_plan(desired, observed, "digest"), observed, nullptr, kNow);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].object_class, "firewall");
  EXPECT_EQ(rows[0].changes, 2U);
  EXPECT_EQ(rows[1].object_class, "link");
  EXPECT_THAT(rows[1].fields, ElementsAre("link[eth1].up is false, designed true"));
  EXPECT_EQ(rows[2].object_class, "route");
  EXPECT_EQ(rows[1].since_ms, kNow);
}

TEST_F(Drifted, KeepsTheTimeAtWhichItWasFoundFirst) {
  auto before = std::make_shared<health::Drift>();
  before->rows = {{"gw1", "link", 1, {}, kNow - 5}};
  const auto rows = drift_rows(make_plan(desired, observed, "digest"), observed, before, kNow);
  EXPECT_EQ(rows[1].since_ms, kNow - 5);
  EXPECT_EQ(rows[0].since_ms, kNow);
}

TEST_F(Drifted, StaysToldWhileItsDeviceCannotBeReadAndNoLonger) {
  auto before = std::make_shared<health::Drift>();
  before->rows = {{"gw1", "vlan", 1, {}, kNow - 5}, {"sw-1", "port", 1, {"x"}, kNow - 7}};
  const auto rows = drift_rows(make_plan(desired, observed, "digest"), observed, before, kNow);
  ASSERT_EQ(rows.size(), 4U) << "gw1 was read: its old row is gone";
  EXPECT_EQ(rows.back().device, "sw-1");
  EXPECT_EQ(rows.back().since_ms, kNow - 7);
}

TEST_F(Drifted, OnlyTheClassesNamedArePutRightAndNothingElseIsTakenAway) {
  const auto plan = enforcing_plan(desired, observed, {"firewall"}, "digest");
  EXPECT_THAT(fields_of(plan),
              ::testing::UnorderedElementsAre("rule[forward pay-out]", "rule[forward by-hand]"));
  EXPECT_THAT(fields_of(enforcing_plan(desired, observed, {"address"}, "digest")), IsEmpty());
}

TEST(IsApplied, OnlyOfTheDesignThatAPersonBroughtLast) {
  EXPECT_FALSE(is_applied({}, "digest"));
  EXPECT_TRUE(is_applied({run(RunState::Committed)}, "digest"));
  EXPECT_FALSE(is_applied({run(RunState::Committed)}, "another"));
  EXPECT_FALSE(is_applied({run(RunState::RolledBack), run(RunState::Committed)}, "digest"));
  EXPECT_TRUE(
      is_applied({run(RunState::RolledBack, kDaemonActor), run(RunState::Committed)}, "digest"));
}

TEST_F(Drifted, IsNotPutRightAgainByItselfOnceThatWasPutBack) {
  const auto plan = enforcing_plan(desired, observed, {"link"}, "digest");
  auto failed = run(RunState::RolledBack, kDaemonActor);
  failed.plan.id = plan.id;
  failed.note = "eth1 is gone";
  EXPECT_THAT(objection_to_enforcing(plan, {failed}, kNow), HasSubstr("eth1 is gone"));
  failed.plan.id = "another";
  EXPECT_EQ(objection_to_enforcing(plan, {failed}, kNow), "");
}

TEST_F(Drifted, IsPutRightThreeTimesInAnHourAndThenLeftToPeople) {
  const auto plan = enforcing_plan(desired, observed, {"link"}, "digest");
  auto done = run(RunState::Committed, kDaemonActor);
  done.plan.id = plan.id;
  EXPECT_EQ(objection_to_enforcing(plan, {done, done}, kNow), "");
  EXPECT_THAT(objection_to_enforcing(plan, {done, done, done}, kNow),
              HasSubstr("3 times within the hour"));
  auto old = done;
  old.started_ms = kNow - 2 * 60 * 60 * 1000;
  EXPECT_EQ(objection_to_enforcing(plan, {done, done, old}, kNow), "");
}

}  // namespace
}  // namespace market::reconcile
