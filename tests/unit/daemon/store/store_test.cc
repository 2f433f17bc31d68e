// daemon/store: what is put in comes out again, in another process too.
#include <gmock/gmock.h>
#include <unistd.h>

#include <fstream>

#include "daemon/store/database.h"
#include "daemon/store/schema.h"
#include "tests/unit/daemon/store/sample.h"

namespace market::store {
namespace {

using health::DeviceState;
using health::HealthEvent;
using reconcile::RunState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StoreTest : public testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    store_.reset();
    auto opened = open_store(directory_.path());
    ASSERT_TRUE(opened) << opened.error().message;
    store_ = std::move(*opened);
  }
  [[nodiscard]] std::string file(const std::string& name) const {
    return directory_.path() + "/" + name;
  }
  std::vector<std::string> outages() {
    auto rows = store_->outages(100);
    EXPECT_TRUE(rows);
    std::vector<std::string> texts;
    for (const auto& row : rows.value_or(std::vector<OutageRow>{})) {
      texts.push_back(row.device + " " + row.state + " by " + row.cause + " " +
                      std::to_string(row.began_ms) + ".." + std::to_string(row.ended_ms));
    }
    return texts;
  }
  Result<void> happen(const std::string& device, DeviceState to, const std::string& cause,
                      std::int64_t at_ms) {
    return store_->record({HealthEvent{device, DeviceState::Up, to, cause, at_ms}});
  }

  Directory directory_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreTest, ItsEngineIsTheSameAtEveryStartAndCountsThem) {
  const auto first = *store_->start_engine();
  EXPECT_THAT(first.id, testing::MatchesRegex("80001F8880[0-9A-F]{16}"));
  EXPECT_EQ(first.boots, 1);
  reopen();
  const auto second = *store_->start_engine();
  EXPECT_EQ(second.id, first.id);
  EXPECT_EQ(second.boots, 2);
  Directory elsewhere;
  EXPECT_NE((*open_store(elsewhere.path()))->start_engine()->id, first.id);
}

TEST_F(StoreTest, IsEmptyAtFirst) {
  EXPECT_THAT(*store_->devices(), IsEmpty());
  EXPECT_THAT(*store_->outages(10), IsEmpty());
  EXPECT_THAT(*store_->audit_rows(10), IsEmpty());
  EXPECT_FALSE(*store_->journal().open_run());
  EXPECT_FALSE(*store_->journal().last_committed());
  EXPECT_THAT(*store_->journal().history(10), IsEmpty());
}

TEST_F(StoreTest, RemembersEveryMemberOfADevice) {
  const std::vector records{sample_device("serial:a"), sample_device("mac:b")};
  ASSERT_TRUE(store_->save_devices(records));
  reopen();
  const auto read = store_->devices();
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(describe(read->at(0)), describe(records[1])) << "sorted by key";
  EXPECT_EQ(describe(read->at(1)), describe(records[0]));
}

TEST_F(StoreTest, SavesTheWholeInventoryOrNothingOfIt) {
  ASSERT_TRUE(store_->save_devices({sample_device("a"), sample_device("b")}));
  ASSERT_TRUE(store_->save_devices({sample_device("c")}));
  ASSERT_EQ(store_->devices()->size(), 1U);
  const auto saved = store_->save_devices({sample_device("d"), sample_device("d")});
  ASSERT_FALSE(saved);
  EXPECT_EQ(saved.error().code, Errc::Io);
  EXPECT_THAT(saved.error().message, HasSubstr("UNIQUE constraint failed"));
  EXPECT_THAT(saved.error().message, HasSubstr(file("market.db")));
  ASSERT_EQ(store_->devices()->size(), 1U);
  EXPECT_EQ(store_->devices()->at(0).key, "c");
}

inventory::Finding found(const std::string& kind, std::int64_t at_ms) {
  return {
      kind,  "sw-a1/7", inventory::Severity::Critical, "무엇이 '틀렸나'", {"둘", "fdb of sw-a1"},
      at_ms, at_ms};
}

