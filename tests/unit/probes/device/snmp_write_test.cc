#include <gmock/gmock.h>

#include "tests/unit/probes/device/sim_switch.h"

namespace market::device {
namespace {

using snmp::Integer;
using snmp::Octets;
using ::testing::HasSubstr;

class Write : public ::testing::Test {
 protected:
  void SetUp() override {
    agent_.mib[mib::kVlanName.child(20)] = Octets{"payment"};
    agent_.mib[mib::kEgress.child(20)] = Octets{port_list({1})};
    agent_.mib[mib::kForbidden.child(20)] = Octets{port_list({})};
    agent_.mib[mib::kUntagged.child(20)] = Octets{port_list({})};
    agent_.mib[mib::kRowStatus.child(20)] = Integer{1};
  }

  WriteOutcome write(const std::vector<FieldChange>& changes) { return driver_->write(changes); }

  void expect_written(const std::vector<FieldChange>& changes) {
    const auto outcome = write(changes);
    const auto* refused = std::get_if<WriteRefused>(&outcome);
    EXPECT_EQ(refused, nullptr) << refused->reason;
    EXPECT_TRUE(std::holds_alternative<Written>(outcome));
  }

  std::string refusal(const std::vector<FieldChange>& changes) {
    const auto outcome = write(changes);
    const auto* refused = std::get_if<WriteRefused>(&outcome);
    return refused == nullptr ? "not refused" : refused->reason;
  }

  FieldValue read(const std::string& field) {
    const std::vector<std::string> fields{field};
    return driver_->read(fields).value().at(field);
  }

