// daemon/app/daily: what is done once a day, unless it was cut short.
#include "daemon/app/daily.h"

#include <gtest/gtest.h>

namespace market::app {
namespace {

constexpr std::int64_t kNow = 1'795'489'200'000;
constexpr std::int64_t kDay = 24LL * 3600 * 1000;

TEST(Daily, IsDueOnceADay) {
  Daily daily;
  EXPECT_TRUE(daily.begin(kNow));
  daily.end();
  EXPECT_FALSE(daily.begin(kNow + kDay - 1));
  daily.end();
  EXPECT_TRUE(daily.begin(kNow + kDay));
}

TEST(Daily, WhatWasCutShortIsDoneAgain) {
  Daily daily;
  EXPECT_TRUE(daily.begin(kNow));
  EXPECT_TRUE(daily.begin(kNow + 1'000));
  daily.end();
  EXPECT_FALSE(daily.begin(kNow + 2'000));
}

}  // namespace
}  // namespace market::app
