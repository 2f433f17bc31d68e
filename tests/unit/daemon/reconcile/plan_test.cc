// make_plan: the promises of daemon/reconcile/plan.h, one by one.
#include "daemon/reconcile/plan.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/reconcile/field_rules.h"
#include "tests/unit/daemon/reconcile/values.h"

namespace market::reconcile {
namespace {

using std::string;

DesiredField want(FieldValue value) { return {std::move(value), {"market.yaml", 7, 3}, "stall"}; }

/// A switch of four ports, all of them untagged in VLAN 1, which a design moves to VLAN 20.
struct Small {
  Desired desired;
  Observed observed;

  Small() {
    auto& want_switch = desired["sw-a1"];
    auto& seen = observed["sw-a1"];
    seen.reached = true;
    seen.serial = "SN-1";
    seen.fields["vlan[1].name"] = text("default");
    want_switch.fields["vlan[20].name"] = want(text("payment"));
    for (const auto* port : {"1", "2", "3", "10"}) {
      const string p = port;
      seen.fields["port[" + p + "].pvid"] = number(1);
      seen.fields["port[" + p + "].enabled"] = true;
      seen.fields["vlan[1].port[" + p + "]"] = text("untagged");
      want_switch.fields["port[" + p + "].pvid"] = want(number(20));
      want_switch.fields["port[" + p + "].enabled"] = want(true);
      want_switch.fields["vlan[20].port[" + p + "]"] = want(text("untagged"));
      want_switch.fields["vlan[1].port[" + p + "]"] = want(text("none"));
    }
  }
  [[nodiscard]] Plan plan() const { return make_plan(desired, observed, "digest"); }
};

std::vector<string> fields_of(const Plan& plan) {
  std::vector<string> fields;
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) fields.push_back(change.field);
  }
  return fields;
}

std::size_t place(const Plan& plan, const string& field) {
  const auto fields = fields_of(plan);
  return static_cast<std::size_t>(std::find(fields.begin(), fields.end(), field) - fields.begin());
}

const Step& step_of(const Plan& plan, const string& field) {
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      if (change.field == field) return step;
    }
  }
  ADD_FAILURE() << "no step changes " << field;
  return plan.steps.front();
}

/// What the devices would hold after the plan.
Observed after(Observed observed, const Plan& plan) {
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      observed[step.device].fields[change.field] = change.after;
    }
  }
  return observed;
}

TEST(Plan, IsEmptyForAConvergedMarket) {
  Small small;
  const auto first = small.plan();
  EXPECT_FALSE(first.empty());
  small.observed = after(small.observed, first);
  const auto second = small.plan();
  EXPECT_TRUE(second.empty());
  EXPECT_TRUE(second.identities.empty());
  EXPECT_EQ(second.change_count(), 0U);
}

TEST(Plan, MakesBeforeItBreaks) {
  const auto plan = Small{}.plan();
  EXPECT_LT(place(plan, "vlan[20].name"), place(plan, "vlan[20].port[3]"));
  EXPECT_LT(place(plan, "vlan[20].port[3]"), place(plan, "port[3].pvid"));
  EXPECT_LT(place(plan, "port[3].pvid"), place(plan, "vlan[1].port[3]"));
}

TEST(Plan, NumbersItsStepsFromOneInOrder) {
  const auto plan = Small{}.plan();
  for (std::size_t i = 0; i < plan.steps.size(); ++i) EXPECT_EQ(plan.steps[i].number, i + 1);
}

TEST(Plan, CountsPortsAsPeopleDo) {
  const auto plan = Small{}.plan();
  EXPECT_LT(place(plan, "vlan[20].port[3]"), place(plan, "vlan[20].port[10]"));
}

TEST(Plan, KeepsARowInAStepOfItsOwnAndAVlansPortsTogether) {
  const auto plan = Small{}.plan();
  EXPECT_EQ(step_of(plan, "vlan[20].name").changes.size(), 1U);
  EXPECT_EQ(step_of(plan, "vlan[20].port[3]").changes.size(), 4U);
  EXPECT_EQ(step_of(plan, "vlan[1].port[3]").changes.size(), 4U);
}

