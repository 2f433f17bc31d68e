#include "config/profile/pattern.h"

#include <gtest/gtest.h>

namespace market::profile {
namespace {

TEST(Patterns, TheFirstOfAListThatIsFoundCounts) {
  EXPECT_EQ(first_found({"(?i)beta", "alpha", "al"}, "Alpha alpha BETA"), 0U);
  EXPECT_EQ(first_found({"^beta", "alpha", "al"}, "alpha beta"), 1U);
  EXPECT_EQ(first_found({"gamma", "delta"}, "alpha beta"), std::nullopt);
}

TEST(Patterns, OneThatIsEmptyOrDoesNotCompileIsNeverFound) {
  EXPECT_EQ(first_found({"", "(", "a"}, "a"), 2U);
  EXPECT_EQ(first_found({"", "("}, "("), std::nullopt);
  EXPECT_EQ(first_found({}, "a"), std::nullopt);
}

TEST(Patterns, AListThatNeedsTooMuchRoomAtOnceIsSearchedByTurns) {
  std::vector<std::string> made;
  for (int i = 0; i < 200; ++i) made.push_back("^" + std::to_string(i) + "\\pL{12}$");
  const std::vector<std::string_view> patterns{made.begin(), made.end()};
  ASSERT_EQ(pattern_error(made.front()), std::nullopt) << "alone it is small enough";
  EXPECT_EQ(first_found(patterns, "150abcdefghijkl"), 150U);
}

}  // namespace
}  // namespace market::profile
