#include "probes/sweep/sweep.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <optional>
#include <set>

#include "tests/unit/probes/sweep/fake_client.h"

namespace market::sweep {
namespace {

using namespace std::chrono_literals;
using snmp::Octets;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Oid kSystem{1, 3, 6, 1, 2, 1, 1};
const Oid kEntity{1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1};
const Oid kEngine{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0};

const ProfileSet& profiles() {
  static const ProfileSet set =
      load_profiles(std::string{MARKET_SOURCE_DIR} + "/config/share/profiles")
          .profiles.value_or(ProfileSet{});
  return set;
}

FakeDevice sim_switch(const std::string& serial) {
  FakeDevice device;
  device.mib[kSystem.child(1).child(0)] = Octets{"MarketSim switch SW-24P, firmware 5.10"};
  device.mib[kSystem.child(2).child(0)] = Oid{1, 3, 6, 1, 4, 1, 32473, 1, 1};
  device.mib[kSystem.child(5).child(0)] = Octets{"sw-a1"};
  device.mib[kSystem.child(6).child(0)] = Octets{"A동 1층 통신함1"};
  device.mib[kEntity.child(13).child(1)] = Octets{"SW-24P"};
  device.mib[kEntity.child(10).child(1)] = Octets{"5.10"};
  device.mib[kEntity.child(11).child(1)] = Octets{serial};
  device.mib[Oid{1, 3, 6, 1, 2, 1, 17, 1, 1, 0}] =
      Octets{std::string{"\x02\x00\x00\x00\x0a\x01", 6}};
  device.mib[kEngine] = Octets{std::string{"\x80\x00\x7e\xd9\x05", 5}};
  return device;
}

/// A device of no family we know, with a stack's nameless first rows.
FakeDevice stranger() {
  FakeDevice device;
  device.mib[kSystem.child(1).child(0)] = Octets{"Acme OS 1"};
  device.mib[kSystem.child(2).child(0)] = Oid{1, 3, 6, 1, 4, 1, 99999, 7};
  device.mib[kEntity.child(11).child(1)] = Octets{""};
  device.mib[kEntity.child(11).child(1001)] = Octets{"SN-7"};
  device.mib[Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 1}] = Octets{""};
  device.mib[Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 6, 2}] =
      Octets{std::string{"\x00\x1b\x21\x00\x00\x07", 6}};
  return device;
}

class SweepTest : public ::testing::Test {
 protected:
  SweepTest() {
    options_.ranges = {*IpRange::parse("10.0.0.0/24")};
    options_.credentials = {credentials("public")};
  }

  static snmp::Credentials credentials(const std::string& id) {
    snmp::Credentials made;
    made.id = id;
    return made;
  }

  void start() {
    sweep_ = start_sweep(
        loop_, client_, profiles(), options_,
        [this](SweepProgress state) { progress_.emplace_back(loop_.now(), state); },
        [this](SweepResult result) { result_ = std::move(result); });
  }

  const SweepResult& run() {
    result_.reset();
    start();
    loop_.run_until([this] { return result_.has_value(); }, 1h);
    if (!result_) throw std::runtime_error{"the sweep does not end"};
    return *result_;
  }

  fakes::FakeLoop loop_;
  FakeClient client_{loop_};
  SweepOptions options_;
  std::vector<std::pair<io::TimePoint, SweepProgress>> progress_;
  std::optional<SweepResult> result_;
  std::unique_ptr<Sweep> sweep_;
};

