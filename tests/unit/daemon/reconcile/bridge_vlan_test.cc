// A gateway's bridge that carries VLANs: which it lets pass, in which order that comes about, and
// what is said where the kernel cannot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/plan.h"
#include "tests/unit/daemon/reconcile/values.h"
#include "tests/unit/daemon/reconcile/zone.h"

namespace market::reconcile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Design design() {
  Design made;
  made.site.id = "dg";
  made.zones = {zone("payment", 20, "10.64.4.0/23", "10.64.4.1"),
                zone("guest", 40, "10.64.16.0/21", "10.64.16.1")};
  Gateway gateway;
  gateway.id = "gw1";
  gateway.bridge = "br";
  gateway.interfaces = {"eth1", "eth2"};
  gateway.position = {"market.yaml", 50, 3};
  made.gateway = gateway;
  return made;
}

/// The fields that speak of the VLANs of the bridge, with what they want.
std::vector<std::string> vlans_of(const Design& made) {
  std::vector<std::string> found;
  const auto desired = make_desired(made, ProfileSet{});
  EXPECT_TRUE(desired) << desired.error().message;
  for (const auto& [field, want] : desired->at("gw1").fields) {
    const bool speaks = field.find("].vlan") != std::string::npos || field.ends_with("pvid");
    if (speaks) found.push_back(field + " " + to_string(want.value));
  }
  return found;
}

struct Bridge : ::testing::Test {
  Bridge() {
    desired = *make_desired(design(), ProfileSet{});
    auto& seen = observed["gw1"];
    seen.reached = true;
    seen.max_changes_per_write = 8;
    for (const auto* link : {"eth1", "eth2"}) {
      seen.fields[std::string{"link["} + link + "].up"] = false;
      seen.fields[std::string{"link["} + link + "].master"] = text("");
    }
  }
  [[nodiscard]] Plan plan() const { return make_plan(desired, observed, "digest"); }
  /// As if everything that is wanted had been applied.
  void build() {
    auto& seen = observed["gw1"];
    for (const auto& [field, want] : desired["gw1"].fields) {
      seen.fields[field] = want.value;
      if (field.starts_with("link[br") || field.find("].vlan[") != std::string::npos) {
        seen.ours.insert(field);
      }
    }
  }
  [[nodiscard]] std::vector<std::string> changes() const {
    std::vector<std::string> all;
    for (const auto& step : plan().steps) {
      for (const auto& change : step.changes) {
        all.push_back(change.field + " " + to_string(change.after));
      }
    }
    return all;
  }
  [[nodiscard]] std::vector<std::string> skipped() const {
    std::vector<std::string> all;
    for (const auto& each : plan().skipped) {
      if (each.field.starts_with("link")) all.push_back(each.field + ": " + each.reason);
    }
    return all;
  }
  Desired desired;
  Observed observed;
};

TEST(BridgeVlans, AreThoseOfItsZonesOnEveryPortAndOnTheBridgeItself) {
  EXPECT_THAT(vlans_of(design()),
              ElementsAre("link[br].default-pvid 0", "link[br].vlan-filtering true",
                          "link[br].vlan[20] 'tagged'", "link[br].vlan[40] 'tagged'",
                          "link[eth1].vlan[20] 'tagged'", "link[eth1].vlan[40] 'tagged'",
                          "link[eth2].vlan[20] 'tagged'", "link[eth2].vlan[40] 'tagged'"));
}

TEST(BridgeVlans, AZoneWithoutTagsGetsTheFramesWithoutTags) {
  auto made = design();
  made.zones[0].interface = "br";
  made.gateway->interfaces = {"eth1"};
  EXPECT_THAT(vlans_of(made),
              ElementsAre("link[br].default-pvid 0", "link[br].vlan-filtering true",
                          "link[br].vlan[20] 'untagged pvid'", "link[br].vlan[40] 'tagged'",
                          "link[eth1].vlan[20] 'untagged pvid'", "link[eth1].vlan[40] 'tagged'"));
}

