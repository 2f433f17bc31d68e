// probes/netlink against a real kernel; what was done is judged by iproute2.
#include <gmock/gmock.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <fstream>

#include "tests/integration/netlink/sandbox.h"

namespace market::netlink {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr auto kTag = "marketd:test";

LinkAddress on(const std::string& link, const std::string& address) {
  return {link, *InterfaceAddress::parse(address)};
}
KernelRoute route(const std::string& to, const std::string& via, const std::string& link) {
  KernelRoute route;
  route.to = to;
  if (!via.empty()) route.via = *IpAddress::parse(via);
  route.link = link;
  route.protocol = kRouteProtocol;
  return route;
}
template <class T>
std::string failure(const Result<T>& result) {
  return result ? "" : result.error().message;
}
bool has_flag(const nlohmann::json& link, const std::string& flag) {
  const auto& flags = link.at("flags");
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

class KernelTest : public SandboxTest {
 protected:
  Link seen(const std::string& name) {
    auto links = kernel_->links();
    EXPECT_TRUE(links) << failure(links);
    for (const auto& link : links.value_or(std::vector<Link>{})) {
      if (link.name == name) return link;
    }
    ADD_FAILURE() << "no link " << name;
    return {};
  }
};

TEST_F(KernelTest, MakesABridgeWithItsAliasAndNoBirthMarkLeft) {
  ASSERT_TRUE(kernel_->add_bridge("br-mkt", kTag));
  const auto bridge = link("br-mkt");
  EXPECT_EQ(bridge.at("linkinfo").at("info_kind"), "bridge");
  EXPECT_EQ(bridge.at("ifalias"), kTag);
  EXPECT_EQ(bridge.at("group"), "default");
  EXPECT_FALSE(seen("br-mkt").unfinished);
  ASSERT_TRUE(kernel_->delete_link("br-mkt"));
  EXPECT_TRUE(link("br-mkt").is_null());
}

TEST_F(KernelTest, ALinkThatExistsIsAConflictAndStaysAsItIs) {
  ip("link add br-mkt alias other type bridge");
  ip("link set br-mkt alias other");
  const auto before = everything();
  const auto added = kernel_->add_bridge("br-mkt", kTag);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::Conflict);
  EXPECT_THAT(added.error().message, HasSubstr("br-mkt"));
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelTest, ALinkWithoutItsAliasIsKnownByItsBirthMark) {
  ip("link add br-half group 1835758692 type bridge");
  EXPECT_TRUE(seen("br-half").unfinished);
  ip("link set br-half alias someone");
  EXPECT_FALSE(seen("br-half").unfinished);
}

TEST_F(KernelTest, AnAliasThatDoesNotFitLeavesNoLinkBehind) {
  const auto added = kernel_->add_bridge("br-mkt", std::string(300, 'x'));
  EXPECT_FALSE(added);
  EXPECT_TRUE(link("br-mkt").is_null());
}

TEST_F(KernelTest, ReadsWhatIprouteShows) {
  add_pair("va0", "vb0");
  ASSERT_TRUE(kernel_->add_bridge("br-mkt", kTag));
  ASSERT_TRUE(kernel_->set_master("va0", "br-mkt"));
  ASSERT_TRUE(kernel_->set_up("va0", true));
  auto links = kernel_->links();
  ASSERT_TRUE(links) << failure(links);
  const auto shown = ip_json("-d link show");
  ASSERT_EQ(links->size(), shown.size());
  for (const auto& ours : *links) {
    const auto theirs = link(ours.name);
    ASSERT_FALSE(theirs.is_null()) << ours.name;
    EXPECT_EQ(ours.index, theirs.at("ifindex").get<int>());
    EXPECT_EQ(ours.mtu, theirs.at("mtu").get<std::uint32_t>());
    EXPECT_EQ(ours.mac->to_string(), theirs.at("address").get<std::string>());
    EXPECT_EQ(ours.master, theirs.value("master", ""));
    EXPECT_EQ(ours.alias, theirs.value("ifalias", ""));
    EXPECT_EQ(ours.up, has_flag(theirs, "UP"));
    const auto kind = theirs.value("/linkinfo/info_kind"_json_pointer, "");
    EXPECT_EQ(ours.kind, kind);
    EXPECT_EQ(ours.parent, "") << "only a VLAN link has a parent: " << ours.name;
  }
  EXPECT_EQ(seen("va0").master, "br-mkt");
}

TEST_F(KernelTest, EnslavesAndReleases) {
  add_pair("va0", "vb0");
  ip("link add br-a type bridge");
  ASSERT_TRUE(kernel_->set_master("va0", "br-a"));
  EXPECT_EQ(link("va0").value("master", ""), "br-a");
  ASSERT_TRUE(kernel_->set_master("va0", ""));
  EXPECT_EQ(link("va0").value("master", ""), "");
}

TEST_F(KernelTest, SetsForwardingOfOneLink) {
  add_pair("va0", "vb0");
  const auto shown = [](const std::string& name) {
    std::ifstream file{"/proc/sys/net/ipv4/conf/" + name + "/forwarding"};
    std::string value;
    std::getline(file, value);
    return value;
  };
  for (const bool on : {true, false}) {
    ASSERT_TRUE(kernel_->set_forwarding("va0", on));
    EXPECT_EQ(shown("va0"), on ? "1" : "0");
    EXPECT_EQ(shown("vb0"), "0");
    const auto links = kernel_->links().value();
    for (const auto& link : links) {
      EXPECT_EQ(link.forwarding, on && link.name == "va0") << link.name;
    }
  }
}

TEST_F(KernelTest, SetsUpAndDown) {
  add_pair("va0", "vb0");
  ASSERT_TRUE(kernel_->set_up("va0", true));
  EXPECT_TRUE(has_flag(link("va0"), "UP"));
  ASSERT_TRUE(kernel_->set_up("va0", false));
  EXPECT_FALSE(has_flag(link("va0"), "UP"));
}

TEST_F(KernelTest, AddsReadsAndDeletesAddresses) {
  add_pair("va0", "vb0");
  ASSERT_TRUE(kernel_->add_address(on("va0", "10.64.0.1/24")));
  ASSERT_TRUE(kernel_->add_address(on("va0", "10.65.0.1/31")));
  EXPECT_EQ(addresses_of("va0"), "10.64.0.1/24 10.65.0.1/31");
  const auto info = ip_json("addr show dev va0").at(0).at("addr_info");
  EXPECT_EQ(info.at(0).value("broadcast", ""), "10.64.0.255");
  EXPECT_FALSE(info.at(1).contains("broadcast"));

  auto read = kernel_->addresses();
  ASSERT_TRUE(read) << failure(read);
  std::vector<std::string> texts;
  for (const auto& each : *read) texts.push_back(each.link + " " + each.address.to_string());
  EXPECT_THAT(texts, ElementsAre("va0 10.64.0.1/24", "va0 10.65.0.1/31"));

  const auto again = kernel_->add_address(on("va0", "10.64.0.1/24"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::Conflict);
  ASSERT_TRUE(kernel_->delete_address(on("va0", "10.64.0.1/24")));
  EXPECT_EQ(addresses_of("va0"), "10.65.0.1/31");
  const auto gone = kernel_->delete_address(on("va0", "10.64.0.1/24"));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Errc::NotFound);
}

TEST_F(KernelTest, AddsADefaultAndAPrefixRouteOfItsOwnProtocol) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  ASSERT_TRUE(kernel_->add_route(route("default", "10.0.0.9", "va0")));
  ASSERT_TRUE(kernel_->add_route(route("10.9.0.0/16", "10.0.0.8", "va0")));
  ASSERT_TRUE(kernel_->add_route(route("10.8.0.0/16", "", "va0")));
  EXPECT_THAT(routes_to("default"), ElementsAre("via 10.0.0.9 dev va0 proto 150 metric 0"));
  EXPECT_THAT(routes_to("10.9.0.0/16"), ElementsAre("via 10.0.0.8 dev va0 proto 150 metric 0"));
  EXPECT_THAT(routes_to("10.8.0.0/16"), ElementsAre("dev va0 proto 150 metric 0"));

