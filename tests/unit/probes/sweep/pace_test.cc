// The sweep's pace, rounds and memory of credentials; over the real client and a lossy wire.
#include "probes/sweep/pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "probes/sweep/sweep.h"
#include "tests/fakes/fake_agent.h"

namespace market::sweep {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

TEST(Pace, HoldsItsRateAndWaitsOffADebt) {
  io::TimePoint now{};
  Pace pace{1000, 10ms, now};
  std::uint64_t sent = 0;
  for (int tick = 0; tick < 1000; ++tick) {
    now += 10ms;
    pace.refill(now);
    if (tick % 100 == 0) {
      pace.charge(50);  // retries
      sent += 50;
    }
    for (; pace.may_send(); ++sent) pace.charge(1);
  }
  EXPECT_NEAR(static_cast<double>(sent), 10'000, 100);
}

TEST(Pace, HalvesAndRecovers) {
  io::TimePoint now{};
  Pace pace{1000, 10ms, now};
  pace.slow_down();
  EXPECT_DOUBLE_EQ(pace.packets_per_second(), 500);
  pace.refill(now += 1s);
  EXPECT_DOUBLE_EQ(pace.packets_per_second(), 600);
  pace.refill(now += 10s);
  EXPECT_DOUBLE_EQ(pace.packets_per_second(), 1000);
}

class LossySweep : public ::testing::Test {
 protected:
  LossySweep() {
    agent_.objects[Oid{1, 3, 6, 1, 2, 1, 1, 1, 0}] = snmp::Octets{"an agent"};
    agent_.objects[Oid{1, 3, 6, 1, 2, 1, 1, 2, 0}] = Oid{1, 3, 6, 1, 4, 1, 32473};
    agent_.read_community = "public";
    options_.ranges = {*IpRange::parse("10.0.0.0/22")};
    options_.credentials = {credentials("wrong", "x"), credentials("right", "public")};
    wire_.answer_with([this](const io::Endpoint& to, std::span<const std::uint8_t> bytes) {
      std::vector<fakes::FakeReply> replies;
      // Every second address is a device; each packet of both ways is lost at the same rate.
      if (to.address.v4_number() % 2 == 0 || lost() || lost()) return replies;
      if (auto reply = agent_.handle(bytes)) replies.push_back({to, std::move(*reply), 3ms});
      return replies;
    });
  }
  static snmp::Credentials credentials(const std::string& id, const std::string& community) {
    snmp::Credentials made;
    made.id = id;
    made.community = Secret{community};
    return made;
  }
  bool lost() { return static_cast<int>(dice_() % 100) < loss_percent_; }
  const SweepResult& run() {
    sweep_ = start_sweep(
        loop_, *client_, profiles_, options_,
        [this](SweepProgress progress) { progress_.push_back(progress); },
        [this](SweepResult result) { result_ = std::move(result); });
    loop_.run_until([this] { return result_.has_value(); }, 1h);
    if (!result_) throw std::runtime_error{"the sweep does not end"};
    return *result_;
  }

  int loss_percent_ = 0;
  std::mt19937 dice_{3};  // NOLINT(cert-msc51-cpp): the same every time
  fakes::FakeLoop loop_;
  fakes::FakeWire wire_{loop_};
  fakes::FakeAgent agent_;
  std::unique_ptr<snmp::Client> client_ = snmp::make_client(loop_, wire_);
  ProfileSet profiles_;
  SweepOptions options_;
  std::vector<SweepProgress> progress_;
  std::optional<SweepResult> result_;
  std::unique_ptr<Sweep> sweep_;
};

TEST_F(LossySweep, FindsEveryDeviceAtTenPercentLossInThreeRounds) {
  loss_percent_ = 10;
  options_.rounds = 3;
  EXPECT_EQ(run().sightings.size(), 511U);
  EXPECT_EQ(progress_.back().asked, progress_.back().total);
  EXPECT_EQ(progress_.back().remaining, 0s);
}

TEST_F(LossySweep, HoldsThePaceWithinTwoPercentRetriesIncluded) {
  options_.packets_per_second = 500;
  options_.outstanding_max = 100'000;
  run();
  const auto& sent = wire_.sent();
  ASSERT_GT(sent.size(), 2500U);
  const std::chrono::duration<double> took = sent.back().at - sent.front().at;
  EXPECT_LE(static_cast<double>(sent.size()), 1.02 * 500 * took.count() + 10);
  EXPECT_GT(progress_.at(progress_.size() / 2).remaining, 0s);
}

TEST_F(LossySweep, HalvesThePaceWhenItsOwnSocketDropsAnswers) {
  options_.ranges = {*IpRange::parse("10.0.0.0/16")};
  options_.packets_per_second = 1000;
  options_.outstanding_max = 100'000;
  sweep_ = start_sweep(
      loop_, *client_, profiles_, options_,
      [this](SweepProgress progress) { progress_.push_back(progress); },
      [this](SweepResult result) { result_ = std::move(result); });
  const auto sent_in_a_second = [this] {
    const auto before = wire_.sent().size();
    loop_.advance(1s);
    return wire_.sent().size() - before;
  };
  (void)sent_in_a_second();
  EXPECT_NEAR(static_cast<double>(sent_in_a_second()), 1000, 20);
  wire_.count_drops(3);
  EXPECT_NEAR(static_cast<double>(sent_in_a_second()), 540, 40) << "half, and a tenth regained";
  EXPECT_LT(progress_.back().packets_per_second, 650);
  loop_.advance(10s);
  EXPECT_NEAR(static_cast<double>(sent_in_a_second()), 1000, 20);
}

TEST_F(LossySweep, TriesFirstWhatWorkedLastTimeAndTellsOfDefaultCommunities) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.1")};
  options_.remembered[*IpAddress::parse("10.0.0.1")] = "right";
  options_.test_default_communities = true;
  agent_.write_community = "secret";
  const auto& found = run().sightings.at(0);
  EXPECT_EQ(found.credentials, "right");
  EXPECT_THAT(found.default_communities, ::testing::Optional(ElementsAre("public")));
  EXPECT_EQ(fakes::read_request(wire_.sent().front().bytes)->community, "public");
}

TEST_F(LossySweep, TriesTheOthersWhereWhatWorkedNoLongerWorks) {
  options_.ranges = {*IpRange::parse("10.0.0.1-10.0.0.1")};
  options_.credentials = {credentials("right", "public"), credentials("old", "x")};
  options_.remembered[*IpAddress::parse("10.0.0.1")] = "old";
  EXPECT_EQ(run().sightings.at(0).credentials, "right");
}

}  // namespace
}  // namespace market::sweep
