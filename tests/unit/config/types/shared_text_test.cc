#include "config/types/shared_text.h"

#include <gtest/gtest.h>

namespace market {
namespace {

TEST(SharedText, IsItsText) {
  const SharedText text{"sw-1/3"};
  const std::string copy = text;
  EXPECT_EQ(copy, "sw-1/3");
  EXPECT_EQ(text, copy);
  EXPECT_EQ(text, SharedText{copy}) << "whoever holds it";
  EXPECT_NE(text, "sw-1/4");
  EXPECT_LT(text, SharedText{"sw-1/4"});
}

TEST(SharedText, ThatIsEmptyHoldsNothing) {
  EXPECT_TRUE(SharedText{}.empty());
  EXPECT_TRUE(SharedText{""}.empty());
  EXPECT_EQ(SharedText{}, SharedText{""});
  EXPECT_EQ(SharedText{}.str(), "");
}

TEST(SharedText, IsOneTextInAllItsCopies) {
  const SharedText text{"a text"};
  EXPECT_TRUE(text.alone());
  const auto copy = text;
  EXPECT_FALSE(text.alone());
  EXPECT_EQ(&copy.str(), &text.str());
}

TEST(SharedTexts, HoldEachTextOnce) {
  SharedTexts texts;
  EXPECT_EQ(&texts.of("7").str(), &texts.of("7").str());
  EXPECT_NE(&texts.of("7").str(), &texts.of("8").str());
  EXPECT_TRUE(texts.of("").empty());
  EXPECT_EQ(texts.size(), 2U);
}

TEST(SharedTexts, GiveUpWhatNobodyElseHolds) {
  SharedTexts texts;
  const auto held = texts.of("held");
  (void)texts.of("let go");
  texts.tidy();
  EXPECT_EQ(texts.size(), 1U);
  EXPECT_EQ(&texts.of("held").str(), &held.str());
}

}  // namespace
}  // namespace market
