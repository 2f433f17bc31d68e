// daemon/health/readiness_tracker: says the same as an evaluation of everything, with less work.
#include "daemon/health/readiness_tracker.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/daemon/health/small_market.h"

namespace market::health {
namespace {

constexpr std::chrono::milliseconds kStaleAfter{60'000};
constexpr std::int64_t kNoon = 1'795'489'200'000;  ///< 2026-11-24 12:00 in Seoul, a Tuesday

/// Six switches in a tree, three stalls on each, every other stall with a second terminal.
Design tree_market() {
  auto design = test::small_market();
  design.switches.clear();
  design.stalls.clear();
  for (int i = 1; i <= 6; ++i) {
    const auto id = "sw-" + std::to_string(i);
    const auto above = i == 1 ? "gw1/eth1" : "sw-" + std::to_string(i / 2) + "/1";
    std::vector<SwitchPort> ports{test::port("1", above, "")};
    for (int j = 1; j <= 3; ++j) {
      const auto number = std::to_string(i) + std::to_string(j);
      ports.push_back(test::port(std::to_string(j + 1), "", "A-" + number));
      std::vector<Terminal> terminals{test::terminal("T-" + number, {"ic"})};
      if (j == 2) terminals.push_back(test::terminal("U-" + number, {"ic"}));
      design.stalls.push_back(test::stall("A-" + number, {"card", "onnuri", "qr"}, terminals));
      if (j == 1) design.stalls.back().membership = {"onnuri"};
    }
    design.switches.push_back(test::network_switch(id, ports));
  }
  design.hours.emplace();
  design.hours->open = std::chrono::hours{9};
  design.hours->close = std::chrono::hours{20};
  return design;
}

class Market {
 public:
  explicit Market(unsigned seed) : random_{seed} {
    for (const auto& [id, port] : topology_.port) ports_.push_back(port);
    for (const auto& item : design_.switches) switches_.push_back(item.id);
    for (const auto& stall : design_.stalls) {
      for (const auto& each : stall.terminals) terminals_.push_back(each.serial);
    }
  }

  /// A reading or a change of health, at most one; sometimes a while goes by.
  void step() {
    switch (upto(9)) {
      case 0:
        return pass_time();
      case 1:
        return change_health(any(switches_));
      case 2:
      case 3:
        return answer(any(switches_));
      case 4:
        return read(readings_.port_link, any(ports_), changes_.ports);
      case 5:
        return read(readings_.port_vlan, any(ports_), changes_.ports);
      case 6:
        if (upto(9) == 0) {
          read(readings_.services, any({"van", "dns", "qrpay"}), changes_.services);
        }
        return;
      default:
        return read(readings_.terminals, any(terminals_), changes_.terminals);
    }
  }

  /// How many were judged.
  std::size_t look() {
    std::size_t judged = 0;
    tracker_.judge(readings_, std::exchange(changes_, {}), now_ms_,
                   [&](std::size_t place, StallReadiness readiness) {
                     rows_.at(place) = std::move(readiness);
                     ++judged;
                   });
    return judged;
  }

  [[nodiscard]] const std::vector<StallReadiness>& rows() const { return rows_; }
  [[nodiscard]] std::vector<StallReadiness> from_scratch() const {
    return evaluate(design_, topology_, readings_, now_ms_, kStaleAfter);
  }

  /// Everything answers, now.
  void all_good() {
    for (const auto& id : switches_) answer(id);
    for (const auto& port : ports_) {
      put(readings_.port_link, port, true, changes_.ports);
      put(readings_.port_vlan, port, true, changes_.ports);
    }
    for (const auto& serial : terminals_) {
      put(readings_.terminals, serial, true, changes_.terminals);
    }
    for (const auto* id : {"van", "dns", "qrpay"}) {
      put(readings_.services, id, true, changes_.services);
    }
  }
  void wait(std::int64_t ms) { now_ms_ += ms; }

 private:
  unsigned upto(unsigned most) { return std::uniform_int_distribution<unsigned>{0, most}(random_); }
  std::string any(const std::vector<std::string>& list) {
    return list[upto(static_cast<unsigned>(list.size() - 1))];
  }

  void pass_time() {
    switch (upto(40)) {
      case 0:
        now_ms_ += 3'600'000;  // the market opens and closes
        return;
      case 1:
        now_ms_ -= 30'000;  // the clock was set
        return;
      case 2:
        now_ms_ += 70'000;
        return;
      default:
        now_ms_ += upto(8'000);
    }
  }

  void answer(const std::string& id) {
    auto& health = readings_.devices[id];
    if (health.state != DeviceState::Up) {
      health = {.state = DeviceState::Up, .cause = "", .silences = 0, .since_ms = now_ms_};
      changes_.devices.insert(id);
    }
    health.last_success_ms = now_ms_;
  }

  void change_health(const std::string& id) {
    const auto state = static_cast<DeviceState>(upto(4));
    if (state == DeviceState::Up) return answer(id);  // nothing else makes a device up
    auto& health = readings_.devices[id];
    health.state = state;
    const bool blamed =
        health.state == DeviceState::Down || health.state == DeviceState::Unreachable;
    health.cause = blamed ? any(switches_) : "";
    health.since_ms = now_ms_;
    changes_.devices.insert(id);
  }

  void read(std::map<std::string, Reading>& readings, const std::string& key,
            std::set<std::string>& changed) {
    put(readings, key, upto(5) != 0, changed);
  }

  void put(std::map<std::string, Reading>& readings, const std::string& key, bool ok,
           std::set<std::string>& changed) {
    auto& last = readings[key];
    if (last.ok != ok) changed.insert(key);
    last = {.ok = ok, .at_ms = now_ms_, .detail = {}};
  }

  Design design_ = tree_market();
  Topology topology_ = topology_of(design_);
  ReadinessTracker tracker_{design_, topology_, kStaleAfter};
  std::mt19937 random_;
  std::vector<std::string> switches_, ports_, terminals_;
  Readings readings_;
  Changes changes_;
  std::vector<StallReadiness> rows_{design_.stalls.size()};
  std::int64_t now_ms_ = kNoon;
};

TEST(ReadinessTracker, SaysTheSameAsAnEvaluationOfEverything) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    Market market{seed};
    for (int turn = 0; turn < 500; ++turn) {
      market.step();
      (void)market.look();
      ASSERT_EQ(market.rows(), market.from_scratch()) << "seed " << seed << ", turn " << turn;
    }
  }
}

TEST(ReadinessTracker, JudgesAHealthyMarketOnceWhileItIsReadInTime) {
  Market market{1};
  market.all_good();
  EXPECT_EQ(market.look(), market.rows().size());
  for (int round = 1; round <= 4; ++round) {
    market.wait(15'000);
    market.all_good();
    EXPECT_EQ(market.look(), 0U) << "round " << round;
  }
  market.wait(15'000);
  EXPECT_EQ(market.look(), market.rows().size()) << "the first readings would be stale by now";
  EXPECT_EQ(market.rows(), market.from_scratch());
}

}  // namespace
}  // namespace market::health
