#include "daemon/health/readiness.h"

#include <gmock/gmock.h>

#include "daemon/health/snapshot.h"
#include "tests/unit/daemon/health/small_market.h"

namespace market::health {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::chrono::milliseconds kStaleAfter{60'000};
constexpr std::int64_t kNoon = 1'795'489'200'000;  ///< 2026-11-24 12:00 in Seoul, a Tuesday
constexpr std::int64_t kMidnight = kNoon + 12LL * 3600 * 1000;

class Readiness : public ::testing::Test {
 protected:
  Readiness() { all_good(); }

  /// Every hop was read ten seconds ago, and is good.
  void all_good() {
    for (const auto* id : {"sw-1", "sw-2", "ap-1", "ap-2"}) device(id, DeviceState::Up);
    for (const auto* port : {"sw-1/3", "sw-1/4", "sw-2/3"}) {
      readings_.port_link[port] = good();
      readings_.port_vlan[port] = good();
    }
    for (const auto* serial : {"T-1", "T-2", "T-3"}) readings_.terminals[serial] = good();
    for (const auto* service : {"van", "dns", "qrpay"}) readings_.services[service] = good();
  }

  void device(const std::string& id, DeviceState state, const std::string& cause = "") {
    auto& health = readings_.devices[id];
    health.state = state;
    health.cause = cause;
    health.since_ms = now_ms_ - 20'000;
    const bool answers = state == DeviceState::Up || state == DeviceState::Suspect;
    health.last_success_ms = now_ms_ - (answers ? 10'000 : 25'000);
  }
  void down(const std::string& id) { device(id, DeviceState::Down, id); }

