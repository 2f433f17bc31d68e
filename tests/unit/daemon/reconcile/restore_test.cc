#include "daemon/reconcile/restore.h"

#include <gtest/gtest.h>

namespace market::reconcile {
namespace {

struct Restore : ::testing::Test {
  Restore() {
    desired["gw1"].fields["chain[forward]"] = {std::string{"policy drop"}, {}, ""};
    desired["sw-1"].fields["system.name"] = {std::string{"sw-1"}, {}, ""};
    seen.reached = true;
    last.emplace();
    last->plan.design_digest = "digest";
  }
  [[nodiscard]] Plan plan() const { return restoring_plan("gw1", desired, seen, "digest", last); }
  Desired desired;
  ObservedDevice seen;
  std::optional<RunRecord> last;
};

TEST_F(Restore, GivesAnEmptyGatewayBackWhatWasAppliedAndTouchesNothingElse) {
  ASSERT_EQ(plan().steps.size(), 1U);
  EXPECT_EQ(plan().steps[0].device, "gw1");
}

TEST_F(Restore, LeavesAGatewayThatHasAnythingOfOursToPeople) {
  seen.ours.insert("route[default]");
  EXPECT_TRUE(plan().empty());
}

TEST_F(Restore, BringsInNoDesignThatWasNotApplied) {
  last->plan.design_digest = "another";
  EXPECT_TRUE(plan().empty());
  last.reset();
  EXPECT_TRUE(plan().empty());
}

TEST_F(Restore, DoesNotTakeAFilterThatCannotBeReadForOneThatIsGone) {
  seen.unable["chain"] = "'nft' is not installed";
  EXPECT_TRUE(plan().empty());
  seen.unable.clear();
  seen.reached = false;
  EXPECT_TRUE(plan().empty());
}

}  // namespace
}  // namespace market::reconcile
