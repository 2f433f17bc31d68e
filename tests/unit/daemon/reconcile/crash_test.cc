// The crash matrix: the program is killed at every point where it touches a device or the journal,
// in every scenario, and once more while it recovers. Afterwards the market is exactly before or
// exactly after, never between, and the journal says which.
#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/daemon/reconcile/lab.h"

namespace market::reconcile {
namespace {

struct Scenario {
  const char* name;
  std::function<void(Lab&)> prepare;  ///< before the plan is made
  std::function<void(Lab&, const Plan&)> act;
};

void apply(Lab& lab, const Plan& plan) { (void)lab.executor().apply(plan, "kim"); }

const std::vector<Scenario>& scenarios() {
  static const std::vector<Scenario> all{
      {"all goes well", [](Lab&) {}, apply},
      {"the last device refuses its last write, so all is undone",
       [](Lab& lab) { lab.device("sw-a1").refuse_writes = {8}; }, apply},
      {"a write takes half effect", [](Lab& lab) { lab.device("sw-a2").halve_writes = {4}; },
       apply},
      {"replies are lost",
       [](Lab& lab) {
         lab.device("sw-a1").lose_replies = {1, 2, 3, 5, 8};
       },
       apply},
      {"devices settle slowly",
       [](Lab& lab) { lab.device("sw-a2").settle = std::chrono::milliseconds{700}; }, apply},
  };
  return all;
}

/// Runs the scenario with a kill at the given point. True when it was killed.
bool run_killed(Lab& lab, const Scenario& scenario, const Plan& plan, KillSwitch& kill) {
  lab.arm(kill);
  bool killed = false;
  try {
    scenario.act(lab, plan);
  } catch (const Killed&) {
    killed = true;
  }
  lab.disarm();
  return killed;
}

void settle(Lab& lab) {
  for (auto& [id, driver] : lab.devices) driver->advance(std::chrono::seconds{10});
}

struct Ends {
  State before, after;
};

Ends ends_of(const Scenario& scenario) {
  Lab lab;
  scenario.prepare(lab);
  Ends ends;
  ends.before = lab.state();
  Lab honest;
  (void)honest.executor().apply(honest.plan(), "kim");
  ends.after = honest.state();
  return ends;
}

/// Exactly one of the two ends, and the journal agrees with the devices.
void expect_an_end(Lab& lab, const Ends& ends, const std::string& where) {
  settle(lab);
  const bool before = lab.state() == ends.before;
  const bool after = lab.state() == ends.after;
  EXPECT_TRUE(before || after) << where << ": between";
  EXPECT_FALSE(lab.journal.open_run()->has_value()) << where << ": a run is still open";
  if (lab.journal.runs().empty()) {
    EXPECT_TRUE(before) << where;
    return;
  }
  const auto state = lab.journal.runs().back().state;
  EXPECT_EQ(state, before ? RunState::RolledBack : RunState::Committed) << where;
}

std::size_t points_of(const Scenario& scenario) {
  Lab lab;
  scenario.prepare(lab);
  KillSwitch count;
  EXPECT_FALSE(run_killed(lab, scenario, lab.plan(), count));
  return count.seen();
}

TEST(CrashMatrix, EndsExactlyBeforeOrExactlyAfter) {
  std::size_t cells = 0;
  for (const auto& scenario : scenarios()) {
    const auto ends = ends_of(scenario);
    const auto points = points_of(scenario);
    EXPECT_GT(points, 60U) << scenario.name;
    for (std::size_t point = 1; point <= points; ++point) {
      Lab lab;
      scenario.prepare(lab);
      KillSwitch kill{point};
      ASSERT_TRUE(run_killed(lab, scenario, lab.plan(), kill));
      (void)lab.executor().recover(kNow);
      expect_an_end(lab, ends, std::string{scenario.name} + ", point " + std::to_string(point));
      ++cells;
    }
  }
  RecordProperty("cells", static_cast<int>(cells));
}

TEST(CrashMatrix, SurvivesASecondCrashDuringRecovery) {
  const auto& scenario = scenarios()[1];
  const auto ends = ends_of(scenario);
  const auto points = points_of(scenario);
  for (std::size_t point = 1; point <= points; point += 7) {
    for (std::size_t second = 1;; second += 5) {
      Lab lab;
      scenario.prepare(lab);
      KillSwitch kill{point};
      ASSERT_TRUE(run_killed(lab, scenario, lab.plan(), kill));
      KillSwitch again{second};
      const Scenario recovery{
          "recovery", {}, [](Lab& l, const Plan&) { (void)l.executor().recover(kNow); }};
      const bool killed = run_killed(lab, recovery, {}, again);
      (void)lab.executor().recover(kNow);
      expect_an_end(lab, ends, "points " + std::to_string(point) + ", " + std::to_string(second));
      if (!killed) break;
      ASSERT_LT(second, 1000U);
    }
  }
}

TEST(CrashMatrix, HoldsForARollbackOfACommittedRun) {
  Lab reference;
  const auto before = reference.state();
  (void)reference.executor().apply(reference.plan(), "kim");
  const auto after = reference.state();
  KillSwitch count;
  reference.arm(count);
  (void)reference.executor().rollback("kim");
  reference.disarm();
  ASSERT_EQ(reference.state(), before);
  for (std::size_t point = 1; point <= count.seen(); ++point) {
    Lab lab;
    (void)lab.executor().apply(lab.plan(), "kim");
    KillSwitch kill{point};
    const Scenario rollback{
        "rollback", {}, [](Lab& l, const Plan&) { (void)l.executor().rollback("kim"); }};
    ASSERT_TRUE(run_killed(lab, rollback, {}, kill));
    (void)lab.executor().recover(kNow);
    expect_an_end(lab, {before, after}, "rollback, point " + std::to_string(point));
    if (point > 1) {
      EXPECT_EQ(lab.state(), before) << point;
    }
  }
}

TEST(CrashMatrix, LeavesTheStartupConfigurationAtTheSameEnd) {
  const auto& scenario = scenarios()[0];
  const auto points = points_of(scenario);
  for (std::size_t point = 1; point <= points; ++point) {
    Lab lab;
    KillSwitch kill{point};
    ASSERT_TRUE(run_killed(lab, scenario, lab.plan(), kill));
    (void)lab.executor().recover(kNow);
    for (const auto& [id, driver] : lab.devices) {
      EXPECT_EQ(driver->startup(), driver->fields()) << id << ", point " << point;
    }
  }
}

TEST(CrashMatrix, EndsBeforeWhenThePowerFailsToo) {
  const auto& scenario = scenarios()[0];
  const auto points = points_of(scenario);
  for (std::size_t point = 1; point <= points; ++point) {
    Lab lab;
    const auto before = lab.state();
    KillSwitch kill{point};
    ASSERT_TRUE(run_killed(lab, scenario, lab.plan(), kill));
    for (auto& [id, driver] : lab.devices) driver->power_cut();
    const auto report = lab.executor().recover(kNow);
    const bool committed =
        report.outcome == Outcome::Committed ||
        (!lab.journal.runs().empty() && lab.journal.runs().back().state == RunState::Committed);
    EXPECT_TRUE(committed ? lab.plan().empty() : lab.state() == before) << point;
  }
}

}  // namespace
}  // namespace market::reconcile