  [[nodiscard]] Reading good() const { return reading(true, "fine"); }
  [[nodiscard]] Reading bad(const std::string& detail = "") const { return reading(false, detail); }
  [[nodiscard]] Reading reading(bool ok, const std::string& detail) const {
    return {.ok = ok, .at_ms = now_ms_ - 10'000, .detail = detail};
  }

  /// The whole day goes by: readings move along.
  void night_falls() {
    design_.hours.emplace();
    design_.hours->open = std::chrono::hours{9};
    design_.hours->close = std::chrono::hours{20};
    now_ms_ = kMidnight;
    all_good();
  }

  [[nodiscard]] std::vector<StallReadiness> judged() const {
    return evaluate(design_, topology_of(design_), readings_, now_ms_, kStaleAfter);
  }
  [[nodiscard]] MethodReadiness at(const std::string& stall, const std::string& method) const {
    for (const auto& row : judged()) {
      if (row.stall != stall) continue;
      for (const auto& each : row.methods) {
        if (each.method == method) return each;
      }
    }
    ADD_FAILURE() << "no " << method << " at " << stall;
    return {};
  }
  /// "unavailable at switch (sw-1)" or only the state when nothing is to blame.
  [[nodiscard]] std::string said(const std::string& stall, const std::string& method) const {
    const auto found = at(stall, method);
    auto text = to_string(found.state);
    if (!found.hop.empty()) text += " at " + found.hop + " (" + found.cause + ")";
    return text;
  }

  std::int64_t now_ms_ = kNoon;
  Design design_ = test::small_market();
  Readings readings_;
};

TEST_F(Readiness, IsAvailableWhenEveryHopHasAGoodReading) {
  for (const auto* stall : {"A-101", "A-102", "A-103"}) {
    EXPECT_EQ(said(stall, "card"), "available");
    EXPECT_EQ(said(stall, "qr"), "available");
  }
  EXPECT_EQ(said("A-101", "onnuri"), "available");
}

TEST_F(Readiness, HasOneRowPerStallInTheDesignsOrderWithMethodsAsAccepted) {
  const auto rows = judged();
  ASSERT_EQ(rows.size(), 4U);
  EXPECT_EQ(rows[0].stall, "A-101");
  ASSERT_EQ(rows[0].methods.size(), 3U);
  EXPECT_EQ(rows[0].methods[0].method, "card");
  EXPECT_EQ(rows[0].methods[2].method, "qr");
  EXPECT_EQ(rows[3].stall, "A-104");
}

TEST_F(Readiness, OfAVacantStallIsEmpty) { EXPECT_THAT(judged()[3].methods, IsEmpty()); }

TEST_F(Readiness, IsUnverifiedWithoutAnyReading) {
  readings_ = {};
  EXPECT_EQ(said("A-101", "card"), "unverified at switch (sw-1)");
  EXPECT_EQ(said("A-101", "qr"), "unverified at service (qrpay)");
}

TEST_F(Readiness, IsUnverifiedWhenAnyOneHopWasNotRead) {
  const auto check = [this](auto& readings, const std::string& key, const std::string& expected) {
    const auto kept = readings.at(key);
    readings.erase(key);
    EXPECT_EQ(said("A-101", "card"), expected);
    readings[key] = kept;
    EXPECT_EQ(said("A-101", "card"), "available");
  };
  check(readings_.devices, "sw-1", "unverified at switch (sw-1)");
  check(readings_.port_link, "sw-1/3", "unverified at port (sw-1/3)");
  check(readings_.port_vlan, "sw-1/3", "unverified at vlan (sw-1/3)");
  check(readings_.terminals, "T-1", "unverified at terminal (T-1)");
  check(readings_.services, "van", "unverified at service (van)");
  check(readings_.services, "dns", "unverified at service (dns)");
}

TEST_F(Readiness, TakesAReadingWithoutAnAnswerForNone) {
  readings_.terminals["T-1"] = {.ok = std::nullopt, .at_ms = now_ms_, .detail = ""};
  EXPECT_EQ(said("A-101", "card"), "unverified at terminal (T-1)");
}

TEST_F(Readiness, NamesTheFirstBadHopOnTheWay) {
  readings_.services["dns"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at service (dns)");
  readings_.services["van"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at service (van)");
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at terminal (T-1)");
  readings_.port_vlan["sw-1/3"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at vlan (sw-1/3)");
  readings_.port_link["sw-1/3"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at port (sw-1/3)");
  down("sw-1");
  EXPECT_EQ(said("A-101", "card"), "unavailable at switch (sw-1)");
}

TEST_F(Readiness, PrefersABadHopToAnEarlierOneThatWasNotRead) {
  readings_.port_link.clear();
  readings_.services["van"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at service (van)");
}

TEST_F(Readiness, SaysInWordsWhatIsWrong) {
  readings_.port_vlan["sw-1/3"] = bad("port 3 has pvid 1, not 20");
  EXPECT_EQ(at("A-101", "card").reason, "port 3 has pvid 1, not 20");
  readings_.port_link["sw-1/4"] = bad();
  EXPECT_EQ(at("A-102", "card").reason, "port sw-1/4: no link");
  readings_.terminals["T-3"] = bad("another terminal answers");
  EXPECT_EQ(at("A-103", "card").reason, "terminal T-3: another terminal answers");
  readings_.services["qrpay"] = bad("tcp 203.0.113.20:443: refused");
  EXPECT_EQ(at("A-103", "qr").reason, "service qrpay: tcp 203.0.113.20:443: refused");
  readings_.terminals.erase("T-3");
  EXPECT_EQ(at("A-103", "card").reason, "terminal T-3 has not been read");
}

TEST_F(Readiness, ForgetsAReadingThatIsTooOldToTheMillisecond) {
  readings_.terminals["T-1"].at_ms = now_ms_ - kStaleAfter.count();
  EXPECT_EQ(said("A-101", "card"), "available");
  readings_.terminals["T-1"].at_ms = now_ms_ - kStaleAfter.count() - 1;
  EXPECT_EQ(said("A-101", "card"), "unverified at terminal (T-1)");
  EXPECT_THAT(at("A-101", "card").reason, HasSubstr("60 s ago"));
}

TEST_F(Readiness, ForgetsABadReadingThatIsTooOldAsWell) {
  readings_.services["van"] = bad();
  readings_.services["van"].at_ms = now_ms_ - kStaleAfter.count() - 1;
  EXPECT_EQ(said("A-101", "card"), "unverified at service (van)");
}

TEST_F(Readiness, DoesNotTrustAReadingFromTheFuture) {
  readings_.terminals["T-1"].at_ms = now_ms_ + kStaleAfter.count() + 1;
  EXPECT_EQ(said("A-101", "card"), "unverified at terminal (T-1)");
}

TEST_F(Readiness, OutlivesASuspectSwitchWhoseLastAnswerIsFresh) {
  device("sw-1", DeviceState::Suspect);
  EXPECT_EQ(said("A-101", "card"), "available");
}

TEST_F(Readiness, IsUnverifiedBehindASwitchThatWasNotAskedOfLate) {
  readings_.devices["sw-1"].last_success_ms = now_ms_ - kStaleAfter.count() - 1;
  EXPECT_EQ(said("A-101", "card"), "unverified at switch (sw-1)") << "though it counts as up";
}

TEST_F(Readiness, BlamesTheSwitchNearestToTheGateway) {
  readings_.terminals["T-3"] = {};
  down("sw-1");
  device("sw-2", DeviceState::Unreachable, "sw-1");
  EXPECT_EQ(said("A-103", "card"), "unavailable at switch (sw-1)");
  EXPECT_EQ(at("A-103", "card").reason, "switch sw-1 does not answer");
  EXPECT_EQ(said("A-103", "qr"), "available") << "customer-side needs no line of ours";
}

TEST_F(Readiness, IsDegradedWhenTheTerminalAnswersThroughASwitchWithoutAnAgent) {
  down("sw-1");  // 20 s ago; T-1 answered 10 s ago
  readings_.port_link.clear();
  readings_.port_vlan.clear();
  EXPECT_EQ(said("A-101", "card"), "degraded at switch (sw-1)");
  readings_.terminals["T-1"].at_ms = now_ms_ - 20'001;  // before it went down
  EXPECT_EQ(said("A-101", "card"), "unavailable at switch (sw-1)");
}

TEST_F(Readiness, IsDegradedWhenALowerSwitchAnswersThroughOneWithoutAnAgent) {
  down("sw-1");
  EXPECT_EQ(said("A-103", "card"), "degraded at switch (sw-1)");
  readings_.port_link.erase("sw-2/3");  // sw-2 can be asked, so its port must be
  EXPECT_EQ(said("A-103", "card"), "unverified at port (sw-2/3)");
}

TEST_F(Readiness, KnowsWithoutAReadingThatAStallIsNotEnrolled) {
  readings_ = {};
  design_.stalls[0].membership.clear();
  EXPECT_EQ(said("A-101", "onnuri"), "not-enrolled");
}

TEST_F(Readiness, KnowsWithoutAReadingThatNoTerminalIsAble) {
  readings_ = {};
  design_.methods[0].abilities = {"ic", "pinpad"};
  EXPECT_EQ(said("A-101", "card"), "unavailable at ability (A-101)");
  EXPECT_EQ(at("A-101", "card").reason, "no terminal of stall A-101 can take card");
}

TEST_F(Readiness, WantsAllAbilitiesInOneTerminal) {
  design_.methods[0].abilities = {"ic", "pinpad"};
  design_.stalls[0].terminals.push_back(test::terminal("T-1b", {"pinpad"}));
  EXPECT_EQ(said("A-101", "card"), "unavailable at ability (A-101)");
}

TEST_F(Readiness, OfAStallWithoutTerminalsHasCustomerSideMethodsOnly) {
  design_.stalls[0].terminals.clear();
  EXPECT_EQ(said("A-101", "qr"), "available");
  EXPECT_EQ(said("A-101", "onnuri"), "unavailable at ability (A-101)");
  EXPECT_EQ(at("A-101", "onnuri").reason, "stall A-101 has no terminal");
}

TEST_F(Readiness, IsDegradedWhenOneOfTwoAbleTerminalsFails) {
  design_.stalls[0].terminals.push_back(test::terminal("T-1b", {"ic"}));
  readings_.terminals["T-1b"] = good();
  EXPECT_EQ(said("A-101", "card"), "available");
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(said("A-101", "card"), "degraded at terminal (T-1)");
  readings_.terminals["T-1b"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at terminal (T-1)");
  readings_.terminals["T-1b"] = {};
  EXPECT_EQ(said("A-101", "card"), "unverified at terminal (T-1b)") << "it may well work";
}

TEST_F(Readiness, OfATerminalThatIsPluggedInNowhereRestsOnItsAnswer) {
  design_.switches[0].ports[2].stall.clear();
  EXPECT_EQ(said("A-101", "card"), "available");
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at terminal (T-1)");
}

TEST_F(Readiness, OfAMethodWithoutServicesRestsOnThePath) {
  design_.methods[0].services.clear();
  readings_.services.clear();
  EXPECT_EQ(said("A-101", "card"), "available");
}

TEST_F(Readiness, OfAMethodThatTheDesignDoesNotKnowIsUnverified) {
  design_.stalls[0].accepts = {"barter"};
  EXPECT_EQ(said("A-101", "barter"), "unverified");
}

TEST_F(Readiness, IsClosedAtNightWhenTheTerminalIsSilent) {
  night_falls();
  EXPECT_EQ(said("A-101", "card"), "available") << "somebody works late";
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(to_string(at("A-101", "card").state), "closed");
  EXPECT_EQ(to_string(at("A-101", "qr").state), "closed");
  EXPECT_EQ(said("A-102", "card"), "available");
}

TEST_F(Readiness, IsClosedAtNightWhenTheBreakerOfTheStallIsOff) {
  night_falls();
  readings_.port_link["sw-1/3"] = bad();
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(to_string(at("A-101", "card").state), "closed");
}

TEST_F(Readiness, IsNotClosedInTradingHours) {
  night_falls();
  now_ms_ = kNoon;
  all_good();
  readings_.terminals["T-1"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at terminal (T-1)");
  EXPECT_EQ(said("A-101", "qr"), "available");
}

TEST_F(Readiness, DoesNotHideAtNightWhatAClosedShopDoesNotExplain) {
  night_falls();
  readings_.services["van"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at service (van)");
  readings_.terminals["T-1"] = bad();
  readings_.port_vlan["sw-1/3"] = bad();
  EXPECT_EQ(said("A-101", "card"), "unavailable at vlan (sw-1/3)");
  down("sw-1");
  EXPECT_EQ(said("A-101", "card"), "unavailable at switch (sw-1)");
}

TEST_F(Readiness, IsUnverifiedAtNightWithoutAReading) {
  night_falls();
  readings_.terminals["T-1"] = {};
  EXPECT_EQ(said("A-101", "card"), "unverified at terminal (T-1)");
}

}  // namespace
}  // namespace market::health
