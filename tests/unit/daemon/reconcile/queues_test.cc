// Traffic classes: what a design means by its rates and classes, and in which order a plan makes
// them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/design/shares.h"
#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/plan.h"
#include "tests/unit/daemon/reconcile/zone.h"

namespace market::reconcile {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t kMega = 1'000'000;

QosClass share(const char* id, std::optional<std::int64_t> min, std::optional<std::int64_t> max,
               int priority) {
  QosClass made;
  made.zone = id;
  if (min) made.min = BitsPerSecond{*min * kMega};
  if (max) made.max = BitsPerSecond{*max * kMega};
  made.priority = priority;
  made.position = {"market.yaml", 60, 3};
  return made;
}

Design design() {
  Design made;
  made.site.id = "dg";
  made.zones = {zone("payment", 20, "10.64.4.0/23", "10.64.4.1"),
                zone("staff", 30, "10.64.8.0/23", "10.64.8.1"),
                zone("guest", 40, "10.64.16.0/21", "10.64.16.1")};
  Gateway gateway;
  gateway.id = "gw1";
  gateway.uplink_interface = "eth0";
  gateway.bridge = "br";
  gateway.rate_up = BitsPerSecond{100 * kMega};
  gateway.rate_down = BitsPerSecond{500 * kMega};
  gateway.qos = {share("payment", 20, std::nullopt, 1), share("guest", std::nullopt, 200, 7)};
  gateway.position = {"market.yaml", 50, 3};
  made.gateway = gateway;
  return made;
}

using Texts = std::map<std::string, std::string>;

/// Of queues and marks alone.
Texts texts_of(const Design& made) {
  Texts texts;
  const auto desired = make_desired(made, ProfileSet{});
  EXPECT_TRUE(desired) << desired.error().message;
  for (const auto& [field, want] : desired->at("gw1").fields) {
    const bool ours = field.starts_with("qdisc[") || field.starts_with("class[") ||
                      field == "chain[classes]" || field.starts_with("rule[classes ");
    if (ours) texts[field] = std::get<std::string>(want.value);
  }
  return texts;
}

TEST(Queues, ShapeTheUplinkAndTheBridgeThatCarriesTheZones) {
  const Texts expected{
      {"qdisc[eth0]", "htb default other"},
      {"class[eth0 all]", "min 100Mbit/s max 100Mbit/s priority 0"},
      {"class[eth0 other]", "min 100kbit/s max 100Mbit/s priority 4"},
      {"class[eth0 20]", "min 20Mbit/s max 100Mbit/s priority 1"},
      {"class[eth0 40]", "min 100kbit/s max 100Mbit/s priority 7"},
      {"qdisc[br]", "htb"},
      {"class[br all]", "min 500Mbit/s max 500Mbit/s priority 0"},
      {"class[br other]", "min 500kbit/s max 500Mbit/s priority 4"},
      {"class[br 20]", "min 20Mbit/s max 500Mbit/s priority 1"},
      {"class[br 40]", "min 500kbit/s max 200Mbit/s priority 7"},
      {"chain[classes]", "type filter hook forward priority mangle; policy accept"},
      {"rule[classes base]", "iifname \"eth0\" meta priority set 6d6b:f001"},
      {"rule[classes zone payment]",
       "iifname \"br.20\" oifname \"eth0\" meta priority set 6d6b:20; "
       "iifname \"eth0\" oifname \"br.20\" meta priority set 6d6b:20"},
      {"rule[classes zone guest]",
       "iifname \"br.40\" oifname \"eth0\" meta priority set 6d6b:40; "
       "iifname \"eth0\" oifname \"br.40\" meta priority set 6d6b:40"}};
  EXPECT_EQ(texts_of(design()), expected);
}

TEST(Queues, AreNoneWithoutARate) {
  auto made = design();
  made.gateway->rate_up.reset();
  made.gateway->rate_down.reset();
  EXPECT_EQ(texts_of(made), Texts{});
}

TEST(Queues, FollowTheDirectionsThatHaveARate) {
  auto made = design();
  made.gateway->rate_down.reset();
  auto texts = texts_of(made);
  EXPECT_TRUE(texts.contains("qdisc[eth0]"));
  EXPECT_FALSE(texts.contains("qdisc[br]"));
  EXPECT_EQ(texts.at("rule[classes zone guest]"),
            "iifname \"br.40\" oifname \"eth0\" meta priority set 6d6b:40");
  made.gateway->rate_down = made.gateway->rate_up;
  made.gateway->rate_up.reset();
  texts = texts_of(made);
  EXPECT_FALSE(texts.contains("qdisc[eth0]"));
  EXPECT_TRUE(texts.contains("qdisc[br]"));
}

TEST(Queues, HoldARateWithoutClassesToo) {
  auto made = design();
  made.gateway->qos.clear();
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("class[eth0 other]"), "min 100kbit/s max 100Mbit/s priority 4");
  EXPECT_FALSE(texts.contains("class[eth0 20]"));
  EXPECT_FALSE(texts.contains("rule[classes zone payment]"));
}

