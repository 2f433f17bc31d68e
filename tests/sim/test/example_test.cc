// The designs that `marketsim example` prints: valid at every size, and as large as asked.

#include <gtest/gtest.h>

#include <ostream>
#include <set>
#include <string>

#include "config/design/load.h"
#include "tests/sim/test/market.h"

namespace market::sim::test {
namespace {

struct Size {
  std::size_t stalls, aps;
  std::string supernet;
};
void PrintTo(const Size& size, std::ostream* out) {
  *out << size.stalls << " stalls, " << size.aps << " access points";
}

LoadedDesign example(const ExampleOptions& options) {
  const auto plan = plan_market(options);
  if (!plan) {
    ADD_FAILURE() << plan.error().message;
    return {};
  }
  return parse_design(write_design(*plan), "example.yaml");
}

class Examples : public testing::TestWithParam<Size> {};

TEST_P(Examples, PassEveryRule) {
  ExampleOptions options;
  options.stalls = GetParam().stalls;
  options.aps = GetParam().aps;
  options.supernet = GetParam().supernet;
  const auto loaded = example(options);
  EXPECT_TRUE(loaded.problems.empty()) << loaded.problems.front().to_string();
  ASSERT_TRUE(loaded.design);
  EXPECT_EQ(loaded.design->stalls.size(), options.stalls);
  EXPECT_EQ(loaded.design->aps.size(), options.aps);
  std::size_t terminals = 0;
  std::size_t vacant = 0;
  for (const Stall& stall : loaded.design->stalls) {
    terminals += stall.terminals.size();
    vacant += stall.state == StallState::Vacant ? 1 : 0;
  }
  EXPECT_EQ(terminals, options.stalls * 52 / 100);
  EXPECT_EQ(vacant, options.stalls / 10);
}

INSTANTIATE_TEST_SUITE_P(Sizes, Examples,
                         testing::Values(Size{1, 0, "10.64.0.0/16"}, Size{2, 1, "10.64.0.0/19"},
                                         Size{40, 3, "10.64.0.0/19"}, Size{150, 10, "10.64.0.0/16"},
                                         Size{150, 10, "127.64.0.0/16"},
                                         Size{163, 30, "192.168.0.0/19"},
                                         Size{600, 36, "10.0.0.0/8"}));

TEST(Example, HasSwitchesOfTheSizeAskedFor) {
  ExampleOptions options;
  for (const std::size_t ports : {24U, 48U}) {
    options.switch_ports = ports;
    const auto loaded = example(options);
    ASSERT_TRUE(loaded.design);
    for (const auto& each : loaded.design->switches) {
      std::set<std::string> names;
      for (const auto& port : each.ports) names.insert(port.name);
      EXPECT_EQ(names.size(), ports) << each.id;
    }
  }
}

TEST(Example, HoldsTenThousandTerminals) {
  ExampleOptions options;
  options.stalls = 10'500;
  options.terminals = 10'000;
  options.aps = 100;
  const auto loaded = example(options);
  ASSERT_TRUE(loaded.design) << loaded.problems.front().to_string();
  WorldOptions world_options;
  const auto world = World::build(*loaded.design, world_options);
  ASSERT_TRUE(world);
  EXPECT_GE(world->devices().size(), 10'100U);
}

TEST(Example, GrowsSwitchesUnlessTheirNumberIsGiven) {
  ExampleOptions options;
  options.stalls = 1000;
  const auto grown = plan_market(options);
  ASSERT_TRUE(grown);
  EXPECT_GT(grown->switches.size(), 8U);
  options.switches = 8;
  const auto refused = plan_market(options);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("8 switches are too few"), std::string::npos)
      << refused.error().message;
  EXPECT_NE(refused.error().message.find("--switches " + std::to_string(grown->switches.size())),
            std::string::npos)
      << refused.error().message;
}

TEST(Example, RefusesWhatCannotBe) {
  const auto refuses = [](auto change) {
    ExampleOptions options;
    change(options);
    return !plan_market(options).has_value();
  };
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.stalls = 0; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.stalls = 1'000'000; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.terminals = 151; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.switches = 0; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.switch_ports = 25; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.supernet = "10.64.0.0/26"; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.supernet = "10.64.0.0/24"; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.supernet = "fd00::/16"; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.supernet = "market"; }));
  EXPECT_TRUE(refuses([](ExampleOptions& o) { o.aps = 1'000'000; }));
}

TEST(Example, SaysTheSameEveryTime) {
  const auto plan = plan_market({});
  ASSERT_TRUE(plan);
  EXPECT_EQ(write_design(*plan), write_design(*plan_market({})));
}

TEST(Example, CountsArcadesInLetters) {
  EXPECT_EQ(arcade_of(0), "A");
  EXPECT_EQ(arcade_of(49), "A");
  EXPECT_EQ(arcade_of(50), "B");
  EXPECT_EQ(arcade_of(25 * 50), "Z");
  EXPECT_EQ(arcade_of(26 * 50), "AA");
}

}  // namespace
}  // namespace market::sim::test