  FakeAgent agent_ = make_sim_switch();
  std::unique_ptr<Driver> driver_ =
      make_snmp_driver(agent_, sim_access(), shipped_profile("sim-switch"), [](auto) {});
};

TEST_F(Write, SendsAllChangesInOnePdu) {
  expect_written({{"port[3].pvid", number(1), number(20)},
                  {"port[3].frames", text("all"), text("tagged-only")},
                  {"port[3].ingress-filter", false, true},
                  {"port[3].enabled", true, false},
                  {"port[3].poe", true, false},
                  {"port[3].poe-priority", text("low"), text("critical")},
                  {"port[3].label", text(""), text("A-101 대구상회")},
                  {"system.name", text("switch"), text("sw-a1")}});
  ASSERT_EQ(agent_.sets.size(), 1U);
  EXPECT_EQ(agent_.mib.at(mib::kPvid.child(base_port(3))), snmp::Value{snmp::Unsigned32{20}});
  EXPECT_EQ(agent_.mib.at(mib::kFrames.child(base_port(3))), snmp::Value{Integer{2}});
  EXPECT_EQ(agent_.mib.at(mib::kIngress.child(base_port(3))), snmp::Value{Integer{1}});
  EXPECT_EQ(agent_.mib.at(mib::kAdminStatus.child(if_index(3))), snmp::Value{Integer{2}});
  EXPECT_EQ(agent_.mib.at(mib::kPoe.child(1).child(base_port(3))), snmp::Value{Integer{2}});
  EXPECT_EQ(agent_.mib.at(mib::kPoePriority.child(1).child(base_port(3))), snmp::Value{Integer{1}});
  EXPECT_EQ(agent_.mib.at(mib::kIfAlias.child(if_index(3))), snmp::Value{Octets{"A-101 대구상회"}});
  EXPECT_EQ(agent_.mib.at(mib::kSysName), snmp::Value{Octets{"sw-a1"}});
}

TEST_F(Write, FoldsMembershipsOfOneVlanIntoTwoLists) {
  expect_written({{"vlan[20].port[3]", text("none"), text("untagged")},
                  {"vlan[20].port[4]", text("none"), text("untagged")},
                  {"vlan[20].port[5]", text("none"), text("tagged")},
                  {"vlan[20].port[1]", text("tagged"), text("none")}});
  ASSERT_EQ(agent_.sets.size(), 1U);
  ASSERT_EQ(agent_.sets[0].size(), 2U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kEgress.child(20));
  EXPECT_EQ(agent_.sets[0][0].value, snmp::Value{Octets{port_list({3, 4, 5})}});
  EXPECT_EQ(agent_.sets[0][1].oid, mib::kUntagged.child(20));
  EXPECT_EQ(agent_.sets[0][1].value, snmp::Value{Octets{port_list({3, 4})}});
}

TEST_F(Write, LeavesOtherBitsAndTheLengthAsTheyAreNow) {
  ASSERT_EQ(read("vlan[20].port[1]"), text("tagged"));
  agent_.mib[mib::kEgress.child(20)] = Octets{port_list({1, 9, 24}, 64)};  // somebody else wrote
  agent_.mib[mib::kUntagged.child(20)] = Octets{port_list({9}, 5)};
  expect_written({{"vlan[20].port[3]", text("none"), text("untagged")}});
  EXPECT_EQ(agent_.mib.at(mib::kEgress.child(20)),
            snmp::Value{Octets{port_list({1, 3, 9, 24}, 64)}});
  EXPECT_EQ(agent_.mib.at(mib::kUntagged.child(20)), snmp::Value{Octets{port_list({3, 9}, 5)}});
}

TEST_F(Write, GrowsAListThatTheAgentCutShort) {
  agent_.mib[mib::kEgress.child(20)] = Octets{""};
  agent_.mib[mib::kUntagged.child(20)] = Octets{""};
  expect_written({{"vlan[20].port[3]", text("none"), text("untagged")}});
  const std::size_t bridge_octets = 4;  // 28 base ports
  EXPECT_EQ(agent_.mib.at(mib::kEgress.child(20)),
            snmp::Value{Octets{port_list({3}, bridge_octets)}});
}

TEST_F(Write, TakesAPortOutOfUntaggedBeforeEgress) {
  expect_written({{"vlan[1].port[3]", text("untagged"), text("none")}});
  ASSERT_EQ(agent_.sets[0].size(), 2U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kUntagged.child(1));
  EXPECT_EQ(agent_.sets[0][1].oid, mib::kEgress.child(1));
}

TEST_F(Write, WritesOnlyTheListThatChanges) {
  expect_written({{"vlan[1].port[3]", text("untagged"), text("tagged")}});
  ASSERT_EQ(agent_.sets[0].size(), 1U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kUntagged.child(1));
}

TEST_F(Write, SendsNothingWhenTheListsAreAsAskedAlready) {
  expect_written({{"vlan[20].port[1]", text("none"), text("tagged")}});
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, CreatesAVlanWithItsNameAndMembersInOnePdu) {
  expect_written({{"vlan[30].name", Absent{}, text("staff")},
                  {"vlan[30].port[3]", Absent{}, text("untagged")}});
  ASSERT_EQ(agent_.sets.size(), 1U);
  ASSERT_EQ(agent_.sets[0].size(), 4U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kRowStatus.child(30));
  EXPECT_EQ(agent_.sets[0][0].value, snmp::Value{Integer{4}});
  EXPECT_EQ(read("vlan[30].name"), text("staff"));
  EXPECT_EQ(read("vlan[30].port[3]"), text("untagged"));
}

TEST_F(Write, DestroysAVlanAndLeavesItsMembershipsToTheDevice) {
  expect_written({{"vlan[20].port[1]", text("tagged"), Absent{}},
                  {"vlan[20].name", text("payment"), Absent{}}});
  ASSERT_EQ(agent_.sets[0].size(), 1U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kRowStatus.child(20));
  EXPECT_EQ(agent_.sets[0][0].value, snmp::Value{Integer{6}});
  EXPECT_EQ(read("vlan[20].name"), FieldValue{Absent{}});
  EXPECT_EQ(read("vlan[20].port[1]"), FieldValue{Absent{}});
}

TEST_F(Write, RenamesAVlanWithoutTouchingItsRow) {
  expect_written({{"vlan[20].name", text("payment"), text("pay")}});
  ASSERT_EQ(agent_.sets[0].size(), 1U);
  EXPECT_EQ(agent_.sets[0][0].oid, mib::kVlanName.child(20));
}

TEST_F(Write, RefusesMembersOfAVlanThatDoesNotExist) {
  EXPECT_EQ(refusal({{"vlan[77].port[3]", Absent{}, text("tagged")}}),
            "vlan[77].port[3] refused: the VLAN does not exist");
  expect_written({{"vlan[77].port[3]", text("tagged"), text("none")}});
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, RefusesAPortThatIsForbidden) {
  agent_.mib[mib::kForbidden.child(20)] = Octets{port_list({3})};
  EXPECT_THAT(refusal({{"vlan[20].port[3]", text("none"), text("tagged")}}),
              HasSubstr("vlan[20].port[3] refused: the port is forbidden"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, NamesTheFieldOfTheBindingAtFault) {
  agent_.refuse(mib::kPvid.child(base_port(3)), snmp::ErrorStatus::WrongValue);
  EXPECT_EQ(
      refusal({{"port[3].label", text(""), text("x")}, {"port[3].pvid", number(1), number(20)}}),
      "port[3].pvid refused: wrongValue");
  EXPECT_EQ(agent_.mib.at(mib::kIfAlias.child(if_index(3))), snmp::Value{Octets{""}});
  agent_.refuse(mib::kUntagged.child(20), snmp::ErrorStatus::InconsistentValue);
  EXPECT_EQ(refusal({{"vlan[20].port[3]", text("none"), text("untagged")},
                     {"vlan[20].port[4]", text("none"), text("untagged")}}),
            "vlan[20].port[3], vlan[20].port[4] refused: inconsistentValue");
}

TEST_F(Write, TellsAWrongUserFromAWrongValue) {
  agent_.write_user = "somebody else";
  EXPECT_EQ(refusal({{"port[3].pvid", number(1), number(20)}}),
            "port[3].pvid refused: authorizationError (unknown user)");
}

TEST_F(Write, DoesNotKnowWhatSilenceMeans) {
  agent_.writing = FakeAgent::Mood::Silent;
  EXPECT_TRUE(
      std::holds_alternative<WriteUnknown>(write({{"port[3].pvid", number(1), number(20)}})));
  EXPECT_EQ(agent_.sets.size(), 1U);  // never repeated
  agent_.writing = FakeAgent::Mood::DoesAndStaysSilent;
  EXPECT_TRUE(
      std::holds_alternative<WriteUnknown>(write({{"port[3].pvid", number(1), number(20)}})));
  EXPECT_EQ(agent_.sets.size(), 2U);
  EXPECT_EQ(read("port[3].pvid"), number(20));
}

TEST_F(Write, SendsNothingWhenTheDeviceCannotBeRead) {
  agent_.reading = FakeAgent::Mood::Silent;
  EXPECT_THAT(refusal({{"vlan[20].port[3]", text("none"), text("tagged")}}),
              HasSubstr("no answer"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, RefusesWhatCannotBeEncoded) {
  EXPECT_THAT(refusal({{"port[3].label", text(""), text(std::string(65, 'x'))}}),
              HasSubstr("port[3].label refused: 65 bytes, this device takes 64"));
  EXPECT_THAT(refusal({{"port[3].pvid", number(1), text("twenty")}}), HasSubstr("not a number"));
  EXPECT_THAT(refusal({{"port[3].pvid", number(1), number(-1)}}), HasSubstr("Unsigned32"));
  EXPECT_THAT(refusal({{"port[3].frames", text("all"), text("some")}}), HasSubstr("'some'"));
  EXPECT_THAT(refusal({{"port[3].label", text(""), Absent{}}}), HasSubstr("absent is not text"));
  EXPECT_THAT(refusal({{"port[3].poe", true, text("yes")}}), HasSubstr("neither true nor false"));
  EXPECT_THAT(refusal({{"vlan[20].port[3]", text("none"), text("maybe")}}),
              HasSubstr("'maybe' is no membership"));
  EXPECT_THAT(refusal({{"vlan[20].name", text("payment"), text(std::string(33, 'x'))}}),
              HasSubstr("33 bytes"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, RefusesFieldsThatTheDeviceDoesNotHave) {
  EXPECT_THAT(refusal({{"port[99].pvid", number(1), number(20)}}),
              HasSubstr("port[99].pvid refused: the device's 'bridge' table has no such row"));
  EXPECT_THAT(refusal({{"radio[5G].channel", number(1), number(6)}}), HasSubstr("has no 'radio"));
  EXPECT_THAT(refusal({{"vlan[4095].name", Absent{}, text("x")}}), HasSubstr("vlan[4095].name"));
  agent_.mib[mib::kIfName.child(if_index(4))] = Octets{"5"};
  driver_ = make_snmp_driver(agent_, sim_access(), shipped_profile("sim-switch"), [](auto) {});
  EXPECT_THAT(refusal({{"port[5].enabled", true, false}}), HasSubstr("two rows"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, WritesBackANumberThatHasNoWord) {
  agent_.mib[mib::kFrames.child(base_port(3))] = Integer{3};
  const auto before = read("port[3].frames");
  expect_written({{"port[3].frames", before, text("all")}});
  expect_written({{"port[3].frames", text("all"), before}});
  EXPECT_EQ(agent_.mib.at(mib::kFrames.child(base_port(3))), snmp::Value{Integer{3}});
}

TEST_F(Write, NeverWritesToARowThatBecameAnotherPort) {
  ASSERT_EQ(read("port[3].enabled"), FieldValue{true});
  // The device restarts and numbers its ports the other way round.
  agent_.mib[mib::kIfName.child(if_index(3))] = Octets{"7"};
  agent_.mib[mib::kIfName.child(if_index(7))] = Octets{"3"};
  expect_written({{"port[3].enabled", true, false}});
  EXPECT_EQ(agent_.mib.at(mib::kAdminStatus.child(if_index(7))), snmp::Value{Integer{2}});
  EXPECT_EQ(agent_.mib.at(mib::kAdminStatus.child(if_index(3))), snmp::Value{Integer{1}});
}

TEST_F(Write, FollowsABasePortThatMoved) {
  ASSERT_EQ(read("port[3].pvid"), number(1));
  agent_.mib[mib::kBasePortIfIndex.child(base_port(3))] = Integer{static_cast<int>(if_index(7))};
  agent_.mib[mib::kBasePortIfIndex.child(base_port(7))] = Integer{static_cast<int>(if_index(3))};
  expect_written({{"vlan[20].port[3]", text("none"), text("tagged")}});
  EXPECT_EQ(agent_.mib.at(mib::kEgress.child(20)), snmp::Value{Octets{port_list({1, 7})}});
}

TEST_F(Write, HoldsHalfAsManyChangesAsBindings) {
  EXPECT_EQ(driver_->max_changes_per_write(), 8U);
  auto profile = shipped_profile("sim-switch");
  profile.quirks.max_varbinds = 2;
  driver_ = make_snmp_driver(agent_, sim_access(), profile, [](auto) {});
  EXPECT_EQ(driver_->max_changes_per_write(), 1U);
  EXPECT_THAT(refusal({{"port[3].pvid", number(1), number(20)},
                       {"port[4].pvid", number(1), number(20)},
                       {"port[5].pvid", number(1), number(20)}}),
              HasSubstr("takes 2 at once"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(Write, SpacesSetsAsTheDeviceNeeds) {
  auto profile = shipped_profile("sim-switch");
  profile.quirks.set_spacing_ms = 60'000;
  std::vector<std::chrono::milliseconds> pauses;
  driver_ = make_snmp_driver(agent_, sim_access(), profile,
                             [&](std::chrono::milliseconds pause) { pauses.push_back(pause); });
  expect_written({{"port[3].pvid", number(1), number(20)}});
  EXPECT_TRUE(pauses.empty());
  expect_written({{"port[4].pvid", number(1), number(20)}});
  ASSERT_EQ(pauses.size(), 1U);
  EXPECT_GT(pauses[0].count(), 0);
  EXPECT_LE(pauses[0].count(), 60'000);
}

/// A switch that does more than it is asked to: ports go with the one that changes.
TEST_F(Write, ADeviceThatChangesOtherPortsIsFoundOutAndPutBack) {
  agent_.mib[mib::kEgress.child(20)] = Octets{port_list({1, 7})};
  agent_.afterwards = [this](FakeAgent::Mib& mib) {
    if (agent_.sets.size() == 1) mib[mib::kEgress.child(20)] = Octets{port_list({1, 3})};
  };
  EXPECT_THAT(refusal({{"vlan[20].port[3]", text("none"), text("tagged")}}),
              HasSubstr("ports that nobody asked it to change: 1.3.6.1.2.1.17.7.1.4.3.1.2.20 bit " +
                        std::to_string(base_port(7))));
  EXPECT_EQ(agent_.mib.at(mib::kEgress.child(20)), (snmp::Value{Octets{port_list({1, 7})}}));
}

TEST_F(Write, SaysHowLongTheListIsThatTheAgentKeeps) {
  agent_.refuse(mib::kEgress.child(20), snmp::ErrorStatus::WrongLength);
  EXPECT_THAT(refusal({{"vlan[20].port[3]", text("none"), text("tagged")}}),
              HasSubstr("vlan[20].port[3] refused: wrongLength (agent keeps 6 bytes, sent 6)"));
}

/// The switch that takes its PVIDs as requests (Dasan's SLE MIBs do).
class WriteByRequest : public ::testing::Test {
 protected:
  const Oid root{1, 3, 6, 1, 4, 1, 32473, 8};
  const Oid request = root.child(1).child(0), port = root.child(2).child(0),
            vid = root.child(3).child(0), status = root.child(4).child(0),
            result = root.child(5).child(0);

  void SetUp() override {
    profile_.attributes.at("port.pvid").request = RequestRecipe{
        .oid = request, .key = port, .value = vid, .status = status, .result = result};
    for (const auto& oid : {request, port, status, result}) agent_.mib[oid] = Integer{0};
    agent_.mib[vid] = snmp::Unsigned32{0};
    agent_.mib[status] = Integer{3};
  }
  WriteOutcome write(const std::vector<FieldChange>& changes) {
    return make_snmp_driver(agent_, sim_access(), profile_,
                            [this](std::chrono::milliseconds pause) {
                              waited_ += pause;
                              if (waited_ >= free_after_) agent_.mib[status] = Integer{ends_as_};
                            })
        ->write(changes);
  }
  std::string refusal(const WriteOutcome& outcome) {
    const auto* refused = std::get_if<WriteRefused>(&outcome);
    return refused == nullptr ? "not refused" : refused->reason;
  }

  const std::vector<FieldChange> change_{{"port[3].pvid", number(1), number(20)}};
  Profile profile_ = shipped_profile("sim-switch");
  FakeAgent agent_ = make_sim_switch();
  std::chrono::milliseconds waited_{0}, free_after_{0};
  std::int32_t ends_as_ = 3;
};

TEST_F(WriteByRequest, TellsRowValueAndRequestInOnePduAndNeverTheColumn) {
  EXPECT_TRUE(std::holds_alternative<Written>(write(change_)));
  ASSERT_EQ(agent_.sets.size(), 1U);
  ASSERT_EQ(agent_.sets[0].size(), 3U);
  EXPECT_EQ(agent_.sets[0][0].oid, port);
  EXPECT_EQ(agent_.sets[0][0].value,
            (snmp::Value{Integer{static_cast<std::int32_t>(base_port(3))}}));
  EXPECT_EQ(agent_.sets[0][1].oid, vid);
  EXPECT_EQ(agent_.sets[0][1].value, snmp::Value{snmp::Unsigned32{20}});
  EXPECT_EQ(agent_.sets[0][2].oid, request);
  EXPECT_EQ(agent_.sets[0][2].value, snmp::Value{Integer{1}});
}

TEST_F(WriteByRequest, WaitsUntilTheDeviceIsFree) {
  agent_.mib[status] = Integer{2};
  free_after_ = std::chrono::milliseconds{1000};
  EXPECT_TRUE(std::holds_alternative<Written>(write(change_)));
  EXPECT_EQ(waited_, free_after_) << "before its own request";
}

TEST_F(WriteByRequest, SaysWhyARequestFailed) {
  agent_.mib[status] = Integer{4};  // the one before failed, too
  agent_.mib[result] = Integer{17};
  EXPECT_EQ(refusal(write(change_)),
            "port[3].pvid refused: the request ended with status 4, result 17");
}

TEST_F(WriteByRequest, DoesNotKnowWhatARequestDidThatNeverEnds) {
  agent_.mib[status] = Integer{2};
  free_after_ = std::chrono::hours{1};
  const auto outcome = write(change_);
  ASSERT_TRUE(std::holds_alternative<WriteUnknown>(outcome));
  EXPECT_THAT(std::get<WriteUnknown>(outcome).reason, HasSubstr("for more than 5000 ms"));
  EXPECT_LE(waited_, std::chrono::milliseconds{5000});
  EXPECT_TRUE(agent_.sets.empty()) << "it was somebody else's";
}

TEST_F(WriteByRequest, IsRefusedWhereTheDeviceTellsNoStatus) {
  agent_.drop(status);
  EXPECT_THAT(refusal(write(change_)), HasSubstr("no status of its requests"));
  EXPECT_TRUE(agent_.sets.empty());
}

TEST_F(WriteByRequest, IsMadeAlone) {
  EXPECT_EQ(make_snmp_driver(agent_, sim_access(), profile_)->max_changes_per_write(), 1U);
  EXPECT_THAT(refusal(write({change_[0], {"port[3].label", text(""), text("x")}})),
              HasSubstr("a request is made alone"));
}

}  // namespace
}  // namespace market::device
