// daemon/inventory/findings, and what a picture shares: large markets in few words and little room.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/daemon/inventory/small_market.h"

namespace market::inventory {
namespace {

SmallMarket one_switch() {
  SmallMarket market;
  market.add_switch("sw-a1", "10.0.0.11", 3);
  market.add_terminals(3);
  market.answer("10.0.0.11", "80a1", "SN-1", "0a01");
  return market;
}

TEST(Findings, HundredsBehindOnePortAreOneShortLine) {
  auto market = one_switch();
  std::vector<std::pair<std::string, std::string>> table;
  for (int n = 10; n < 90; ++n) table.emplace_back("0d" + std::to_string(n), "9");
  market.learned("10.0.0.11", table);
  const auto picture = market.look();
  const auto found = std::find_if(
      picture.findings.begin(), picture.findings.end(),
      [](const Finding& finding) { return finding.id() == "unmanaged-switch:sw-a1/9"; });
  ASSERT_NE(found, picture.findings.end());
  EXPECT_EQ(found->text,
            "80 devices are behind sw-a1/9: mac:02:00:00:00:0d:10, mac:02:00:00:00:0d:11, "
            "mac:02:00:00:00:0d:12 and 77 more. An unmanaged switch is plugged in there");
  EXPECT_EQ(found->devices.size(), 80U);
}

TEST(Picture, AnEdgeSharesTheEvidenceOfThePlaceItIsDrawnFrom) {
  auto market = one_switch();
  market.learned("10.0.0.11", {{"0c01", "1"}});
  const auto picture = market.look();
  const auto edge = std::find_if(picture.edges.begin(), picture.edges.end(),
                                 [](const Edge& each) { return each.lower.device == "T-1"; });
  ASSERT_NE(edge, picture.edges.end());
  ASSERT_FALSE(edge->evidence.empty());
  EXPECT_EQ(&edge->evidence.list(), &picture.places.at("T-1").evidence.list());
}

}  // namespace
}  // namespace market::inventory
