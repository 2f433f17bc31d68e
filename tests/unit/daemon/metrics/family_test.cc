#include "daemon/metrics/family.h"

#include <gtest/gtest.h>

namespace market::metrics {
namespace {

const std::string kBad = "\xEF\xBF\xBD";

/// Without HELP and TYPE.
std::string series_of(const Family& family) {
  const auto& text = family.text();
  return text.substr(text.find('\n', text.find("# TYPE")) + 1);
}

TEST(Utf8, LeavesValidTextAlone) {
  for (const auto* text : {"", "plain", "대구상회", "é", "\xF0\x9F\x98\x80", "\x7F", "\xEF\xBF\xBD",
                           "\xED\x9F\xBF", "\xEE\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(to_utf8(text), text);
  }
}

TEST(Utf8, ReplacesEachByteThatBelongsToNothing) {
  EXPECT_EQ(to_utf8("a\x80z"), "a" + kBad + "z") << "a lone continuation";
  EXPECT_EQ(to_utf8("a\xC3"), "a" + kBad) << "cut off at the end";
  EXPECT_EQ(to_utf8("\xEB\x8C"), kBad + kBad) << "two of three bytes";
  EXPECT_EQ(to_utf8("\xC3("), kBad + "(") << "the next character survives";
  EXPECT_EQ(to_utf8("\xFF\xFE"), kBad + kBad) << "never used";
}

TEST(Utf8, RefusesWhatRfc3629Forbids) {
  EXPECT_EQ(to_utf8("\xC0\x80"), kBad + kBad) << "overlong NUL";
  EXPECT_EQ(to_utf8("\xE0\x80\x80"), kBad + kBad + kBad) << "overlong";
  EXPECT_EQ(to_utf8("\xF0\x80\x80\x80"), kBad + kBad + kBad + kBad) << "overlong";
  EXPECT_EQ(to_utf8("\xED\xA0\x80"), kBad + kBad + kBad) << "surrogate";
  EXPECT_EQ(to_utf8("\xF4\x90\x80\x80"), kBad + kBad + kBad + kBad) << "beyond U+10FFFF";
}

TEST(Family, RefusesAWrongNumberOfLabels) {
  EXPECT_DEATH({ Family{kDeviceUp}.add({"sw-1"}, true); }, "");
  EXPECT_DEATH({ Family{kIncidents}.add({"sw-1"}, true); }, "");
}

TEST(Family, TakesTwoNamesThatBecomeTheSameTextForOne) {
  Family ports{kPortOperUp};
  ports.add({"sw-1", "\xb4"}, true);
  ports.add({"sw-1", "\xb5"}, false);
  EXPECT_EQ(series_of(ports), "market_port_oper_up{device=\"sw-1\",port=\"" + kBad + "\"} 1\n");
}

TEST(Family, HasNoMomentZero) {
  Family moments{kSweepLast};
  moments.add_time({}, 0);
  EXPECT_TRUE(moments.empty());
  moments.add_time({}, 1'500);
  EXPECT_EQ(series_of(moments), std::string{kSweepLast.name} + " 1.5\n");
}

}  // namespace
}  // namespace market::metrics
