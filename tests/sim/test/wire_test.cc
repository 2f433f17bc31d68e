// Frames in, frames out: ARP, ICMP, SNMP and DHCP of devices with MACs of their own.

#include <map>

#include <gtest/gtest.h>

#include "tests/sim/test/market.h"
#include "tests/sim/wire.h"

namespace market::sim::test {
namespace {

constexpr Mac kGatewayMac{2, 0, 0, 0, 0, 1};
constexpr std::uint32_t kGateway = 0x0a400001;  // 10.64.0.1

class WireTest : public ::testing::Test {
 protected:
  WireTest() {
    for (const char* const text : {"sim1=10.64.0.1/24", "sim2=10.64.1.1/24"}) {
      options.links.push_back(*WireLink::parse(text));
    }
  }

  /// Every frame that leaves within a second.
  std::vector<Departure> leaving(Wire& wire) {
    std::vector<Departure> all;
    while (auto next = wire.take(market.now + std::chrono::seconds{1})) all.push_back(*next);
    return all;
  }
  /// The MACs that answer an ARP request on the management link.
  std::vector<Mac> who_has(Wire& wire, std::uint32_t address) {
    const frame::Arp request{frame::Arp::Operation::Request, kGatewayMac, kGateway, Mac{}, address};
    wire.arrive(0,
                octets(frame::write_ethernet(frame::kBroadcast, kGatewayMac, frame::kArp,
                                             frame::write_arp(request))),
                market.now);
    std::vector<Mac> macs;
    for (const Departure& each : leaving(wire)) {
      const auto ethernet = frame::read_ethernet(octets(each.frame));
      EXPECT_EQ(ethernet->to, kGatewayMac);
      macs.push_back(frame::read_arp(ethernet->payload)->sender_mac);
    }
    return macs;
  }
  const Device& device(const std::string& id) {
    return market.world.devices()[market.world.find(id)];
  }

