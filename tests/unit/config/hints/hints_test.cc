// What a MAC and a DHCP request hint at.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "config/hints/dhcp_fingerprints.h"
#include "config/hints/mac_vendors.h"

namespace market {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kShare = std::string{MARKET_SOURCE_DIR} + "/config/share";
const std::string kPaymentList = kShare + "/payment-oui.tsv";

MacAddress mac(const char* text) { return *MacAddress::parse(text); }

MacVendors small_register() {
  MacVendors vendors;
  vendors.add_register(
      "Registry,Assignment,Organization Name,Organization Address\r\n"
      "MA-L,00054F,\"Terminal, Inc.\",\"Seoul \"\"Jung-gu\"\"\nKR\"\r\n"
      "MA-L,70B3D5,IEEE Registration Authority,445 Hoes Lane\r\n"
      "MA-M,741AE09,Medium Ltd. ,\r\n"
      "MA-L,741AE0,IEEE Registration Authority,445 Hoes Lane\r\n"
      "MA-S,70B3D5F2F,Small GmbH,\r\n"
      "MA-L,nonsense,Nobody,\r\n"
      "MA-L,00AABB\r\n");
  return vendors;
}

TEST(MacVendors, TheLongestPrefixAnswers) {
  const auto vendors = small_register();
  const auto small = vendors.lookup(mac("70:b3:d5:f2:f1:23"));
  ASSERT_TRUE(small);
  EXPECT_EQ(small->organisation, "Small GmbH");
  EXPECT_EQ(small->registry, "MA-S");
  EXPECT_EQ(small->prefix_length, 36U);
  const auto medium = vendors.lookup(mac("74:1a:e0:91:23:45"));
  ASSERT_TRUE(medium);
  EXPECT_EQ(medium->organisation, "Medium Ltd.");
  EXPECT_EQ(medium->prefix_length, 28U);
  const auto large = vendors.lookup(mac("00:05:4f:00:00:01"));
  ASSERT_TRUE(large);
  EXPECT_EQ(large->organisation, "Terminal, Inc.");
  EXPECT_EQ(large->prefix_length, 24U);
  EXPECT_FALSE(large->payment);
}

TEST(MacVendors, WhatTheRegistrarHoldsIsNobodys) {
  EXPECT_FALSE(small_register().lookup(mac("70:b3:d5:00:01:23")));
}

TEST(MacVendors, LocalAndGroupAddressesHaveNoVendor) {
  MacVendors vendors;
  vendors.add_register("MA-L,02054F,Nobody,\nMA-L,01005E,Nobody,\n");
  EXPECT_FALSE(vendors.lookup(mac("02:05:4f:00:00:01")));
  EXPECT_FALSE(vendors.lookup(mac("01:00:5e:00:00:01")));
}

TEST(MacVendors, NamesAMakerOfPaymentTerminalsBesideTheRegisteredOne) {
  auto vendors = small_register();
  EXPECT_THAT(vendors.add_payment_list("# comment\n00054F\tTerminals\tpayment\toui.csv\n"
                                       "001122\tNew maker\tpayment\tnmap\n"),
              IsEmpty());
  const auto known = vendors.lookup(mac("00:05:4f:00:00:01"));
  ASSERT_TRUE(known && known->payment);
  EXPECT_EQ(known->organisation, "Terminal, Inc.");
  EXPECT_EQ(known->payment->maker, "Terminals");
  EXPECT_EQ(known->payment->source, "oui.csv");
  const auto only_ours = vendors.lookup(mac("00:11:22:00:00:01"));
  ASSERT_TRUE(only_ours && only_ours->payment);
  EXPECT_EQ(only_ours->organisation, "New maker");
  EXPECT_EQ(only_ours->registry, "payment list");
}

TEST(MacVendors, SaysWhatIsWrongWithAList) {
  MacVendors vendors;
  EXPECT_THAT(
      vendors.add_payment_list("0005\tA\tpayment\tx\n\n00054F\tA\n"),
      ElementsAre(HasSubstr("line 1: '0005' is no prefix"), HasSubstr("line 3: not prefix")));
}

TEST(MacVendors, WithoutThePackageThereIsOneMessageAndOurListWorks) {
  std::vector<std::string> problems;
  const auto vendors = MacVendors::load("/nonexistent", kPaymentList, problems);
  EXPECT_THAT(problems, ElementsAre(HasSubstr("Debian package ieee-data")));
  const auto ingenico = vendors.lookup(mac("00:03:81:00:00:01"));
  ASSERT_TRUE(ingenico && ingenico->payment);
  EXPECT_EQ(ingenico->payment->maker, "Ingenico");
}

class DebianRegisters : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(std::string{MacVendors::kIeeeFolder} + "/oui.csv")) {
      GTEST_SKIP() << "SKIPPED: needs Debian's package ieee-data";
    }
  }
};

