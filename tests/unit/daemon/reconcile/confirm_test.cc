// A change that waits to be confirmed: in place, not saved, and gone again unless somebody says so.
#include <gtest/gtest.h>

#include "tests/unit/daemon/reconcile/lab.h"

namespace market::reconcile {
namespace {

BootTime in_five_minutes() { return later(300); }

Report apply(Lab& lab) { return lab.executor().apply(lab.plan(), "kim", in_five_minutes); }

TEST(Confirm, SavesNothingBeforeSomebodyConfirms) {
  Lab lab;
  const auto report = apply(lab);
  EXPECT_EQ(report.outcome, Outcome::AwaitingConfirm);
  EXPECT_EQ(exit_code(report.outcome), 0);
  EXPECT_EQ(report.steps_done, report.steps_total);
  EXPECT_TRUE(lab.plan().empty()) << "it is in place";
  EXPECT_EQ(lab.saves(), 0U);
  EXPECT_EQ(lab.journal.runs()[0].state, RunState::AwaitingConfirm);
  EXPECT_EQ(lab.journal.runs()[0].confirm_by.ms, later(300).ms);

  EXPECT_EQ(lab.executor().confirm(later(299)).outcome, Outcome::Committed);
  EXPECT_EQ(lab.saves(), 3U);
  EXPECT_EQ(lab.journal.runs()[0].state, RunState::Committed);
  EXPECT_EQ(lab.executor().confirm(later(299)).outcome, Outcome::NothingToDo);
}

TEST(Confirm, PutsBackWhatNobodyConfirmedInTime) {
  Lab lab;
  const auto before = lab.state();
  (void)apply(lab);
  EXPECT_EQ(lab.executor().recover(later(299)).outcome, Outcome::AwaitingConfirm);
  EXPECT_TRUE(lab.plan().empty());
  EXPECT_EQ(lab.executor().confirm(later(300)).outcome, Outcome::Failed) << "too late";
  const auto report = lab.executor().recover(later(300));
  EXPECT_EQ(report.outcome, Outcome::RolledBack);
  EXPECT_EQ(report.restored, report.to_restore);
  EXPECT_NE(report.reason.find("nobody confirmed it in time"), std::string::npos);
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(lab.saves(), 0U);
}

TEST(Confirm, AnotherBootOfTheGatewayIsTooLate) {
  Lab lab;
  const auto before = lab.state();
  (void)apply(lab);
  EXPECT_EQ(lab.executor().confirm({"boot-2", 0}).outcome, Outcome::Failed);
  EXPECT_EQ(lab.executor().recover({"boot-2", 0}).outcome, Outcome::RolledBack);
  EXPECT_EQ(lab.state(), before);
}

TEST(Confirm, ARollbackIsAsGoodAsSilence) {
  Lab lab;
  const auto before = lab.state();
  (void)apply(lab);
  EXPECT_EQ(lab.executor().rollback("kim").outcome, Outcome::RolledBack);
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(lab.saves(), 0U);
  EXPECT_EQ(lab.executor().confirm(later(1)).outcome, Outcome::NothingToDo);
}

TEST(Confirm, NoOtherChangeBeginsMeanwhile) {
  Lab lab;
  (void)apply(lab);
  lab.desired["sw-a1"].fields["port[1].label"] = {text("other"), {"m.yaml", 1, 1}, ""};
  const auto report = lab.executor().apply(lab.plan(), "lee");
  EXPECT_EQ(report.outcome, Outcome::Failed);
  EXPECT_NE(report.reason.find("waits to be confirmed"), std::string::npos);
}

TEST(Confirm, OfWhatIsNotAsPlannedAnyMoreIsRefused) {
  Lab lab;
  const auto before = lab.state();
  (void)apply(lab);
  lab.device("sw-a1").power_cut();  // nothing was saved: it is as before
  const auto report = lab.executor().confirm(later(10));
  EXPECT_EQ(report.outcome, Outcome::Failed);
  EXPECT_NE(report.reason.find("not as planned any more"), std::string::npos);
  EXPECT_EQ(lab.saves(), 0U);
  EXPECT_EQ(lab.executor().recover(later(301)).outcome, Outcome::RolledBack);
  EXPECT_EQ(lab.state(), before);
}

TEST(Confirm, ADeadlineThatIsNotOnTheDiskIsNone) {
  Lab lab;
  const auto before = lab.state();
  lab.journal.breaks_at = {{"await", 2}};
  EXPECT_EQ(apply(lab).outcome, Outcome::RolledBack);
  EXPECT_EQ(lab.state(), before);
}

TEST(Confirm, NothingIsWrittenUnlessTheDiskKnowsThatItIsToBeConfirmed) {
  Lab lab;
  lab.journal.broken = {"await"};
  EXPECT_EQ(apply(lab).outcome, Outcome::Failed);
  EXPECT_EQ(lab.writes(), 0U);
  EXPECT_FALSE(lab.journal.open_run()->has_value());
}

TEST(Confirm, WhatIsPutBackForAReasonSaysIt) {
  Lab lab;
  const auto before = lab.state();
  (void)apply(lab);
  const auto report = lab.executor().put_back("sw-a1 stopped answering");
  EXPECT_EQ(report.outcome, Outcome::RolledBack);
  EXPECT_EQ(report.reason, "sw-a1 stopped answering");
  EXPECT_EQ(lab.journal.runs()[0].note, "sw-a1 stopped answering");
  EXPECT_EQ(lab.state(), before);
  EXPECT_EQ(lab.saves(), 0U);
  EXPECT_EQ(lab.executor().put_back("again").outcome, Outcome::NothingToDo);
}

TEST(Confirm, APlanOfNothingHasNothingToConfirm) {
  Lab lab;
  (void)lab.executor().apply(lab.plan(), "kim");
  EXPECT_EQ(apply(lab).outcome, Outcome::NothingToDo);
  EXPECT_FALSE(lab.journal.open_run()->has_value());
}

State startup(const Lab& lab) {
  State saved;
  for (const auto& [id, driver] : lab.devices) saved[id] = driver->startup();
  return saved;
}

/// Kills at every point of apply and of confirm; afterwards nobody confirms any more.
TEST(ConfirmCrashMatrix, EndsExactlyBeforeOrExactlyAfter) {
  Lab reference;
  const auto before = reference.state();
  KillSwitch count;
  reference.arm(count);
  (void)apply(reference);
  const auto applied = count.seen();
  (void)reference.executor().confirm(later(1));
  reference.disarm();
  const auto after = reference.state();
  ASSERT_GT(count.seen(), applied);
  for (std::size_t point = 1; point <= count.seen(); ++point) {
    Lab lab;
    KillSwitch kill{point};
    lab.arm(kill);
    bool asked = false;
    try {
      (void)apply(lab);
      asked = true;
      (void)lab.executor().confirm(later(1));
      FAIL() << "not killed at point " << point;
    } catch (const Killed&) {
    }
    lab.disarm();
    (void)lab.executor().recover(later(301));
    const bool is_before = lab.state() == before, is_after = lab.state() == after;
    EXPECT_TRUE(is_before || is_after) << point << ": between";
    EXPECT_TRUE(asked || is_before) << point << ": kept, and nobody confirmed it";
    EXPECT_EQ(startup(lab), lab.state())
        << point << ": a power cut would bring back something else";
    EXPECT_FALSE(lab.journal.open_run()->has_value()) << point;
    if (!lab.journal.runs().empty()) {
      EXPECT_EQ(lab.journal.runs().back().state,
                is_after ? RunState::Committed : RunState::RolledBack)
          << point;
    }
  }
}

}  // namespace
}  // namespace market::reconcile