TEST_F(SweepTest, TellsWhoAnswersAndWhatItIs) {
  client_.devices["10.0.0.11"] = sim_switch("SN-A1-0001");
  const auto& result = run();
  EXPECT_EQ(result.addresses, 254U);
  ASSERT_THAT(result.sightings, SizeIs(1));
  const auto& sighting = result.sightings.front();
  EXPECT_EQ(sighting.address.to_string(), "10.0.0.11");
  EXPECT_EQ(sighting.credentials, "public");
  EXPECT_EQ(sighting.sys_name, "sw-a1");
  EXPECT_EQ(sighting.sys_location, "A동 1층 통신함1");
  EXPECT_EQ(sighting.round_trip, 5ms);
  EXPECT_EQ(sighting.sys_object_id, (Oid{1, 3, 6, 1, 4, 1, 32473, 1, 1}));
  const auto& what = sighting.identification;
  EXPECT_EQ(what.device_class, DeviceClass::Switch);
  EXPECT_EQ(what.vendor, "MarketSim");
  EXPECT_EQ(what.model, "SW-24P");
  EXPECT_EQ(what.firmware, "5.10");
  EXPECT_EQ(what.serial, "SN-A1-0001");
  EXPECT_EQ(what.mac, "02:00:00:00:0a:01");
  EXPECT_EQ(what.engine_id, "80007ed905");
  EXPECT_EQ(what.profile, "sim-switch");
  EXPECT_EQ(what.evidence.front(), "sysObjectID 1.3.6.1.4.1.32473.1.1 -> profile sim-switch");
}

TEST_F(SweepTest, ReadsWhatAnyAgentMayTellFromAStranger) {
  client_.devices["10.0.0.7"] = stranger();
  const auto& what = run().sightings.at(0).identification;
  EXPECT_EQ(what.device_class, DeviceClass::Unknown);
  EXPECT_EQ(what.profile, "");
  EXPECT_EQ(what.serial, "SN-7");
  EXPECT_EQ(what.mac, "00:1b:21:00:00:07");
  EXPECT_EQ(what.evidence.front(), "sysObjectID 1.3.6.1.4.1.99999.7 -> no profile");
}

/// Its maker is nobody's, its sysDescr says nothing: what it has tells what it is.
TEST_F(SweepTest, LooksIntoADeviceThatItsFirstWordsLeaveUndecided) {
  auto& printer = client_.devices["10.0.0.7"];
  printer.mib[kSystem.child(1).child(0)] = Octets{"Acme"};
  printer.mib[kSystem.child(2).child(0)] = Oid{1, 3, 6, 1, 4, 1, 99999, 7};
  for (const std::uint32_t table : {5U, 8U, 10U, 11U}) {  // Printer-MIB
    printer.mib[Oid{1, 3, 6, 1, 2, 1, 43, table, 1, 1, 2, 1, 1}] = snmp::Integer{1};
  }
  const auto& seen = run().sightings.at(0).identification;
  EXPECT_EQ(seen.device_class, DeviceClass::Printer);
  EXPECT_GT(seen.confidence, 0.0);
}

TEST_F(SweepTest, AsksADeviceForAllColumnsOfItsFactsAtOnce) {
  options_.ranges = {*IpRange::parse("10.0.0.11")};
  client_.devices["10.0.0.11"] = sim_switch("SN-A1-0001");
  EXPECT_EQ(run().sightings.at(0).identification.serial, "SN-A1-0001");
  EXPECT_THAT(client_.asked, SizeIs(3)) << "the system group, the facts, their columns";
}

TEST_F(SweepTest, ReadsTheOtherColumnsOfADeviceThatStumblesOverOne) {
  auto& device = client_.devices["10.0.0.11"] = sim_switch("SN-A1-0001");
  device.stumbles_over = kEntity.child(10);
  const auto& what = run().sightings.at(0).identification;
  EXPECT_EQ(what.model, "SW-24P");
  EXPECT_EQ(what.serial, "SN-A1-0001");
  EXPECT_EQ(what.mac, "02:00:00:00:0a:01");
}

