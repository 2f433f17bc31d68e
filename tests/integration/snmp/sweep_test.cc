// A sweep meets an agent that speaks SNMPv3: net-snmp's snmpd, authentication by SHA-256, privacy
// by AES. The agent's own counters (SNMP-USER-BASED-SM-MIB, RFC 3414) tell how often it was
// knocked at with a wrong key: an agent that locks its users out counts the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/snmp/sweeper.h"

namespace market::snmp {
namespace {

using namespace std::chrono_literals;
using test::Snmpd;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const Oid kWrongDigests{1, 3, 6, 1, 6, 3, 15, 1, 1, 5, 0};
const Oid kUnknownUsers{1, 3, 6, 1, 6, 3, 15, 1, 1, 3, 0};

class SweepTest : public SweeperTest {
 protected:
  /// As of people who mistyped it.
  static Credentials steward_with_wrong_key() {
    auto wrong = steward();
    wrong.id = "wrong-key";
    wrong.auth_passphrase = Secret{"not the passphrase"};
    return wrong;
  }
  static Credentials stranger() {
    auto stranger = steward();
    stranger.id = stranger.user = "stranger";
    return stranger;
  }
  static Credentials with_wrong_privacy() {
    auto wrong = steward();
    wrong.id = "wrong-privacy";
    wrong.priv_passphrase = Secret{"not the passphrase"};
    return wrong;
  }
  [[nodiscard]] Credentials reader() const { return v2c(Snmpd::kReadCommunity).credentials; }

  sweep::SweepResult sweep_with(std::vector<Credentials> credentials) {
    sweep::SweepOptions options;
    options.ranges = {*IpRange::parse("127.0.0.1")};
    options.credentials = std::move(credentials);
    options.patience = {300ms, 2};
    options.rounds = 2;
    return sweep(std::move(options));
  }

  /// Of one of the agent's counters, asked with a community.
  std::int64_t count_of(const Oid& counter) {
    const std::vector<Oid> oids{counter};
    const auto outcome = blocking_->get(target(reader()), oids, {2000ms, 3});
    const auto* answer = std::get_if<Answer>(&outcome);
    if (answer == nullptr) ADD_FAILURE() << describe(outcome);
    return answer == nullptr ? -1 : as_number(answer->bindings.at(0).value).value_or(-1);
  }
};

TEST_F(SweepTest, FindsAndIdentifiesAnAgentByTheVersion3CredentialsThatComeFirst) {
  const auto result = sweep_with({steward(), reader()});
  ASSERT_THAT(result.sightings, SizeIs(1));
  const auto& sighting = result.sightings[0];
  EXPECT_EQ(sighting.credentials, "steward");
  EXPECT_THAT(sighting.sys_descr, HasSubstr("Linux"));
  const auto& what = sighting.identification;
  EXPECT_EQ(what.profile, "net-snmp-host");
  EXPECT_EQ(what.device_class, DeviceClass::Server);
  EXPECT_FALSE(what.firmware.empty());
  EXPECT_FALSE(what.engine_id.empty());
}

TEST_F(SweepTest, FindsAnAgentByTheVersion3CredentialsOfALaterTurn) {
  const auto result = sweep_with({v2c("not-this").credentials, inspector(), steward()});
  ASSERT_THAT(result.sightings, SizeIs(1));
  EXPECT_EQ(result.sightings[0].credentials, "inspector");
  EXPECT_EQ(result.sightings[0].identification.profile, "net-snmp-host");
}

TEST_F(SweepTest, TriesTheNextCredentialsAfterAWrongKey) {
  const auto before = count_of(kWrongDigests);
  const auto result = sweep_with({steward_with_wrong_key(), steward()});
  ASSERT_THAT(result.sightings, SizeIs(1));
  EXPECT_EQ(result.sightings[0].credentials, "steward");
  EXPECT_EQ(result.sightings[0].identification.profile, "net-snmp-host");
  EXPECT_EQ(count_of(kWrongDigests) - before, 1);
}

TEST_F(SweepTest, TriesTheNextCredentialsAfterAWrongPrivacyPassphrase) {
  const auto result = sweep_with({with_wrong_privacy(), steward()});
  ASSERT_THAT(result.sightings, SizeIs(1));
  EXPECT_EQ(result.sightings[0].credentials, "steward");
}

TEST_F(SweepTest, KnocksOnceWithAWrongKeyWhateverTheRounds) {
  const auto digests = count_of(kWrongDigests);
  const auto users = count_of(kUnknownUsers);
  const auto result = sweep_with({steward_with_wrong_key(), stranger()});
  EXPECT_THAT(result.sightings, SizeIs(0));
  EXPECT_EQ(count_of(kWrongDigests) - digests, 1);
  EXPECT_EQ(count_of(kUnknownUsers) - users, 1);
}

}  // namespace
}  // namespace market::snmp