TEST(BridgeVlans, ABridgeOfOneZoneWithoutTagsDoesNotFilter) {
  auto made = design();
  made.zones[0].interface = "br";
  made.zones[1].interface = "eth3";
  EXPECT_THAT(vlans_of(made), IsEmpty());
}

TEST_F(Bridge, FiltersWhenAllMembersAreThereAndLastOfAll) {
  const auto made = plan();
  const auto& last = made.steps.back();
  EXPECT_EQ(last.changes.front().field, "link[br].vlan-filtering");
  EXPECT_EQ(last.changes.size(), 1U);
  EXPECT_EQ(last.risk, Risk::MgmtPath);
  EXPECT_EQ(std::count_if(made.steps.begin(), made.steps.end(),
                          [](const Step& step) { return step.risk == Risk::MgmtPath; }),
            1);
}

/// Linux: a VLAN link cannot be up before what it is on, and comes up with it.
TEST_F(Bridge, ComesUpBeforeTheVlanLinksOnItAndInOneStep) {
  auto made = design();
  for (std::uint32_t vid = 50; vid < 60; ++vid) {
    const auto prefix = "10.64." + std::to_string(vid) + ".0/24";
    const auto address = "10.64." + std::to_string(vid) + ".1";
    made.zones.push_back(zone("more", vid, prefix.c_str(), address.c_str()));
    made.zones.back().id += std::to_string(vid);
  }
  desired = *make_desired(made, ProfileSet{});
  for (const auto& step : plan().steps) {
    std::vector<std::string> ups;
    for (const auto& change : step.changes) {
      if (change.field.starts_with("link[br") && change.field.ends_with("].up")) {
        ups.push_back(change.field);
      }
    }
    if (ups.empty()) continue;
    EXPECT_EQ(ups.front(), "link[br].up");
    EXPECT_EQ(ups.size(), made.zones.size() + 1);
  }
}

TEST_F(Bridge, SaysOnceWhyThisKernelCannotFilterAndBuildsTheRest) {
  observed["gw1"].unable["bridge-vlan"] = "this kernel cannot";
  EXPECT_THAT(skipped(), ElementsAre("link[br].vlan-filtering: this kernel cannot"));
  for (const auto& change : changes())
    EXPECT_EQ(change.find("].vlan["), std::string::npos) << change;
  EXPECT_THAT(changes(), ::testing::Contains("link[br.20].up true"));
}

TEST_F(Bridge, HasNothingToDoWhenItIsBuilt) {
  build();
  EXPECT_THAT(changes(), IsEmpty());
  EXPECT_THAT(skipped(), IsEmpty());
}

TEST_F(Bridge, LosesAVlanThatAHandLetIn) {
  build();
  auto& seen = observed["gw1"];
  seen.fields["link[eth9].master"] = text("br");
  for (const auto* field : {"link[eth1].vlan[66]", "link[eth9].vlan[20]"}) {
    seen.fields[field] = text("tagged");
    seen.ours.insert(field);
  }
  EXPECT_THAT(changes(), ElementsAre("link[eth1].vlan[66] 'none'", "link[eth9].vlan[20] 'none'"));
}

TEST_F(Bridge, FiltersNoMoreWhenItsVlansLeaveTheDesign) {
  build();
  auto made = design();
  made.zones.erase(made.zones.begin());
  made.zones[0].interface = "br";
  desired = *make_desired(made, ProfileSet{});
  auto wanted = changes();
  const auto off = std::find(wanted.begin(), wanted.end(), "link[br].vlan-filtering false");
  const auto member = std::find(wanted.begin(), wanted.end(), "link[eth1].vlan[20] 'none'");
  ASSERT_NE(off, wanted.end());
  ASSERT_NE(member, wanted.end());
  EXPECT_LT(off - wanted.begin(), member - wanted.begin());
}

}  // namespace
}  // namespace market::reconcile
