// What makes a thing without SNMP a payment terminal.
#include "daemon/inventory/terminal_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace market {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

MacVendor maker(std::string_view kind) {
  return {"Registered Inc.", "MA-L", 24, PaymentMaker{"Ingenico", kind, "oui.csv"}};
}
const DhcpMaker kMoneris{"Moneris HiSpeed 3100IP", "payment-terminal",
                         "DHCP options 1,3,6,15,70,69 (Fingerbank 2014)"};
const DhcpMaker kPc{"Windows 10", "", "DHCP vendor class 'MSFT 5.0'"};

TEST(TerminalEvidence, NothingKnownIsNoTerminal) {
  const auto evidence = terminal_evidence({});
  EXPECT_EQ(evidence.confidence, 0);
  EXPECT_THAT(evidence.based_on, IsEmpty());
}

TEST(TerminalEvidence, AVendorThatMakesOtherThingsSaysNothing) {
  TerminalSigns signs;
  signs.vendor = MacVendor{"Cisco", "MA-L", 24, std::nullopt};
  EXPECT_EQ(terminal_evidence(signs).confidence, 0);
}

TEST(TerminalEvidence, AMakerOrAFingerprintIsEnough) {
  TerminalSigns by_mac;
  by_mac.vendor = maker("payment");
  EXPECT_TRUE(terminal_evidence(by_mac).is_terminal());
  EXPECT_THAT(terminal_evidence(by_mac).based_on,
              ElementsAre("MAC of Ingenico (payment, oui.csv)"));
  TerminalSigns by_dhcp;
  by_dhcp.dhcp = kMoneris;
  EXPECT_TRUE(terminal_evidence(by_dhcp).is_terminal());
}

TEST(TerminalEvidence, APlaceOrAPortAloneIsNot) {
  EXPECT_FALSE(terminal_evidence({{}, {}, "sw-a1 port 7", {}}).is_terminal());
  for (const auto port : std::initializer_list<std::uint16_t>{8443, 9600, 25000, 25001}) {
    EXPECT_FALSE(terminal_evidence({{}, {}, "", {port}}).is_terminal()) << port;
  }
  EXPECT_FALSE(terminal_evidence({{}, {}, "sw-a1 port 7", {8443, 80}}).is_terminal());
  EXPECT_TRUE(terminal_evidence({{}, {}, "sw-a1 port 7", {25000}}).is_terminal());
}

TEST(TerminalEvidence, APrinterOfAPosMakerInThePaymentZoneIsNot) {
  EXPECT_FALSE(terminal_evidence({maker("pos"), {}, "sw-a1 port 7", {9100}}).is_terminal());
}

TEST(TerminalEvidence, SignsAddUpAndAreNamedButNeverProve) {
  const auto evidence =
      terminal_evidence({maker("payment"), kMoneris, "sw-a1 port 7", {25000, 25001, 9600}});
  EXPECT_GT(evidence.confidence, 0.95);
  EXPECT_LT(evidence.confidence, 1);
  EXPECT_THAT(evidence.based_on,
              ElementsAre(HasSubstr("Ingenico"), HasSubstr("Moneris"), HasSubstr("sw-a1 port 7"),
                          "tcp/25000 open (Verifone)", "tcp/25001 open (Verifone)",
                          "tcp/9600 open (Verifone)"));
}

TEST(TerminalEvidence, APcSpeaksAgainstIt) {
  const auto with = terminal_evidence({{}, kPc, "sw-a1 port 7", {9600}});
  EXPECT_FALSE(with.is_terminal());
  EXPECT_THAT(with.based_on[0], HasSubstr("against it: Windows 10"));
}

}  // namespace
}  // namespace market
