// Properties over random markets: apply converges, a second plan is empty, rollback is exact, and
// the plan does not depend on the order in which things were said. Fixed seeds, no clock.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/daemon/reconcile/lab.h"

namespace market::reconcile {
namespace {

constexpr unsigned kMarkets = 150;

class Dice {
 public:
  explicit Dice(unsigned seed) : engine_{seed} {}
  std::size_t below(std::size_t limit) { return engine_() % limit; }
  bool once_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& one_of(const std::vector<T>& values) {
    return values[below(values.size())];
  }
  std::mt19937& engine() { return engine_; }

 private:
  std::mt19937 engine_;
};

const std::vector<std::int64_t> kVids{10, 20, 30, 40, 999};
const std::vector<FieldValue> kMembers{text("none"), text("tagged"), text("untagged")};
const std::vector<FieldValue> kNames{text(""), text("A-101 대구상회"), text("x"),
                                     FieldValue{std::string{"\xB4\xEB"}}};

struct RandomSwitch {
  FieldMap observed;
  std::map<std::string, DesiredField> desired;
};

RandomSwitch random_switch(Dice& dice) {
  RandomSwitch result;
  const auto want = [&](const std::string& field, const FieldValue& value) {
    if (!dice.once_in(4)) result.desired[field] = {value, {"m.yaml", 1, 1}, ""};
  };
  const auto ports = 1 + dice.below(12);
  std::vector<std::int64_t> present{1};
  for (const auto vid : kVids) {
    const auto row = "vlan[" + std::to_string(vid) + "].name";
    if (dice.once_in(2)) {
      present.push_back(vid);
      result.observed[row] = dice.one_of(kNames);
    }
    result.desired[row] = {text("zone"), {}, ""};
  }
  result.observed["vlan[1].name"] = text("default");
  for (std::size_t port = 1; port <= ports; ++port) {
    const auto name = std::to_string(port);
    const auto prefix = "port[" + name + "].";
    result.observed[prefix + "label"] = dice.one_of(kNames);
    result.observed[prefix + "enabled"] = dice.once_in(2);
    result.observed[prefix + "pvid"] = dice.one_of(kVids);
    want(prefix + "label", dice.one_of(kNames));
    want(prefix + "enabled", dice.once_in(2));
    want(prefix + "pvid", dice.one_of(kVids));
    if (dice.once_in(5)) want(prefix + "poe", true);
    for (const auto vid : present) {
      result.observed["vlan[" + std::to_string(vid) + "].port[" + name + "]"] =
          dice.one_of(kMembers);
    }
    for (const auto vid : kVids) {
      want("vlan[" + std::to_string(vid) + "].port[" + name + "]", dice.one_of(kMembers));
    }
  }
  return result;
}

void make_random(Lab& lab, Dice& dice) {
  lab.devices.clear();
  lab.desired.clear();
  const auto count = 1 + dice.below(4);
  for (std::size_t i = 1; i <= count; ++i) {
    const auto id = "sw-" + std::to_string(i);
    auto random = random_switch(dice);
    lab.devices[id] = std::make_unique<fakes::FakeDriver>(random.observed,
                                                          device::Identity{"e" + id, "s" + id, ""});
    lab.device(id).max_changes = 1 + dice.below(20);
    auto& wanted = lab.desired[id];
    wanted.hops = dice.below(4);
    wanted.uplink_ports = {"1"};
    for (auto& [field, value] : random.desired) wanted.fields[field] = value;
  }
}

TEST(RandomMarket, ConvergesAndComesBackExactly) {
  for (unsigned seed = 1; seed <= kMarkets; ++seed) {
    Dice dice{seed};
    Lab lab;
    make_random(lab, dice);
    const auto before = lab.state();
    const auto plan = lab.plan();
    const auto report = lab.executor().apply(plan, "kim");
    ASSERT_EQ(report.outcome, plan.empty() ? Outcome::NothingToDo : Outcome::Committed)
        << "seed " << seed << ": " << report.reason;
    ASSERT_TRUE(lab.plan().empty()) << "seed " << seed;
    if (plan.empty()) continue;
    const auto back = lab.executor().rollback("kim");
    ASSERT_EQ(back.outcome, Outcome::RolledBack) << "seed " << seed << ": " << back.reason;
    ASSERT_EQ(lab.state(), before) << "seed " << seed;
  }
}

TEST(RandomMarket, PlansTheSameTwiceAndThroughJson) {
  for (unsigned seed = 1; seed <= kMarkets; ++seed) {
    Dice dice{seed};
    Lab lab;
    make_random(lab, dice);
    const auto plan = lab.plan();
    EXPECT_EQ(lab.plan().id, plan.id);
    const auto back = plan_from_json(plan_to_json(plan));
    ASSERT_TRUE(back) << "seed " << seed << ": " << back.error().message;
    EXPECT_EQ(plan_to_json(*back), plan_to_json(plan));
  }
}

template <class Map>
Map reinserted(const Map& map, Dice& dice) {
  std::vector<std::pair<typename Map::key_type, typename Map::mapped_type>> entries{map.begin(),
                                                                                    map.end()};
  std::shuffle(entries.begin(), entries.end(), dice.engine());
  Map result;
  for (auto& entry : entries) result.insert(std::move(entry));
  return result;
}

TEST(RandomMarket, GivesOnePlanWhateverTheOrderOfTheInput) {
  for (unsigned seed = 1; seed <= 50; ++seed) {
    Dice dice{seed};
    Lab lab;
    make_random(lab, dice);
    auto desired = reinserted(lab.desired, dice);
    for (auto& [id, device] : desired) device.fields = reinserted(device.fields, dice);
    auto observed = reinserted(lab.observe(), dice);
    for (auto& [id, device] : observed) device.fields = reinserted(device.fields, dice);
    EXPECT_EQ(make_plan(desired, observed, "digest").id, lab.plan().id) << "seed " << seed;
  }
}

/// Every promise of the order, checked on the steps themselves.
TEST(RandomMarket, MakesBeforeItBreaksOnEveryDevice) {
  for (unsigned seed = 1; seed <= kMarkets; ++seed) {
    Dice dice{seed};
    Lab lab;
    make_random(lab, dice);
    std::map<std::string, std::string> rows;  // "sw-1 20" -> created here
    std::set<std::string> own_path;
    for (const auto& step : lab.plan().steps) {
      EXPECT_LE(step.changes.size(), lab.device(step.device).max_changes);
      if (step.risk == Risk::MgmtPath) own_path.insert(step.device);
      EXPECT_EQ(step.risk == Risk::MgmtPath, own_path.contains(step.device)) << "seed " << seed;
      for (const auto& change : step.changes) {
        const auto name = FieldName::split(change.field);
        if (name.group != "vlan") continue;
        if (name.leaf == "name" && change.before == FieldValue{Absent{}}) {
          rows[step.device + " " + name.key] = "made";
        }
        if (name.leaf != "port") continue;
        const bool there = lab.device(step.device).fields().contains("vlan[" + name.key + "].name");
        EXPECT_TRUE(there || rows.contains(step.device + " " + name.key)) << "seed " << seed;
      }
    }
  }
}

TEST(RandomMarket, WithWickedDevicesEndsBeforeOrAfterOrSaysWhatIsLeft) {
  std::size_t rolled_back = 0;
  for (unsigned seed = 1; seed <= 2 * kMarkets; ++seed) {
    Dice dice{seed};
    Lab lab;
    make_random(lab, dice);
    const auto before = lab.state();
    const auto plan = lab.plan();
    if (plan.empty()) continue;
    auto& victim = lab.device(plan.steps[dice.below(plan.steps.size())].device);
    const auto write = 1 + dice.below(12);
    switch (dice.below(6)) {
      case 0:
        victim.forget_writes = {write};
        break;
      case 1:
        victim.halve_writes = {write};
        break;
      case 2:
        victim.lose_replies = {write, write + 1};
        break;
      case 3:
        victim.lose_writes = {write};
        break;
      case 4:
        victim.refuse_writes = {write, write + 2};
        break;
      default:
        victim.settle = std::chrono::milliseconds{300 * dice.below(6)};
        break;
    }
    const auto report = lab.executor().apply(plan, "kim");
    for (auto& [id, driver] : lab.devices) driver->advance(std::chrono::seconds{60});
    if (report.outcome == Outcome::Committed) {
      victim.settle = std::chrono::milliseconds{0};
      EXPECT_TRUE(lab.plan().empty()) << "seed " << seed;
    } else {
      ++rolled_back;
      EXPECT_EQ(report.outcome, Outcome::RolledBack) << "seed " << seed << ": " << report.reason;
      EXPECT_EQ(lab.state(), before) << "seed " << seed;
    }
  }
  EXPECT_GT(rolled_back, 30U);
}

}  // namespace
}  // namespace market::reconcile
