// Sequences of polls as tables. A step is "device+" (it replied), "device-" (it was silent) or
// "device!" (it refused us);
// after it come the states to expect of whatever is named: "sw-1 suspect, ap-1 up".
#include <gmock/gmock.h>

#include <sstream>

#include "daemon/health/health.h"
#include "tests/unit/daemon/health/small_market.h"

namespace market::health {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

struct Step {
  std::string polls;   ///< "sw-1- ap-1-", in this order
  std::string states;  ///< "sw-1 suspect, ap-1 up"; unreachable(sw-1) and down name the cause
};

class Health : public ::testing::Test {
 protected:
  /// Everything has answered once.
  void all_answer() {
    for (const auto* id : {"sw-1", "sw-2", "ap-1", "ap-2", "T-1", "T-2", "T-3"}) poll(id, '+');
    (void)tracker_.wanted();
    events_.clear();
  }

  void play(const std::vector<Step>& steps) {
    std::size_t row = 0;
    for (const auto& step : steps) {
      ++row;
      std::istringstream polls{step.polls};
      for (std::string poll_of; polls >> poll_of;) {
        poll(poll_of.substr(0, poll_of.size() - 1), poll_of.back());
      }
      std::istringstream expected{step.states};
      for (std::string one; std::getline(expected >> std::ws, one, ',');) {
        const auto space = one.find(' ');
        EXPECT_EQ(state_of(one.substr(0, space)), one.substr(space + 1))
            << "row " << row << ": after " << step.polls << ": " << one;
      }
    }
  }

  void poll(const std::string& device, char outcome) {
    now_ms_ += 100;
    ASSERT_TRUE(outcome == '+' || outcome == '-' || outcome == '!') << device << outcome;
    const auto events = outcome == '+'   ? tracker_.on_reply(device, now_ms_)
                        : outcome == '!' ? tracker_.on_refusal(device, now_ms_)
                                         : tracker_.on_silence(device, now_ms_);
    events_.insert(events_.end(), events.begin(), events.end());
  }

  [[nodiscard]] std::string state_of(const std::string& device) const {
    const auto& health = tracker_.devices().at(device);
    if (health.state == DeviceState::Unreachable) return "unreachable(" + health.cause + ")";
    return to_string(health.state);
  }

  /// "sw-1 up>suspect", in order.
  [[nodiscard]] std::vector<std::string> events() const {
    std::vector<std::string> lines;
    for (const auto& event : events_) {
      lines.push_back(event.device + " " + to_string(event.from) + ">" + to_string(event.to));
    }
    return lines;
  }

  HealthTracker tracker_{topology_of(test::small_market())};
  std::vector<HealthEvent> events_;
  std::int64_t now_ms_ = 1'000'000;
};

TEST_F(Health, IsUnknownUntilTheFirstAnswerButForTheGatewayWeRunOn) {
  play({{"", "sw-1 unknown, ap-2 unknown, T-3 unknown, gw1 up"},
        {"sw-1+", "sw-1 up, ap-2 unknown"},
        {"gw1- gw1- gw1-", "gw1 up"}});
}

TEST_F(Health, NeedsThreeSilencesInARowToBeDown) {
  all_answer();
  play({{"sw-1-", "sw-1 suspect"},
        {"sw-1-", "sw-1 suspect"},
        {"sw-1-", "sw-1 down"},
        {"sw-1-", "sw-1 down"},
        {"sw-1+", "sw-1 up"}});
  EXPECT_THAT(events(), ElementsAre("sw-1 up>suspect", "sw-1 suspect>down", "sw-1 down>up"));
}

TEST_F(Health, OfOneThatRefusesUsIsDecidedByOneRefusal) {
  all_answer();
  play({{"ap-1! sw-1+", "ap-1 down, sw-1 up"},
        {"ap-1!", "ap-1 down"},
        {"ap-1+", "ap-1 up"},
        {"ap-1- sw-1+", "ap-1 suspect"}});
}

TEST_F(Health, WhoRefusesUsIsNotToBlameForWhatIsBehindIt) {
  all_answer();
  play({{"sw-1!", "sw-1 down, ap-1 up"},
        {"ap-1-", "ap-1 suspect"},
        {"ap-1- ap-1-", "sw-1 down, ap-1 down"},
        {"ap-1+", "ap-1 up"},
        {"sw-1- ap-1- ap-1- ap-1-", "sw-1 down, ap-1 unreachable(sw-1)"}});
}

TEST_F(Health, OfADeviceThatNeverAnsweredIsDownAfterThreeSilencesToo) {
  play({{"sw-1-", "sw-1 suspect"}, {"sw-1- sw-1-", "sw-1 down"}});
}

TEST_F(Health, IsUnknownAgainWhenWhatWasHeardWasOfAnother) {
  all_answer();
  play({{"sw-1- sw-1-", "sw-1 suspect"}});
  (void)tracker_.touched();
  const auto events = tracker_.forget("sw-1", now_ms_);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].to, DeviceState::Unknown);
  EXPECT_EQ(tracker_.devices().at("sw-1").last_success_ms, 0);
  EXPECT_THAT(tracker_.touched(), testing::Contains("sw-1"));
  play({{"sw-1- sw-1-", "sw-1 suspect"}, {"sw-1-", "sw-1 down"}});
  EXPECT_TRUE(tracker_.forget("gw1", now_ms_).empty()) << "we run on it";
  EXPECT_TRUE(tracker_.forget("nobody", now_ms_).empty());
}

