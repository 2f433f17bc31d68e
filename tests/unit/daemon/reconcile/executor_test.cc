// Executor: what it promises with honest devices, and with wicked ones.
#include "daemon/reconcile/executor.h"

#include <gtest/gtest.h>

#include "tests/unit/daemon/reconcile/lab.h"

namespace market::reconcile {
namespace {

TEST(Apply, BringsTheDesignAndSavesEachDeviceOnce) {
  Lab lab;
  const auto plan = lab.plan();
  const auto report = lab.executor().apply(plan, "kim@gw1");
  EXPECT_EQ(report.outcome, Outcome::Committed) << report.reason;
  EXPECT_EQ(report.steps_done, plan.steps.size());
  EXPECT_EQ(report.changes_done, plan.change_count());
  EXPECT_EQ(report.plan_id, plan.id);
  EXPECT_TRUE(lab.plan().empty());
  EXPECT_EQ(lab.saves(), 3U);
  for (const auto& [id, driver] : lab.devices) EXPECT_EQ(driver->startup(), driver->fields());
  ASSERT_EQ(lab.journal.runs().size(), 1U);
  const auto& run = lab.journal.runs()[0];
  EXPECT_EQ(run.state, RunState::Committed);
  EXPECT_EQ(run.actor, "kim@gw1");
  EXPECT_EQ(run.done.size(), plan.steps.size());
  EXPECT_EQ(lab.progress.size(), plan.steps.size());
}

TEST(Apply, WritesNothingTheSecondTime) {
  Lab lab;
  (void)lab.executor().apply(lab.plan(), "kim");
  const auto writes = lab.writes();
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::NothingToDo);
  EXPECT_EQ(lab.writes(), writes);
  EXPECT_EQ(lab.saves(), 3U);
  EXPECT_EQ(lab.journal.runs().size(), 1U);
}

TEST(Apply, RefusesAPlanThatWasAppliedAlready) {
  Lab lab;
  const auto plan = lab.plan();
  (void)lab.executor().apply(plan, "kim");
  const auto state = lab.state();
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::Stale);
  EXPECT_EQ(lab.state(), state);
}

TEST(Apply, WritesNothingWhenADeviceHasDriftedSinceThePlan) {
  Lab lab;
  const auto plan = lab.plan();
  lab.device("sw-a2").set("port[2].pvid", number(30));
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::Stale);
  EXPECT_EQ(report.reason, "sw-a2 port[2].pvid: planned from 1, is 30 now, wanted 20");
  EXPECT_EQ(lab.writes(), 0U);
  EXPECT_TRUE(lab.journal.runs().empty());
}

TEST(Apply, NamesAFewDifferencesAndCountsTheOthers) {
  Lab lab;
  const auto plan = lab.plan();
  for (const auto* port : {"1", "2", "3", "4"}) {
    lab.device("sw-a1").set(std::string{"port["} + port + "].pvid", number(30));
  }
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_NE(report.reason.find("and 1 more"), std::string::npos) << report.reason;
}

TEST(Apply, WritesNothingToAnotherDeviceAtTheSameAddress) {
  Lab lab;
  const auto plan = lab.plan();
  const auto fields = lab.device("sw-a1").fields();
  lab.devices["sw-a1"] =
      std::make_unique<fakes::FakeDriver>(fields, device::Identity{"8000", "SN-NEW", ""});
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::Stale);
  EXPECT_NE(report.reason.find("sw-a1 is another device"), std::string::npos) << report.reason;
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(Apply, WritesNothingWhenADeviceCannotBeReached) {
  Lab lab;
  const auto plan = lab.plan();
  lab.unplugged.insert("sw-a2");
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::Stale);
  EXPECT_EQ(report.reason, "sw-a2 cannot be reached");
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(Apply, BearsOneLostReading) {
  Lab lab;
  const auto plan = lab.plan();
  lab.device("sw-a1").silent_reads = 1;
  EXPECT_EQ(lab.executor().apply(plan, "kim").outcome, Outcome::Committed);
}

