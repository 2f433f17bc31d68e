// What a DHCP client says of itself, however it says it.
#include "probes/dhcp/message.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <random>
#include <vector>

namespace market::dhcp {
namespace {

using Octets = std::vector<std::uint8_t>;

void append(Octets& to, std::initializer_list<unsigned> octets) {
  for (const auto octet : octets) to.push_back(static_cast<std::uint8_t>(octet));
}
void append_text(Octets& to, unsigned code, const std::string& text) {
  append(to, {code, static_cast<unsigned>(text.size())});
  to.insert(to.end(), text.begin(), text.end());
}

/// The fixed part of a request of 00:05:4f:01:02:03, with the cookie.
Octets fixed_part() {
  Octets message(240, 0);
  message[0] = 1;
  message[1] = 1;
  message[2] = 6;
  const Octets mac{0x00, 0x05, 0x4f, 0x01, 0x02, 0x03};
  std::ranges::copy(mac, message.begin() + 28);
  const Octets cookie{99, 130, 83, 99};
  std::ranges::copy(cookie, message.begin() + 236);
  return message;
}

Octets discover() {
  auto message = fixed_part();
  append(message, {53, 1, 1});
  append(message, {61, 7, 1, 0x00, 0x05, 0x4f, 0x01, 0x02, 0x03});
  append(message, {50, 4, 10, 64, 0, 9});
  append_text(message, 12, "terminal-12");
  append_text(message, 60, "POS 1.0");
  append(message, {0, 0, 55, 6, 1, 3, 6, 15, 70, 69, 255});
  return message;
}

/// An Ethernet frame from port 68 to `port`; `tag`: with an 802.1Q tag of VLAN 20.
Octets frame(const Octets& message, unsigned port = 67, bool tag = false) {
  Octets octets(6, 0xff);
  append(octets, {0x00, 0x05, 0x4f, 0x01, 0x02, 0x03});
  if (tag) append(octets, {0x81, 0x00, 0x00, 20});
  append(octets, {0x08, 0x00});
  const auto udp = static_cast<unsigned>(message.size() + 8);
  const auto total = udp + 20;
  append(octets, {0x45, 0, total >> 8U, total & 0xffU, 0, 0, 0, 0, 64, 17, 0, 0});
  append(octets, {0, 0, 0, 0, 255, 255, 255, 255});
  append(octets, {0, 68, port >> 8U, port & 0xffU, udp >> 8U, udp & 0xffU, 0, 0});
  octets.insert(octets.end(), message.begin(), message.end());
  return octets;
}

TEST(DhcpMessage, TellsWhoAsksForWhat) {
  const auto message = parse_message(discover());
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, MessageType::Discover);
  EXPECT_EQ(message->mac.to_string(), "00:05:4f:01:02:03");
  EXPECT_FALSE(message->address);
  EXPECT_EQ(message->requested, *IpAddress::parse("10.64.0.9"));
  EXPECT_EQ(message->hostname, "terminal-12");
  EXPECT_EQ(message->vendor_class, "POS 1.0");
  EXPECT_EQ(message->parameters, "1,3,6,15,70,69");
  EXPECT_EQ(message->client_id, "01 00 05 4f 01 02 03");
}

TEST(DhcpMessage, TellsTheAddressAClientHas) {
  auto octets = discover();
  octets[12] = 10;
  octets[15] = 7;
  octets[242] = 3;  // a request
  const auto message = parse_message(octets);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->type, MessageType::Request);
  EXPECT_EQ(message->address, *IpAddress::parse("10.0.0.7"));
}

TEST(DhcpMessage, IsReadFromAFrameWithAndWithoutATag) {
  ASSERT_TRUE(parse_frame(frame(discover())));
  ASSERT_TRUE(parse_frame(frame(discover(), 67, true)));
  EXPECT_EQ(parse_frame(frame(discover()))->hostname, "terminal-12");
}

TEST(DhcpMessage, ReadsOptionsInPartsAndInTheFieldsOfTheHeader) {
  auto octets = fixed_part();
  append(octets, {53, 1, 1, 55, 2, 1, 3, 52, 1, 3, 55, 1, 6, 255});
  const std::string in_file{
      "\x0c\x03"
      "abc\xff",
      6};
  std::ranges::copy(in_file, octets.begin() + 108);
  const std::string in_name{
      "\x3c\x02"
      "XY\xff",
      5};
  std::ranges::copy(in_name, octets.begin() + 44);
  const auto message = parse_message(octets);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->parameters, "1,3,6");
  EXPECT_EQ(message->hostname, "abc");
  EXPECT_EQ(message->vendor_class, "XY");
}

TEST(DhcpMessage, ShowsWhatIsNotPrintableAsQuestionMarks) {
  auto octets = fixed_part();
  append(octets, {53, 1, 1, 12, 4, 'a', 0x1b, 0xff, 'b', 255});
  const auto message = parse_message(octets);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->hostname, "a??b");
}

TEST(DhcpMessage, RefusesWhatIsNotAClientsOrNotWhole) {
  const auto spoiled = [](std::size_t at, std::uint8_t octet) {
    auto octets = discover();
    octets[at] = octet;
    return parse_message(octets).has_value();
  };
  EXPECT_FALSE(spoiled(0, 2)) << "a reply";
  EXPECT_FALSE(spoiled(1, 6)) << "no Ethernet";
  EXPECT_FALSE(spoiled(2, 16)) << "a MAC of 16 octets";
  EXPECT_FALSE(spoiled(236, 0)) << "BOOTP, no cookie";
  EXPECT_FALSE(spoiled(242, 2)) << "an offer is a server's";
  EXPECT_FALSE(spoiled(241, 250)) << "an option longer than the message";
  EXPECT_FALSE(parse_message(fixed_part())) << "no type";
  EXPECT_FALSE(parse_frame(frame(discover(), 68)));
  auto fragment = frame(discover());
  fragment[20] = 0x20;
  EXPECT_FALSE(parse_frame(fragment));
}

TEST(DhcpMessage, SurvivesEveryCutAndAnyOctets) {
  const auto whole = frame(discover());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Octets cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    EXPECT_FALSE(parse_frame(cut)) << size;  // the sanitizers judge the rest
  }
  std::mt19937 dice{11};
  for (int round = 0; round < 20'000; ++round) {
    auto octets = whole;
    for (int spoiled = 0; spoiled < 3; ++spoiled) {
      octets[dice() % octets.size()] = static_cast<std::uint8_t>(dice());
    }
    if (const auto message = parse_frame(octets)) {
      EXPECT_LE(message->hostname.size(), 255U);
    }
  }
}

TEST(DhcpMessage, BoundsAnOptionThatNeverEnds) {
  auto octets = fixed_part();
  append(octets, {53, 1, 1});
  for (int part = 0; part < 200; ++part) append_text(octets, 12, std::string(200, 'x'));
  octets.push_back(255);
  const auto message = parse_message(octets);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->hostname.size(), 255U);
}

}  // namespace
}  // namespace market::dhcp
