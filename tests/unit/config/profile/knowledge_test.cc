// Documents of kind vendors, signals, objects and products: what is wrong with one is told by file,
// line and column.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/profile/profile.h"
#include "tests/unit/config/profile/profile_dir.h"

namespace market {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

/// Rule, line and column of each problem, and what it says.
std::vector<std::string> problems_of(const std::string& text) {
  const ProfileDir dir;
  dir.write("a.yaml", text);
  const auto loaded = load_profiles(dir.path());
  EXPECT_EQ(loaded.profiles.has_value(), loaded.problems.empty());
  std::vector<std::string> lines;
  for (const auto& problem : loaded.problems) {
    EXPECT_EQ(problem.position.file, dir.path() + "/a.yaml");
    lines.push_back(problem.rule + " " + std::to_string(problem.position.line) + ":" +
                    std::to_string(problem.position.column) + " " + problem.message);
  }
  return lines;
}

/// A list of this kind with these entries, the first on line 4.
std::string list_of(const std::string& kind, const std::string& entries) {
  return "schema: 1\nkind: " + kind + "\n" + kind + ":\n" + entries;
}

Knowledge known(const std::string& text) {
  const ProfileDir dir;
  dir.write("a.yaml", text);
  auto loaded = load_profiles(dir.path());
  for (const auto& problem : loaded.problems) ADD_FAILURE() << problem.to_string();
  return loaded.profiles.value_or(ProfileSet{}).knowledge();
}

TEST(Vendors, TellWhereAnEntryIsWrong) {
  EXPECT_THAT(problems_of(list_of("vendors", "  - { pen: [9] }\n")),
              ElementsAre(HasSubstr("P003 4:5 this vendor has no 'name'")));
  EXPECT_THAT(problems_of(list_of("vendors", "  - { name: Acme, pne: [9] }\n")),
              ElementsAre(HasSubstr("P002 4:19")));
  EXPECT_THAT(problems_of(list_of("vendors", "  - { name: Acme, pen: [nine] }\n")),
              ElementsAre(HasSubstr("P004 4:25")));
  EXPECT_THAT(problems_of(list_of("vendors", "  - { name: Acme, sysDescr: '(' }\n")),
              ElementsAre(HasSubstr("P012 4:29")));
  EXPECT_THAT(problems_of(list_of("vendors", "  - { name: Acme, class: swich }\n")),
              ElementsAre(HasSubstr("P002 4:26 class 'swich' is not known")));
  EXPECT_THAT(problems_of(list_of("vendors", "  - { name: Acme, class: { switch: 21 } }\n")),
              ElementsAre(HasSubstr("P004 4:36")));
}

TEST(Vendors, OwnANumberAlone) {
  EXPECT_THAT(problems_of(list_of("vendors",
                                  "  - { name: Acme, pen: 9 }\n  - { name: Best, pen: [8, 9] }\n")),
              ElementsAre(HasSubstr("P006 5:28 enterprise 9 belongs to 'Acme' already")));
}

TEST(Signals, TellWhereAnEntryIsWrong) {
  EXPECT_THAT(problems_of(list_of("signals", "  - { says: x, class: switch }\n")),
              ElementsAre(HasSubstr("P003 4:5 this signal has no condition")));
  EXPECT_THAT(problems_of(list_of("signals", "  - { says: x, sysDescr: a }\n")),
              ElementsAre(HasSubstr("P003 4:5 this signal has no 'class'")));
  EXPECT_THAT(problems_of(list_of("signals", "  - { sysDescr: a, class: switch }\n")),
              ElementsAre(HasSubstr("P003 4:5 this signal has no 'says'")));
  EXPECT_THAT(problems_of(list_of("signals", "  - { says: x, present: a.b, class: switch }\n")),
              Contains(HasSubstr("P004 4:25")));
  EXPECT_THAT(problems_of(list_of("signals", "  - { says: x, own-objects: 7, class: switch }\n")),
              Contains(HasSubstr("P004 4:29")));
}

TEST(Signals, MustBeAListOfSchemaOne) {
  EXPECT_THAT(problems_of("schema: 2\nkind: signals\nsignals: []\n"),
              ElementsAre(HasSubstr("P005 1:1")));
  EXPECT_THAT(problems_of("schema: 1\nkind: signals\nsignals: { says: x }\n"),
              ElementsAre(HasSubstr("P004 1:1 'signals' must be a list")));
}

TEST(Objects, TellWhereAnEntryIsWrong) {
  EXPECT_THAT(problems_of(list_of("objects", "  - { facts: { model: [1.3.6] } }\n")),
              ElementsAre(HasSubstr("P003 4:5 these objects have no 'maker'")));
  EXPECT_THAT(problems_of(list_of("objects", "  - { maker: Acme }\n")),
              ElementsAre(HasSubstr("P003 4:5 these objects have no 'facts'")));
  EXPECT_THAT(problems_of(list_of("objects", "  - { maker: Acme, facts: { modle: [1.3] } }\n")),
              Contains(HasSubstr("P002 4:29")));
  EXPECT_THAT(
      problems_of(list_of(
          "objects",
          "  - { maker: Acme, facts: { model: [{ oid: 1.3, regex: '(a)', as: '\\2' }] } }\n")),
      ElementsAre(HasSubstr("P004 4:67")));
}

TEST(Signals, AreSaidByTheWordsTheyAskForOrByNone) {
  const auto all =
      known(list_of("signals",
                    "  - { says: a, sysDescr: 'print', class: { printer: 1 } }\n"
                    "  - { says: b, sysDescr: 'switch', class: { switch: 1 } }\n"
                    "  - { says: c, present: [1.3.6.1.2.1.17], class: { switch: 1 } }\n"));
  EXPECT_THAT(all.said_by_words("a switch"), ElementsAre(false, true, true));
  EXPECT_THAT(all.said_by_words(""), ElementsAre(false, false, true));
}

TEST(Vendors, AreKnownByTheFirstWordsThatAreFound) {
  const auto all = known(list_of("vendors",
                                 "  - { name: Acme, sysDescr: '(?i)acme' }\n"
                                 "  - { name: Other, sysDescr: 'other' }\n"));
  EXPECT_EQ(all.by_words("other ACME")->name, "Acme");
  EXPECT_EQ(all.by_words("other")->name, "Other");
  EXPECT_EQ(all.by_words("nobody"), nullptr);
}

TEST(Objects, HaveTheRootThatAllOfThemAreBelow) {
  const auto all =
      known(list_of("objects",
                    "  - { maker: Acme, facts: { model: [1.3.6.1.4.1.99999.1.2.0], serial: "
                    "[1.3.6.1.4.1.99999.1.3.0] } }\n"));
  EXPECT_EQ(all.objects.at(0).root, (Oid{1, 3, 6, 1, 4, 1, 99999, 1}));
}

TEST(Objects, KeepWhatTheySay) {
  const auto knowledge = known(list_of("objects",
                                       "  - { maker: Acme, facts: { model: [1.3.9, { oid: 1.3.8, "
                                       "regex: '(a)', as: 'A \\1' }] } }\n"));
  ASSERT_EQ(knowledge.objects.size(), 1U);
  const auto& rules = knowledge.objects[0].facts.at("model");
  ASSERT_EQ(rules.size(), 2U);
  EXPECT_EQ(rules[0].oid, (Oid{1, 3, 9}));
  EXPECT_EQ(rules[1].as, "A \\1");
}

TEST(Products, AreNamedByTheirWholeId) {
  const auto knowledge =
      known(list_of("products", "  - { below: 1.3.6.1, names: { 4.7: GS-24, 5: GS-48 } }\n"));
  EXPECT_EQ(knowledge.products.at(Oid{1, 3, 6, 1, 4, 7}), "GS-24");
  EXPECT_EQ(knowledge.products.at(Oid{1, 3, 6, 1, 5}), "GS-48");
}

TEST(Products, TellWhereAnEntryIsWrong) {
  EXPECT_THAT(problems_of(list_of("products", "  - { names: { 4: x } }\n")),
              ElementsAre(HasSubstr("P003 4:5")));
  EXPECT_THAT(problems_of(list_of("products", "  - { below: 1.3, names: [x] }\n")),
              ElementsAre(HasSubstr("P004 4:5 'names' must be a map")));
  EXPECT_THAT(problems_of(list_of("products", "  - { below: 1.3, names: { four: x } }\n")),
              ElementsAre(HasSubstr("P004 4:28")));
  EXPECT_THAT(problems_of(list_of("products",
                                  "  - { below: 1.3, names: { 4: x } }\n"
                                  "  - { below: 1.3, names: { 4: y } }\n")),
              ElementsAre(HasSubstr("P006 5:28 product 4 is 'x' already")));
}

}  // namespace
}  // namespace market