TEST_F(DebianRegisters, AreReadWithoutAProblemAndNameWellKnownMakers) {
  std::vector<std::string> problems;
  const auto vendors = MacVendors::load(MacVendors::kIeeeFolder, kPaymentList, problems);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_GT(vendors.size(), 40'000U);
  const auto cisco = vendors.lookup(mac("00:00:0c:12:34:56"));
  ASSERT_TRUE(cisco);
  EXPECT_THAT(std::string{cisco->organisation}, HasSubstr("Cisco"));
  EXPECT_FALSE(cisco->payment);
}

TEST_F(DebianRegisters, NameThousandsOfAHundredThousandAddresses) {
  std::vector<std::string> problems;
  const auto vendors = MacVendors::load(MacVendors::kIeeeFolder, kPaymentList, problems);
  std::mt19937_64 dice{3};
  std::size_t named = 0;
  for (int i = 0; i < 100'000; ++i) {
    const auto number = dice();
    const std::array<std::uint8_t, 6> octets{0,
                                             static_cast<std::uint8_t>(number),
                                             static_cast<std::uint8_t>(number >> 8U),
                                             static_cast<std::uint8_t>(number >> 16U),
                                             static_cast<std::uint8_t>(number >> 24U),
                                             static_cast<std::uint8_t>(number >> 32U)};
    named += vendors.lookup(*MacAddress::from(octets)).has_value() ? 1U : 0U;
  }
  EXPECT_GT(named, 1'000U);
}

TEST(DhcpFingerprints, KnowTheSourcedTerminalAndSayOnWhat) {
  std::vector<std::string> problems;
  const auto known = DhcpFingerprints::load(kShare + "/dhcp-fingerprints.tsv", problems);
  EXPECT_THAT(problems, IsEmpty());
  const auto moneris = known.lookup("1,3,6,15,70,69", "");
  ASSERT_TRUE(moneris);
  EXPECT_EQ(moneris->device_class, "payment-terminal");
  EXPECT_EQ(moneris->based_on, "DHCP options 1,3,6,15,70,69 (Fingerbank 2014)");
  const auto android = known.lookup("1,2,3", "android-dhcp-13");
  ASSERT_TRUE(android);
  EXPECT_EQ(android->what, "Android");
  EXPECT_EQ(android->device_class, "");
}

TEST(DhcpFingerprints, UnknownIsAnAnswer) {
  DhcpFingerprints known;
  EXPECT_THAT(known.add("options\t1,3\tA\t-\tmine\nvendor\tAB\tB\t-\tmine\nvendor\tA\tC\t-\tmine\n"
                        "options\t\tX\t-\ty\nnonsense\n"),
              ElementsAre(HasSubstr("line 4"), HasSubstr("line 5")));
  EXPECT_FALSE(known.lookup("1,3,6", ""));
  EXPECT_FALSE(known.lookup("", ""));
  EXPECT_EQ(known.lookup("", "ABC")->what, "B") << "the longest beginning";
  EXPECT_EQ(known.lookup("", "AC")->what, "C");
}

}  // namespace
}  // namespace market