TEST(Queues, CountWholeBytes) {
  auto made = design();
  made.gateway->rate_up = BitsPerSecond{100 * kMega + 7};
  EXPECT_EQ(texts_of(made).at("class[eth0 all]"), "min 100Mbit/s max 100Mbit/s priority 0");
}

TEST(Queues, LeaveZonesOutInWhichTheGatewayIsNot) {
  auto made = design();
  made.zones[0].gateway.reset();
  const auto texts = texts_of(made);
  EXPECT_FALSE(texts.contains("class[eth0 20]"));
  EXPECT_FALSE(texts.contains("rule[classes zone payment]"));
  EXPECT_TRUE(texts.contains("class[eth0 40]"));
}

TEST(Queues, OfSeveralLinksLeaveEachOtherTheirMinima) {
  auto made = design();
  made.zones[1].interface = "eth2";
  made.zones[2].interface = "eth3";
  const auto shares = down_shares(made);
  EXPECT_EQ(shares.at("br").rate, BitsPerSecond{500 * kMega});
  EXPECT_EQ(shares.at("eth2").rate, BitsPerSecond{480 * kMega}) << "less the minimum of payment";
  EXPECT_EQ(shares.at("eth3").rate, BitsPerSecond{200 * kMega}) << "guest may have no more";
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("class[eth2 all]"), "min 480Mbit/s max 480Mbit/s priority 0");
  EXPECT_EQ(texts.at("class[eth3 40]"), "min 200kbit/s max 200Mbit/s priority 7");
  EXPECT_FALSE(texts.contains("class[br 40]"));
}

TEST(Queues, MtuOfTheUplinkLetsHostsKnowHowMuchFits) {
  auto made = design();
  made.gateway->uplink_mtu = 1492;
  const auto desired = make_desired(made, ProfileSet{});
  const auto& fields = desired->at("gw1").fields;
  EXPECT_EQ(fields.at("link[eth0].mtu").value, FieldValue{std::int64_t{1492}});
  EXPECT_EQ(
      fields.at("rule[mss uplink]").value,
      FieldValue{std::string{"oifname \"eth0\" tcp flags syn tcp option maxseg size set rt mtu"}});
  made.gateway->uplink_mtu = 1500;
  EXPECT_FALSE(make_desired(made, ProfileSet{})->at("gw1").fields.contains("rule[mss uplink]"));
}

// ---- plans -------------------------------------------------------------------------------------

/// A gateway that has the links of the design and nothing else.
Observed bare() {
  Observed observed;
  auto& seen = observed["gw1"];
  seen.reached = true;
  seen.max_changes_per_write = 8;
  seen.fields = {{"link[eth0].up", true}, {"link[br].kind", std::string{"bridge"}}};
  return observed;
}