TEST(Plan, NeverPutsMoreIntoAWriteThanTheDeviceTakes) {
  for (std::size_t limit = 0; limit <= 5; ++limit) {
    Small small;
    small.observed["sw-a1"].max_changes_per_write = limit;
    const auto plan = small.plan();
    EXPECT_EQ(plan.change_count(), 13U);
    for (const auto& step : plan.steps) {
      EXPECT_LE(step.changes.size(), std::max<std::size_t>(limit, 1));
    }
  }
}

TEST(Plan, LeavesFieldsTheDesignDoesNotMentionAlone) {
  Small small;
  small.observed["sw-a1"].fields["vlan[66].name"] = text("cctv-old");
  small.observed["sw-a1"].fields["vlan[66].port[3]"] = text("tagged");
  small.observed["sw-a1"].fields["system.contact"] = text("kim");
  small.observed["printer"].reached = true;
  for (const auto& field : fields_of(small.plan())) {
    EXPECT_EQ(field.find("66"), string::npos);
    EXPECT_NE(field, "system.contact");
  }
}

TEST(Plan, NeverDeletesARowOrALink) {
  Small small;
  small.desired["sw-a1"].fields["vlan[1].name"] = want(Absent{});
  const auto plan = small.plan();
  EXPECT_EQ(place(plan, "vlan[1].name"), fields_of(plan).size());
  ASSERT_EQ(plan.skipped.size(), 1U);
  EXPECT_EQ(plan.skipped[0].field, "vlan[1].name");
}

TEST(Plan, SkipsWhatTheDeviceWasNotSeenToHave) {
  Small small;
  small.desired["sw-a1"].fields["port[3].poe"] = want(true);
  small.observed["sw-a1"].fields["port[2].poe"] = Absent{};
  small.desired["sw-a1"].fields["port[2].poe"] = want(true);
  const auto plan = small.plan();
  ASSERT_EQ(plan.skipped.size(), 2U);
  EXPECT_EQ(plan.skipped[0].field, "port[2].poe");
  EXPECT_EQ(plan.skipped[1].reason, "this device has no such field");
}

TEST(Plan, SaysOnceThatAPortIsMissing) {
  Small small;
  small.desired["sw-a1"].fields["port[48].label"] = want(text("far"));
  small.desired["sw-a1"].fields["port[48].pvid"] = want(number(20));
  small.desired["sw-a1"].fields["vlan[20].port[48]"] = want(text("untagged"));
  const auto plan = small.plan();
  ASSERT_EQ(plan.skipped.size(), 1U);
  EXPECT_EQ(plan.skipped[0].field, "port[48]");
  EXPECT_EQ(plan.change_count(), 13U);
}

TEST(Plan, SkipsMembershipsOfAVlanThatNobodyCanCreate) {
  Small small;
  small.desired["sw-a1"].fields.erase("vlan[20].name");
  const auto plan = small.plan();
  EXPECT_EQ(plan.skipped.size(), 4U);
  EXPECT_EQ(place(plan, "vlan[20].port[3]"), fields_of(plan).size());
}

TEST(Plan, TakesAPortOutOfAVlanThatDoesNotExistAsDone) {
  Small small;
  small.observed["sw-a1"].fields.erase("vlan[1].name");
  std::erase_if(small.observed["sw-a1"].fields,
                [](const auto& entry) { return entry.first.starts_with("vlan[1].port"); });
  const auto plan = small.plan();
  EXPECT_EQ(place(plan, "vlan[1].port[3]"), fields_of(plan).size());
  EXPECT_TRUE(plan.skipped.empty());
}

TEST(Plan, SkipsADeviceThatWasNotReachedOrNeverAsked) {
  Small small;
  small.desired["sw-b1"].fields["system.name"] = want(text("b"));
  small.desired["sw-c1"].fields["system.name"] = want(text("c"));
  small.observed["sw-b1"].reason = "no answer within 4500 ms";
  const auto plan = small.plan();
  ASSERT_EQ(plan.skipped.size(), 2U);
  EXPECT_EQ(plan.skipped[0].reason, "no answer within 4500 ms");
  EXPECT_EQ(plan.skipped[1].reason, "not read");
  EXPECT_EQ(plan.skipped[1].field, "");
  EXPECT_FALSE(plan.identities.contains("sw-b1"));
}