TEST(Apply, RefusesWhileARunIsOpen) {
  Lab lab;
  const auto plan = lab.plan();
  (void)lab.journal.begin(plan, "lee");
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::Failed);
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(Apply, ListsWhatCouldNotBeSavedAndCommitsAllTheSame) {
  Lab lab;
  lab.device("gw1").can_save = false;
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::Committed);
  EXPECT_EQ(report.unsaved, (std::vector<std::string>{"gw1: the profile has no way to save"}));
}

/// A wicked device: after apply the market is exactly as before, and the report says so.
void expect_rolled_back(Lab& lab, const std::string& reason) {
  const auto before = lab.state();
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RolledBack) << to_string(report.outcome);
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(report.restored, report.to_restore);
  EXPECT_TRUE(report.left_over.empty());
  EXPECT_NE(report.reason.find(reason), std::string::npos) << report.reason;
  EXPECT_EQ(lab.saves(), 0U);
  ASSERT_EQ(lab.journal.runs().size(), 1U);
  EXPECT_EQ(lab.journal.runs()[0].state, RunState::RolledBack);
}

TEST(WickedDevice, AcceptsAndForgetsSoAllIsUndone) {
  Lab lab;
  lab.device("sw-a2").forget_writes = {4};
  expect_rolled_back(lab, "accepted, but not done");
}

TEST(WickedDevice, DoesHalfSoAllIsUndone) {
  Lab lab;
  lab.device("sw-a2").halve_writes = {1};
  expect_rolled_back(lab, "commitFailed");
}

TEST(WickedDevice, RefusesSoAllIsUndone) {
  for (std::size_t write = 1; write <= 7; ++write) {
    Lab lab;
    lab.device("sw-a1").refuse_writes = {write};
    expect_rolled_back(lab, "genErr");
  }
}

TEST(WickedDevice, LosesAWriteSoAllIsUndone) {
  Lab lab;
  lab.device("sw-a1").lose_writes = {3};
  expect_rolled_back(lab, "no answer to the write");
}

TEST(WickedDevice, TurnsAValueIntoAnotherForGoodAndTheReportSaysSo) {
  Lab lab;
  lab.device("sw-a1").mangle["port[3].label"] = text("label ?");
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(report.left_over,
            (std::vector<std::string>{"sw-a1 port[3].label is 'label ?', was ''"}));
  EXPECT_EQ(report.restored + 1, report.to_restore);
  EXPECT_EQ(lab.journal.runs()[0].state, RunState::RollbackIncomplete);
}

TEST(WickedDevice, LosesRepliesAndIsAskedInsteadOfToldAgain) {
  Lab lab;
  lab.device("sw-a1").lose_replies = {1, 2, 3, 4, 5};
  const auto plan = lab.plan();
  EXPECT_EQ(lab.executor().apply(plan, "kim").outcome, Outcome::Committed);
  EXPECT_EQ(lab.writes(), plan.steps.size()) << "a write was repeated";
}

TEST(WickedDevice, SettlesSlowlyWithinTheWindow) {
  Lab lab;
  lab.device("sw-a1").settle = std::chrono::milliseconds{1000};
  EXPECT_EQ(lab.executor().apply(lab.plan(), "kim").outcome, Outcome::Committed);
}

TEST(WickedDevice, SettlesAfterTheWindowAndIsStillUndone) {
  Lab lab;
  lab.device("sw-a2").settle = std::chrono::milliseconds{1500};
  const auto before = lab.state();
  const auto report = lab.executor().apply(lab.plan(), "kim");
  for (int i = 0; i < 20; ++i) lab.device("sw-a2").advance(std::chrono::milliseconds{300});
  EXPECT_EQ(report.outcome, Outcome::RolledBack) << report.reason;
  EXPECT_EQ(lab.state(), before);
}

TEST(WickedDevice, FallsSilentMidWayAndIsNamed) {
  Lab lab;
  lab.device("sw-a2").silent_from_write = 3;
  const auto before = lab.state();
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(lab.state().at("sw-a1"), before.at("sw-a1"));
  EXPECT_EQ(lab.state().at("gw1"), before.at("gw1"));
  ASSERT_FALSE(report.left_over.empty());
  for (const auto& line : report.left_over) EXPECT_TRUE(line.starts_with("sw-a2 ")) << line;
  EXPECT_NE(report.reason.find("sw-a2: no answer"), std::string::npos) << report.reason;

  lab.device("sw-a2").silent_from_write = SIZE_MAX;
  const auto again = lab.executor().rollback("kim");
  EXPECT_EQ(again.outcome, Outcome::RolledBack) << again.reason;
  EXPECT_EQ(lab.state(), before);
}

