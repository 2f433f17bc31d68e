#include "config/profile/needles.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <re2/re2.h>

#include <set>

#include "config/profile/needle_index.h"
#include "config/profile/profile.h"

namespace market::profile {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Needles, AreTheLongestWordsOfEachAlternative) {
  EXPECT_THAT(needles_of("orvaldi"), ElementsAre("orvaldi"));
  EXPECT_THAT(needles_of(R"((?i)\bcanopy\b|motorola \d+)"), ElementsAre("canopy", "motorola "));
  EXPECT_THAT(needles_of(R"(^ab\.c[de]fg+hi$)"), ElementsAre("ab.c"));
  EXPECT_THAT(needles_of("PID:(?:HP )?([^,;]+)"), ElementsAre("PID:"));
  EXPECT_THAT(needles_of("[](|]abc"), ElementsAre("abc"));
  EXPECT_THAT(needles_of(R"(([)(|]|\)|x)abc)"), ElementsAre("abc"));
}

TEST(Needles, HoldNothingThatMayBeLeftOut) {
  EXPECT_THAT(needles_of("abcd?"), ElementsAre("abc"));
  EXPECT_THAT(needles_of("abcd*e"), ElementsAre("abc"));
  EXPECT_THAT(needles_of("abcd{0,3}"), ElementsAre("abc"));
  EXPECT_THAT(needles_of("abc(def)?"), ElementsAre("abc"));
  EXPECT_THAT(needles_of(R"(abc\.?)"), ElementsAre("abc"));
  EXPECT_THAT(needles_of("abc\u00e9?"), ElementsAre("abc"));
  EXPECT_THAT(needles_of("abcd+?"), ElementsAre("abcd"));
}

TEST(Needles, AreNoneWhereAnAlternativeNeedsNone) {
  for (const auto* pattern : {"", "abc|", "abc|x", "ab", "abc|(def)", "(abc|def)", "[a-z]+"}) {
    EXPECT_THAT(needles_of(pattern), IsEmpty()) << pattern;
  }
}

TEST(Needles, AreNoneWhereTheExpressionIsNotUnderstood) {
  for (const auto* pattern :
       {"abc)", "abc(", "abc[", "abc\\", R"(\Qabc|x\E)", R"(\x{41}bcd)", R"(\pLabc)", "abc(?i)def",
        "(?s)abc", "(?P<name>x)abc", "abcd{x|y}", "[[:alpha:]]abc", R"((\Q(\E)abc)"}) {
    EXPECT_THAT(needles_of(pattern), IsEmpty()) << pattern;
  }
}

TEST(Needles, AreSoughtInAnyCase) {
  EXPECT_TRUE(may_contain("a CaNoPy", "canopy"));
  EXPECT_FALSE(may_contain("a canop", "canopy"));
  EXPECT_TRUE(begins_alike("CANOPY and more", "canopy"));
  EXPECT_FALSE(begins_alike("can", "canopy"));
  EXPECT_TRUE(has_foreign_case("\u017F"));
  EXPECT_TRUE(has_foreign_case("0 \u212A"));
  EXPECT_FALSE(has_foreign_case("Stra\u00dfe"));
}

TEST(NeedleIndex, TellsThePlacesOfThoseInTheText) {
  NeedleIndex index;
  index.add("canopy", 7);
  index.add("can", 3);
  index.add("nop", 7);
  index.add("other", 1);
  EXPECT_THAT(index.places_in("a CANOPY"), ElementsAre(3, 7));
  EXPECT_THAT(index.places_in("ca"), IsEmpty());
  EXPECT_THAT(index.places(), ElementsAre(1, 3, 7));
}

std::set<std::string> shipped_expressions() {
  const auto loaded = load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles");
  std::set<std::string> all;
  const auto take_facts = [&](const FactRules& facts) {
    for (const auto& [name, rules] : facts) {
      for (const auto& rule : rules) all.insert(rule.regex);
    }
  };
  for (const auto& profile : loaded.profiles.value().all()) {
    all.insert(profile.match.sys_descr);
    take_facts(profile.facts);
  }
  const auto& known = loaded.profiles->knowledge();
  for (const auto& objects : known.objects) take_facts(objects.facts);
  for (const auto& vendor : known.vendors) all.insert(vendor.sys_descr);
  for (const auto& signal : known.signals) all.insert({signal.sys_descr, signal.regex});
  all.erase("");
  return all;
}

bool may_be_in(const std::vector<std::string>& needles, const std::string& text) {
  for (const auto& needle : needles) {
    if (may_contain(text, needle)) return true;
  }
  return needles.empty();
}

// What expressions are made of is what they look for: each is searched for in all of them, as it
// stands and without its signs.
TEST(Needles, OfTheShippedExpressionsStandWhereverTheseAreFound) {
  const auto expressions = shipped_expressions();
  ASSERT_GT(expressions.size(), 800U);
  std::vector<std::string> texts;
  for (const auto& expression : expressions) {
    texts.push_back(expression);
    auto words = expression;
    RE2::GlobalReplace(&words, R"(\(\?i\)|\(\?:|\\[bdws]|[\\^$()?*+])", "");
    texts.push_back(words);
  }
  std::size_t with_needles = 0;
  std::size_t found = 0;
  for (const auto& expression : expressions) {
    const RE2 compiled{expression};
    const auto needles = needles_of(expression);
    if (!needles.empty()) ++with_needles;
    for (const auto& text : texts) {
      if (!RE2::PartialMatch(text, compiled)) continue;
      ++found;
      EXPECT_TRUE(may_be_in(needles, text)) << expression << " in " << text;
    }
  }
  EXPECT_GT(with_needles, expressions.size() / 2);
  EXPECT_GT(found, expressions.size());
}

}  // namespace
}  // namespace market::profile