TEST_F(SweepTest, TriesTheNextCredentialsOnlyWhereTheFirstGaveNoAnswer) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.4")};
  options_.credentials = {credentials("public"), credentials("second"), credentials("third")};
  client_.devices["10.0.0.1"] = sim_switch("SN-1");
  client_.devices["10.0.0.2"] = sim_switch("SN-2");
  client_.devices["10.0.0.2"].credentials = "second";
  client_.devices["10.0.0.3"] = sim_switch("SN-3");
  client_.devices["10.0.0.3"].credentials = "third";
  client_.devices["10.0.0.3"].refuses_strangers = true;
  const auto& result = run();
  ASSERT_THAT(result.sightings, SizeIs(3));
  EXPECT_EQ(result.sightings[0].credentials, "public");
  EXPECT_EQ(result.sightings[1].credentials, "second");
  EXPECT_EQ(result.sightings[2].credentials, "third");
  EXPECT_EQ(result.sightings[2].identification.serial, "SN-3");
  std::vector<std::string> second;
  for (const auto& question : client_.asked) {
    if (question.credentials == "third") second.push_back(question.address);
    // Nobody is asked with the next credentials before everybody was asked with the first.
    if (question.credentials == "second") {
      EXPECT_GE(question.at - client_.asked[0].at, 1000ms);
    }
  }
  EXPECT_EQ(std::set<std::string>(second.begin(), second.end()),
            (std::set<std::string>{"10.0.0.3", "10.0.0.4"}));
  EXPECT_EQ(progress_.back().second.asked, 4U + 3U + 2U);
  EXPECT_EQ(progress_.back().second.total, 4U + 3U + 2U);
  EXPECT_EQ(progress_.back().second.answered, 3U);
}

TEST_F(SweepTest, LeavesAnAddressAloneThatHasRefusedOftenEnough) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.2")};
  options_.credentials = {credentials("a"), credentials("b"), credentials("c"), credentials("d")};
  options_.rounds = 2;
  options_.refusals_max = 3;
  client_.devices["10.0.0.1"] = sim_switch("SN-1");
  client_.devices["10.0.0.1"].credentials = "d";
  client_.devices["10.0.0.1"].refuses_strangers = true;
  EXPECT_THAT(run().sightings, IsEmpty());
  std::map<std::string, std::vector<std::string>> tried;
  for (const auto& question : client_.asked) {
    tried[question.address].push_back(question.credentials);
  }
  EXPECT_THAT(tried["10.0.0.1"], ElementsAre("a", "b", "c"));
  EXPECT_THAT(tried["10.0.0.2"], SizeIs(8)) << "silence is no refusal";
}

TEST_F(SweepTest, NamesWhoRefusesAllThatItHas) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.3")};
  options_.credentials = {credentials("a"), credentials("b")};
  client_.devices["10.0.0.1"] = sim_switch("SN-1");
  client_.devices["10.0.0.1"].credentials = "another";
  client_.devices["10.0.0.1"].refuses_strangers = true;
  client_.devices["10.0.0.2"] = sim_switch("SN-2");
  client_.devices["10.0.0.2"].credentials = "b";
  client_.devices["10.0.0.2"].refuses_strangers = true;
  const auto& result = run();
  ASSERT_THAT(result.sightings, SizeIs(1)) << "the second credentials";
  ASSERT_THAT(result.refused, SizeIs(1)) << "silence is no refusal, nor is one before an answer";
  EXPECT_EQ(result.refused[0].address.to_string(), "10.0.0.1");
  EXPECT_EQ(result.refused[0].credentials, "b");
  EXPECT_THAT(result.refused[0].why, HasSubstr("authorizationError"));
}

TEST_F(SweepTest, SparesFromSweepToSweepWhoRefuses) {
  options_.ranges = {*IpRange::parse("10.0.0.1")};
  options_.credentials = {credentials("a"), credentials("b")};
  options_.refusals = std::make_shared<Refusals>();
  auto& device = client_.devices["10.0.0.1"];
  device = sim_switch("SN-1");
  device.credentials = "b";
  device.refuses_strangers = true;
  for (int sweep = 0; sweep < 10; ++sweep) {
    EXPECT_THAT(run().sightings, SizeIs(1)) << "the others are tried";
    EXPECT_EQ(progress_.back().second.asked, progress_.back().second.total);
  }
  const auto wrong = std::ranges::count_if(
      client_.asked, [](const auto& question) { return question.credentials == "a"; });
  EXPECT_EQ(wrong, Refusals::kFree);
  loop_.advance(Refusals::kFirstPause);
  run();
  EXPECT_EQ(std::ranges::count_if(client_.asked,
                                  [](const auto& question) { return question.credentials == "a"; }),
            wrong + 1);
}

