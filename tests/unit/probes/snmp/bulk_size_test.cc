#include "probes/snmp/bulk_size.h"

#include <gtest/gtest.h>

namespace market::snmp {
namespace {

TEST(BulkSize, GrowsToWhatOneFrameCarries) {
  BulkSize size;
  EXPECT_EQ(size.rows(1), 25U);
  EXPECT_EQ(size.rows(8), 3U);
  size.answered(25, 25, 500);
  EXPECT_EQ(size.rows(1), 50U);
  size.answered(50, 50, 1000);
  EXPECT_EQ(size.rows(1), 70U) << "20 octets each in 1,400";
  EXPECT_EQ(size.rows(100), 1U) << "one row at least";
}

TEST(BulkSize, AsksNoMoreThanTheAgentGives) {
  BulkSize size;
  size.answered(25, 10, 400);
  EXPECT_EQ(size.rows(1), 10U);
}

TEST(BulkSize, NeverAgainAsksForWhatWasTooBig) {
  BulkSize size;
  size.too_big(25);
  for (int i = 0; i < 5; ++i) size.answered(12, 12, 100);
  EXPECT_EQ(size.rows(1), 12U);
}

TEST(BulkSize, ShrinksOnLossAndRecovers) {
  BulkSize size;
  EXPECT_TRUE(size.lost());
  EXPECT_TRUE(size.lost());
  EXPECT_TRUE(size.lost());
  EXPECT_FALSE(size.lost());
  EXPECT_EQ(size.rows(1), 5U);
  size.answered(5, 5, 100);
  EXPECT_EQ(size.rows(1), 10U);
}

}  // namespace
}  // namespace market::snmp