TEST_F(Health, DoesNotCallAFlapDown) {
  all_answer();
  for (int i = 0; i < 50; ++i) {
    play({{"sw-1- sw-1-", "sw-1 suspect"}, {"sw-1+", "sw-1 up"}});
  }
  for (const auto& event : events_) EXPECT_NE(event.to, DeviceState::Down);
}

TEST_F(Health, PutsChildrenBehindAParentThatIsPolledFirst) {
  all_answer();
  play({{"sw-1- ap-1- T-1-", "sw-1 suspect, ap-1 suspect, T-1 suspect"},
        {"sw-1- ap-1- T-1-", "sw-1 suspect, ap-1 suspect, T-1 suspect"},
        {"sw-1-", "sw-1 down, ap-1 unreachable(sw-1), T-1 unreachable(sw-1)"},
        {"ap-1- T-1-", "sw-1 down, ap-1 unreachable(sw-1), T-1 unreachable(sw-1)"},
        {"T-2-", "T-2 unreachable(sw-1)"}});
  EXPECT_THAT(events(), ElementsAre("sw-1 up>suspect", "ap-1 up>suspect", "T-1 up>suspect",
                                    "sw-1 suspect>down", "T-1 suspect>unreachable",
                                    "ap-1 suspect>unreachable", "T-2 up>unreachable"));
}

TEST_F(Health, KeepsChildrenSuspectThatArePolledBeforeTheirParent) {
  all_answer();
  play({{"ap-1- ap-1- ap-1- ap-1- ap-1-", "ap-1 suspect, sw-1 up"},
        {"sw-1-", "ap-1 suspect, sw-1 suspect"},
        {"ap-1- sw-1-", "ap-1 suspect, sw-1 suspect"},
        {"sw-1-", "ap-1 unreachable(sw-1), sw-1 down"}});
}

TEST_F(Health, CallsAChildDownOnceItsParentAnswersAfterTheSilences) {
  all_answer();
  play({{"ap-1- ap-1- ap-1-", "ap-1 suspect"}, {"sw-1+", "ap-1 down, sw-1 up"}});
}

TEST_F(Health, CallsAChildDownAtItsThirdSilenceWhenItsParentAnsweredInBetween) {
  all_answer();
  play({{"ap-1- sw-1+ ap-1- sw-1+", "ap-1 suspect"}, {"ap-1-", "ap-1 down, sw-1 up"}});
}

TEST_F(Health, DoesNotTakeAParentsAnswerFromBeforeTheTroubleAsProof) {
  all_answer();
  // The parent answered after the first silence (a blip) and died before the second.
  play({{"ap-1- sw-1+ ap-1- ap-1-", "ap-1 suspect"},
        {"sw-1- sw-1- sw-1-", "ap-1 unreachable(sw-1), sw-1 down"}});
}

TEST_F(Health, KeepsAChildSuspectWhileItsGrandparentIs) {
  all_answer();
  play({{"ap-2- sw-2+ ap-2- sw-2+", "ap-2 suspect"},
        {"sw-1-", "sw-1 suspect"},
        {"ap-2-", "ap-2 suspect"},
        {"sw-1+", "ap-2 down"}});
}

TEST_F(Health, BlamesTheTopmostDeviceThatIsDown) {
  all_answer();
  play({{"sw-2- T-3- ap-2- sw-2- T-3- ap-2- sw-1+", ""},
        {"sw-2-", "sw-2 down, T-3 unreachable(sw-2), ap-2 unreachable(sw-2)"},
        {"sw-1- sw-1- sw-1-",
         "sw-1 down, sw-2 unreachable(sw-1), T-3 unreachable(sw-1), ap-2 unreachable(sw-1)"}});
}

