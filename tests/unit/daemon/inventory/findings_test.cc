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