  Market market;
  WireOptions options;
};

TEST_F(WireTest, EachDeviceAnswersArpWithItsOwnMacWhileItIsHeard) {
  Wire wire{market.world, market.agents, options};
  EXPECT_EQ(who_has(wire, device("ap-2").address), std::vector{device("ap-2").mac});
  EXPECT_TRUE(who_has(wire, 0x0a4000fe).empty()) << "nobody is there";
  market.tell("power-off sw-2");
  EXPECT_TRUE(who_has(wire, device("ap-2").address).empty()) << "it hangs behind sw-2";
  market.tell("second-address sw-1 10.64.0.77");
  EXPECT_EQ(who_has(wire, 0x0a40004d), std::vector{device("sw-1").mac});
}

TEST_F(WireTest, ClaimantsOfOneAddressTakeTurns) {
  Wire wire{market.world, market.agents, options};
  market.tell("duplicate-address ap-2 ap-1");
  const auto first = who_has(wire, device("ap-1").address);
  const auto second = who_has(wire, device("ap-1").address);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_NE(first[0], second[0]);
}

TEST_F(WireTest, SnmpAndEchoAreAnsweredFromTheDevicesMac) {
  Wire wire{market.world, market.agents, options};
  const Device& target = device("sw-1");
  const std::string request = encode("public", Operation::Get, {{name("1.3.6.1.2.1.1.5.0"), {}}});
  const std::string packet =
      frame::write_udp(kGateway, target.address, {40'000, 161, octets(request)});
  wire.arrive(0, octets(frame::write_ethernet(target.mac, kGatewayMac, frame::kIpv4, packet)),
              market.now);
  const auto all = leaving(wire);
  ASSERT_EQ(all.size(), 1U);
  const auto ethernet = frame::read_ethernet(octets(all[0].frame));
  EXPECT_EQ(ethernet->from, target.mac);
  const auto ip = frame::read_ipv4(ethernet->payload);
  const auto udp = frame::read_udp(ip->payload);
  EXPECT_EQ(udp->to, 40'000);
  EXPECT_TRUE(decode(std::string{frame::text_of(udp->payload)}));
  wire.arrive(0, octets(frame::write_ethernet(kGatewayMac, kGatewayMac, frame::kIpv4, packet)),
              market.now);
  EXPECT_TRUE(leaving(wire).empty()) << "a frame for another MAC";
}

TEST_F(WireTest, AnnouncesWhoComesUpAndWhoIsSwapped) {
  Wire wire{market.world, market.agents, options};
  wire.follow(market.now);
  EXPECT_GE(leaving(wire).size(), market.world.devices().size());
  wire.follow(market.now);
  EXPECT_TRUE(leaving(wire).empty()) << "nothing has changed";
  const Stall& stall = market.stall_with(StallKind::Silent);
  market.tell("swap-terminal " + stall.id);
  market.pass(std::chrono::seconds{2});
  wire.follow(market.now);
  const auto all = leaving(wire);
  ASSERT_FALSE(all.empty());
  const auto arp = frame::read_arp(frame::read_ethernet(octets(all[0].frame))->payload);
  EXPECT_EQ(arp->sender, arp->target) << "gratuitous";
  EXPECT_EQ(arp->sender_mac, device(stall.terminals[0].serial).mac);
}

TEST_F(WireTest, ATerminalAsksForALeaseWithItsFingerprint) {
  Wire wire{market.world, market.agents, options};
  Control control{market.world, market.agents, &wire};
  const Stall& stall = market.stall_with(StallKind::Silent);
  EXPECT_EQ(control.execute("dhcp " + stall.id, market.now).text, "1\n");
  const auto all = leaving(wire);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].link, 1U) << "the payment link";
  const auto ethernet = frame::read_ethernet(octets(all[0].frame));
  EXPECT_EQ(ethernet->to, frame::kBroadcast);
  EXPECT_EQ(ethernet->from, device(stall.terminals[0].serial).mac);
  const auto udp = frame::read_udp(frame::read_ipv4(ethernet->payload)->payload);
  ASSERT_EQ(udp->to, dhcp::kServerPort);
  std::string offer{frame::text_of(udp->payload)};
  EXPECT_NE(offer.find("MarketSim PT-10"), std::string::npos) << "option 60";
  EXPECT_NE(offer.find("\x37\x09\x01\x03\x06"), std::string::npos) << "option 55";
  EXPECT_NE(offer.find(stall.terminals[0].serial), std::string::npos) << "option 12";
  // The same message back as an offer of a server.
  offer[0] = 2;
  offer[offer.find("\x35\x01\x01") + 2] = 2;
  wire.arrive(1,
              octets(frame::write_ethernet(
                  frame::kBroadcast, kGatewayMac, frame::kIpv4,
                  frame::write_udp(kGateway, ~std::uint32_t{0},
                                   {dhcp::kServerPort, dhcp::kClientPort, octets(offer)}))),
              market.now);
  const auto then = leaving(wire);
  ASSERT_EQ(then.size(), 1U);
  EXPECT_NE(then[0].frame.find("\x35\x01\x03"), std::string::npos) << "a REQUEST";
  EXPECT_FALSE(market.control.execute("dhcp " + stall.id, market.now).ok) << "without a wire";
}

/// The DISCOVERs among the frames that leave, by their sender.
std::map<Mac, std::string> discovers(const std::vector<Departure>& departures) {
  std::map<Mac, std::string> found;
  for (const Departure& each : departures) {
    const auto ethernet = frame::read_ethernet(octets(each.frame));
    const auto ip = ethernet->type == frame::kIpv4 ? frame::read_ipv4(ethernet->payload)
                                                   : std::optional<frame::Ipv4>{};
    const auto udp = ip ? frame::read_udp(ip->payload) : std::nullopt;
    if (udp && udp->to == dhcp::kServerPort) found[ethernet->from] = frame::text_of(udp->payload);
  }
  return found;
}

TEST_F(WireTest, WhoComesUpAsksForALeaseWhenToldTo) {
  options.ask_leases = true;
  Wire wire{market.world, market.agents, options};
  wire.follow(market.now);
  auto asked = discovers(leaving(wire));
  EXPECT_EQ(asked.size(), market.world.devices().size() - 2) << "all but the switches";
  const std::string& ap = asked[device("ap-1").mac];
  EXPECT_NE(ap.find("MarketSim AP-6E"), std::string::npos) << "option 60";
  EXPECT_NE(ap.find("\x37\x0b\x01\x03\x06\x0c"), std::string::npos) << "option 55";
  const Stall& stall = market.stall_with(StallKind::Silent);
  const auto follow = [&] {
    market.pass(std::chrono::seconds{2});
    wire.follow(market.now);
    return discovers(leaving(wire));
  };
  market.tell("unplug " + stall.id);
  EXPECT_TRUE(follow().empty());
  market.tell("plug " + stall.id);
  EXPECT_EQ(follow().size(), 1U) << "plugged in again";
  market.tell("swap-terminal " + stall.id);
  asked = follow();
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked.begin()->first, device(stall.terminals[0].serial).mac) << "the new one's";
  EXPECT_NE(asked.begin()->second.find(stall.terminals[0].serial + "-S1"), std::string::npos);
}

TEST_F(WireTest, NobodyAsksForALeaseUnasked) {
  Wire wire{market.world, market.agents, options};
  wire.follow(market.now);
  EXPECT_TRUE(discovers(leaving(wire)).empty());
}

}  // namespace
}  // namespace market::sim::test