TEST_F(Health, MakesADeviceThatIsDownUnreachableWhenItsParentGoesDown) {
  all_answer();
  play({{"ap-1- ap-1- ap-1- sw-1+", "ap-1 down"},
        {"sw-1- sw-1-", "ap-1 down, sw-1 suspect"},
        {"sw-1-", "ap-1 unreachable(sw-1), sw-1 down"}});
}

TEST_F(Health, AsksForFreshAnswersOnceTheParentIsBack) {
  all_answer();
  play({{"sw-1- T-1- sw-1- T-1- sw-1- T-1-", "sw-1 down, T-1 unreachable(sw-1)"},
        {"sw-1+", "sw-1 up, T-1 suspect"},
        {"T-1- T-1-", "T-1 suspect"},
        {"sw-1+ T-1-", "T-1 down"},
        {"T-1+", "T-1 up"}});
}

TEST_F(Health, IsUpAgainAfterOneAnswerBehindAParentThatIsBack) {
  all_answer();
  play({{"T-1- T-2- sw-1- sw-1- sw-1-", "T-1 unreachable(sw-1), T-2 unreachable(sw-1)"},
        {"sw-1+", "T-1 suspect, T-2 suspect"},
        {"T-1+", "T-1 up, T-2 suspect"}});
}

TEST_F(Health, StaysUnreachableBehindTheNextDeviceThatIsDown) {
  all_answer();
  play({{"sw-1- sw-1- sw-1-", "sw-1 down"},
        {"sw-2- T-3-", "sw-2 unreachable(sw-1), T-3 unreachable(sw-1)"},
        {"sw-1+", "sw-2 suspect, T-3 suspect"},
        {"sw-2- sw-2- sw-1+ sw-2-", "sw-2 down, T-3 unreachable(sw-2)"}});
}

TEST_F(Health, LeavesChildrenUpWhoseParentOnlyLostItsAgent) {
  all_answer();
  play({{"sw-1- T-1+ sw-1- T-1+ sw-1- T-1+", "sw-1 down, T-1 up"},
        {"T-2-", "T-2 unreachable(sw-1)"},  // nothing proves its way
        {"T-2+", "T-2 up"}});
}

TEST_F(Health, DoesNotBlameADeviceThroughWhichOthersHaveAnsweredSince) {
  all_answer();
  play({{"sw-1- sw-1- sw-1-", "sw-1 down"},
        {"T-3-", "T-3 unreachable(sw-1)"},
        {"sw-2+", "sw-2 up, T-3 suspect"},  // the wires of sw-1 carry it
        {"T-3- T-3- sw-2+ T-3-", "T-3 down"}});
}

TEST_F(Health, GoesFromUpToUnreachableAtTheFirstSilenceBehindADeadParent) {
  all_answer();
  play({{"sw-1- sw-1- sw-1-", "sw-1 down, T-1 up"}, {"T-1-", "T-1 unreachable(sw-1)"}});
  EXPECT_EQ(events().back(), "T-1 up>unreachable");
}

TEST_F(Health, WantsTheAncestorsOfASuspectAtOnceTopmostFirst) {
  all_answer();
  play({{"ap-2-", "ap-2 suspect"}});
  EXPECT_THAT(tracker_.wanted(), ElementsAre("sw-1", "sw-2"));
  EXPECT_THAT(tracker_.wanted(), IsEmpty()) << "cleared by the call";
}

TEST_F(Health, WantsOnlyAncestorsThatAreNotDecidedAtLaterSilences) {
  all_answer();
  play({{"ap-2-", ""}});
  (void)tracker_.wanted();
  play({{"sw-1+ sw-2+ ap-2-", "ap-2 suspect"}});
  EXPECT_THAT(tracker_.wanted(), IsEmpty());
  play({{"ap-2-", "ap-2 suspect"}});
  EXPECT_THAT(tracker_.wanted(), ElementsAre("sw-1", "sw-2")) << "both were heard too long ago";
  play({{"sw-1+ sw-2+", "ap-2 down"}, {"ap-2-", "ap-2 down"}});
  EXPECT_THAT(tracker_.wanted(), IsEmpty()) << "there is nothing left to decide";
}

TEST_F(Health, WantsNoAncestorThatIsKnownToBeDown) {
  all_answer();
  play({{"sw-1- sw-1- sw-1-", "sw-1 down"}});
  (void)tracker_.wanted();
  play({{"T-3-", "T-3 unreachable(sw-1)"}});
  EXPECT_THAT(tracker_.wanted(), IsEmpty());
}