TEST_F(SweepTest, AsksNoAddressTwiceHoweverTheRangesOverlap) {
  options_.ranges = {*IpRange::parse("10.0.0.5-10.0.0.9"), *IpRange::parse("10.0.0.1-10.0.0.6"),
                     *IpRange::parse("10.0.0.5")};
  EXPECT_EQ(run().addresses, 9U);
  EXPECT_THAT(client_.asked, SizeIs(9));
}

TEST_F(SweepTest, AsksIpv6AddressesAfterThoseOfIpv4) {
  client_.devices["fd00::7"] = sim_switch("V6");
  options_.ranges = {*IpRange::parse("fd00::4-fd00::9"), *IpRange::parse("fd00:0:0:1::1"),
                     *IpRange::parse("fd00::/125"), *IpRange::parse("10.0.0.1-10.0.0.2")};
  const auto& result = run();
  EXPECT_EQ(result.addresses, 2U + 10U + 1U);
  ASSERT_THAT(result.sightings, SizeIs(1));
  EXPECT_EQ(result.sightings[0].address.to_string(), "fd00::7");
  EXPECT_EQ(result.sightings[0].identification.serial, "V6");
}

TEST_F(SweepTest, SortsSightingsByAddress) {
  for (const auto* address : {"10.0.0.9", "10.0.0.10", "10.0.0.2"}) {
    client_.devices[address] = sim_switch(address);
  }
  client_.devices["10.0.0.2"].delay = 900ms;
  std::vector<std::string> order;
  for (const auto& sighting : run().sightings) order.push_back(sighting.address.to_string());
  EXPECT_THAT(order, ElementsAre("10.0.0.2", "10.0.0.9", "10.0.0.10"));
}

TEST_F(SweepTest, SendsNoMorePacketsASecondThanAllowed) {
  options_.ranges = {*IpRange::parse("10.0.0.0/22")};
  options_.packets_per_second = 200;
  options_.outstanding_max = 100'000;
  options_.patience = {500ms, 2};
  run();
  ASSERT_THAT(client_.asked, SizeIs(1022));
  // In any second: 200 packets and one burst of 10 ms. This client never retries.
  for (std::size_t i = 0; i + 203 < client_.asked.size(); ++i) {
    ASSERT_GE(client_.asked[i + 203].at - client_.asked[i].at, 1s) << i;
  }
  EXPECT_LE(result_->took, 7s);  // 1022 / 200 and the last timeout
}

TEST_F(SweepTest, EndsWithTheSmallestPace) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.3")};
  options_.packets_per_second = 0;
  options_.outstanding_max = 0;
  EXPECT_EQ(run().addresses, 3U);
}

TEST_F(SweepTest, KeepsNoMoreQuestionsOpenThanAllowed) {
  options_.outstanding_max = 7;
  client_.devices["10.0.0.7"] = stranger();
  run();
  EXPECT_EQ(client_.most_outstanding, 7U);
}

TEST_F(SweepTest, ReportsProgressSeldomAndAtTheEnd) {
  options_.ranges = {*IpRange::parse("10.0.0.0/22")};
  options_.packets_per_second = 500;
  run();
  ASSERT_GE(progress_.size(), 3U);
  for (std::size_t i = 1; i + 1 < progress_.size(); ++i) {
    EXPECT_GE(progress_[i].first - progress_[i - 1].first, 200ms);
    EXPECT_GE(progress_[i].second.asked, progress_[i - 1].second.asked);
  }
  EXPECT_EQ(progress_.back().second.asked, 1022U);
  EXPECT_EQ(progress_.back().second.total, 1022U);
}

TEST_F(SweepTest, EndsAtOnceWithoutAddressesOrCredentials) {
  options_.ranges.clear();
  EXPECT_EQ(run().addresses, 0U);
  result_.reset();
  options_.ranges = {*IpRange::parse("10.0.0.1")};
  options_.credentials.clear();
  EXPECT_THAT(run().sightings, IsEmpty());
  EXPECT_THAT(client_.asked, IsEmpty());
}

TEST_F(SweepTest, CallsBackOnlyFromTheLoop) {
  options_.ranges.clear();
  start();
  EXPECT_FALSE(result_.has_value());
  EXPECT_THAT(progress_, IsEmpty());
}