TEST_F(StoreTest, AFindingIsOpenUntilItIsFoundNoMore) {
  ASSERT_TRUE(store_->save_findings({found("loop", 1), found("wrong-port", 1)}, 1));
  auto loop = found("loop", 1);
  loop.last_seen_ms = 5;
  loop.text = "worse";
  ASSERT_TRUE(store_->save_findings({loop}, 5));
  reopen();
  auto rows = store_->findings(10);
  ASSERT_TRUE(rows) << rows.error().message;
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).finding.id(), "loop:sw-a1/7");
  EXPECT_EQ(rows->at(0).finding.text, "worse");
  EXPECT_EQ(rows->at(0).finding.severity, inventory::Severity::Critical);
  EXPECT_THAT(rows->at(0).finding.evidence, ElementsAre("둘", "fdb of sw-a1"));
  EXPECT_EQ(rows->at(0).finding.first_seen_ms, 1);
  EXPECT_EQ(rows->at(0).finding.last_seen_ms, 5);
  EXPECT_EQ(rows->at(0).closed_ms, 0);
  EXPECT_EQ(rows->at(1).finding.id(), "wrong-port:sw-a1/7");
  EXPECT_EQ(rows->at(1).closed_ms, 5);
  ASSERT_TRUE(store_->save_findings({found("wrong-port", 9)}, 9));
  rows = store_->findings(10);
  ASSERT_EQ(rows->size(), 3U) << "what comes back is found anew";
  EXPECT_EQ(rows->at(0).finding.first_seen_ms, 9);
  EXPECT_EQ(store_->findings(1)->size(), 1U);
}

TEST_F(StoreTest, TakesOverADatabaseOfTheFirstVersion) {
  store_.reset();
  std::filesystem::remove(file("market.db"));
  {
    auto database = Database::open(file("market.db"));
    ASSERT_TRUE(database) << database.error().message;
    ASSERT_TRUE(migrate(**database, 1));
    ASSERT_TRUE((*database)->script(
        "INSERT INTO device VALUES ('engine:80', '10.64.0.11', 161, 'v2', 'switch', '', '', '',"
        " 'SN-1', '', '80', '', 'sw', '', '', 1, 2, 'sw-a1')"));
  }
  reopen();
  const auto devices = store_->devices();
  ASSERT_TRUE(devices) << devices.error().message;
  ASSERT_EQ(devices->size(), 1U);
  EXPECT_EQ(devices->at(0).design_id, "sw-a1");
  EXPECT_FALSE(devices->at(0).silent);
  ASSERT_TRUE(store_->save_devices({sample_device("a")}));
  ASSERT_TRUE(store_->save_findings({found("loop", 1)}, 1));
}

TEST_F(StoreTest, OpensAndEndsOutages) {
  ASSERT_TRUE(happen("sw-a1", DeviceState::Suspect, "", 1));
  ASSERT_TRUE(happen("sw-a1", DeviceState::Down, "sw-a1", 2));
  ASSERT_TRUE(happen("ap-1", DeviceState::Unreachable, "sw-a1", 2));
  ASSERT_TRUE(happen("ap-1", DeviceState::Suspect, "", 3));
  EXPECT_THAT(outages(), ElementsAre("ap-1 unreachable by sw-a1 2..0", "sw-a1 down by sw-a1 2..0"));
  ASSERT_TRUE(happen("sw-a1", DeviceState::Up, "", 9));
  EXPECT_THAT(outages(), ElementsAre("ap-1 unreachable by sw-a1 2..0", "sw-a1 down by sw-a1 2..9"));
  ASSERT_TRUE(happen("sw-a1", DeviceState::Up, "", 20));
  EXPECT_THAT(outages(), ElementsAre("ap-1 unreachable by sw-a1 2..0", "sw-a1 down by sw-a1 2..9"));
}

TEST_F(StoreTest, AnOutageThatGoesOnAcrossARestartIsOneOutage) {
  ASSERT_TRUE(happen("sw-a1", DeviceState::Down, "sw-a1", 2));
  reopen();
  ASSERT_TRUE(happen("sw-a1", DeviceState::Down, "sw-a1", 50));
  EXPECT_THAT(outages(), ElementsAre("sw-a1 down by sw-a1 2..0"));
}

