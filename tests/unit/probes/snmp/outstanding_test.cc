#include "probes/snmp/outstanding.h"

#include <gtest/gtest.h>

namespace market::snmp {
namespace {

IpAddress at(std::uint32_t number) { return IpAddress::v4(number); }

TEST(Outstanding, IsFoundByIdAndAddressTogether) {
  Outstanding all;
  // Ids of one bucket, and one id at two addresses.
  for (std::uint32_t i = 1; i <= 100; ++i) all.add({at(i), {}, static_cast<int>(i) << 16, 1});
  all.add({at(200), {}, 1 << 16, 1});
  EXPECT_EQ(all.find(1 << 16, at(1))->address, at(1));
  EXPECT_EQ(all.find(1 << 16, at(200))->address, at(200));
  EXPECT_EQ(all.find(50 << 16, at(50))->address, at(50));
  EXPECT_EQ(all.find(50 << 16, at(51)), nullptr);
  EXPECT_EQ(all.find(5, at(5)), nullptr);
}

TEST(Outstanding, IsTakenInOrderAndThenFoundNoMore) {
  Outstanding all;
  for (std::uint32_t i = 1; i <= 3; ++i) all.add({at(i), {}, static_cast<int>(i) << 16, 1});
  EXPECT_EQ(all.take().address, at(1));
  EXPECT_EQ(all.find(1 << 16, at(1)), nullptr);
  EXPECT_NE(all.find(2 << 16, at(2)), nullptr);
  all.add({at(1), {}, 1 << 16, 2});
  EXPECT_EQ(all.find(1 << 16, at(1))->attempt, 2);
  for (int i = 0; i < 3; ++i) all.take();
  EXPECT_TRUE(all.empty());
  EXPECT_EQ(all.find(1 << 16, at(1)), nullptr);
}

}  // namespace
}  // namespace market::snmp