std::size_t step_of(const Plan& plan, const std::string& field) {
  for (const auto& step : plan.steps) {
    for (const auto& change : step.changes) {
      if (change.field == field) return step.number;
    }
  }
  return 0;
}

TEST(QueuePlan, MakesALinksQueueInOneStepAndMarksPacketsAfterIt) {
  const auto plan = make_plan(*make_desired(design(), ProfileSet{}), bare(), "digest");
  const auto root = step_of(plan, "qdisc[eth0]");
  ASSERT_NE(root, 0U);
  EXPECT_EQ(step_of(plan, "class[eth0 all]"), root);
  EXPECT_EQ(step_of(plan, "class[eth0 20]"), root);
  EXPECT_NE(step_of(plan, "qdisc[br]"), root);
  EXPECT_GT(step_of(plan, "chain[classes]"), root);
  EXPECT_GT(step_of(plan, "rule[classes zone payment]"), step_of(plan, "qdisc[br]"));
  const auto& step = plan.steps.at(root - 1);
  EXPECT_EQ(step.risk, Risk::Blip);
  EXPECT_EQ(step.changes.front().field, "qdisc[eth0]");
  EXPECT_EQ(step.changes.at(1).field, "class[eth0 all]");
}

TEST(QueuePlan, TakesMarksAwayFirstWhenTheDesignHasNoRateAnyMore) {
  auto made = design();
  const auto before = *make_desired(made, ProfileSet{});
  auto observed = bare();
  for (const auto& [field, want] : before.at("gw1").fields) {
    observed["gw1"].fields[field] = want.value;
    observed["gw1"].ours.insert(field);
  }
  made.gateway->rate_up.reset();
  made.gateway->rate_down.reset();
  const auto plan = make_plan(*make_desired(made, ProfileSet{}), observed, "digest");
  const auto root = step_of(plan, "qdisc[eth0]");
  ASSERT_NE(root, 0U);
  EXPECT_LT(step_of(plan, "rule[classes zone payment]"), root);
  EXPECT_EQ(step_of(plan, "class[eth0 20]"), root);
  EXPECT_EQ(plan.steps.at(root - 1).changes.back().field, "qdisc[eth0]");
}

TEST(QueuePlan, LeavesAForeignRootAloneAndNamesIt) {
  auto observed = bare();
  observed["gw1"].fields["qdisc[eth0]"] = std::string{"cake 8001:"};
  const auto plan = make_plan(*make_desired(design(), ProfileSet{}), observed, "digest");
  EXPECT_EQ(step_of(plan, "qdisc[eth0]"), 0U);
  EXPECT_EQ(step_of(plan, "class[eth0 20]"), 0U);
  EXPECT_NE(step_of(plan, "qdisc[br]"), 0U) << "the other link goes on";
  const auto skipped = std::find_if(plan.skipped.begin(), plan.skipped.end(),
                                    [](const auto& each) { return each.field == "qdisc[eth0]"; });
  ASSERT_NE(skipped, plan.skipped.end());
  EXPECT_THAT(skipped->reason, HasSubstr("somebody else put there: 'cake 8001:'"));
}

TEST(QueuePlan, GoesOnWithoutQueuesWhereTheKernelHasNone) {
  auto observed = bare();
  observed["gw1"].unable = {{"qdisc", "this kernel has no HTB"},
                            {"class", "this kernel has no HTB"}};
  const auto plan = make_plan(*make_desired(design(), ProfileSet{}), observed, "digest");
  EXPECT_EQ(step_of(plan, "qdisc[br]"), 0U);
  EXPECT_NE(step_of(plan, "chain[forward]"), 0U);
  EXPECT_EQ(std::count_if(plan.skipped.begin(), plan.skipped.end(),
                          [](const auto& each) { return each.reason == "this kernel has no HTB"; }),
            10);
}

}  // namespace
}  // namespace market::reconcile
