#include <gmock/gmock.h>

#include "tests/unit/probes/device/sim_switch.h"

namespace market::device {
namespace {

using snmp::Integer;
using snmp::Octets;
using ::testing::HasSubstr;

class Read : public ::testing::Test {
 protected:
  Result<FieldMap> read(const std::vector<std::string>& fields) { return driver_->read(fields); }

  FakeAgent agent_ = make_sim_switch();
  std::vector<std::chrono::milliseconds> pauses_;
  std::unique_ptr<Driver> driver_ = make_snmp_driver(
      agent_, sim_access(), shipped_profile("sim-switch"), [this](std::chrono::milliseconds pause) {
        pauses_.push_back(pause);
        if (pauses_.size() == saved_after_) agent_.mib[mib::kSaved] = Integer{1};
      });
  std::size_t saved_after_ = 0;
};

TEST_F(Read, GivesExactlyTheFieldsThatWereAsked) {
  const auto fields = read({"port[3].pvid", "vlan[1].port[3]", "system.name", "vlan[1].name"});
  ASSERT_TRUE(fields.has_value());
  EXPECT_EQ(*fields, (FieldMap{{"port[3].pvid", std::int64_t{1}},
                               {"vlan[1].port[3]", std::string{"untagged"}},
                               {"system.name", std::string{"switch"}},
                               {"vlan[1].name", std::string{"default"}}}));
}

TEST_F(Read, SaysAbsentForWhatTheDeviceDoesNotHave) {
  const std::vector<std::string> fields{"port[99].pvid",
                                        "vlan[20].name",
                                        "vlan[20].port[3]",
                                        "radio[5G].channel",
                                        "system.contact",
                                        "port[3].nonsense",
                                        "vlan[x].name",
                                        "vlan[1].colour",
                                        "",
                                        "[]..[",
                                        "vlan[1].port[99]"};
  const auto map = driver_->read(fields);
  ASSERT_TRUE(map.has_value()) << map.error().message;
  for (const auto& field : fields) EXPECT_EQ(map->at(field), FieldValue{Absent{}}) << field;
}

TEST_F(Read, TakesOneQuestionOnceTheRowsAreKnown) {
  ASSERT_TRUE(read({"port[3].pvid"}).has_value());
  const auto gets = agent_.gets;
  const auto walks = agent_.walks;
  ASSERT_TRUE(read({"port[3].pvid", "port[4].pvid", "vlan[1].port[5]"}).has_value());
  EXPECT_EQ(agent_.gets, gets + 1);
  EXPECT_EQ(agent_.walks, walks);
}

TEST_F(Read, LooksUpAgainWhenARowVanished) {
  ASSERT_TRUE(read({"port[3].enabled"}).has_value());
  agent_.drop(mib::kIfName.child(if_index(3)));
  agent_.drop(mib::kAdminStatus.child(if_index(3)));
  EXPECT_EQ(read({"port[3].enabled"})->at("port[3].enabled"), FieldValue{Absent{}});
  agent_.mib[mib::kIfName.child(900)] = Octets{"3"};
  agent_.mib[mib::kAdminStatus.child(900)] = Integer{2};
  driver_ = make_snmp_driver(agent_, sim_access(), shipped_profile("sim-switch"), [](auto) {});
  EXPECT_EQ(read({"port[3].enabled"})->at("port[3].enabled"), FieldValue{false});
}

TEST_F(Read, KnowsAVlanWithoutANameByItsRow) {
  agent_.drop(mib::kVlanName);
  EXPECT_EQ(read({"vlan[1].name"})->at("vlan[1].name"), text(""));
  EXPECT_EQ(read({"vlan[20].name"})->at("vlan[20].name"), FieldValue{Absent{}});
}

TEST_F(Read, FailsOnAValueOfTheWrongType) {
  agent_.mib[mib::kPvid.child(base_port(3))] = Octets{"one"};
  const auto fields = read({"port[3].pvid"});
  ASSERT_FALSE(fields.has_value());
  EXPECT_EQ(fields.error().code, Errc::Io);
  EXPECT_THAT(fields.error().message, HasSubstr("port[3].pvid"));
  agent_.mib[mib::kEgress.child(1)] = Integer{1};
  EXPECT_FALSE(read({"vlan[1].port[3]"}).has_value());
}

TEST_F(Read, FailsOnSilence) {
  agent_.reading = FakeAgent::Mood::Silent;
  EXPECT_EQ(read({"system.name"}).error().code, Errc::Silent);
  EXPECT_EQ(driver_->identity().error().code, Errc::Silent);
}

TEST_F(Read, TellsWhoTheDeviceIs) {
  const auto identity = driver_->identity();
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->engine_id, "80007ed903020000000a01");
  EXPECT_EQ(identity->serial, "SN-A1-0001");
  EXPECT_EQ(identity->mac, "02:00:00:00:0a:01");
}

TEST_F(Read, LeavesWhatADeviceDoesNotTellOfItselfEmpty) {
  agent_.drop(mib::kEngineId);
  agent_.mib[mib::kSerial] = Octets{"N/A"};
  agent_.mib[mib::kBridgeAddress] = Octets{std::string(6, '\0')};
  EXPECT_EQ(driver_->identity().value(), Identity{});
}

TEST_F(Read, TakesTheFirstRowOfAFactsColumnThatTells) {
  agent_.drop(mib::kSerial);
  agent_.mib[Oid{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1}] = Octets{""};
  agent_.mib[Oid{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1, 11, 1001}] = Octets{"SN-7"};
  driver_ = make_snmp_driver(agent_, sim_access(), shipped_profile("qbridge-generic"), [](auto) {});
  EXPECT_EQ(driver_->identity()->serial, "SN-7");
}

TEST_F(Read, SavesAndSeesThatItWasSaved) {
  agent_.mib[mib::kSaved] = Integer{2};
  saved_after_ = 3;
  ASSERT_TRUE(driver_->save().has_value());
  EXPECT_EQ(agent_.sets.size(), 1U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kSave);
  EXPECT_EQ(agent_.sets[0][0].value, snmp::Value{Integer{1}});
  EXPECT_EQ(pauses_.size(), 3U);
}

TEST_F(Read, GivesUpOnADeviceThatNeverSaves) {
  agent_.mib[mib::kSaved] = Integer{2};
  const auto saved = driver_->save();
  ASSERT_FALSE(saved.has_value());
  EXPECT_THAT(saved.error().message, HasSubstr("not saved after 15000 ms: 2 instead of 1"));
  EXPECT_EQ(pauses_.size(), 30U);
}

TEST_F(Read, BelievesTheProofMoreThanTheAnswerToASave) {
  agent_.writing = FakeAgent::Mood::DoesAndStaysSilent;
  EXPECT_TRUE(driver_->save().has_value());
  agent_.drop(mib::kSaved);
  EXPECT_FALSE(driver_->save().has_value());
}

TEST_F(Read, SaysWhenASaveIsRefusedOrUnsupported) {
  agent_.refuse(mib::kSave, snmp::ErrorStatus::NoAccess);
  EXPECT_EQ(driver_->save().error().code, Errc::Refused);
  driver_ = make_snmp_driver(agent_, sim_access(), shipped_profile("qbridge-generic"), [](auto) {});
  EXPECT_EQ(driver_->save().error().code, Errc::Unsupported);
}

TEST_F(Read, SavesWithAllObjectsInOneSetOrNothingWhereItIsSavedAlready) {
  auto profile = shipped_profile("sim-switch");
  const Oid to = mib::kSave.child(7);
  agent_.mib[to] = Octets{""};
  profile.save->set.insert(profile.save->set.begin(), {to, Encoding::Octets, text("startup")});
  driver_ = make_snmp_driver(agent_, sim_access(), profile, [](auto) {});
  ASSERT_TRUE(driver_->save().has_value());
  ASSERT_EQ(agent_.sets.size(), 1U);
  ASSERT_EQ(agent_.sets[0].size(), 2U);
  EXPECT_EQ(agent_.sets[0][0].value, snmp::Value{Octets{"startup"}});
  EXPECT_EQ(agent_.sets[0][1].value, snmp::Value{Integer{1}});
  profile.quirks.implicit_save = true;
  driver_ = make_snmp_driver(agent_, sim_access(), profile, [](auto) {});
  EXPECT_TRUE(driver_->save().has_value());
  EXPECT_EQ(agent_.sets.size(), 1U);
}

}  // namespace
}  // namespace market::device