TEST(WickedDevice, IsCutOffByTheLastStepAndComesBackWithIt) {
  for (const bool forced : {false, true}) {
    Lab lab;
    auto plan = lab.plan();
    ASSERT_EQ(plan.steps.back().device, "gw1") << "the last step is of the gateway";
    ASSERT_GT(lab.plan().steps.size(), 2U);
    if (forced) plan.lockouts.push_back({"gw1", plan.steps.back().changes[0].field, "cut"});
    const auto before = lab.state();
    const auto all = [&plan] {
      std::size_t count = 0;
      for (const auto& step : plan.steps) count += step.device == "gw1" ? 1U : 0U;
      return count;
    }();
    // The way to sw-a2 goes with the last write to gw1 and comes with the next one: at once, or,
    // where it takes its time, after that many looks.
    std::size_t looks = 0;
    lab.device("gw1").hook = [&](const std::string& point) {
      if (point != "after-write") return;
      if (lab.device("gw1").writes == all) lab.unplugged.insert("sw-a2");
      if (lab.device("gw1").writes > all && !forced) lab.unplugged.erase("sw-a2");
    };
    lab.on_pause = [&] {
      if (forced && lab.device("gw1").writes > all && ++looks == 20) lab.unplugged.erase("sw-a2");
    };
    const auto report = lab.executor().apply(plan, "kim");
    EXPECT_EQ(report.outcome, Outcome::RolledBack) << report.reason;
    EXPECT_EQ(lab.state(), before);
  }
}

TEST(WickedDevice, IsUnpluggedWhileItIsUndone) {
  Lab lab;
  lab.device("sw-a2").refuse_writes = {3};
  lab.device("sw-a2").hook = [&lab](const std::string& point) {
    if (point == "before-write" && lab.device("sw-a2").writes == 2) lab.unplugged.insert("sw-a1");
  };
  const auto before = lab.state();
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_NE(report.reason.find("sw-a1 cannot be reached"), std::string::npos) << report.reason;
  EXPECT_EQ(lab.state().at("sw-a2"), before.at("sw-a2"));
}

TEST(WickedDevice, RestartsWithItsOldConfiguration) {
  Lab lab;
  lab.device("sw-a1").hook = [&lab](const std::string& point) {
    if (point == "before-write" && lab.device("sw-a1").writes == 4) lab.device("sw-a1").power_cut();
  };
  expect_rolled_back(lab, "sw-a1");
}

TEST(WickedDevice, TakesBackAnEarlierStepAndIsCaughtAtTheEnd) {
  Lab lab;
  const auto plan = lab.plan();
  const auto before = lab.state();
  lab.device("sw-a1").hook = [&lab](const std::string& point) {
    if (point == "after-write" && lab.device("sw-a1").fields().at("port[1].pvid") == number(20)) {
      lab.device("sw-a1").set("port[2].label", text(""));
      lab.device("sw-a1").hook = nullptr;
    }
  };
  const auto report = lab.executor().apply(plan, "kim");
  EXPECT_EQ(report.outcome, Outcome::RolledBack) << report.reason;
  EXPECT_EQ(report.reason, "sw-a1 port[2].label is '', not 'label 2'");
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(lab.saves(), 0U);
}

TEST(WickedDevice, RefusesBigWritesWhenUndoingAndIsUndoneFieldByField) {
  Lab lab;
  const auto before = lab.state();
  lab.device("sw-a2").hook = [&lab](const std::string& point) {
    if (point == "before-write" && lab.device("sw-a2").writes == 4) {
      lab.device("sw-a2").refuses_big_writes = true;
    }
  };
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RolledBack) << report.reason;
  EXPECT_EQ(lab.state(), before);
}

