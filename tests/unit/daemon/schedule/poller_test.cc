// daemon/schedule/poller: what a poll asks, and what the answers mean.
#include "daemon/schedule/poller.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "daemon/schedule/wireless_poll.h"

namespace market::schedule {
namespace {

using snmp::Integer;
using snmp::Octets;
using snmp::VarBind;

Profile switch_profile() {
  Profile profile;
  profile.id = "test-switch";
  profile.facts["serial"] = {{.oid = Oid{1, 3, 6, 1, 4, 1, 1, 0}, .regex = {}}};
  profile.attributes["port.pvid"] = {.oid = Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1},
                                     .index = "bridge"};
  return profile;
}

Profile ap_profile() {
  Profile profile;
  profile.id = "test-ap";
  profile.indexes["radio"] = {.kind = IndexRule::Kind::Lookup,
                              .table = Oid{1, 3, 6, 1, 4, 1, 9, 1},
                              .keys = {{"2G", 1}, {"5G", 2}}};
  profile.attributes["radio.channel"] = {.oid = Oid{1, 3, 6, 1, 4, 1, 9, 2}, .index = "radio"};
  profile.attributes["radio.tx-power"] = {.oid = Oid{1, 3, 6, 1, 4, 1, 9, 3},
                                          .index = "radio",
                                          .encoding = {},
                                          .values = {},
                                          .scale = 100};
  profile.attributes["radio.stations"] = {.oid = Oid{1, 3, 6, 1, 4, 1, 9, 4}, .index = "radio"};
  return profile;
}

/// An agent in memory: answers GET and walk from one table, or stays silent from some OID on.
class FakeAgent final : public snmp::Client {
 public:
  std::map<Oid, snmp::Value> table;
  Oid silent_from;  ///< walks at or below this get no answer; empty = all are answered
  int requests = 0;

  snmp::Request get(const snmp::Target&, std::span<const Oid> oids, snmp::Patience,
                    snmp::Handler handler) override {
    snmp::Answer answer{.bindings = {}, .round_trip = std::chrono::microseconds{700}, .attempt = 1};
    for (const auto& oid : oids) {
      const auto row = table.find(oid);
      answer.bindings.push_back(
          {oid, row == table.end() ? snmp::Value{snmp::NoSuchObject{}} : row->second});
    }
    return later(std::move(handler), table.empty() ? snmp::Outcome{snmp::Silence{}} : answer);
  }
  snmp::Request walk(const snmp::Target&, Oid root, std::size_t, snmp::Patience,
                     snmp::Handler handler) override {
    if (!silent_from.empty() && root == silent_from) {
      return later(std::move(handler), snmp::Silence{});
    }
    snmp::Answer answer{.bindings = {}, .round_trip = {}, .attempt = 1};
    for (const auto& [oid, value] : table) {
      if (oid.size() > root.size() && oid.starts_with(root))
        answer.bindings.push_back({oid, value});
    }
    return later(std::move(handler), std::move(answer));
  }
  snmp::Request next(const snmp::Target&, std::span<const Oid>, snmp::Patience,
                     snmp::Handler handler) override {
    return later(std::move(handler), snmp::Silence{});
  }
  snmp::Request walk_table(const snmp::Target&, std::span<const Oid> columns, std::size_t,
                           snmp::Patience, snmp::Handler handler) override {
    snmp::Answer answer{.bindings = {}, .round_trip = {}, .attempt = 1};
    for (const auto& column : columns) {
      if (!silent_from.empty() && column == silent_from) {
        return later(std::move(handler), snmp::Silence{});
      }
      for (const auto& [oid, value] : table) {
        if (oid.size() > column.size() && oid.starts_with(column)) {
          answer.bindings.push_back({oid, value});
        }
      }
    }
    return later(std::move(handler), std::move(answer));
  }
  snmp::Request set(const snmp::Target&, std::span<const VarBind>, snmp::Patience,
                    snmp::Handler handler) override {
    return later(std::move(handler), snmp::Silence{});
  }
  [[nodiscard]] Counters counters() const override { return {}; }

