// config/yaml: typed access to a map, and what is said about what does not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/types/quantity.h"
#include "config/yaml/reader.h"

namespace market::yaml {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// Reads `text` with `read` and returns the messages, sorted by place.
template <class Read>
std::vector<std::string> complaints(std::string_view text, Read read) {
  Document document = parse(text, "f");
  Findings findings;
  findings.add(std::move(document.problems));
  {
    MapReader map{*document.root, "thing", findings};
    read(map);
  }
  std::vector<std::string> lines;
  for (const Diagnostic& problem : findings.take_sorted()) lines.push_back(problem.to_string());
  return lines;
}

TEST(MapReader, ReportsTheKeysThatNobodyAskedFor) {
  const auto lines = complaints("{ vlan: 3, colour: red, name: x }", [](MapReader& map) {
    EXPECT_EQ(map.text("name", Need::Required), "x");
    EXPECT_FALSE(map.integer("vid", Need::Required, {1, 9}));
  });
  // The missing 'vid' is not reported a second time: it was written as 'vlan'.
  EXPECT_THAT(lines, ElementsAre("f:1:3: error: D003: thing has no key 'vlan'; did you mean 'vid'?",
                                 "f:1:12: error: D003: thing has no key 'colour'; known keys: "
                                 "'name' and 'vid'"));
}

TEST(MapReader, ReportsEachMissingKeyOnce) {
  const auto lines = complaints("{}", [](MapReader& map) {
    EXPECT_EQ(map.text("name", Need::Required), "");
    EXPECT_EQ(map.text("hint", Need::Optional), "");
  });
  EXPECT_THAT(lines, ElementsAre("f:1:1: error: D004: thing lacks 'name'; add 'name: ...'"));
}

TEST(MapReader, OfWhatIsNotAMapSaysSoAndNothingElse) {
  for (const auto* text : {"[a, b]", "word", ""}) {
    const auto lines =
        complaints(text, [](MapReader& map) { EXPECT_EQ(map.text("name", Need::Required), ""); });
    ASSERT_EQ(lines.size(), 1U) << text;
    EXPECT_THAT(lines[0], HasSubstr("thing must be a map"));
  }
}

TEST(MapReader, TakesDecimalNumbersOnly) {
  const auto number = [](const std::string& text, std::vector<std::string>* lines = nullptr) {
    std::optional<std::int64_t> value;
    auto all = complaints("n: " + text, [&value](MapReader& map) {
      value = map.integer("n", Need::Required, {-5, 5000});
    });
    if (lines != nullptr) *lines = std::move(all);
    return value;
  };
  EXPECT_EQ(number("0"), 0);
  EXPECT_EQ(number("-5"), -5);
  EXPECT_EQ(number("5000"), 5000);
  const std::vector<std::pair<std::string, std::string>> bad{{"010", "D010"},
                                                             {"00", "D010"},
                                                             {"0x10", "D010"},
                                                             {"0o7", "D010"},
                                                             {"1_000", "D010"},
                                                             {"-010", "D010"},
                                                             {"\"5\"", "D004"},
                                                             {"five", "D004"},
                                                             {"5.0", "D004"},
                                                             {"1e3", "D004"},
                                                             {"+5", "D004"},
                                                             {"[5]", "D004"},
                                                             {"", "D004"},
                                                             {"~", "D004"},
                                                             {"5001", "D005"},
                                                             {"-6", "D005"},
                                                             {"99999999999999999999", "D005"}};
  for (const auto& [text, rule] : bad) {
    std::vector<std::string> lines;
    EXPECT_FALSE(number(text, &lines)) << text;
    ASSERT_EQ(lines.size(), 1U) << text;
    EXPECT_THAT(lines[0], HasSubstr(rule)) << text;
  }
}

TEST(MapReader, KnowsTrueAndFalseOnly) {
  for (const auto* text : {"yes", "on", "True", "1", "\"true\"", "~"}) {
    const auto lines = complaints(std::string{"b: "} + text, [](MapReader& map) {
      EXPECT_FALSE(map.flag("b", Need::Required));
    });
    EXPECT_EQ(lines.size(), 1U) << text;
  }
  const auto lines = complaints("{ b: true, c: false }", [](MapReader& map) {
    EXPECT_EQ(map.flag("b", Need::Required), true);
    EXPECT_EQ(map.flag("c", Need::Required), false);
  });
  EXPECT_THAT(lines, IsEmpty());
}

TEST(MapReader, WantsOneLineOfText) {
  for (const auto* text : {"\"\"", "\"a\\nb\"", "|\n  a\n  b\n", "[a]", "{ a: b }", "~"}) {
    const auto lines = complaints(std::string{"t: "} + text, [](MapReader& map) {
      EXPECT_EQ(map.text("t", Need::Required), "");
    });
    EXPECT_EQ(lines.size(), 1U) << text;
  }
  const auto lines = complaints("{ t: on, u: 010, v: 대구상회 }", [](MapReader& map) {
    EXPECT_EQ(map.text("t", Need::Required), "on");
    EXPECT_EQ(map.text("u", Need::Required), "010");
    EXPECT_EQ(map.text("v", Need::Required), "대구상회");
  });
  EXPECT_THAT(lines, IsEmpty());
}

TEST(MapReader, NamesTheUnitsOfAQuantity) {
  const auto lines = complaints("{ draw: 15.4, limit: 10Mbit }", [](MapReader& map) {
    EXPECT_FALSE(map.parsed("draw", Need::Required, parse_power));
    EXPECT_FALSE(map.parsed("limit", Need::Required, parse_rate));
  });
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("(mW, W)"));
  EXPECT_THAT(lines[1], HasSubstr("Mbit/s"));
}

TEST(MapReader, RemembersWhereEachWordOfAListIs) {
  const auto lines = complaints("list: [가나, b, b, [c]]", [](MapReader& map) {
    EXPECT_THAT(map.words("list", Need::Required), ElementsAre("가나", "b"));
    EXPECT_EQ(map.place("list=b").column, 16U);  // bytes: two syllables of three
  });
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_THAT(lines[0], HasSubstr("f:1:19: error: D004: thing: 'list' has 'b' twice"));
}

TEST(Findings, AreSortedAndSaidOnce) {
  Findings findings;
  findings.error("D009", {"f", 2, 1}, "later");
  findings.warning("D001", {"f", 1, 9}, "earlier\nwith a line feed");
  findings.error("D009", {"f", 2, 1}, "later");
  const Diagnostics sorted = findings.take_sorted();
  ASSERT_EQ(sorted.size(), 2U);
  EXPECT_EQ(sorted[0].message, "earlier with a line feed");
  EXPECT_EQ(sorted[0].severity, Severity::Warning);
}

TEST(Findings, KeepAMessageShortAndWhole) {
  Findings findings;
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "가";
  findings.error("D004", {"f", 1, 1}, text);
  const std::string message = findings.take_sorted().front().message;
  EXPECT_LE(message.size(), 403U);
  EXPECT_EQ((message.size() - 3) % 3, 0U);  // not cut inside a syllable
}

TEST(Findings, DoNotBlameARefusedValueForItsType) {
  const auto lines = complaints("{ a: &x 1, b: *x }", [](MapReader& map) {
    EXPECT_EQ(map.text("a", Need::Required), "1");
    EXPECT_EQ(map.text("b", Need::Required), "");
  });
  ASSERT_EQ(lines.size(), 2U);
  for (const auto& line : lines) EXPECT_THAT(line, HasSubstr("D008"));
}

}  // namespace
}  // namespace market::yaml