TEST_F(StoreTest, AnotherCauseIsAnotherOutageAndTheTwoDoNotOverlap) {
  ASSERT_TRUE(happen("ap-1", DeviceState::Unreachable, "sw-a1", 2));
  ASSERT_TRUE(happen("ap-1", DeviceState::Down, "ap-1", 5));
  EXPECT_THAT(outages(), ElementsAre("ap-1 down by ap-1 5..0", "ap-1 unreachable by sw-a1 2..5"));
}

TEST_F(StoreTest, AClockSetBackEndsNoOutageBeforeItBegan) {
  ASSERT_TRUE(happen("sw-a1", DeviceState::Down, "sw-a1", 100));
  ASSERT_TRUE(happen("sw-a1", DeviceState::Up, "", 0));
  EXPECT_THAT(outages(), ElementsAre("sw-a1 down by sw-a1 100..100"));
}

TEST_F(StoreTest, KnowsWhoHasDoneWhatToWhichPlanEachOnce) {
  auto row = sample_audit(1);
  row.verb = "approve";
  ASSERT_TRUE(store_->audit(row));
  ASSERT_TRUE(store_->audit(row));
  row.object = "plan-2";
  row.actor = "lee@gw1";
  ASSERT_TRUE(store_->audit(row));
  EXPECT_THAT(*store_->actors_of("approve", "plan-1"), ElementsAre("kim@gw1"));
  EXPECT_THAT(*store_->actors_of("approve", "plan-2"), ElementsAre("lee@gw1"));
  EXPECT_THAT(*store_->actors_of("apply", "plan-2"), IsEmpty());
}

TEST_F(StoreTest, GivesTheNewestRowsFirstAndNoMoreThanAsked) {
  for (std::int64_t at = 1; at <= 5; ++at) {
    ASSERT_TRUE(store_->audit(sample_audit(at)));
    ASSERT_TRUE(happen("sw-" + std::to_string(at), DeviceState::Down, "x", at));
  }
  const auto rows = store_->audit_rows(2);
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 2U);
  EXPECT_EQ(rows->at(0).at_ms, 5);
  EXPECT_EQ(rows->at(1).at_ms, 4);
  EXPECT_GT(rows->at(0).id, rows->at(1).id);
  EXPECT_EQ(rows->at(0).actor, "kim@gw1");
  EXPECT_EQ(rows->at(0).verb, "apply");
  EXPECT_EQ(rows->at(0).object, "plan-1");
  EXPECT_EQ(rows->at(0).result, "committed");
  EXPECT_EQ(store_->outages(3)->size(), 3U);
  EXPECT_EQ(store_->outages(3)->at(0).began_ms, 5);
  EXPECT_THAT(*store_->audit_rows(0), IsEmpty());
  EXPECT_EQ(store_->audit_rows(~std::size_t{0})->size(), 5U);
}

TEST_F(StoreTest, AJournalKeepsPlanStepsAndStateAcrossARestart) {
  const auto plan = sample_plan(3);
  ASSERT_EQ(plan.steps.size(), 3U);
  auto& journal = store_->journal();
  const auto run = journal.begin(plan, "kim@gw1");
  ASSERT_TRUE(run) << run.error().message;
  ASSERT_TRUE(journal.step_intent(*run, 2));
  ASSERT_TRUE(journal.step_done(*run, 2));
  ASSERT_TRUE(journal.step_intent(*run, 1));
  reopen();
  auto open = store_->journal().open_run();
  ASSERT_TRUE(open) << open.error().message;
  ASSERT_TRUE(*open);
  EXPECT_EQ((*open)->run, *run);
  EXPECT_EQ((*open)->actor, "kim@gw1");
  EXPECT_EQ((*open)->state, RunState::Applying);
  EXPECT_GT((*open)->started_ms, 1'600'000'000'000);
  EXPECT_EQ((*open)->ended_ms, 0);
  EXPECT_THAT((*open)->begun, ElementsAre(2, 1)) << "in the order they were begun";
  EXPECT_THAT((*open)->done, ElementsAre(2));
  EXPECT_THAT((*open)->undone, IsEmpty());
  EXPECT_EQ(reconcile::plan_to_json((*open)->plan), reconcile::plan_to_json(plan));
  EXPECT_EQ((*open)->plan.id, plan.id);
}

