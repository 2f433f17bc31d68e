#include "daemon/takeover/names.h"

#include <gtest/gtest.h>

namespace market::takeover {
namespace {

TEST(SiteOf, IsWhatMostNamesBeginWith) {
  EXPECT_EQ(site_of({"dg-seomun1-sw-1", "dg-seomun1-ap-1", "dg-seomun1-ap-2"}), "dg-seomun1");
  EXPECT_EQ(site_of({"dg-seomun1-sw-1", "dg-seomun1-ap-1", "core"}), "dg-seomun1");
}

TEST(SiteOf, IsMarketWhereNamesHaveNothingInCommon) {
  EXPECT_EQ(site_of({}), "market");
  EXPECT_EQ(site_of({"dg-seomun1-sw-1"}), "market");
  EXPECT_EQ(site_of({"core", "edge", ""}), "market");
  EXPECT_EQ(site_of({"A-1", "A-2"}), "market");
}

TEST(AsId, KeepsWhatAnIdMayHold) {
  EXPECT_EQ(as_id("core switch #1", 40), "core-switch-1");
  EXPECT_EQ(as_id("시장", 40), "");
  EXPECT_EQ(as_id("abcdef", 3), "abc");
  EXPECT_TRUE(is_id("vlan_20.a", 32));
  EXPECT_FALSE(is_id("VLAN 20", 32));
}

TEST(Unique, NumbersTheSecond) {
  std::set<std::string> taken;
  EXPECT_EQ(unique("sw", taken), "sw");
  EXPECT_EQ(unique("sw", taken), "sw-2");
  EXPECT_EQ(unique("sw", taken), "sw-3");
}

TEST(StallOfLabel, IsLettersAHyphenAndANumberThenAName) {
  EXPECT_EQ(stall_of_label("A-101 대구상회").id, "A-101");
  EXPECT_EQ(stall_of_label("A-101 대구상회").name, "대구상회");
  EXPECT_EQ(stall_of_label("가-12").id, "가-12");
  EXPECT_EQ(stall_of_label("가-12").name, "");
  for (const auto* other : {"", "trunk", "sw-a1/24", "uplink to core", "A-101 ", "-1", "A-"}) {
    EXPECT_EQ(stall_of_label(other).id, "") << other;
  }
}

}  // namespace
}  // namespace market::takeover