TEST(Plan, ChangesOurOwnPathLastOnEachDevice) {
  Small small;
  small.desired["sw-a1"].uplink_ports = {"2"};
  small.desired["sw-a1"].fields["port[3].enabled"] = want(false);
  small.desired["sw-a1"].fields["port[2].enabled"] = want(false);
  const auto plan = small.plan();
  bool own_path = false;
  for (const auto& step : plan.steps) {
    own_path = own_path || step.risk == Risk::MgmtPath;
    EXPECT_EQ(step.risk == Risk::MgmtPath, own_path) << "step " << step.number;
    for (const auto& change : step.changes) {
      const bool on_uplink = change.field == "port[2].pvid" || change.field == "vlan[1].port[2]" ||
                             change.field == "port[2].enabled";
      EXPECT_EQ(step.risk == Risk::MgmtPath, on_uplink) << change.field;
    }
  }
  EXPECT_TRUE(own_path);
  EXPECT_EQ(fields_of(plan).back(), "port[2].enabled");
}

TEST(Plan, RatesNamesAsHarmlessAndMovesAsNot) {
  Small small;
  small.desired["sw-a1"].fields["port[3].label"] = want(text("A-101"));
  small.observed["sw-a1"].fields["port[3].label"] = text("");
  const auto plan = small.plan();
  EXPECT_EQ(step_of(plan, "port[3].label").risk, Risk::None);
  EXPECT_EQ(step_of(plan, "vlan[20].name").risk, Risk::None);
  EXPECT_EQ(step_of(plan, "vlan[20].port[3]").risk, Risk::Blip);
  EXPECT_EQ(step_of(plan, "port[3].pvid").risk, Risk::DropsPort);
  EXPECT_EQ(step_of(plan, "vlan[1].port[3]").risk, Risk::DropsPort);
}

TEST(Plan, AddsNearTheGatewayFirstAndRemovesFarFromItFirst) {
  Small near;
  near.desired["sw-z9"] = near.desired["sw-a1"];
  near.observed["sw-z9"] = near.observed["sw-a1"];
  near.desired["sw-a1"].hops = 2;
  near.desired["sw-z9"].hops = 1;
  const auto plan = near.plan();
  std::vector<string> adding;
  std::vector<string> removing;
  for (const auto& step : plan.steps) {
    const auto& field = step.changes.front().field;
    if (field.starts_with("vlan[20]")) adding.push_back(step.device);
    if (field.starts_with("vlan[1]")) removing.push_back(step.device);
  }
  EXPECT_EQ(adding, (std::vector<string>{"sw-z9", "sw-z9", "sw-a1", "sw-a1"}));
  EXPECT_EQ(removing, (std::vector<string>{"sw-a1", "sw-z9"}));
}

TEST(Plan, SwitchesASsidOnOnlyAfterItIsWhole) {
  Desired desired;
  Observed observed;
  observed["ap"].reached = true;
  desired["ap"].kind = DeviceKind::AccessPoint;
  const std::vector<std::pair<string, FieldValue>> wants{{"enabled", true},
                                                         {"isolate", true},
                                                         {"name", text("Free")},
                                                         {"security", text("owe")},
                                                         {"vlan", number(40)}};
  for (const auto& [leaf, value] : wants) {
    desired["ap"].fields["ssid[1]." + leaf] = want(value);
    observed["ap"].fields["ssid[1]." + leaf] =
        value == FieldValue{true} ? FieldValue{false} : FieldValue{text("x")};
  }
  const auto plan = make_plan(desired, observed, "d");
  EXPECT_EQ(fields_of(plan),
            (std::vector<string>{"ssid[1].security", "ssid[1].isolate", "ssid[1].name",
                                 "ssid[1].vlan", "ssid[1].enabled"}));
  EXPECT_EQ(plan.steps.size(), 2U);
}

TEST(Plan, BuildsAGatewayFromTheGroundUp) {
  Desired desired;
  Observed observed;
  observed["gw1"].reached = true;
  observed["gw1"].fields = {{"link[eth1].up", false}, {"link[eth1].master", text("")}};
  auto& fields = desired["gw1"].fields;
  fields["route[default]"] = want(text("via 198.18.0.1 dev eth0"));
  fields["address[br-mkt.20 10.64.4.1/23]"] = want(true);
  fields["link[br-mkt.20].kind"] = want(text("vlan 20 on br-mkt"));
  fields["link[br-mkt.20].up"] = want(true);
  fields["link[br-mkt].kind"] = want(text("bridge"));
  fields["link[eth1].master"] = want(text("br-mkt"));
  fields["link[eth1].up"] = want(true);
  const auto plan = make_plan(desired, observed, "d");
  EXPECT_EQ(fields_of(plan),
            (std::vector<string>{"link[br-mkt].kind", "link[br-mkt.20].kind", "link[eth1].master",
                                 "link[br-mkt.20].up", "link[eth1].up",
                                 "address[br-mkt.20 10.64.4.1/23]", "route[default]"}));
  EXPECT_EQ(step_of(plan, "link[br-mkt.20].up").changes.front().before, FieldValue{false});
  EXPECT_EQ(step_of(plan, "route[default]").changes.front().before, FieldValue{Absent{}});
}

