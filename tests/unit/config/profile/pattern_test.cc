#include "config/profile/pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace market::profile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(PatternList, TellsWhichAreFoundInOrder) {
  const PatternList list{{"(?i)beta", "alpha", "al", "gamma"}};
  EXPECT_THAT(list.found_in("Alpha alpha BETA"), ElementsAre(0, 1, 2));
  EXPECT_THAT(list.found_in("al"), ElementsAre(2));
  EXPECT_THAT(list.found_in("delta"), IsEmpty());
  EXPECT_EQ(list.size(), 4U);
}

TEST(PatternList, OneThatIsEmptyOrDoesNotCompileIsNeverFound) {
  EXPECT_THAT((PatternList{{"", "(", "a"}}.found_in("a(")), ElementsAre(2));
  EXPECT_THAT((PatternList{{"", "("}}.found_in("(")), IsEmpty());
  EXPECT_THAT(PatternList{}.found_in("a"), IsEmpty());
}

TEST(PatternList, OneThatNeedsTooMuchRoomAtOnceIsSearchedByTurns) {
  std::vector<std::string> made;
  for (int i = 0; i < 200; ++i) made.push_back("^" + std::to_string(i) + "\\pL{12}$");
  ASSERT_EQ(pattern_error(made.front()), std::nullopt) << "alone it is small enough";
  EXPECT_THAT(PatternList{made}.found_in("150abcdefghijkl"), ElementsAre(150));
}

}  // namespace
}  // namespace market::profile