  void deliver_all() {
    while (!pending_.empty()) {
      auto next = std::move(pending_.front());
      pending_.erase(pending_.begin());
      if (*next.wanted) next.handler(std::move(next.outcome));
    }
  }

 private:
  struct Pending {
    std::shared_ptr<bool> wanted;
    snmp::Handler handler;
    snmp::Outcome outcome;
  };
  struct Withdrawal final : snmp::Request::Impl {
    explicit Withdrawal(std::shared_ptr<bool> flag) : wanted{std::move(flag)} {}
    ~Withdrawal() override { *wanted = false; }
    Withdrawal(const Withdrawal&) = delete;
    Withdrawal& operator=(const Withdrawal&) = delete;
    std::shared_ptr<bool> wanted;
  };
  snmp::Request later(snmp::Handler handler, snmp::Outcome outcome) {
    ++requests;
    auto wanted = std::make_shared<bool>(true);
    pending_.push_back({wanted, std::move(handler), std::move(outcome)});
    return snmp::Request{std::make_unique<Withdrawal>(wanted)};
  }
  std::vector<Pending> pending_;
};

void fill_switch(FakeAgent& agent) {
  auto& rows = agent.table;
  rows[Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}] = snmp::TimeTicks{4200};
  rows[Oid{1, 3, 6, 1, 2, 1, 1, 5, 0}] = Octets{"sw-1"};
  rows[Oid{1, 3, 6, 1, 6, 3, 10, 2, 1, 1, 0}] = Octets{std::string{"\x80\x00\x01", 3}};
  rows[Oid{1, 3, 6, 1, 4, 1, 1, 0}] = Octets{"SN-1"};
  // ifIndex 103 is base port 3, as on devices that never promised otherwise.
  for (const std::uint32_t port : {3U, 4U}) {
    const std::uint32_t if_index = 100 + port;
    rows[Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 1, if_index}] = Octets{std::to_string(port)};
    rows[Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 7, if_index}] = Integer{1};
    rows[Oid{1, 3, 6, 1, 2, 1, 2, 2, 1, 8, if_index}] = Integer{port == 3 ? 1 : 2};
    rows[Oid{1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 6, if_index}] = snmp::Counter64{1ULL << 40U};
    rows[Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2, port}] =
        Integer{static_cast<std::int32_t>(if_index)};
    rows[Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1, 1, port}] = snmp::Unsigned32{20};
  }
  rows[Oid{1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 2, 1, 2, 20, 2, 0, 0, 0, 12, 1}] = Integer{3};
}

std::optional<PollResult> poll_once(FakeAgent& agent, const Profile* profile) {
  Poller poller{agent};
  std::optional<PollResult> got;
  const snmp::Target target{
      .address = *IpAddress::parse("10.0.0.1"), .port = 161, .credentials = {}};
  poller.poll("x", target, profile, {}, [&](PollResult result) { got = std::move(result); });
  EXPECT_FALSE(got) << "a handler must not run inside the call that registered it";
  agent.deliver_all();
  EXPECT_EQ(poller.under_way(), 0U);
  return got;
}

TEST(Poller, ReadsPortsPvidsAndForwardingByPortName) {
  FakeAgent agent;
  fill_switch(agent);
  const auto profile = switch_profile();
  const auto result = poll_once(agent, &profile);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->replied);
  EXPECT_EQ(result->failure, "");
  EXPECT_EQ(result->uptime_ticks, 4200U);
  EXPECT_EQ(result->serial, "SN-1");
  EXPECT_EQ(result->engine_id, "800001");
  ASSERT_EQ(result->ports.size(), 2U);
  EXPECT_TRUE(result->ports[0].oper_up);
  EXPECT_FALSE(result->ports[1].oper_up);
  EXPECT_EQ(result->ports[0].in_octets, 1ULL << 40U);
  EXPECT_EQ(result->pvids, (std::map<std::string, std::int64_t>{{"3", 20}, {"4", 20}}));
  EXPECT_EQ(result->forwarding.at(*MacAddress::parse("02:00:00:00:0c:01")), "3");
}

