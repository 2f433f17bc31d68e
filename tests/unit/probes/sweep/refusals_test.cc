// probes/sweep/refusals: growing pauses for each credentials at each address.
#include "probes/sweep/refusals.h"

#include <gtest/gtest.h>

namespace market::sweep {
namespace {

using std::chrono::minutes;

const IpAddress kDevice = IpAddress::v4(0x0a000001);

TEST(Refusals, PausesLongerAndLonger) {
  Refusals refusals;
  io::TimePoint now{};
  const auto refuse = [&] {
    refusals.note(kDevice, "noc", now);
    return refusals.pause(kDevice, "noc", now);
  };
  for (int free = 1; free < Refusals::kFree; ++free) EXPECT_EQ(refuse(), minutes{0});
  EXPECT_EQ(refuse(), minutes{1});
  now += minutes{1};
  EXPECT_EQ(refusals.pause(kDevice, "noc", now), minutes{0}) << "over";
  EXPECT_EQ(refuse(), minutes{2});
  for (const int longer : {4, 8, 15, 15}) EXPECT_EQ(refuse(), minutes{longer});
  for (int more = 0; more < 1000; ++more) EXPECT_EQ(refuse(), Refusals::kLongestPause);
}

TEST(Refusals, AreOfOneDeviceAndOneKindOfCredentials) {
  Refusals refusals;
  const io::TimePoint now{};
  for (int times = 0; times < Refusals::kFree; ++times) refusals.note(kDevice, "noc", now);
  EXPECT_EQ(refusals.pause(kDevice, "old", now), minutes{0});
  EXPECT_EQ(refusals.pause(IpAddress::v4(0x0a000002), "noc", now), minutes{0});
  refusals.forget(kDevice, "old");
  EXPECT_EQ(refusals.pause(kDevice, "noc", now), minutes{1});
  refusals.forget(kDevice, "noc");
  EXPECT_EQ(refusals.pause(kDevice, "noc", now), minutes{0});
  refusals.note(kDevice, "noc", now);
  EXPECT_EQ(refusals.pause(kDevice, "noc", now), minutes{0}) << "counted anew";
}

}  // namespace
}  // namespace market::sweep
