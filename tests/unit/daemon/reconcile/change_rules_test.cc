#include "daemon/reconcile/change_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace market::reconcile {
namespace {

using std::chrono::hours;
using ::testing::HasSubstr;

constexpr const char* kSeoul = "Asia/Seoul";

/// Friday, 2026-11-27, local time of Seoul (UTC+9).
std::int64_t friday(int hour, int minute) {
  const std::chrono::sys_days day{std::chrono::year{2026} / 11 / 27};
  const auto at = day + hours{hour - 9} + std::chrono::minutes{minute};
  return std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
}

ChangeRules nights() {
  ChangeRules rules;
  Hours window;
  window.open = hours{22};
  window.close = hours{5};
  window.closed_weekdays = {0, 6};  // begins on no weekend
  rules.windows.push_back(window);
  rules.position = {"market.yaml", 9, 1};
  return rules;
}

TEST(ChangeWindows, AreOpenAtAnyTimeWhereThereAreNone) {
  EXPECT_EQ(window_objection({}, kSeoul, friday(12, 0)), "");
}

TEST(ChangeWindows, RunOverMidnightFromTheDayTheyBeginOn) {
  EXPECT_EQ(window_objection(nights(), kSeoul, friday(22, 0)), "");
  EXPECT_EQ(window_objection(nights(), kSeoul, friday(28, 59)), "");
  EXPECT_NE(window_objection(nights(), kSeoul, friday(29, 0)), "");
}

TEST(ChangeWindows, SayWhereTheyAreWrittenAndWhenTheNextOneBegins) {
  EXPECT_EQ(window_objection(nights(), kSeoul, friday(21, 59)),
            "market.yaml:9:1: no change window is open now; the next begins fri 22:00 local time");
  EXPECT_THAT(window_objection(nights(), kSeoul, friday(34, 0)), HasSubstr("mon 22:00"));
}

TEST(ChangeWindows, AreShutWhereTheTimeIsNotKnown) {
  EXPECT_THAT(window_objection(nights(), "Mars/Base", friday(23, 0)), HasSubstr("Mars/Base"));
}

TEST(FourEyes, AreAskedForOnlyByADesignThatSaysSo) {
  EXPECT_EQ(approval_objection({}, {}, "kim@gw1"), "");
}

TEST(FourEyes, AreTwoPeopleNotOneAtTwoHosts) {
  ChangeRules rules;
  rules.four_eyes = true;
  EXPECT_THAT(approval_objection(rules, {}, "kim@gw1"), HasSubstr("marketctl approve FILE"));
  EXPECT_NE(approval_objection(rules, {"kim@noc"}, "kim@gw1"), "");
  EXPECT_EQ(approval_objection(rules, {"kim@gw1", "lee@gw1"}, "kim@gw1"), "");
}

}  // namespace
}  // namespace market::reconcile