TEST(Poller, ReadsRadiosByBand) {
  FakeAgent agent;
  agent.table[Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}] = snmp::TimeTicks{1};
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 1, 2}] = Integer{2};
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 2, 2}] = Integer{36};
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 3, 2}] = Integer{17};
  const auto profile = ap_profile();
  const auto result = poll_once(agent, &profile);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->radios.size(), 1U);
  EXPECT_EQ(result->radios[0].band, "5G");
  EXPECT_EQ(result->radios[0].channel, 36);
  EXPECT_EQ(result->radios[0].tx_power_centidbm, 1700);
  EXPECT_FALSE(result->radios[0].stations) << "not told is not zero";
}

TEST(Poller, ASilentDeviceCostsOneQuestion) {
  FakeAgent agent;
  const auto profile = switch_profile();
  const auto result = poll_once(agent, &profile);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->replied);
  EXPECT_NE(result->failure, "");
  EXPECT_EQ(agent.requests, 1);
}

TEST(Poller, TakesNothingFromATableThatBrokeOff) {
  FakeAgent agent;
  fill_switch(agent);
  agent.silent_from = Oid{1, 3, 6, 1, 2, 1, 17, 1, 4, 1, 2};
  const auto profile = switch_profile();
  const auto result = poll_once(agent, &profile);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->replied);
  EXPECT_NE(result->failure, "");
  EXPECT_TRUE(result->ports.empty());
  EXPECT_TRUE(result->pvids.empty());
}

TEST(Poller, AsksAStrangerOnlyWhoItIs) {
  FakeAgent agent;
  fill_switch(agent);
  const auto result = poll_once(agent, nullptr);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->replied);
  EXPECT_EQ(agent.requests, 1);
  EXPECT_TRUE(result->ports.empty());
}

TEST(Poller, AsksADeviceOnceAtATime) {
  FakeAgent agent;
  fill_switch(agent);
  Poller poller{agent};
  int results = 0;
  const snmp::Target target{
      .address = *IpAddress::parse("10.0.0.1"), .port = 161, .credentials = {}};
  for (int i = 0; i < 3; ++i) {
    poller.poll("x", target, nullptr, {}, [&](const PollResult&) { ++results; });
  }
  agent.deliver_all();
  EXPECT_EQ(results, 1);
  EXPECT_EQ(agent.requests, 1);
}

TEST(Poller, CancelledPollsNeverAnswer) {
  FakeAgent agent;
  fill_switch(agent);
  Poller poller{agent};
  const snmp::Target target{
      .address = *IpAddress::parse("10.0.0.1"), .port = 161, .credentials = {}};
  poller.poll("x", target, nullptr, {}, [&](const PollResult&) { FAIL(); });
  poller.cancel_all();
  agent.deliver_all();
  EXPECT_EQ(poller.under_way(), 0U);
}

/// One map for enterprise 9: radios by number, and an AP's clients by MAC.
ProfileSet wireless_profiles() {
  WirelessMap map;
  map.id = "test";
  map.sys_object_id = {Oid{1, 3, 6, 1, 4, 1, 9}};
  WirelessTable radios{.row = WirelessRow::Radio, .index = {{WirelessIndexPart::Name::Radio}}};
  radios.columns.resize(2);
  radios.columns[0].field = WirelessField::Channel;
  radios.columns[0].oid = Oid{1, 3, 6, 1, 4, 1, 9, 7, 1};
  radios.columns[1].field = WirelessField::Noise;
  radios.columns[1].oid = Oid{1, 3, 6, 1, 4, 1, 9, 7, 2};
  radios.columns[1].unit = {WirelessUnit::Kind::Power, 1.0};
  WirelessTable device{.row = WirelessRow::Device};
  device.columns.resize(1);
  device.columns[0].field = WirelessField::Clients;
  device.columns[0].oid = Oid{1, 3, 6, 1, 4, 1, 9, 8, 0};
  map.tables = {radios, device};
  ProfileSet set;
  set.wireless_maps_ = {map};
  return set;
}

void fill_ap(FakeAgent& agent) {
  agent.table[Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}] = Oid{1, 3, 6, 1, 4, 1, 9, 1};
  agent.table[Oid{1, 3, 6, 1, 2, 1, 1, 3, 0}] = snmp::TimeTicks{4200};
  for (const std::uint32_t radio : {1U, 2U}) {
    agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 7, 1, radio}] = Integer{radio == 1 ? 11 : 36};
    agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 7, 2, radio}] = Integer{-90};
  }
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 8, 0}] = snmp::Unsigned32{17};
}

