#include <gtest/gtest.h>

#include "config/profile/fact.h"
#include "config/profile/profile.h"

namespace market {
namespace {

Profile profile(const std::string& id, std::vector<Oid> prefixes, const std::string& descr = "") {
  Profile made;
  made.id = id;
  made.match = {std::move(prefixes), descr};
  return made;
}

ProfileSet make_set() {
  ProfileSet set;
  set.profiles_ = {profile("acme", {{1, 3, 6, 1, 4, 1, 5}}),
                   profile("acme-ap", {{1, 3, 6, 1, 4, 1, 5}}, "^AP-"),
                   profile("acme-switch", {{1, 3, 6, 1, 4, 1, 5, 1}}), profile("base", {}),
                   profile("by-words", {}, "Wunderbox")};
  return set;
}

std::string matched(const Oid& oid, const std::string& descr) {
  const auto set = make_set();
  const auto* found = set.match(oid, descr);
  return found == nullptr ? "" : found->id;
}

TEST(ProfileSet, TakesTheLongestPrefix) {
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5, 1, 7}, "SW"), "acme-switch");
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5, 2}, "SW"), "acme");
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5}, ""), "acme");
}

TEST(ProfileSet, ComparesWholeArcs) { EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 51}, ""), ""); }

TEST(ProfileSet, PrefersTheOneWhoseSysDescrMatches) {
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5, 2}, "AP-7"), "acme-ap");
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5, 1}, "AP-7"), "acme-switch");
}

TEST(ProfileSet, MatchesByWordsWhereNoPrefixDoes) {
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 99}, "a Wunderbox 3"), "by-words");
  EXPECT_EQ(matched({}, "a Wunderbox 3"), "by-words");
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 5, 9}, "a Wunderbox 3"), "acme");
}

TEST(ProfileSet, MatchesNothingForAStranger) {
  EXPECT_EQ(matched({1, 3, 6, 1, 4, 1, 99}, "x"), "");
  EXPECT_EQ(matched({}, ""), "");
}

TEST(ProfileSet, FindsById) {
  const auto set = make_set();
  EXPECT_EQ(set.find("acme-ap")->id, "acme-ap");
  EXPECT_EQ(set.find("acme-a"), nullptr);
  EXPECT_EQ(set.find("zz"), nullptr);
}

TEST(DeviceClass, EveryWordParsesBack) {
  for (int i = 0; i <= static_cast<int>(DeviceClass::Unknown); ++i) {
    const auto device_class = static_cast<DeviceClass>(i);
    EXPECT_EQ(parse_device_class(to_string(device_class)), device_class);
  }
  EXPECT_FALSE(parse_device_class("toaster").has_value());
}

std::optional<std::string> fact(const std::string& name, std::string_view octets,
                                const std::string& regex = "") {
  return fact_in(name, FactRule{Oid{1, 3}, regex}, octets);
}

TEST(Fact, IsGroupOneOfTheExpression) {
  EXPECT_EQ(fact("model", "RouterOS CRS317", "^RouterOS (\\S+)"), "CRS317");
  EXPECT_EQ(fact("model", "RouterOS CRS317", "CRS\\d+"), "CRS317");
  EXPECT_EQ(fact("model", "SwOS", "^RouterOS (\\S+)"), std::nullopt);
}

TEST(Fact, IsNoPlaceholder) {
  for (const auto* text : {"", "   ", "N/A", "none", "To be filled by O.E.M.", "0000000", "FFFF",
                           "xxxx", "123456789", "Unknown"}) {
    EXPECT_EQ(fact("serial", text), std::nullopt) << text;
  }
  EXPECT_EQ(fact("serial", " SN-0001 "), "SN-0001");
}

TEST(Fact, ReadsAMacFromOctetsAndText) {
  EXPECT_EQ(fact("mac", std::string{"\x02\x00\x00\x00\x0a\x01", 6}), "02:00:00:00:0a:01");
  EXPECT_EQ(fact("mac", "02-00-00-00-0A-01"), "02:00:00:00:0a:01");
  EXPECT_EQ(fact("mac", "V5812G/00:d0:cb:f5:b9:8b", "/(.*)$"), "00:d0:cb:f5:b9:8b");
}

TEST(Fact, RefusesAMacThatIsNobodys) {
  EXPECT_EQ(fact("mac", std::string(6, '\0')), std::nullopt);
  EXPECT_EQ(fact("mac", std::string(6, '\xff')), std::nullopt);
  EXPECT_EQ(fact("mac", std::string{"\x01\x00\x5e\x00\x00\x01", 6}), std::nullopt);
  EXPECT_EQ(fact("mac", ""), std::nullopt);
  EXPECT_EQ(fact("mac", std::string{"\x02\x00\x00", 3}), std::nullopt);
}

TEST(CleanText, KeepsKoreanAndMendsTheRest) {
  EXPECT_EQ(clean_text("대구상회"), "대구상회");
  EXPECT_EQ(clean_text("a\r\nb\tc"), "a  b c");
  EXPECT_EQ(clean_text(std::string_view{"a\0b", 3}), "a b");
  EXPECT_EQ(clean_text("\xb4\xeb"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // EUC-KR
  EXPECT_EQ(clean_text("\xED\xA0\x80").size(), 9U);               // a surrogate is no character
  EXPECT_EQ(clean_text("\xE2\x82"), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short
}

TEST(CleanText, IsBounded) {
  EXPECT_EQ(clean_text(std::string(100'000, 'x')).size(), kMaxText);
  EXPECT_LE(clean_text(std::string(100'000, '\xff')).size(), kMaxText);
}

TEST(EngineId, IsHexAndNotBlank) {
  EXPECT_EQ(engine_id_in(std::string{"\x80\x00\x7e\xd9\x05", 5}), "80007ed905");
  EXPECT_EQ(engine_id_in(std::string(4, 'a')), std::nullopt);
  EXPECT_EQ(engine_id_in(std::string(33, 'a')), std::nullopt);
  EXPECT_EQ(engine_id_in(std::string(12, '\0')), std::nullopt);
  EXPECT_EQ(engine_id_in(std::string(12, '\xff')), std::nullopt);
}

}  // namespace
}  // namespace market