  const auto again = kernel_->add_route(route("default", "10.0.0.7", "va0"));
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Errc::Conflict);
  for (const auto* to : {"default", "10.9.0.0/16", "10.8.0.0/16"}) {
    auto routes = kernel_->routes();
    ASSERT_TRUE(routes) << failure(routes);
    const auto ours = std::find_if(routes->begin(), routes->end(),
                                   [&](const KernelRoute& each) { return each.to == to; });
    ASSERT_NE(ours, routes->end()) << to;
    ASSERT_TRUE(kernel_->delete_route(*ours)) << to;
    EXPECT_THAT(routes_to(to), IsEmpty());
  }
}

TEST_F(KernelTest, DeletesTheRouteItIsToldAndNoOther) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  ip("route add default via 10.0.0.7 dev va0 proto static metric 100");
  ASSERT_TRUE(kernel_->add_route(route("default", "10.0.0.9", "va0")));
  ASSERT_TRUE(kernel_->delete_route(route("default", "10.0.0.9", "va0")));
  EXPECT_THAT(routes_to("default"), ElementsAre("via 10.0.0.7 dev va0 proto 4 metric 100"));
  EXPECT_FALSE(kernel_->delete_route(route("default", "10.0.0.7", "va0")));
  EXPECT_THAT(routes_to("default"), ElementsAre("via 10.0.0.7 dev va0 proto 4 metric 100"));
}

