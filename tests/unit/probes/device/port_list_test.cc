#include <gtest/gtest.h>

#include "probes/device/snmp_driver_port_list.h"

namespace market::device {
namespace {

constexpr BasePort kLastPort = 4096;

/// Octets that no bit pattern of ours would give by chance.
std::string pattern(std::size_t octets) {
  std::string text;
  for (std::size_t i = 0; i < octets; ++i) text += static_cast<char>((i * 37U + 11U) % 256U);
  return text;
}

/// True when `a` and `b` differ in the bit of `port` alone, over equal lengths.
bool differ_only_in(const std::string& a, const std::string& b, BasePort port) {
  if (a.size() != b.size()) return false;
  const std::size_t at = (port - 1) / 8;
  const auto mask = 0x80U >> ((port - 1) % 8);
  for (std::size_t i = 0; i < a.size(); ++i) {
    const unsigned changed = static_cast<std::uint8_t>(a[i]) ^ static_cast<std::uint8_t>(b[i]);
    if (changed != (i == at ? mask : 0U)) return false;
  }
  return true;
}

TEST(PortList, ChangesOneBitOfAnyPortInAListOfAnyLength) {
  for (const std::size_t octets :
       {0U, 1U, 2U, 3U, 4U, 6U, 7U, 8U, 16U, 64U, 127U, 128U, 256U, 511U, 512U, 513U, 1329U}) {
    const std::string before = pattern(octets);
    for (BasePort port = 1; port <= kLastPort; ++port) {
      PortList list{before};
      const bool was = list.contains(port);
      const bool inside = PortList::octets_for(port) <= octets;
      ASSERT_TRUE(inside || !was) << port << " in " << octets;
      if (was) {
        list.remove(port);
      } else if (inside) {
        list.add(port);
      } else {
        list.remove(port);  // beyond the end: nothing to remove
        ASSERT_EQ(list.octets(), before);
        continue;
      }
      ASSERT_NE(list.contains(port), was) << port << " in " << octets;
      ASSERT_TRUE(differ_only_in(list.octets(), before, port)) << port << " in " << octets;
      if (was) {
        list.add(port);
      } else {
        list.remove(port);
      }
      ASSERT_EQ(list.octets(), before) << port << " in " << octets;
    }
  }
}

TEST(PortList, GrowsForAPortBeyondItsEndAndKeepsTheRest) {
  for (BasePort port = 1; port <= kLastPort; ++port) {
    PortList list{pattern(2)};
    if (port <= 16) list = PortList{};
    const std::string before = list.octets();
    list.add(port);
    ASSERT_EQ(list.octets().size(), PortList::octets_for(port));
    ASSERT_EQ(list.octets().substr(0, before.size()), before);
    ASSERT_TRUE(list.contains(port));
    ASSERT_EQ(PortList{list.octets().substr(before.size())}.ports().size(), 1U);
  }
}

TEST(PortList, GrowsToTheLengthOfTheBridge) {
  PortList list;
  list.add(3, 6);
  EXPECT_EQ(list.octets(), (std::string{"\x20\0\0\0\0\0", 6}));
  list.add(4, 12);  // inside: stays as long
  EXPECT_EQ(list.octets().size(), 6U);
}

TEST(PortList, PutsPortOneInTheHighestBitOfTheFirstOctet) {
  PortList list;
  list.add(1);
  EXPECT_EQ(list.octets(), "\x80");
  list.add(8);
  EXPECT_EQ(list.octets(), "\x81");
  list.add(9);
  EXPECT_EQ(list.octets(), "\x81\x80");
  EXPECT_EQ(list.ports(), (std::vector<BasePort>{1, 8, 9}));
}

TEST(PortList, HoldsNoPortZeroAndNoneBeyondTheLast) {
  PortList list{std::string(4, '\xff')};
  EXPECT_FALSE(list.contains(0));
  list.remove(0);
  list.add(PortList::kMaxPort + 1);
  EXPECT_EQ(list.octets(), std::string(4, '\xff'));
}

TEST(PortList, ReadsTheTextOfJunos) {
  EXPECT_EQ(PortList::from_text("1,2,5")->ports(), (std::vector<BasePort>{1, 2, 5}));
  EXPECT_EQ(PortList::from_text("513")->ports(), (std::vector<BasePort>{513}));
  EXPECT_EQ(PortList::from_text("")->ports(), (std::vector<BasePort>{}));
}

TEST(PortList, RefusesTextThatIsNoList) {
  for (const auto* text : {",", "1,", ",1", "1,,2", "0", "-1", "1 ,2", "1;2", "x", "65536",
                           "99999999999", "1,2\n", "0x1"}) {
    EXPECT_EQ(PortList::from_text(text), std::nullopt) << text;
  }
}

TEST(PortList, TellsMembership) {
  const PortList egress{"\xe0"}, untagged{"\x48"};
  EXPECT_EQ(membership(egress, untagged, 1), "tagged");
  EXPECT_EQ(membership(egress, untagged, 2), "untagged");
  EXPECT_EQ(membership(egress, untagged, 5), "none");  // untagged without being a member
  EXPECT_EQ(membership(egress, untagged, 100), "none");
}

}  // namespace
}  // namespace market::device