TEST_F(SweepTest, KeepsADeviceThatFallsSilentAfterItsFirstAnswer) {
  client_.devices["10.0.0.7"] = sim_switch("SN-7");
  client_.devices["10.0.0.7"].answers = 1;
  const auto& result = run();
  ASSERT_THAT(result.sightings, SizeIs(1));
  EXPECT_EQ(result.sightings[0].identification.profile, "sim-switch");
  EXPECT_EQ(result.sightings[0].identification.serial, "");
}

TEST_F(SweepTest, StopsWhenItIsDestroyed) {
  client_.devices["10.0.0.7"] = sim_switch("SN-7");
  start();
  loop_.advance(30ms);
  ASSERT_GT(client_.outstanding, 0U);
  sweep_.reset();
  EXPECT_EQ(client_.outstanding, 0U);
  EXPECT_EQ(loop_.pending_timers(), 0U);
  loop_.advance(1h);
  EXPECT_FALSE(result_.has_value());
}

TEST_F(SweepTest, MayBeDestroyedByItsOwnCallbacks) {
  bool done = false;
  sweep_ = start_sweep(
      loop_, client_, profiles(), options_, [](SweepProgress) {},
      [&](const SweepResult&) {
        sweep_.reset();
        done = true;
      });
  loop_.run_until([&] { return done; }, 1h);
  EXPECT_TRUE(done);
  std::size_t calls = 0;
  sweep_ = start_sweep(
      loop_, client_, profiles(), options_,
      [&](SweepProgress) {
        ++calls;
        sweep_.reset();
      },
      [&](const SweepResult&) { FAIL() << "it was stopped"; });
  loop_.advance(1h);
  EXPECT_EQ(calls, 1U);
}

TEST(Identify, SaysNothingOfADeviceThatSaysNothing) {
  const auto what = identify(profiles(), {});
  EXPECT_EQ(what.device_class, DeviceClass::Unknown);
  EXPECT_EQ(what.profile, "");
  EXPECT_THAT(what.evidence, ElementsAre("no sysObjectID -> no profile"));
  EXPECT_EQ(identify(ProfileSet{}, {}).vendor, "");
}

TEST(Identify, SurvivesValuesOfTheWrongType) {
  const Oid object_id = kSystem.child(2).child(0);
  auto what = identify(profiles(), {{object_id, Octets{"1.3.6.1.4.1.32473.1.1"}},
                                    {kSystem.child(1).child(0), snmp::Integer{7}},
                                    {kEngine, snmp::Integer{5}}});
  EXPECT_EQ(what.profile, "");
  what = identify(profiles(), {{object_id, Oid{1, 3, 6, 1, 4, 1, 32473, 1, 1}},
                               {kEntity.child(11).child(1), snmp::Integer{4711}},
                               {kEntity.child(13).child(1), snmp::NoSuchObject{}},
                               {Oid{1, 3, 6, 1, 2, 1, 17, 1, 1, 0}, Octets{"\x01"}}});
  EXPECT_EQ(what.profile, "sim-switch");
  EXPECT_EQ(what.serial, "4711");
  EXPECT_EQ(what.model, "");
  EXPECT_EQ(what.mac, "");
}

TEST(Identify, PrefersThePlateOverAPlaceholder) {
  const auto what = identify(profiles(), {{kSystem.child(2).child(0), Oid{1, 3, 6, 1, 4, 1, 99, 1}},
                                          {kEntity.child(11).child(1), Octets{"N/A"}},
                                          {kEntity.child(11).child(2), Octets{"SN-2"}}});
  EXPECT_EQ(what.serial, "SN-2");
  EXPECT_THAT(what.evidence.back(), HasSubstr("serial 'SN-2' from 1.3.6.1.2.1.47.1.1.1.1.11.2"));
}

TEST(Identify, AsksForNothingWithoutProfiles) {
  EXPECT_THAT(fact_oids(ProfileSet{}, Oid{1, 3}, ""), IsEmpty());
  EXPECT_THAT(fact_oids(profiles(), Oid{1, 3, 6, 1, 4, 1, 32473, 1, 1}, ""), SizeIs(7))
      << "five facts, and class and place of the rows that four of them stand in";
}

}  // namespace
}  // namespace market::sweep
