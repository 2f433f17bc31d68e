#include "daemon/health/trading_hours.h"

#include <gtest/gtest.h>

#include <chrono>

namespace market::health {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using namespace std::chrono_literals;

/// A moment of Korean local time, as Unix milliseconds.
std::int64_t in_seoul(std::chrono::year_month_day date, minutes time_of_day) {
  const auto utc = std::chrono::sys_days{date} + time_of_day - hours{9};
  return std::chrono::duration_cast<std::chrono::milliseconds>(utc.time_since_epoch()).count();
}

constexpr auto kMonday = 2026y / 11 / 23;
constexpr auto kTuesday = 2026y / 11 / 24;

Hours nine_to_eight() {
  Hours made;
  made.open = hours{9};
  made.close = hours{20};
  return made;
}

TEST(TradingHours, OpenAtTheFirstMinuteAndCloseAtTheLast) {
  const auto open = nine_to_eight();
  EXPECT_FALSE(is_trading(open, "Asia/Seoul", in_seoul(kTuesday, 9h) - 1));
  EXPECT_TRUE(is_trading(open, "Asia/Seoul", in_seoul(kTuesday, 9h)));
  EXPECT_TRUE(is_trading(open, "Asia/Seoul", in_seoul(kTuesday, 20h) - 1));
  EXPECT_FALSE(is_trading(open, "Asia/Seoul", in_seoul(kTuesday, 20h)));
}

TEST(TradingHours, AreThoseOfTheSiteNotOfUtc) {
  // 10:00 in Seoul is 01:00 UTC.
  EXPECT_TRUE(is_trading(nine_to_eight(), "Asia/Seoul", in_seoul(kTuesday, 10h)));
  EXPECT_FALSE(is_trading(nine_to_eight(), "UTC", in_seoul(kTuesday, 10h)));
}

TEST(TradingHours, EndForAClosedWeekdayOfTheSite) {
  auto open = nine_to_eight();
  open.closed_weekdays = {1};
  EXPECT_FALSE(is_trading(open, "Asia/Seoul", in_seoul(kMonday, 12h)));
  EXPECT_TRUE(is_trading(open, "Asia/Seoul", in_seoul(kTuesday, 12h)));
}

TEST(TradingHours, OfANightMarketBelongToTheWeekdayTheyBeganOn) {
  Hours night;
  night.open = hours{18};
  night.close = hours{2};
  night.closed_weekdays = {1};
  EXPECT_FALSE(is_trading(night, "Asia/Seoul", in_seoul(kTuesday, 12h)));
  EXPECT_TRUE(is_trading(night, "Asia/Seoul", in_seoul(kTuesday, 18h)));
  EXPECT_FALSE(is_trading(night, "Asia/Seoul", in_seoul(kMonday, 18h)));
  EXPECT_FALSE(is_trading(night, "Asia/Seoul", in_seoul(kTuesday, 1h))) << "Monday's night";
  EXPECT_TRUE(is_trading(night, "Asia/Seoul", in_seoul(kMonday, 1h))) << "Sunday's night";
}

TEST(TradingHours, CoverTheWholeDayByDefault) {
  EXPECT_TRUE(is_trading(Hours{}, "Asia/Seoul", in_seoul(kTuesday, 0h)));
  EXPECT_TRUE(is_trading(Hours{}, "Asia/Seoul", in_seoul(kTuesday, 24h) - 1));
}

TEST(TradingHours, OfTwentyFourHoursFromAnyMinuteNeverEnd) {
  Hours round;
  round.open = round.close = hours{9};
  EXPECT_TRUE(is_trading(round, "Asia/Seoul", in_seoul(kTuesday, 3h)));
  EXPECT_TRUE(is_trading(round, "Asia/Seoul", in_seoul(kTuesday, 12h)));
}

TEST(TradingHours, HideNothingInAZoneWeDoNotKnow) {
  EXPECT_FALSE(utc_offset("Europe/Berlin"));
  EXPECT_TRUE(is_trading(nine_to_eight(), "Europe/Berlin", in_seoul(kTuesday, 3h)));
}

TEST(TradingHours, HoldBefore1970Too) {
  EXPECT_TRUE(is_trading(nine_to_eight(), "UTC", -hours{12} / 1ms));
  EXPECT_FALSE(is_trading(nine_to_eight(), "UTC", -hours{3} / 1ms));
}

}  // namespace
}  // namespace market::health
