#include "daemon/app/stalls.h"

#include <gtest/gtest.h>

namespace market::app {
namespace {

using namespace std::chrono_literals;

TEST(Stalls, RemembersTheLongestForAMinuteOrTwo) {
  io::TimePoint now{};
  Stalls stalls{now};
  stalls.note(3ms, now);
  stalls.note(700ms, now += 10s);
  stalls.note(5ms, now += 20s);
  EXPECT_EQ(stalls.longest(), 700ms);
  stalls.note(2ms, now += 40s);
  EXPECT_EQ(stalls.longest(), 700ms) << "it was less than two minutes ago";
  stalls.note(4ms, now += 61s);
  EXPECT_EQ(stalls.longest(), 4ms);
}

}  // namespace
}  // namespace market::app