TEST(WickedDevice, KeepsARowItShouldDeleteAndTheReportSaysSo) {
  Lab lab;
  lab.device("sw-a2").refuse_writes = {5};
  lab.device("sw-a2").refuses_deletions = true;
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(report.left_over,
            (std::vector<std::string>{"sw-a2 vlan[20].name is 'payment', was absent"}));
  EXPECT_EQ(report.restored + 1, report.to_restore);
}

TEST(SomebodyElse, ChangesAFieldDuringTheRunAndIsNotOverwritten) {
  Lab lab;
  auto before = lab.state();
  lab.device("sw-a1").hook = [&lab](const std::string& point) {
    if (point == "after-write") lab.device("sw-a2").set("port[2].pvid", number(77));
  };
  const auto report = lab.executor().apply(lab.plan(), "lee");
  EXPECT_EQ(report.outcome, Outcome::RolledBack);
  EXPECT_NE(report.reason.find("sw-a2 port[2].pvid is 77, was 1"), std::string::npos)
      << report.reason;
  before["sw-a2"]["port[2].pvid"] = number(77);
  EXPECT_EQ(lab.state(), before);
}

TEST(BrokenJournal, SendsNothingWhenItCannotBegin) {
  Lab lab;
  lab.journal.broken = {"begin"};
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::Failed);
  EXPECT_EQ(report.reason, "database or disk is full");
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(BrokenJournal, SendsNothingWhenItCannotEvenBeRead) {
  Lab lab;
  lab.journal.broken = {"open"};
  EXPECT_EQ(lab.executor().apply(lab.plan(), "kim").outcome, Outcome::Failed);
  EXPECT_EQ(lab.executor().rollback("kim").outcome, Outcome::Failed);
  EXPECT_EQ(lab.executor().recover(kNow).outcome, Outcome::Failed);
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(BrokenJournal, SendsNothingWithoutADurableIntent) {
  Lab lab;
  lab.journal.broken = {"intent"};
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::Failed);
  EXPECT_EQ(lab.writes(), 0U);
}

TEST(BrokenJournal, UndoesWhatWasBegunWhenTheDiskFillsUp) {
  for (const auto* operation : {"intent", "done"}) {
    Lab lab;
    lab.journal.breaks_at[operation] = 6;
    if (std::string{operation} == "done") lab.journal.broken = {"undone", "state"};
    const auto before = lab.state();
    const auto report = lab.executor().apply(lab.plan(), "kim");
    EXPECT_EQ(report.outcome, Outcome::RolledBack);
    EXPECT_NE(report.reason.find("journal: database or disk is full"), std::string::npos);
    EXPECT_EQ(lab.state(), before);
    lab.journal.broken.clear();
    lab.journal.breaks_at.clear();
    (void)lab.executor().recover(kNow);
    EXPECT_EQ(lab.state(), before);
    EXPECT_EQ(lab.journal.runs()[0].state, RunState::RolledBack);
  }
}

TEST(BrokenJournal, LeavesACommitForRecoveryToRecord) {
  Lab lab;
  lab.journal.broken = {"state"};
  const auto report = lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(report.outcome, Outcome::Committed);
  EXPECT_NE(report.reason.find("did not record it"), std::string::npos);
  lab.journal.broken.clear();
  const auto writes = lab.writes();
  EXPECT_EQ(lab.executor().recover(kNow).outcome, Outcome::Committed);
  EXPECT_EQ(lab.writes(), writes);
  EXPECT_EQ(lab.journal.runs()[0].state, RunState::Committed);
}

TEST(Rollback, BringsTheLastRunBackExactlyAndSaves) {
  Lab lab;
  const auto before = lab.state();
  (void)lab.executor().apply(lab.plan(), "kim");
  const auto report = lab.executor().rollback("lee");
  EXPECT_EQ(report.outcome, Outcome::RolledBack) << report.reason;
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(report.restored, report.to_restore);
  EXPECT_GT(report.to_restore, 0U);
  for (const auto& [id, driver] : lab.devices) EXPECT_EQ(driver->startup(), before.at(id));
  EXPECT_NE(report.reason.find("lee"), std::string::npos);
  EXPECT_EQ(lab.executor().rollback("lee").outcome, Outcome::NothingToDo);
}