TEST_F(Health, WantsEachAncestorOnceHoweverManyChildrenAreSilent) {
  all_answer();
  play({{"T-1- T-2- ap-1- T-1- T-2- ap-1-", ""}});
  EXPECT_THAT(tracker_.wanted(), ElementsAre("sw-1"));
}

TEST_F(Health, WantsWhateverWasUnreachableWhenItsParentIsBack) {
  all_answer();
  play({{"sw-1- sw-1- sw-1- T-1- ap-1-", ""}});
  (void)tracker_.wanted();
  play({{"sw-1+", ""}});
  EXPECT_THAT(tracker_.wanted(), UnorderedElementsAre("T-1", "ap-1"));
}

TEST_F(Health, KeepsTheTimeOfTheLastAnswerAndOfTheLastChange) {
  poll("sw-1", '+');
  const auto answered = now_ms_;
  poll("sw-1", '-');
  const auto silent = now_ms_;
  poll("sw-1", '-');
  const auto& health = tracker_.devices().at("sw-1");
  EXPECT_EQ(health.last_success_ms, answered);
  EXPECT_EQ(health.since_ms, silent);
  EXPECT_EQ(health.silences, 2);
  EXPECT_EQ(health.cause, "");
  poll("sw-1", '-');
  EXPECT_EQ(health.cause, "sw-1");
  EXPECT_EQ(health.since_ms, now_ms_);
  EXPECT_EQ(health.last_success_ms, answered);
}

TEST_F(Health, DoesNotDependOnTheWallClock) {
  all_answer();
  poll("ap-1", '-');
  now_ms_ = 5;  // somebody set the clock back
  play({{"ap-1- sw-1+ ap-1-", "ap-1 down"}});
}

TEST_F(Health, WatchesADeviceThatIsNotInTheDesign) {
  play({{"stranger+", "stranger up"}, {"stranger- stranger- stranger-", "stranger down"}});
  EXPECT_THAT(tracker_.wanted(), IsEmpty());
}

TEST_F(Health, OfTwelveStallsBehindADeadSwitchHasOneCause) {
  Design design = test::small_market();
  for (int i = 10; i < 22; ++i) {
    const auto id = "B-" + std::to_string(i);
    design.switches[1].ports.push_back(test::port(std::to_string(i), "", id));
    design.stalls.push_back(test::stall(id, {"card"}, {test::terminal("X-" + id, {"ic"})}));
  }
  HealthTracker tracker{topology_of(design)};
  for (const auto* id : {"sw-1", "sw-2"}) (void)tracker.on_reply(id, 1);
  for (int i = 10; i < 22; ++i) (void)tracker.on_reply("X-B-" + std::to_string(i), 1);
  std::size_t down = 0;
  for (int round = 0; round < 5; ++round) {
    for (int i = 10; i < 22; ++i) {  // the terminals are always polled before their switch
      for (const auto& event : tracker.on_silence("X-B-" + std::to_string(i), 2)) {
        if (event.to == DeviceState::Down) ++down;
      }
    }
    (void)tracker.on_reply("sw-1", 2);
    for (const auto& event : tracker.on_silence("sw-2", 2)) {
      if (event.to == DeviceState::Down) ++down;
    }
  }
  EXPECT_EQ(down, 1U);
  for (int i = 10; i < 22; ++i) {
    const auto& health = tracker.devices().at("X-B-" + std::to_string(i));
    EXPECT_EQ(health.state, DeviceState::Unreachable);
    EXPECT_EQ(health.cause, "sw-2");
  }
}

TEST(HealthOfAHandMadeTopology, SurvivesALoop) {
  Topology loop;
  loop.parent = {{"a", "b"}, {"b", "a"}};
  HealthTracker tracker{loop};
  for (int i = 0; i < 5; ++i) {
    (void)tracker.on_silence("a", i);
    (void)tracker.on_silence("b", i);
  }
  EXPECT_EQ(tracker.devices().at("a").state, DeviceState::Suspect);
}

TEST(HealthOfAHandMadeTopology, KnowsAParentThatIsOnlyNamedAsOne) {
  Topology topology;
  topology.parent = {{"child", "parent"}};
  HealthTracker tracker{topology};
  for (int i = 0; i < 3; ++i) {
    (void)tracker.on_silence("child", i);
    (void)tracker.on_silence("parent", i);
  }
  EXPECT_EQ(tracker.devices().at("child").cause, "parent");
}

}  // namespace
}  // namespace market::health