std::optional<PollResult> poll_wireless(FakeAgent& agent, const Profile* profile) {
  const auto profiles = wireless_profiles();
  Poller poller{agent};
  poller.read_wireless(&profiles, "key");
  std::optional<PollResult> got;
  const snmp::Target target{
      .address = *IpAddress::parse("10.0.0.1"), .port = 161, .credentials = {}};
  poller.poll("x", target, profile, {}, [&](PollResult result) { got = std::move(result); });
  agent.deliver_all();
  return got;
}

TEST(Poller, ReadsWirelessFactsByTheMapOfWhatTheDeviceSaysItIs) {
  FakeAgent agent;
  fill_ap(agent);
  const auto result = poll_wireless(agent, nullptr);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->failure, "");
  EXPECT_EQ(result->uptime_ticks, 4200U);
  ASSERT_EQ(result->radios.size(), 2U);
  EXPECT_EQ(result->radios[1].band, "5G");
  EXPECT_EQ(result->radios[1].channel, 36);
  EXPECT_EQ(result->radios[1].noise_dbm, -90);
  EXPECT_EQ(result->radios[1].id, "2");
  EXPECT_FALSE(result->radios[1].stations) << "not told is not zero";
  ASSERT_TRUE(result->wireless);
  EXPECT_EQ(result->wireless->clients.count, 17);
}

TEST(Poller, AsksADeviceWithoutAMapNothingMore) {
  FakeAgent agent;
  agent.table[Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}] = Oid{1, 3, 6, 1, 4, 1, 8};
  const auto result = poll_wireless(agent, nullptr);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->replied);
  EXPECT_EQ(agent.requests, 1);
  EXPECT_FALSE(result->wireless);
}

TEST(Poller, ASwitchIsNotAskedForItsRadios) {
  FakeAgent agent;
  fill_ap(agent);
  Profile profile;
  profile.device_class = DeviceClass::Switch;
  const auto result = poll_wireless(agent, &profile);
  EXPECT_EQ(agent.requests, 1);
  EXPECT_FALSE(result->wireless);
}

TEST(Poller, SilenceAtAWirelessColumnIsStillAnAnsweredPoll) {
  FakeAgent agent;
  fill_ap(agent);
  agent.silent_from = Oid{1, 3, 6, 1, 4, 1, 9, 7, 2};
  const auto result = poll_wireless(agent, nullptr);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->replied);
  EXPECT_EQ(result->failure, "");
  EXPECT_EQ(result->uptime_ticks, 4200U);
  EXPECT_FALSE(result->wireless) << "half of it would look like all of it";
}

TEST(Poller, RadiosOfTheProfileStayBesideTheMap) {
  FakeAgent agent;
  fill_ap(agent);
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 1, 5}] = Integer{2};
  agent.table[Oid{1, 3, 6, 1, 4, 1, 9, 2, 5}] = Integer{44};
  const auto profile = ap_profile();
  const auto result = poll_wireless(agent, &profile);
  ASSERT_TRUE(result);
  ASSERT_EQ(result->radios.size(), 1U);
  EXPECT_EQ(result->radios[0].channel, 44);
  EXPECT_EQ(result->wireless->clients.count, 17);
}

TEST(RadioSamples, HaveNamesOfTheirOwn) {
  wireless::WirelessFacts facts;
  facts.access_points.resize(2);
  for (auto& point : facts.access_points) {
    point.name = "AP";
    point.radios.resize(2);
    for (auto& radio : point.radios) radio.id = "wifi0";
  }
  std::set<std::pair<std::string, std::string>> seen;
  for (const auto& sample : radio_samples(facts)) seen.insert({sample.access_point, sample.id});
  EXPECT_EQ(seen.size(), 4U);
  EXPECT_TRUE(seen.contains({"AP #2", "wifi0 #2"}));
}

}  // namespace
}  // namespace market::schedule