TEST(Rollback, GoesBackRunByRun) {
  Lab lab;
  const auto first = lab.state();
  (void)lab.executor().apply(lab.plan(), "kim");
  const auto second = lab.state();
  lab.desired["sw-a1"].fields["system.name"].value = text("renamed");
  (void)lab.executor().apply(lab.plan(), "kim");
  (void)lab.executor().rollback("kim");
  EXPECT_EQ(lab.state(), second);
  (void)lab.executor().rollback("kim");
  EXPECT_EQ(lab.state(), first);
}

TEST(Rollback, LeavesWhatSomebodyChangedSinceAlone) {
  Lab lab;
  auto expected = lab.state();
  (void)lab.executor().apply(lab.plan(), "kim");
  lab.device("sw-a1").set("port[3].label", text("by hand"));
  expected["sw-a1"]["port[3].label"] = text("by hand");
  const auto report = lab.executor().rollback("kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(report.left_over,
            (std::vector<std::string>{"sw-a1 port[3].label is 'by hand', was ''"}));
  EXPECT_EQ(lab.state(), expected);
}

TEST(Rollback, KeepsARowThatSomebodyUsesOtherwiseNow) {
  Lab lab;
  (void)lab.executor().apply(lab.plan(), "kim");
  lab.device("sw-a1").set("vlan[20].port[3]", text("tagged"));
  const auto report = lab.executor().rollback("kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(report.left_over.size(), 2U);
  EXPECT_EQ(lab.device("sw-a1").fields().at("vlan[20].port[3]"), text("tagged"));
}

TEST(Rollback, HasNothingToDoInANewMarket) {
  Lab lab;
  EXPECT_EQ(lab.executor().rollback("kim").outcome, Outcome::NothingToDo);
  EXPECT_EQ(lab.executor().recover(kNow).outcome, Outcome::NothingToDo);
}

TEST(Rollback, WritesNothingWhenTheJournalCannotReopenTheRun) {
  Lab lab;
  (void)lab.executor().apply(lab.plan(), "kim");
  const auto after = lab.state();
  lab.journal.broken = {"state"};
  EXPECT_EQ(lab.executor().rollback("kim").outcome, Outcome::Failed);
  EXPECT_EQ(lab.state(), after);
}

TEST(Rollback, NeverWritesToADeviceThatWasSwapped) {
  Lab lab;
  (void)lab.executor().apply(lab.plan(), "kim");
  const auto fields = lab.device("sw-a1").fields();
  lab.devices["sw-a1"] =
      std::make_unique<fakes::FakeDriver>(fields, device::Identity{"8000", "SN-NEW", ""});
  const auto report = lab.executor().rollback("kim");
  EXPECT_EQ(report.outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(lab.device("sw-a1").writes, 0U);
  EXPECT_NE(report.reason.find("another device"), std::string::npos);
}

TEST(Recover, TouchesNothingWhileAFinishedRunCannotBeRead) {
  Lab lab;
  lab.journal.broken = {"state"};
  (void)lab.executor().apply(lab.plan(), "kim");
  lab.journal.broken.clear();
  const auto after = lab.state();
  lab.unplugged.insert("sw-a2");
  EXPECT_EQ(lab.executor().recover(kNow).outcome, Outcome::RollbackIncomplete);
  EXPECT_EQ(lab.state(), after);
  lab.unplugged.clear();
  EXPECT_EQ(lab.executor().recover(kNow).outcome, Outcome::Committed);
}

TEST(Report, MapsOutcomesToExitCodes) {
  EXPECT_EQ(exit_code(Outcome::Committed), 0);
  EXPECT_EQ(exit_code(Outcome::NothingToDo), 0);
  EXPECT_EQ(exit_code(Outcome::Failed), 1);
  EXPECT_EQ(exit_code(Outcome::Stale), 3);
  EXPECT_EQ(exit_code(Outcome::RolledBack), 4);
  EXPECT_EQ(exit_code(Outcome::RollbackIncomplete), 5);
  EXPECT_EQ(to_string(Outcome::RollbackIncomplete), "rollback-incomplete");
}

}  // namespace
}  // namespace market::reconcile
