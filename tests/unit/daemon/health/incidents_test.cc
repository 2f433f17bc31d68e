#include <gmock/gmock.h>

#include "daemon/health/snapshot.h"

namespace market::health {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Incidents : public ::testing::Test {
 protected:
  DeviceView& device(const std::string& id, const std::string& device_class, DeviceState state,
                     const std::string& cause = "") {
    auto& added = snapshot_.devices.emplace_back();
    added.id = id;
    added.device_class = device_class;
    added.in_design = true;
    added.health.state = state;
    added.health.cause = cause;
    added.health.since_ms = 1000;
    return added;
  }
  void stall(const std::string& id, std::vector<MethodReadiness> methods) {
    auto& added = snapshot_.stalls.emplace_back();
    added.id = id;
    added.readiness = {.stall = id, .methods = std::move(methods)};
  }
  static MethodReadiness method(MethodState state, const std::string& cause,
                                const std::string& reason = "") {
    return {.method = "card", .state = state, .hop = "", .cause = cause, .reason = reason};
  }
  void service(const std::string& id, std::optional<bool> ok, const std::string& detail) {
    auto& added = snapshot_.services.emplace_back();
    added.id = id;
    added.reading = {.ok = ok, .at_ms = 77, .detail = detail};
  }
  [[nodiscard]] std::vector<std::string> causes() const {
    std::vector<std::string> found;
    for (const auto& incident : incidents_of(snapshot_)) found.push_back(incident.cause);
    return found;
  }

  Snapshot snapshot_;
};

TEST_F(Incidents, AreNoneInAHealthyMarket) {
  device("sw-1", "switch", DeviceState::Up);
  device("ap-1", "access-point", DeviceState::Suspect);
  stall("A-101", {method(MethodState::Available, ""), method(MethodState::Unverified, "van"),
                  method(MethodState::NotEnrolled, ""), method(MethodState::Closed, "T-1"),
                  method(MethodState::Degraded, "T-1")});
  service("van", true, "");
  service("dns", std::nullopt, "");
  EXPECT_THAT(causes(), IsEmpty());
}

TEST_F(Incidents, MakeOneOfASwitchThatDiesWithItsTwelveStalls) {
  device("sw-1", "switch", DeviceState::Down, "sw-1");
  device("ap-1", "access-point", DeviceState::Unreachable, "sw-1");
  std::vector<std::string> stalls;
  for (int i = 0; i < 12; ++i) {
    const auto id = "A-1" + std::to_string(10 + i);
    stalls.push_back(id);
    device("T-" + id, "payment-terminal", DeviceState::Unreachable, "sw-1");
    stall(id, {method(MethodState::Unavailable, "sw-1", "switch sw-1 does not answer"),
               method(MethodState::Unavailable, "sw-1", "switch sw-1 does not answer")});
  }
  const auto incidents = incidents_of(snapshot_);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].cause, "sw-1");
  EXPECT_EQ(incidents[0].text, "switch sw-1 does not answer");
  EXPECT_EQ(incidents[0].since_ms, 1000);
  EXPECT_EQ(incidents[0].stalls, stalls);
  EXPECT_EQ(incidents[0].devices.size(), 13U);
  EXPECT_EQ(incidents[0].devices[0], "ap-1");
}

TEST_F(Incidents, PutTheOneWithMostStallsFirst) {
  device("ap-9", "access-point", DeviceState::Down, "ap-9");
  device("T-2", "payment-terminal", DeviceState::Down, "T-2");
  service("van", false, "tcp 203.0.113.10:443: refused");
  stall("A-101",
        {method(MethodState::Unavailable, "van"), method(MethodState::Unavailable, "T-2")});
  stall("A-102", {method(MethodState::Unavailable, "van")});
  EXPECT_THAT(causes(), ElementsAre("van", "T-2", "ap-9"));
  const auto incidents = incidents_of(snapshot_);
  EXPECT_EQ(incidents[0].text, "service van: tcp 203.0.113.10:443: refused");
  EXPECT_EQ(incidents[0].since_ms, 77);
  EXPECT_EQ(incidents[1].text, "terminal T-2 does not answer");
  EXPECT_EQ(incidents[2].text, "access point ap-9 does not answer");
  EXPECT_THAT(incidents[2].stalls, IsEmpty());
}

TEST_F(Incidents, OfADeadPortIncludeTheTerminalOnIt) {
  device("T-1", "payment-terminal", DeviceState::Down, "T-1").port = "sw-1/3";
  stall("A-101", {method(MethodState::Unavailable, "sw-1/3", "port sw-1/3 has no link")});
  const auto incidents = incidents_of(snapshot_);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].cause, "sw-1/3");
  EXPECT_EQ(incidents[0].text, "port sw-1/3 has no link");
  EXPECT_THAT(incidents[0].devices, ElementsAre("T-1"));
  EXPECT_EQ(incidents[0].since_ms, 1000);
}

TEST_F(Incidents, DoNotCountTheTerminalOfAClosedStall) {
  device("T-1", "payment-terminal", DeviceState::Down, "T-1").stall = "A-101";
  stall("A-101", {method(MethodState::Closed, "T-1")});
  EXPECT_THAT(causes(), IsEmpty());
}

TEST_F(Incidents, CountATerminalWhoseStallGoesOnWithAnother) {
  device("T-1", "payment-terminal", DeviceState::Down, "T-1").stall = "A-101";
  stall("A-101", {method(MethodState::Degraded, "T-1")});
  const auto incidents = incidents_of(snapshot_);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_THAT(incidents[0].stalls, IsEmpty());
}

TEST_F(Incidents, LeaveOutDevicesThatAreNotInTheDesign) {
  device("mac:02:00:00:00:00:09", "switch", DeviceState::Down).in_design = false;
  EXPECT_THAT(causes(), IsEmpty());
}

TEST_F(Incidents, TellAboutAServiceThatNobodyNeedsNow) {
  service("van", false, "");
  const auto incidents = incidents_of(snapshot_);
  ASSERT_EQ(incidents.size(), 1U);
  EXPECT_EQ(incidents[0].text, "service van: does not answer");
}

TEST_F(Incidents, AreOrderedByNameWhenNothingElseTellsThemApart) {
  device("b", "switch", DeviceState::Down, "b");
  device("a", "switch", DeviceState::Down, "a");
  EXPECT_THAT(causes(), ElementsAre("a", "b"));
}

}  // namespace
}  // namespace market::health