TEST_F(KernelTest, ReplacesARouteWithoutAMomentWithoutIt) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  ASSERT_TRUE(kernel_->add_route(route("default", "10.0.0.9", "va0")));
  Monitor monitor;
  ASSERT_TRUE(kernel_->replace_route(route("default", "10.0.0.9", "va0"),
                                     route("default", "10.0.0.8", "va0")));
  EXPECT_EQ(monitor.drain()[RTM_DELROUTE], 0);
  EXPECT_THAT(routes_to("default"), ElementsAre("via 10.0.0.8 dev va0 proto 150 metric 0"));
}

TEST_F(KernelTest, ReadsMetricsProtocolsAndNextHopsAsIprouteDoes) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  ip("route add default via 10.0.0.9 proto static metric 50");
  ip("route add 10.9.0.0/16 nexthop via 10.0.0.8 nexthop via 10.0.0.7");
  ip("route add unreachable 10.7.0.0/16");
  ip("route add 10.6.0.0/16 via 10.0.0.9 table 77");
  auto routes = kernel_->routes();
  ASSERT_TRUE(routes) << failure(routes);
  std::vector<std::string> texts;
  for (const auto& each : *routes) {
    texts.push_back(each.to + " " + (each.via ? each.via->to_string() : "-") + " " + each.link +
                    " " + std::to_string(each.protocol) + " " + std::to_string(each.metric));
    if (each.table != kMainTable) texts.back() += " table " + std::to_string(each.table);
  }
  EXPECT_THAT(texts, testing::UnorderedElementsAre(
                         "default 10.0.0.9 va0 4 50", "10.0.0.0/24 - va0 2 0",
                         "10.9.0.0/16 10.0.0.8 va0 3 0", "10.9.0.0/16 10.0.0.7 va0 3 0",
                         "10.6.0.0/16 10.0.0.9 va0 3 0 table 77"));
}

TEST_F(KernelTest, SaysInTheKernelsWordsWhyAGatewayIsRefused) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  const auto added = kernel_->add_route(route("10.9.0.0/16", "10.77.0.1", "va0"));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, Errc::Io);
  EXPECT_THAT(added.error().message, HasSubstr("Nexthop has invalid gateway"));
  EXPECT_THAT(added.error().message, HasSubstr("10.77.0.1"));
}

TEST_F(KernelTest, IsUsableAfterEveryKindOfRefusal) {
  add_pair("va0", "vb0");
  EXPECT_EQ(kernel_->delete_link("nobody").error().code, Errc::NotFound);
  EXPECT_EQ(kernel_->set_master("va0", "nobody").error().code, Errc::NotFound);
  EXPECT_EQ(kernel_->set_up("nobody", true).error().code, Errc::NotFound);
  EXPECT_EQ(kernel_->add_address(on("nobody", "10.0.0.1/24")).error().code, Errc::NotFound);
  EXPECT_EQ(kernel_->add_route(route("default", "", "nobody")).error().code, Errc::NotFound);
  EXPECT_EQ(kernel_->add_route(route("10.9.0.1/16", "", "va0")).error().code, Errc::InvalidValue);
  EXPECT_EQ(kernel_->add_route(route("10.9.0.0/16", "fd00::1", "va0")).error().code,
            Errc::InvalidValue);
  EXPECT_FALSE(kernel_->set_master("va0", "lo"));
  for (const auto* name : {"", "sixteen-letters.", "a/b", "a b", "..", "a:b"}) {
    EXPECT_EQ(kernel_->add_bridge(name, kTag).error().code, Errc::InvalidValue) << name;
  }
  EXPECT_EQ(kernel_->links()->size(), ip_json("link show").size());
}