TEST(Plan, DoesNotBuildOnALinkThatIsSomethingElse) {
  Desired desired;
  Observed observed;
  observed["gw1"].reached = true;
  observed["gw1"].fields = {{"link[br-mkt].kind", text("dummy")},
                            {"link[br-mkt].up", true},
                            {"link[eth1].master", text("")}};
  auto& fields = desired["gw1"].fields;
  fields["link[br-mkt].kind"] = want(text("bridge"));
  fields["address[br-mkt 10.64.0.1/24]"] = want(true);
  fields["link[eth1].master"] = want(text("br-mkt"));
  fields["link[eth7].up"] = want(true);
  const auto plan = make_plan(desired, observed, "d");
  EXPECT_TRUE(plan.empty());
  ASSERT_EQ(plan.skipped.size(), 4U);
  EXPECT_EQ(plan.skipped[3].reason, "this device has no link 'eth7'");
}

TEST(Plan, NamesWhoWasLookedAt) {
  Small small;
  small.observed["sw-a1"].engine_id = "8000";
  small.observed["sw-a1"].mac = "02:00:00:00:0a:01";
  EXPECT_EQ(small.plan().identities.at("sw-a1"), "engine 8000 serial SN-1 mac 02:00:00:00:0a:01");
}

TEST(FieldRules, TakeAbsentAndBlankForTheSame) {
  EXPECT_TRUE(same_value("vlan[20].port[3]", Absent{}, text("none")));
  EXPECT_TRUE(same_value("link[br].up", Absent{}, false));
  EXPECT_TRUE(same_value("link[br].master", Absent{}, text("")));
  EXPECT_TRUE(same_value("address[br 10.0.0.1/24]", Absent{}, false));
  EXPECT_FALSE(same_value("vlan[20].name", Absent{}, text("")));
  EXPECT_FALSE(same_value("port[3].enabled", Absent{}, false));
  EXPECT_FALSE(same_value("port[3].pvid", number(1), text("1")));
}

TEST(FieldRules, SortNumbersByTheirValueAndNeverCallTwoNamesEqual) {
  std::vector<string> names{"port[10]", "port[9]", "port[010]", "port", "port[9].x", ""};
  std::sort(names.begin(), names.end(), natural_less);
  EXPECT_EQ(names,
            (std::vector<string>{"", "port", "port[9]", "port[9].x", "port[010]", "port[10]"}));
}

TEST(ManualSteps, StayInThePlanUntilAReadingProvesThem) {
  Desired desired;
  auto& device = desired["sw-a1"];
  device.manual["port[3].label"] = {{std::string{"A-101"}, {"market.yaml", 7, 3}, "stall A-101"},
                                    "interface 3 / description A-101"};
  device.manual["port[3].frames"] = {{std::string{"all"}, {}, ""}, ""};
  Observed observed;
  observed["sw-a1"].reached = true;
  observed["sw-a1"].fields["port[3].label"] = std::string{"old"};

  const auto plan = make_plan(desired, observed, "digest");
  EXPECT_TRUE(plan.steps.empty()) << "nobody but a person can do it";
  ASSERT_EQ(plan.manual.size(), 2U);
  EXPECT_FALSE(plan.manual[0].readable) << "port[3].frames: never proven";
  EXPECT_TRUE(plan.manual[1].readable);
  EXPECT_EQ(plan.manual[1].reading, FieldValue{std::string{"old"}});
  EXPECT_EQ(plan.manual[1].words, "interface 3 / description A-101");
  EXPECT_EQ(plan.manual_open(), 1U);

  observed["sw-a1"].fields["port[3].label"] = std::string{"A-101"};
  EXPECT_EQ(make_plan(desired, observed, "digest").manual_open(), 0U);
}

}  // namespace
}  // namespace market::reconcile