TEST_F(StoreTest, ARunThatWaitsToBeConfirmedKeepsItsDeadlineAcrossARestart) {
  auto& journal = store_->journal();
  const auto run = journal.begin(sample_plan(1), "kim");
  ASSERT_TRUE(run);
  ASSERT_TRUE(journal.note_confirm(*run, RunState::AwaitingConfirm, {"boot-1", 987'654}));
  EXPECT_FALSE(journal.begin(sample_plan(1), "lee")) << "it is open";
  reopen();
  auto open = store_->journal().open_run();
  ASSERT_TRUE(open && *open);
  EXPECT_EQ((*open)->state, RunState::AwaitingConfirm);
  EXPECT_EQ((*open)->confirm_by.boot, "boot-1");
  EXPECT_EQ((*open)->confirm_by.ms, 987'654);
  ASSERT_TRUE(store_->journal().set_state(*run, RunState::Committed, ""));
  const auto late = store_->journal().note_confirm(*run, RunState::AwaitingConfirm, {"boot-1", 1});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Errc::Conflict);
}

TEST_F(StoreTest, EveryStateOfARunComesBackAsItWas) {
  for (const auto state : {RunState::Committed, RunState::RolledBack, RunState::RollbackIncomplete,
                           RunState::RollingBack, RunState::Applying}) {
    auto& journal = store_->journal();
    const auto run = journal.begin(sample_plan(1), "kim");
    ASSERT_TRUE(run) << run.error().message;
    ASSERT_TRUE(journal.set_state(*run, state, "왜 '그랬나'"));
    reopen();
    const auto history = store_->journal().history(1);
    ASSERT_TRUE(history) << history.error().message;
    ASSERT_EQ(history->size(), 1U);
    EXPECT_EQ(history->at(0).run, *run);
    EXPECT_EQ(history->at(0).state, state);
    EXPECT_EQ(history->at(0).note, "왜 '그랬나'");
    const bool goes_on = state == RunState::RollingBack || state == RunState::Applying;
    EXPECT_EQ(history->at(0).ended_ms == 0, goes_on) << reconcile::to_string(state);
    EXPECT_EQ(store_->journal().open_run()->has_value(), goes_on);
    ASSERT_TRUE(store_->journal().set_state(*run, RunState::RolledBack, ""));
  }
}

TEST_F(StoreTest, OnlyOneRunIsOpenAtATime) {
  auto& journal = store_->journal();
  const auto first = journal.begin(sample_plan(1), "kim");
  ASSERT_TRUE(first);
  const auto second = journal.begin(sample_plan(2), "lee");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::Conflict);
  EXPECT_THAT(second.error().message, HasSubstr("run " + std::to_string(*first)));
  EXPECT_EQ(journal.history(10)->size(), 1U);
  ASSERT_TRUE(journal.set_state(*first, RunState::Committed, ""));
  const auto third = journal.begin(sample_plan(2), "lee");
  ASSERT_TRUE(third);
  const auto reopened = journal.set_state(*first, RunState::RollingBack, "");
  ASSERT_FALSE(reopened) << "two open runs";
  EXPECT_EQ(reopened.error().code, Errc::Conflict);
}

TEST_F(StoreTest, ARolledBackRunIsReopenedAndNoLongerTheLastCommitted) {
  auto& journal = store_->journal();
  std::vector<std::int64_t> runs;
  for (int i = 0; i < 2; ++i) {
    runs.push_back(*journal.begin(sample_plan(1), "kim"));
    ASSERT_TRUE(journal.step_intent(runs.back(), 1));
    ASSERT_TRUE(journal.step_done(runs.back(), 1));
    ASSERT_TRUE(journal.set_state(runs.back(), RunState::Committed, ""));
  }
  EXPECT_EQ((*journal.last_committed())->run, runs[1]);
  ASSERT_TRUE(journal.set_state(runs[1], RunState::RollingBack, "rollback asked for"));
  EXPECT_EQ((*journal.open_run())->run, runs[1]);
  EXPECT_EQ((*journal.last_committed())->run, runs[0]);
  ASSERT_TRUE(journal.step_undone(runs[1], 1));
  ASSERT_TRUE(journal.step_undone(runs[1], 1)) << "undoing may be repeated";
  EXPECT_THAT((*journal.open_run())->undone, ElementsAre(1));
  ASSERT_TRUE(journal.set_state(runs[1], RunState::RolledBack, ""));
  EXPECT_FALSE(*journal.open_run());
  EXPECT_EQ((*journal.last_committed())->run, runs[0]);
}

TEST_F(StoreTest, NotesNoStepOfARunThatIsNotUnderWay) {
  auto& journal = store_->journal();
  EXPECT_EQ(journal.step_intent(0, 1).error().code, Errc::Conflict);
  EXPECT_EQ(journal.step_intent(7, 1).error().code, Errc::Conflict);
  const auto run = journal.begin(sample_plan(1), "kim");
  ASSERT_TRUE(run);
  EXPECT_EQ(journal.step_intent(*run + 1, 1).error().code, Errc::Conflict);
  EXPECT_EQ(journal.set_state(*run + 1, RunState::Committed, "").error().code, Errc::NotFound);
  ASSERT_TRUE(journal.set_state(*run, RunState::Committed, ""));
  EXPECT_EQ(journal.step_done(*run, 1).error().code, Errc::Conflict);
}

TEST_F(StoreTest, RefusesADatabaseOfANewerVersionAndLeavesItAlone) {
  ASSERT_TRUE(store_->audit(sample_audit(1)));
  store_.reset();
  {
    // "User version", big-endian (https://sqlite.org/fileformat.html, 1.3).
    constexpr std::streamoff kLastOctetOfUserVersion = 63;
    std::fstream database{file("market.db"), std::ios::in | std::ios::out | std::ios::binary};
    database.seekp(kLastOctetOfUserVersion);
    database.put(static_cast<char>(99));
    ASSERT_TRUE(database.good());
  }
  const auto opened = open_store(directory_.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::Unsupported);
  EXPECT_THAT(opened.error().message, HasSubstr("99"));
  EXPECT_THAT(opened.error().message, HasSubstr(file("market.db")));
}

TEST_F(StoreTest, SaysWhatIsWrongWithAFileThatIsNoDatabase) {
  store_.reset();
  std::ofstream{file("market.db"), std::ios::trunc} << std::string(8192, 'x');
  const auto opened = open_store(directory_.path());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::Io);
  EXPECT_THAT(opened.error().message, HasSubstr("file is not a database"));
  EXPECT_THAT(opened.error().message, HasSubstr(file("market.db")));
}

TEST_F(StoreTest, SaysWhatIsWrongWithADirectoryThatIsNotThere) {
  const auto opened = open_store(directory_.path() + "/nobody");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, Errc::Io);
  EXPECT_THAT(opened.error().message, HasSubstr("nobody"));
  EXPECT_THAT(opened.error().message, HasSubstr("No such file or directory"));
}

TEST_F(StoreTest, ASecondOpenIsAConflictThatNamesProcessAndDirectory) {
  const auto holder = std::to_string(getpid());
  const auto second = open_store(directory_.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::Conflict);
  EXPECT_THAT(second.error().message, HasSubstr("process " + holder + " "));
  EXPECT_THAT(second.error().message, HasSubstr(directory_.path()));
  EXPECT_TRUE(store_->audit(sample_audit(1))) << "the first is not disturbed";
  store_.reset();
  EXPECT_TRUE(open_store(directory_.path()));
}

TEST_F(StoreTest, KeepsItsFileFromOthers) {
  const auto others = std::filesystem::perms::others_all;
  const auto mode = std::filesystem::status(file("market.db")).permissions();
  EXPECT_EQ(mode & others, std::filesystem::perms::none);
}

}  // namespace
}  // namespace market::store
