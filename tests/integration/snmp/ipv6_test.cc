// Asking, walking and sweeping over IPv6: net-snmp's snmpd on ::1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/snmp/sweeper.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using test::Snmpd;
using ::testing::HasSubstr;

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kIfTable{1, 3, 6, 1, 2, 1, 2, 2};
constexpr Patience kPatience{2000ms, 3};
const IpAddress kLoopback = *IpAddress::parse("::1");

class Ipv6Test : public SweeperTest {
 protected:
  Ipv6Test() : SweeperTest{kLoopback} {}
  void SetUp() override {
    if (!Snmpd::has_ipv6()) GTEST_SKIP() << "SKIPPED: this machine has no ::1";
    SweeperTest::SetUp();
  }
  [[nodiscard]] static Credentials reader() {
    Credentials credentials;
    credentials.id = "read";
    credentials.community = Secret{Snmpd::kReadCommunity};
    return credentials;
  }

  sweep::SweepResult sweep_with(const Credentials& credentials) {
    sweep::SweepOptions options;
    options.ranges = {*IpRange::parse("::1-::8"), *IpRange::parse("::1")};
    options.credentials = {credentials};
    options.patience = {300ms, 2};
    return sweep(std::move(options));
  }
};

TEST_F(Ipv6Test, ReadsWithVersionTwoAndThree) {
  for (const auto& credentials : {reader(), steward()}) {
    const std::vector<Oid> oids{kSysDescr};
    const auto outcome = blocking_->get(target(credentials), oids, kPatience);
    const auto* answer = std::get_if<Answer>(&outcome);
    ASSERT_NE(answer, nullptr) << credentials.id << ": " << describe(outcome);
    EXPECT_THAT(to_string(answer->bindings.at(0).value), HasSubstr("Linux"));
  }
}

TEST_F(Ipv6Test, WalksWithVersionTwoAndThree) {
  std::vector<std::size_t> sizes;
  for (const auto& credentials : {reader(), steward()}) {
    const auto outcome = blocking_->walk(target(credentials), kIfTable, 10'000, kPatience);
    const auto* answer = std::get_if<Answer>(&outcome);
    ASSERT_NE(answer, nullptr) << credentials.id << ": " << describe(outcome);
    sizes.push_back(answer->bindings.size());
  }
  EXPECT_GE(sizes[0], 15U);
  EXPECT_EQ(sizes[0], sizes[1]);
}

TEST_F(Ipv6Test, SweepsARangeAndFindsWhoAnswers) {
  for (const auto& credentials : {reader(), steward()}) {
    const auto result = sweep_with(credentials);
    EXPECT_EQ(result.addresses, 8U);
    ASSERT_EQ(result.sightings.size(), 1U) << credentials.id;
    EXPECT_EQ(result.sightings[0].address, kLoopback);
    EXPECT_EQ(result.sightings[0].credentials, credentials.id);
    EXPECT_THAT(result.sightings[0].sys_descr, HasSubstr("Linux"));
    EXPECT_FALSE(result.sightings[0].identification.engine_id.empty());
  }
}

}  // namespace
}  // namespace market::snmp
