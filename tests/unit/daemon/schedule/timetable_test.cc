// daemon/schedule/timetable: nobody is forgotten, nobody is asked too often.
#include "daemon/schedule/timetable.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace market::schedule {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const io::TimePoint kStart{seconds{1000}};
using Ids = std::vector<std::string>;

TEST(Timetable, SpreadsTheFirstRound) {
  Timetable table{seconds{10}};
  table.set_devices({"a", "b", "c", "d"}, kStart, seconds{8});
  EXPECT_EQ(table.take_due(kStart, 99), Ids{"a"});
  EXPECT_EQ(table.take_due(kStart + seconds{2}, 99), Ids{"b"});
  EXPECT_EQ(table.take_due(kStart + seconds{7}, 99), (Ids{"c", "d"}));
}

TEST(Timetable, AsksEachOncePerInterval) {
  Timetable table{seconds{10}};
  table.set_devices({"a", "b", "c"}, kStart, seconds{9});
  std::map<std::string, int> asked;
  for (milliseconds t{0}; t < seconds{100}; t += milliseconds{50}) {
    for (const auto& id : table.take_due(kStart + t, 99)) ++asked[id];
  }
  EXPECT_EQ(asked, (std::map<std::string, int>{{"a", 10}, {"b", 10}, {"c", 10}}));
}

TEST(Timetable, TakesTheLongestOverdueFirstAndNoMoreThanAsked) {
  Timetable table{seconds{10}};
  table.set_devices({"a", "b", "c"}, kStart, seconds{3});
  EXPECT_EQ(table.take_due(kStart + seconds{5}, 2), (Ids{"a", "b"}));
  EXPECT_EQ(table.take_due(kStart + seconds{5}, 2), Ids{"c"});
}

TEST(Timetable, DoesNotCatchUpAfterAPause) {
  Timetable table{seconds{10}};
  table.set_devices({"a"}, kStart, seconds{0});
  EXPECT_EQ(table.take_due(kStart + seconds{3600}, 99), Ids{"a"});
  EXPECT_TRUE(table.take_due(kStart + seconds{3601}, 99).empty());
  EXPECT_EQ(table.next_due(), kStart + seconds{3610});
}

TEST(Timetable, KeepsTheTurnOfADeviceThatStays) {
  Timetable table{seconds{10}};
  table.set_devices({"a", "b"}, kStart, seconds{0});
  EXPECT_EQ(table.take_due(kStart, 99).size(), 2U);
  table.set_devices({"b", "new"}, kStart + seconds{1}, seconds{0});
  EXPECT_EQ(table.take_due(kStart + seconds{1}, 99), Ids{"new"});
  EXPECT_EQ(table.take_due(kStart + seconds{10}, 99), Ids{"b"});
}

TEST(Timetable, AsksNowWhenTold) {
  Timetable table{seconds{10}};
  table.set_devices({"a"}, kStart, seconds{0});
  (void)table.take_due(kStart, 99);
  table.ask_now("a", kStart + seconds{2});
  table.ask_now("nobody", kStart + seconds{2});
  EXPECT_EQ(table.take_due(kStart + seconds{2}, 99), Ids{"a"});
}

TEST(Timetable, SaysHowLateItIs) {
  Timetable table{seconds{10}};
  EXPECT_EQ(table.lag(kStart), io::Duration::zero());
  table.set_devices({"a"}, kStart, seconds{0});
  EXPECT_EQ(table.lag(kStart + seconds{4}), seconds{4});
  EXPECT_EQ(table.lag(kStart - seconds{4}), io::Duration::zero());
}

}  // namespace
}  // namespace market::schedule
