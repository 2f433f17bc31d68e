#include <gmock/gmock.h>

#include "daemon/health/health.h"
#include "tests/unit/daemon/health/small_market.h"

namespace market::health {
namespace {

using test::small_market;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST(Topology, HangsEverythingOnWhatItIsPluggedInto) {
  const auto topology = topology_of(small_market());
  EXPECT_THAT(topology.parent,
              UnorderedElementsAre(Pair("gw1", ""), Pair("sw-1", "gw1"), Pair("sw-2", "sw-1"),
                                   Pair("ap-1", "sw-1"), Pair("ap-2", "sw-2"), Pair("T-1", "sw-1"),
                                   Pair("T-2", "sw-1"), Pair("T-3", "sw-2")));
  EXPECT_THAT(topology.port, UnorderedElementsAre(Pair("sw-1", "gw1/eth1"), Pair("sw-2", "sw-1/2"),
                                                  Pair("ap-1", "sw-1/5"), Pair("ap-2", "sw-2/2"),
                                                  Pair("T-1", "sw-1/3"), Pair("T-2", "sw-1/4"),
                                                  Pair("T-3", "sw-2/3")));
  EXPECT_EQ(topology.gateway, "gw1");
}

TEST(Topology, NeedsALinkAtOneEndOnly) {
  for (const std::size_t forgetful : {0U, 1U}) {
    auto design = small_market();
    auto& ports = design.switches[forgetful].ports;
    ports[forgetful == 0 ? 1 : 0].peer.clear();
    const auto topology = topology_of(design);
    EXPECT_EQ(topology.parent.at("sw-2"), "sw-1");
    EXPECT_EQ(topology.port.at("sw-2"), "sw-1/2");
  }
}

TEST(Topology, TakesThePortFromTheEndThatNamesIt) {
  auto design = small_market();
  design.switches[1].ports[0].peer = "sw-1";  // no port
  EXPECT_EQ(topology_of(design).port.at("sw-2"), "sw-1/2");
}

TEST(Topology, KeepsSlashesOfAPortName) {
  auto design = small_market();
  design.switches[0].ports[1].name = "1/0/2";
  design.switches[1].ports[0].peer = "sw-1/1/0/2";
  EXPECT_EQ(topology_of(design).port.at("sw-2"), "sw-1/1/0/2");
}

TEST(Topology, HangsWhatHasNoPlaceOnTheGatewayWithoutAPort) {
  auto design = small_market();
  design.switches[0].ports.clear();
  design.switches[1].ports.clear();
  const auto topology = topology_of(design);
  for (const auto* id : {"sw-1", "sw-2", "ap-1", "ap-2", "T-1", "T-3"}) {
    EXPECT_EQ(topology.parent.at(id), "gw1") << id;
  }
  EXPECT_TRUE(topology.port.empty());
}

TEST(Topology, HasTheFirstSwitchOfAGroupAsRootWithoutAGateway) {
  auto design = small_market();
  design.gateway.reset();
  design.switches[0].ports[0].peer.clear();
  const auto topology = topology_of(design);
  EXPECT_EQ(topology.parent.at("sw-1"), "");
  EXPECT_EQ(topology.parent.at("sw-2"), "sw-1");
  EXPECT_EQ(topology.gateway, "");
}

TEST(Topology, EndsOnARingOfSwitches) {
  auto design = small_market();
  design.switches.push_back(
      test::network_switch("sw-3", {test::port("1", "sw-1/9", ""), test::port("2", "sw-2/9", "")}));
  const auto topology = topology_of(design);
  EXPECT_EQ(topology.parent.at("sw-3"), "sw-1");
}

TEST(Topology, GivesTheTerminalsOfAStallItsDropsInOrderAndTheLastDropTheRest) {
  auto design = small_market();
  design.switches[1].ports.push_back(test::port("4", "", "A-101"));
  design.stalls[0].terminals = {test::terminal("T-1", {}), test::terminal("T-1b", {}),
                                test::terminal("T-1c", {})};
  const auto topology = topology_of(design);
  EXPECT_EQ(topology.port.at("T-1"), "sw-1/3");
  EXPECT_EQ(topology.port.at("T-1b"), "sw-2/4");
  EXPECT_EQ(topology.port.at("T-1c"), "sw-2/4");
  EXPECT_EQ(topology.parent.at("T-1c"), "sw-2");
}

TEST(Topology, OfAnEmptyDesignIsEmpty) {
  const auto topology = topology_of(Design{});
  EXPECT_TRUE(topology.parent.empty());
  EXPECT_TRUE(topology.port.empty());
}

}  // namespace
}  // namespace market::health
