// Leases as three servers write them down.
#include "probes/dhcp/leases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace market::dhcp {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> told(std::string_view text) {
  std::vector<std::string> lines;
  for (const auto& lease : parse_leases(text, format_of(text))) {
    const auto until =
        lease.expires ? std::to_string(lease.expires->time_since_epoch().count()) : "never";
    lines.push_back(lease.address.to_string() + " " + lease.mac.to_string() + " '" +
                    lease.hostname + "' " + until);
  }
  return lines;
}

constexpr std::string_view kDnsmasq =
    "1795698000 00:05:4f:01:02:03 10.64.0.9 terminal-12 01:00:05:4f:01:02:03\n"
    "0 00:05:4f:01:02:04 10.64.0.10 * *\n"
    "nonsense\n"
    "1795698000 00:05:4f:01:02 10.64.0.11 short *\n"
    "duid 00:01:00:01:2c:ff:00:00:00:05:4f:01:02:03\n"
    "1795698000 17 fd00::9 terminal-12 00:01:00:01\n";

constexpr std::string_view kKea =
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,"
    "user_context\n"
    "10.64.0.9,00:05:4f:01:02:03,,3600,1795698000,1,0,0,terminal-12,0,\n"
    "10.64.0.10,00:05:4f:01:02:04,,3600,1795698000,1,0,0,gone,0,\n"
    "10.64.0.10,00:05:4f:01:02:04,,0,1795694000,1,0,0,gone,0,\n"
    "10.64.0.11,,,3600,1795698000,1,0,0,,1,\n"
    "10.64.0.9,00:05:4f:01:02:03,,3600,1795699000,1,0,0,terminal-12,0,\n"
    "10.64.0.12,00:05:4f:01:02:05,,4294967295,1795698000,1,0,0,,0,\n";

constexpr std::string_view kIsc =
    "# The format of this file is documented in the dhcpd.leases(5) manual page.\n"
    "authoring-byte-order little-endian;\n"
    "lease 10.64.0.9 {\n"
    "  starts 4 2026/11/26 12:00:00;\n"
    "  ends 4 2026/11/26 13:00:00;\n"
    "  binding state active;\n"
    "  next binding state free;\n"
    "  hardware ethernet 00:05:4f:01:02:03;\n"
    "  uid \"\\001\\000\\005O;}\";\n"
    "  client-hostname \"terminal \\\"12\\\"\";\n"
    "  on expiry { set x = \"y\"; }\n"
    "}\n"
    "lease 10.64.0.10 { ends never; hardware ethernet 00:05:4f:01:02:04; binding state active; }\n"
    "lease 10.64.0.11 { ends epoch 1795698000; # Thu Nov 26\n"
    "  hardware ethernet 00:05:4f:01:02:05; binding state active; }\n"
    "lease 10.64.0.12 { hardware ethernet 00:05:4f:01:02:06; binding state active; }\n"
    "lease 10.64.0.12 { hardware ethernet 00:05:4f:01:02:06; binding state free; }\n"
    "server-duid \"\\000\\001\";\n";

TEST(Leases, OfDnsmasq) {
  EXPECT_EQ(format_of(kDnsmasq), LeaseFormat::Dnsmasq);
  EXPECT_THAT(told(kDnsmasq), ElementsAre("10.64.0.9 00:05:4f:01:02:03 'terminal-12' 1795698000",
                                          "10.64.0.10 00:05:4f:01:02:04 '' never"));
}

TEST(Leases, OfKeaTheLastEntryCounts) {
  EXPECT_EQ(format_of(kKea), LeaseFormat::Kea);
  EXPECT_THAT(told(kKea), ElementsAre("10.64.0.9 00:05:4f:01:02:03 'terminal-12' 1795699000",
                                      "10.64.0.12 00:05:4f:01:02:05 '' never"));
}

TEST(Leases, OfIscTheLastBlockCounts) {
  EXPECT_EQ(format_of(kIsc), LeaseFormat::Isc);
  EXPECT_THAT(told(kIsc), ElementsAre("10.64.0.9 00:05:4f:01:02:03 'terminal \"12\"' 1795698000",
                                      "10.64.0.10 00:05:4f:01:02:04 '' never",
                                      "10.64.0.11 00:05:4f:01:02:05 '' 1795698000"));
}

TEST(Leases, AnEmptyFileHasNone) { EXPECT_THAT(told(""), IsEmpty()); }

TEST(Leases, AFileThatIsNotThereIsAnErrorWithItsName) {
  const auto leases = read_lease_file("/nonexistent/dnsmasq.leases");
  ASSERT_FALSE(leases);
  EXPECT_THAT(leases.error().message, testing::HasSubstr("/nonexistent/dnsmasq.leases"));
}

TEST(Leases, SurviveFilesCutAndSpoiledAnyhow) {
  std::mt19937 dice{5};
  for (const auto whole : {kDnsmasq, kKea, kIsc}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto cut = whole.substr(0, size);
      for (const auto format : {LeaseFormat::Dnsmasq, LeaseFormat::Kea, LeaseFormat::Isc}) {
        (void)parse_leases(cut, format);  // the sanitizers judge
      }
    }
    for (int round = 0; round < 2000; ++round) {
      std::string spoiled{whole};
      for (int i = 0; i < 3; ++i) spoiled[dice() % spoiled.size()] = static_cast<char>(dice());
      (void)parse_leases(spoiled, format_of(spoiled));
    }
  }
}

}  // namespace
}  // namespace market::dhcp
