// daemon/app/evidence: a terminal is where the design wants it, or the reading says what is wrong.
#include "daemon/app/evidence.h"

#include <gtest/gtest.h>

namespace market::app {
namespace {

constexpr std::int64_t kNow = 1'000'000;

/// Two stalls on sw-1: A-1's terminal speaks SNMP, A-2's is silent but for its MAC.
Design two_stalls() {
  Design design;
  design.zones.push_back({.id = "payment",
                          .vid = *VlanId::from(20),
                          .prefix = {},
                          .gateway = {},
                          .interface = {},
                          .dhcp_range = {},
                          .position = {}});
  PortRole role;
  role.id = "terminal";
  role.untagged = "payment";
  design.port_roles.push_back(role);
  Switch item{.id = "sw-1",
              .profile = {},
              .serial = {},
              .mac = {},
              .address = *IpAddress::parse("10.0.0.2"),
              .place = {},
              .poe_budget = {},
              .firmware_min = {},
              .ports = {},
              .position = {}};
  item.ports.push_back(
      {.name = "3", .role = "terminal", .stall = "A-1", .peer = {}, .position = {}});
  item.ports.push_back(
      {.name = "4", .role = "terminal", .stall = "A-2", .peer = {}, .position = {}});
  design.switches.push_back(item);
  for (const auto* id : {"1", "2"}) {
    Stall stall;
    stall.id = std::string{"A-"} + id;
    Terminal terminal;
    terminal.serial = std::string{"T-"} + id;
    terminal.mac = *MacAddress::parse(std::string{"02:00:00:00:0c:0"} + id);
    terminal.address = *IpAddress::parse(std::string{"10.0.4."} + id);
    terminal.snmp = stall.id == "A-1";
    stall.terminals.push_back(terminal);
    design.stalls.push_back(stall);
  }
  return design;
}

schedule::PollResult switch_poll(std::map<std::string, std::string> port_of_mac) {
  schedule::PollResult result;
  result.replied = true;
  for (const auto* name : {"3", "4", "9"}) {
    health::PortSample port;
    port.name = name;
    port.admin_up = true;
    port.oper_up = true;
    result.ports.push_back(port);
    result.pvids[name] = 20;
  }
  for (const auto& [mac, port] : port_of_mac) {
    result.forwarding.emplace(*MacAddress::parse(mac), port);
  }
  return result;
}

constexpr const char* kMac1 = "02:00:00:00:0c:01";
constexpr const char* kMac2 = "02:00:00:00:0c:02";

TEST(Evidence, SaysNothingBeforeAnythingWasRead) {
  const auto design = two_stalls();
  const auto readings = Evidence{design}.readings();
  EXPECT_FALSE(readings.terminals.at("T-1").ok);
  EXPECT_TRUE(readings.port_vlan.empty());
}

TEST(Evidence, ASilentTerminalIsProvenByItsMacOnItsPort) {
  const auto design = two_stalls();
  Evidence evidence{design};
  evidence.on_switch("sw-1", switch_poll({{kMac1, "3"}, {kMac2, "4"}}), kNow);
  EXPECT_EQ(evidence.readings().terminals.at("T-2").ok, true);
  EXPECT_EQ(evidence.readings().port_link.at("sw-1/4").ok, true);
}

TEST(Evidence, ATerminalThatCanAnswerIsNotProvenByItsMacAlone) {
  const auto design = two_stalls();
  Evidence evidence{design};
  evidence.on_switch("sw-1", switch_poll({{kMac1, "3"}}), kNow);
  EXPECT_FALSE(evidence.readings().terminals.at("T-1").ok);
}

TEST(Evidence, AnotherSerialAtTheAddressIsASwap) {
  const auto design = two_stalls();
  Evidence evidence{design};
  schedule::PollResult answer;
  answer.replied = true;
  answer.serial = "T-666";
  evidence.on_terminal("T-1", answer, kNow);
  const auto reading = evidence.readings().terminals.at("T-1");
  EXPECT_EQ(reading.ok, false);
  EXPECT_NE(reading.detail.find("T-666"), std::string::npos);
}

TEST(Evidence, ATerminalOnAnotherPortIsFoundThere) {
  const auto design = two_stalls();
  Evidence evidence{design};
  evidence.on_switch("sw-1", switch_poll({{kMac1, "3"}, {kMac2, "9"}}), kNow);
  const auto reading = evidence.readings().terminals.at("T-2");
  EXPECT_EQ(reading.ok, false);
  EXPECT_EQ(reading.detail, "02:00:00:00:0c:02 is on sw-1/9, not on sw-1/4");
}

TEST(Evidence, AStrangerOnThePortIsNamed) {
  const auto design = two_stalls();
  Evidence evidence{design};
  evidence.on_switch("sw-1", switch_poll({{"02:00:00:00:0c:99", "4"}}), kNow);
  EXPECT_EQ(evidence.readings().terminals.at("T-2").detail,
            "sw-1/4 has 02:00:00:00:0c:99 instead of 02:00:00:00:0c:02");
}

TEST(Evidence, AnUplinkFullOfMacsIsNoPlaceOfATerminal) {
  const auto design = two_stalls();
  Evidence evidence{design};
  auto other = switch_poll({{kMac1, "9"}, {kMac2, "9"}});
  evidence.on_switch("sw-1", switch_poll({{kMac1, "3"}, {kMac2, "4"}}), kNow);
  auto design2 = design;
  evidence.on_switch("sw-unknown", other, kNow);  // a switch that is not in the design says nothing
  EXPECT_EQ(evidence.readings().terminals.at("T-2").ok, true);
}

TEST(Evidence, AWrongPvidIsReadWithBothNumbers) {
  const auto design = two_stalls();
  Evidence evidence{design};
  auto poll = switch_poll({});
  poll.pvids["3"] = 1;
  evidence.on_switch("sw-1", poll, kNow);
  const auto reading = evidence.readings().port_vlan.at("sw-1/3");
  EXPECT_EQ(reading.ok, false);
  EXPECT_EQ(reading.detail, "sw-1/3 is in VLAN 1, not 20 (payment)");
}

TEST(Evidence, ABrokenOffPollIsNoReading) {
  const auto design = two_stalls();
  Evidence evidence{design};
  auto poll = switch_poll({{kMac2, "4"}});
  poll.failure = "no answer within 1500 ms";
  evidence.on_switch("sw-1", poll, kNow);
  EXPECT_FALSE(evidence.readings().terminals.at("T-2").ok);
  EXPECT_TRUE(evidence.readings().port_link.empty());
}

TEST(Evidence, ADeadTerminalDoesNotAnswer) {
  const auto design = two_stalls();
  Evidence evidence{design};
  schedule::PollResult answer;
  answer.replied = true;
  answer.serial = "T-1";
  evidence.on_terminal("T-1", answer, kNow);
  EXPECT_EQ(evidence.readings().terminals.at("T-1").ok, true);
  evidence.on_down("T-1", kNow + 1);
  EXPECT_EQ(evidence.readings().terminals.at("T-1").ok, false);
}

}  // namespace
}  // namespace market::app
