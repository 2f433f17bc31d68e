#include "probes/firewall/ruleset.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace market::firewall {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kListing = R"(table inet marketd {
	set svc-van-a {
		type ipv4_addr
		elements = { 203.0.113.10, 203.0.113.11,
			     203.0.113.12 }
	}

	set up-guest {
		type ipv4_addr
		size 65535
		flags dynamic,timeout
		timeout 1m
		elements = { 10.64.16.9 timeout 1m expires 40s }
	}

	chain input {
		type filter hook input priority filter; policy drop;
		ct state vmap { invalid : drop, established : accept, related : accept } comment "base"
		iif "lo" accept comment "base"
	}

	chain forward {
		type filter hook forward priority filter; policy drop;
		ip daddr @svc-van-a tcp dport 443 accept comment "pay-out van-a"
		tcp dport 22 accept
	}
}
)";

Ruleset listed() { return parse_listing(kListing).value(); }

TEST(Ruleset, ReadsWhatNftLists) {
  const auto rules = listed();
  EXPECT_EQ(rules.sets.at("svc-van-a"),
            "type ipv4_addr; elements = { 203.0.113.10, 203.0.113.11, 203.0.113.12 }");
  EXPECT_EQ(rules.chains.at("input").hook, "type filter hook input priority filter; policy drop");
  EXPECT_THAT(rules.chains.at("input").rules,
              ElementsAre(Rule{"ct state vmap { invalid : drop, established : accept, related : "
                               "accept }",
                               "base"},
                          Rule{"iif \"lo\" accept", "base"}));
  EXPECT_THAT(rules.chains.at("forward").rules,
              ElementsAre(Rule{"ip daddr @svc-van-a tcp dport 443 accept", "pay-out van-a"},
                          Rule{"tcp dport 22 accept", ""}));
}

TEST(Ruleset, LeavesTheElementsOfASetThatFillsItselfOut) {
  EXPECT_EQ(listed().sets.at("up-guest"),
            "type ipv4_addr; size 65535; flags dynamic,timeout; timeout 1m");
}

TEST(Ruleset, RefusesAListingThatBreaksOff) {
  const std::string text{kListing};
  for (const std::size_t length : {std::size_t{0}, text.size() / 2, text.size() - 3}) {
    EXPECT_FALSE(parse_listing(text.substr(0, length))) << length;
  }
}

TEST(Transaction, IsEmptyWhenNothingChanges) { EXPECT_EQ(transaction(listed(), listed()), ""); }

TEST(Transaction, TouchesOnlyTheChainThatChanges) {
  auto after = listed();
  after.chains.at("forward").rules.pop_back();
  EXPECT_EQ(transaction(listed(), after),
            "add table inet marketd\n"
            "flush chain inet marketd forward\n"
            "add chain inet marketd forward { type filter hook forward priority filter; policy "
            "drop; }\n"
            "add rule inet marketd forward ip daddr @svc-van-a tcp dport 443 accept comment "
            "\"pay-out van-a\"\n");
}

TEST(Transaction, TakesASetFromItsUsersBeforeItReplacesIt) {
  auto after = listed();
  after.sets.at("svc-van-a") = "type ipv4_addr; elements = { 203.0.113.10 }";
  const auto script = transaction(listed(), after);
  const auto flush = script.find("flush chain inet marketd forward");
  const auto remove = script.find("delete set inet marketd svc-van-a");
  const auto add = script.find("add set inet marketd svc-van-a");
  const auto use = script.find("add rule inet marketd forward ip daddr @svc-van-a");
  EXPECT_LT(flush, remove);
  EXPECT_LT(remove, add);
  EXPECT_LT(add, use);
  EXPECT_NE(use, std::string::npos);
  EXPECT_EQ(script.find("input"), std::string::npos);
}

TEST(Transaction, DeletesTheTableWhenNothingIsLeft) {
  EXPECT_EQ(transaction(listed(), Ruleset{}), "delete table inet marketd\n");
}

TEST(Statements, AreSplitOutsideOfQuotesAndBraces) {
  EXPECT_THAT(split_statements("a { b; c }; log prefix \"x; y\" drop ;d"),
              ElementsAre("a { b; c }", "log prefix \"x; y\" drop", "d"));
}

TEST(Statements, ThatCouldBeMoreThanOneAreRefused) {
  EXPECT_TRUE(check_statement("tcp dport { 22, 443 } accept"));
  for (const auto* text : {"", "accept\nflush ruleset", "accept }", "accept { a", "say \"x",
                           "accept # rest", "} { accept"}) {
    const auto checked = check_statement(text);
    ASSERT_FALSE(checked) << text;
    EXPECT_THAT(checked.error().message, HasSubstr("not one statement"));
  }
}

}  // namespace
}  // namespace market::firewall
