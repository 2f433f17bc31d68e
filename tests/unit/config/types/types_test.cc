// config/types: what is accepted, what is refused, and that printing is the inverse of parsing.
#include <gtest/gtest.h>

#include <numeric>

#include "config/types/digest.h"
#include "config/types/field.h"
#include "config/types/ip_prefix.h"
#include "config/types/mac_address.h"
#include "config/types/oid.h"
#include "config/types/quantity.h"
#include "config/types/secret.h"
#include "config/types/vlan_id.h"

namespace market {
namespace {

TEST(Digest, IsThatOfFips180) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Oid, ParsesAndPrintsBack) {
  EXPECT_EQ(Oid::parse(".1.3.6.1.2.1")->to_string(), "1.3.6.1.2.1");
  EXPECT_EQ(Oid::parse("1.3.4294967295")->back(), 4294967295U);
}
TEST(Oid, RefusesWhatIsNotAnOid) {
  for (const auto* text : {"", ".", "1..3", "1.3.", "1.a", "1.4294967296", "-1"}) {
    EXPECT_FALSE(Oid::parse(text)) << text;
  }
}
TEST(Oid, TakesOtherArcsInPlaceOfItsOwn) {
  const std::vector<std::uint32_t> few{1, 3, 6};
  const std::vector<std::uint32_t> many(40, 7);
  Oid oid{1, 3, 6, 1, 2, 1};
  oid.assign(many);
  EXPECT_EQ(oid, Oid{many});
  oid.assign(few);
  EXPECT_EQ(oid, (Oid{1, 3, 6}));
  oid.assign({});
  EXPECT_TRUE(oid.empty());
}

TEST(Oid, IsCopiedAndMovedWhateverItsLength) {
  std::vector<Oid> all;
  for (const std::size_t size : {0U, 1U, 11U, 12U, 13U, 40U, 128U}) {
    std::vector<std::uint32_t> arcs(size);
    std::iota(arcs.begin(), arcs.end(), 1U);
    all.emplace_back(arcs);
  }
  for (const auto& from : all) {
    for (const auto& before : all) {
      Oid copied = before;
      copied = from;
      EXPECT_EQ(copied, from);
      Oid moved = before;
      moved = std::move(copied);
      EXPECT_EQ(moved, from);
      const Oid made = std::move(moved);
      EXPECT_EQ(made, from);
      EXPECT_EQ(made.child(7).back(), 7U);
      EXPECT_EQ(made.child(before).after(made), before);
    }
  }
}

TEST(Oid, SortsLikeAnAgentsTable) {
  EXPECT_LT((Oid{1, 3}), (Oid{1, 3, 0}));
  EXPECT_LT((Oid{1, 3, 9}), (Oid{1, 3, 10}));
  EXPECT_EQ((Oid{1, 3, 6, 7}.after(Oid{1, 3})), (Oid{6, 7}));
}

TEST(MacAddress, ReadsThreeSpellings) {
  for (const auto* text : {"02:00:00:00:0a:01", "02-00-00-00-0A-01", "0200.0000.0a01"}) {
    ASSERT_TRUE(MacAddress::parse(text)) << text;
    EXPECT_EQ(MacAddress::parse(text)->to_string(), "02:00:00:00:0a:01");
  }
}
TEST(MacAddress, RefusesOtherSpellings) {
  for (const auto* text : {"", "02:00:00:00:0a", "02:00:00:00:0a:01:02", "02:00-00:00:0a:01",
                           "0g:00:00:00:0a:01", "020000000a01"}) {
    EXPECT_FALSE(MacAddress::parse(text)) << text;
  }
}

TEST(IpPrefix, SaysWhichNetworkWasMeant) {
  const auto prefix = IpPrefix::parse("10.64.4.7/23");
  ASSERT_FALSE(prefix);
  EXPECT_NE(prefix.error().message.find("did you mean '10.64.4.0/23'"), std::string::npos);
}
TEST(IpPrefix, KnowsWhatItHolds) {
  const auto supernet = *IpPrefix::parse("10.64.0.0/19");
  EXPECT_TRUE(supernet.contains(*IpAddress::parse("10.64.31.255")));
  EXPECT_FALSE(supernet.contains(*IpAddress::parse("10.64.32.0")));
  EXPECT_TRUE(supernet.overlaps(*IpPrefix::parse("10.64.0.0/16")));
  EXPECT_FALSE(supernet.contains(*IpAddress::parse("fd00::1")));
}
TEST(IpRange, LeavesNetworkAndBroadcastOut) {
  EXPECT_EQ(IpRange::parse("10.0.0.0/24")->to_string(), "10.0.0.1-10.0.0.254");
  EXPECT_EQ(IpRange::parse("10.0.0.0/31")->count(), 2U);
  EXPECT_EQ(IpRange::parse("10.0.0.9")->count(), 1U);
}
TEST(IpRange, CountsIpv6WithinANetwork) {
  EXPECT_EQ(IpRange::parse("fd00::/120")->to_string(), "fd00::-fd00::ff");
  EXPECT_EQ(IpRange::parse("fd00::/112")->count(), 65'536U);
  EXPECT_EQ(IpRange::parse("fd00::fff0-fd00::1:f")->count(), 32U);
  EXPECT_EQ(IpRange::parse("fd00::7")->count(), 1U);
  EXPECT_TRUE(IpRange::parse("fd00::/120")->contains(*IpAddress::parse("fd00::80")));
  EXPECT_FALSE(IpRange::parse("fd00::/120")->contains(*IpAddress::parse("fd00::100")));
}
TEST(IpRange, SaysWhatToDoAboutLargeIpv6Networks) {
  for (const auto* text : {"fd00::/64", "fd00::/111", "::/0", "fd00::1-fd00::1:1",
                           "fd00::1-fd00:0:0:1::1", "fd00::-fd00::ffff:ffff:ffff:ffff"}) {
    const auto range = IpRange::parse(text);
    ASSERT_FALSE(range) << text;
    EXPECT_NE(range.error().message.find("write a /112 or longer"), std::string::npos) << text;
    EXPECT_NE(range.error().message.find("neighbour tables"), std::string::npos) << text;
  }
  EXPECT_NE(IpRange::parse("10.0.0.1-fd00::1").error().message.find("mixes"), std::string::npos);
}
TEST(IpRange, RefusesSlipsOfTheFinger) {
  for (const auto* text : {"10.0.0.0/8", "10.0.0.9-10.0.0.1", "fd00::/64", "x", "10.0.0.1-"}) {
    EXPECT_FALSE(IpRange::parse(text)) << text;
  }
}

TEST(VlanId, IsOneTo4094InDecimal) {
  EXPECT_EQ(VlanId::parse("4094")->number(), 4094);
  for (const auto* text : {"0", "4095", "010", "", " 1", "1x", "0x10"}) {
    EXPECT_FALSE(VlanId::parse(text)) << text;
  }
}

TEST(Quantity, PrintsWhatItParsed) {
  for (const auto* text : {"15.4W", "0.8W"}) EXPECT_EQ(to_string(*parse_power(text)), text);
  for (const auto* text : {"14dBm", "14.5dBm", "-65dBm"}) {
    EXPECT_EQ(to_string(*parse_dbm(text)), text);
  }
  for (const auto* text : {"20Mbit/s", "1Gbit/s", "1500bit/s"}) {
    EXPECT_EQ(to_string(*parse_rate(text)), text);
  }
  for (const auto* text : {"200ms", "15s", "24h"})
    EXPECT_EQ(to_string(*parse_duration(text)), text);
  EXPECT_EQ(parse_ratio("1e-6")->count(), 1);
  EXPECT_EQ(to_string(*parse_ratio("50%")), "50%");
}
TEST(Quantity, NamesTheUnitsWhenOneIsMissing) {
  const auto power = parse_power("15.4");
  ASSERT_FALSE(power);
  EXPECT_NE(power.error().message.find("mW, W"), std::string::npos) << power.error().message;
}

TEST(Secret, IsNotPrinted) { EXPECT_EQ(Secret{"hunter2"}.to_string(), "<secret>"); }

TEST(FieldName, ComesApart) {
  const auto member = FieldName::split("vlan[20].port[3]");
  EXPECT_EQ(member.group, "vlan");
  EXPECT_EQ(member.key, "20");
  EXPECT_EQ(member.leaf, "port");
  EXPECT_EQ(member.subkey, "3");
  const auto route = FieldName::split("route[10.0.0.0/8]");
  EXPECT_EQ(route.key, "10.0.0.0/8");
  EXPECT_EQ(route.leaf, "");
  EXPECT_EQ(FieldName::split("system.name").leaf, "name");
}

}  // namespace
}  // namespace market