TEST_F(KernelTest, SpeaksIpv6AndLeavesLinkLocalAddressesOut) {
  add_pair("va0", "vb0");
  ip("link set vb0 up");
  std::system("echo 0 > /proc/sys/net/ipv6/conf/va0/disable_ipv6");
  ASSERT_TRUE(kernel_->set_up("va0", true));
  if (ip_json("-6 addr show dev va0").empty()) GTEST_SKIP() << "NOT TESTED: no IPv6 here";
  ASSERT_TRUE(kernel_->add_address(on("va0", "fd00::1/64")));
  EXPECT_EQ(addresses_of("va0"), "fd00::1/64");
  EXPECT_EQ(kernel_->addresses()->size(), 1U);
  ASSERT_TRUE(kernel_->add_route(route("::/0", "fd00::2", "va0")));
  EXPECT_THAT(routes_to("::/0"), ElementsAre("via fd00::2 dev va0 proto 150 metric 1024"));
  auto routes = kernel_->routes();
  ASSERT_TRUE(routes);
  const auto ours = std::find_if(routes->begin(), routes->end(),
                                 [](const KernelRoute& each) { return each.to == "::/0"; });
  ASSERT_NE(ours, routes->end());
  ASSERT_TRUE(kernel_->delete_route(*ours));
  ASSERT_TRUE(kernel_->delete_address(on("va0", "fd00::1/64")));
  EXPECT_EQ(addresses_of("va0"), "");
}

TEST_F(KernelTest, ReadsNeighboursWithTheirState) {
  add_pair("va0", "vb0");
  ip("addr add 10.0.0.1/24 dev va0");
  ip("link set va0 up");
  ip("neigh add 10.0.0.5 lladdr 02:00:00:00:0a:05 dev va0 nud permanent");
  ip("neigh add 10.0.0.6 lladdr 02:00:00:00:0a:06 dev va0 nud stale");
  auto neighbours = kernel_->neighbours();
  ASSERT_TRUE(neighbours) << failure(neighbours);
  std::vector<std::string> texts;
  for (const auto& each : *neighbours) {
    texts.push_back(each.address.to_string() + " " + (each.mac ? each.mac->to_string() : "-") +
                    " " + each.link + " " + each.state);
  }
  EXPECT_THAT(texts, testing::UnorderedElementsAre("10.0.0.5 02:00:00:00:0a:05 va0 permanent",
                                                   "10.0.0.6 02:00:00:00:0a:06 va0 stale"));
}

TEST_F(KernelTest, ReadsAThousandLinksWhole) {
  std::string batch;
  for (int i = 0; i < 500; ++i) {
    batch += "link add va" + std::to_string(i) + " type veth peer name vb" + std::to_string(i);
    batch += "\\n";
  }
  ASSERT_EQ(std::system(("printf '" + batch + "' | ip -batch -").c_str()), 0);
  EXPECT_EQ(kernel_->links()->size(), ip_json("link show").size());
  EXPECT_GT(kernel_->links()->size(), 1000U);
}

TEST_F(KernelTest, MakesAVlanLinkOrSaysThatThisKernelHasNone) {
  add_pair("va0", "vb0");
  const auto added = kernel_->add_vlan("va0.20", "va0", *VlanId::from(20), kTag);
  if (!added) {
    EXPECT_EQ(added.error().code, Errc::Unsupported);
    EXPECT_THAT(added.error().message,
                HasSubstr("this kernel has no 802.1Q VLANs (CONFIG_VLAN_8021Q)"));
    EXPECT_TRUE(link("va0.20").is_null());
    GTEST_SKIP() << "NOT TESTED: VLAN links: " << added.error().message;
  }
  const auto vlan = link("va0.20");
  EXPECT_EQ(vlan.at("linkinfo").at("info_kind"), "vlan");
  EXPECT_EQ(vlan.at("linkinfo").at("info_data").at("id"), 20);
  EXPECT_EQ(vlan.at("link"), "va0");
  EXPECT_EQ(vlan.at("ifalias"), kTag);
  const auto read = seen("va0.20");
  EXPECT_EQ(read.kind, "vlan");
  EXPECT_EQ(read.parent, "va0");
  EXPECT_EQ(read.vlan, *VlanId::from(20));
  EXPECT_EQ(kernel_->add_vlan("va0.20", "va0", *VlanId::from(20), kTag).error().code,
            Errc::Conflict);
}

}  // namespace
}  // namespace market::netlink
