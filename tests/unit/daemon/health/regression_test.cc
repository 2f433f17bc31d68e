#include "daemon/health/regression.h"

#include <gtest/gtest.h>

namespace market::health {
namespace {

class RegressionTest : public ::testing::Test {
 protected:
  DeviceView& device(const std::string& id, DeviceState state) {
    auto& added = devices_.emplace_back();
    added.id = id;
    added.in_design = true;
    added.health.state = state;
    return added;
  }
  ServiceView& service(const std::string& id, std::optional<bool> ok) {
    auto& added = services_.emplace_back();
    added.id = id;
    added.reading = {.ok = ok, .at_ms = 1, .detail = "tcp 203.0.113.10: refused"};
    return added;
  }
  [[nodiscard]] Snapshot snapshot() const {
    Snapshot made;
    made.devices = devices_;
    made.services = services_;
    made.stalls = stalls_;
    made.incidents = incidents_of(made);
    return made;
  }

  std::vector<DeviceView> devices_;
  std::vector<ServiceView> services_;
  std::vector<StallView> stalls_;
};

TEST_F(RegressionTest, IsADeviceThatWasUpAndIsDown) {
  auto& sw = device("sw-1", DeviceState::Up);
  Regression regression{snapshot()};
  EXPECT_EQ(regression.judge(snapshot()), "");
  sw.health.state = DeviceState::Suspect;
  EXPECT_EQ(regression.judge(snapshot()), "") << "a lost packet is no outage";
  sw.health.state = DeviceState::Down;
  EXPECT_EQ(regression.judge(snapshot()), "sw-1 stopped answering");
}

TEST_F(RegressionTest, IsNoneOfWhatWasNotUpBefore) {
  device("down", DeviceState::Down);
  device("suspect", DeviceState::Suspect);
  device("unknown", DeviceState::Unknown);
  device("stranger", DeviceState::Up).in_design = false;
  Regression regression{snapshot()};
  for (auto& each : devices_) each.health.state = DeviceState::Down;
  device("new", DeviceState::Down);
  EXPECT_EQ(regression.judge(snapshot()), "");
}

TEST_F(RegressionTest, BlamesTheSwitchAndNotWhatIsBehindIt) {
  device("ap-1", DeviceState::Up);
  device("sw-1", DeviceState::Up);
  Regression regression{snapshot()};
  devices_[0].health = {.state = DeviceState::Unreachable, .cause = "sw-1"};
  devices_[1].health = {.state = DeviceState::Down, .cause = "sw-1"};
  EXPECT_EQ(regression.judge(snapshot()), "sw-1 stopped answering");
}

TEST_F(RegressionTest, NamesTheOneThatTakesMostStallsAlong) {
  device("ap-1", DeviceState::Up);
  device("sw-1", DeviceState::Up);
  Regression regression{snapshot()};
  for (auto& each : devices_) each.health = {.state = DeviceState::Down, .cause = each.id};
  StallView stall;
  stall.id = "A-101";
  stall.readiness.methods = {{.method = "card",
                              .state = MethodState::Unavailable,
                              .hop = "switch",
                              .cause = "sw-1",
                              .reason = ""}};
  stalls_ = {stall};
  EXPECT_EQ(regression.judge(snapshot()), "sw-1 stopped answering");
}

TEST_F(RegressionTest, IsTwoTerminalsThatGoAndNotOneThatAMerchantSwitchesOff) {
  for (const auto* id : {"T-1", "T-2"}) {
    auto& terminal = device(id, DeviceState::Up);
    terminal.device_class = "payment-terminal";
    terminal.port = "sw-1/3";
    StallView stall;
    stall.id = std::string{"A-"} + id;
    stall.readiness.methods = {{.method = "card",
                                .state = MethodState::Unavailable,
                                .hop = "port",
                                .cause = "sw-1/3",
                                .reason = ""}};
    stalls_.push_back(stall);
  }
  Regression regression{snapshot()};
  devices_[0].health = {.state = DeviceState::Down, .cause = "T-1"};
  EXPECT_EQ(regression.judge(snapshot()), "");
  devices_[1].health = {.state = DeviceState::Down, .cause = "T-2"};
  EXPECT_EQ(regression.judge(snapshot()), "T-1 and T-2 stopped answering");
}

TEST_F(RegressionTest, IsNotTheTerminalOfAShopThatHasClosed) {
  device("T-1", DeviceState::Up).stall = "A-101";
  Regression regression{snapshot()};
  devices_[0].health = {.state = DeviceState::Down, .cause = "T-1"};
  StallView stall;
  stall.id = "A-101";
  stall.readiness.methods = {{.method = "card",
                              .state = MethodState::Closed,
                              .hop = "terminal",
                              .cause = "T-1",
                              .reason = ""}};
  stalls_ = {stall};
  EXPECT_EQ(regression.judge(snapshot()), "");
}

TEST_F(RegressionTest, IsAServiceThatAnsweredAndFailsTwiceInARow) {
  service("van", true);
  Regression regression{snapshot()};
  services_[0].reading.ok = false;
  EXPECT_EQ(regression.judge(snapshot()), "");
  EXPECT_EQ(regression.judge(snapshot()), "") << "the same reading, seen again";
  services_[0].reading = {.ok = true, .at_ms = 2, .detail = ""};
  EXPECT_EQ(regression.judge(snapshot()), "");
  services_[0].reading = {.ok = false, .at_ms = 3, .detail = "refused"};
  EXPECT_EQ(regression.judge(snapshot()), "") << "counted anew";
  services_[0].reading.at_ms = 4;
  EXPECT_EQ(regression.judge(snapshot()), "service van fails: refused");
}

TEST_F(RegressionTest, IsNoServiceThatFailedBeforeOrWasNeverRead) {
  service("dead", false);
  service("unread", std::nullopt);
  Regression regression{snapshot()};
  for (int reading = 2; reading < 5; ++reading) {
    for (auto& each : services_) each.reading = {.ok = false, .at_ms = reading, .detail = ""};
    EXPECT_EQ(regression.judge(snapshot()), "");
  }
}

}  // namespace
}  // namespace market::health
