// probes/device/kernel_driver against a real kernel: what it observes, what it writes, what it
// leaves alone, and that writing `before` back gives exactly what was there.
#include "probes/device/kernel_part.h"

#include <gmock/gmock.h>
#include <linux/rtnetlink.h>

#include <array>
#include <cstdio>

#include "tests/integration/netlink/sandbox.h"

namespace market::device {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr auto kTag = "marketd:test";

/// The real kernel, counting what is asked of it beyond reading.
class CountingKernel final : public netlink::Kernel {
 public:
  explicit CountingKernel(netlink::Kernel& real) : real_{real} {}
  int writes = 0;

  Result<std::vector<netlink::Link>> links() override { return real_.links(); }
  Result<std::vector<netlink::LinkAddress>> addresses() override { return real_.addresses(); }
  Result<std::vector<netlink::KernelRoute>> routes() override { return real_.routes(); }
  Result<std::vector<netlink::Neighbour>> neighbours() override { return real_.neighbours(); }
  Result<std::vector<netlink::BridgeVlan>> bridge_vlans() override { return real_.bridge_vlans(); }
  Result<bool> can_filter_vlans() override { return real_.can_filter_vlans(); }
  Result<void> add_bridge(const std::string& name, const std::string& alias) override {
    return ++writes, real_.add_bridge(name, alias);
  }
  Result<void> add_vlan(const std::string& name, const std::string& parent, VlanId vid,
                        const std::string& alias) override {
    return ++writes, real_.add_vlan(name, parent, vid, alias);
  }
  Result<void> delete_link(const std::string& name) override {
    return ++writes, real_.delete_link(name);
  }
  Result<void> set_master(const std::string& name, const std::string& master) override {
    return ++writes, real_.set_master(name, master);
  }
  Result<void> set_up(const std::string& name, bool up) override {
    return ++writes, real_.set_up(name, up);
  }
  Result<void> set_mtu(const std::string& name, std::uint32_t bytes) override {
    return ++writes, real_.set_mtu(name, bytes);
  }
  Result<void> set_forwarding(const std::string& name, bool on) override {
    return ++writes, real_.set_forwarding(name, on);
  }
  Result<void> set_vlan_filtering(const std::string& bridge, bool on) override {
    return ++writes, real_.set_vlan_filtering(bridge, on);
  }
  Result<void> set_default_pvid(const std::string& bridge, std::uint16_t vid) override {
    return ++writes, real_.set_default_pvid(bridge, vid);
  }
  Result<void> set_bridge_vlan(const netlink::BridgeVlan& membership) override {
    return ++writes, real_.set_bridge_vlan(membership);
  }
  Result<void> delete_bridge_vlan(const netlink::BridgeVlan& membership) override {
    return ++writes, real_.delete_bridge_vlan(membership);
  }
  Result<void> add_address(const netlink::LinkAddress& address) override {
    return ++writes, real_.add_address(address);
  }
  Result<void> delete_address(const netlink::LinkAddress& address) override {
    return ++writes, real_.delete_address(address);
  }
  Result<void> add_route(const netlink::KernelRoute& route) override {
    return ++writes, real_.add_route(route);
  }
  Result<void> replace_route(const netlink::KernelRoute& before,
                             const netlink::KernelRoute& after) override {
    return ++writes, real_.replace_route(before, after);
  }
  Result<void> delete_route(const netlink::KernelRoute& route) override {
    return ++writes, real_.delete_route(route);
  }
  Result<std::vector<netlink::RoutingRule>> routing_rules() override {
    return real_.routing_rules();
  }
  Result<void> add_routing_rule(const netlink::RoutingRule& rule) override {
    return ++writes, real_.add_routing_rule(rule);
  }
  Result<void> delete_routing_rule(const netlink::RoutingRule& rule) override {
    return ++writes, real_.delete_routing_rule(rule);
  }

 private:
  netlink::Kernel& real_;
};

std::string refusal(const WriteOutcome& outcome) {
  if (std::holds_alternative<Written>(outcome)) return "";
  if (const auto* refused = std::get_if<WriteRefused>(&outcome)) return refused->reason;
  return "unknown: " + std::get<WriteUnknown>(outcome).reason;
}

std::vector<FieldChange> undo_of(const std::vector<FieldChange>& changes) {
  std::vector<FieldChange> undo;
  for (auto each = changes.rbegin(); each != changes.rend(); ++each) {
    undo.push_back({each->field, each->after, each->before});
  }
  return undo;
}

FieldValue text(const char* value) { return FieldValue{std::string{value}}; }

class KernelPartTest : public netlink::SandboxTest {
 protected:
  void SetUp() override {
    SandboxTest::SetUp();
    if (!kernel_) return;  // skipped
    counting_ = std::make_unique<CountingKernel>(*kernel_);
    std::vector<std::unique_ptr<GatewayPart>> parts;
    parts.push_back(make_kernel_part(*counting_, kTag));
    driver_ = make_gateway_driver(std::move(parts));
    add_pair("va0", "vb0");
    ip("addr add 10.0.0.1/24 dev va0");
    ip("link set va0 up");
    ip("link set vb0 up");
    add_pair("va1", "vb1");
    ip("link set va1 up");  // the kernel gives a link its queue when it is up for the first time
    ip("link set va1 down");
  }
  FieldMap observed() {
    auto seen = driver_->observe();
    EXPECT_TRUE(seen);
    return seen.value_or(Observation{}).fields;
  }
  FieldValue value_of(const std::string& field) {
    auto fields = driver_->read(std::vector{field});
    EXPECT_TRUE(fields);
    return fields ? fields->at(field) : FieldValue{Absent{}};
  }
  std::string write(const std::vector<FieldChange>& changes) {
    return refusal(driver_->write(changes));
  }

  std::unique_ptr<CountingKernel> counting_;
  std::unique_ptr<Driver> driver_;
  /// A bridge with a port, an address and two routes over it.
  const std::vector<FieldChange> market_{
      {"link[br-mkt].kind", Absent{}, text("bridge")},
      {"link[br-mkt].up", false, true},
      {"link[va1].master", text(""), text("br-mkt")},
      {"link[va1].up", false, true},
      {"address[br-mkt 10.64.0.1/24]", false, true},
      {"address[br-mkt 10.64.1.1/24]", false, true},
      {"route[default]", Absent{}, text("via 10.0.0.9 dev va0")},
      {"route[10.99.0.0/16]", Absent{}, text("via 10.64.0.9 dev br-mkt")},
  };
};

TEST_F(KernelPartTest, ObservesLinksAddressesAndRoutesAsFields) {
  ip("link add br-x type bridge");
  ip("link set va1 master br-x");
  ip("route add default via 10.0.0.9");
  ip("route add 10.9.0.0/16 dev va0 proto 150");
  const auto fields = observed();
  EXPECT_THAT(fields, Contains(Pair("link[br-x].kind", text("bridge"))));
  EXPECT_THAT(fields, Contains(Pair("link[br-x].up", FieldValue{false})));
  EXPECT_THAT(fields, Contains(Pair("link[br-x].master", text(""))));
  EXPECT_THAT(fields, Contains(Pair("link[va1].master", text("br-x"))));
  EXPECT_THAT(fields, Contains(Pair("link[va0].up", FieldValue{true})));
  EXPECT_EQ(fields.count("link[va0].kind"), 0U) << "a veth is no design's to make";
  EXPECT_THAT(fields, Contains(Pair("address[va0 10.0.0.1/24]", FieldValue{true})));
  EXPECT_THAT(fields, Contains(Pair("route[default]", text("via 10.0.0.9 dev va0"))));
  EXPECT_THAT(fields, Contains(Pair("route[10.9.0.0/16]", text("dev va0"))));
  EXPECT_EQ(fields.count("route[10.0.0.0/24]"), 0U) << "the kernel's own route";
}

TEST_F(KernelPartTest, ReadsMissingThingsAsAbsentAndMissingAddressesAsFalse) {
  EXPECT_EQ(value_of("link[nobody].kind"), FieldValue{Absent{}});
  EXPECT_EQ(value_of("link[nobody].up"), FieldValue{Absent{}});
  EXPECT_EQ(value_of("route[default]"), FieldValue{Absent{}});
  EXPECT_EQ(value_of("address[va0 10.0.0.2/24]"), FieldValue{false});
  EXPECT_EQ(value_of("address[va0 10.0.0.1/24]"), FieldValue{true});
  EXPECT_EQ(value_of("port[3].pvid"), FieldValue{Absent{}});
}

TEST_F(KernelPartTest, WritesInOrderWhatIprouteThenShows) {
  ASSERT_EQ(write(market_), "");
  EXPECT_EQ(link("br-mkt").value("ifalias", ""), kTag);
  EXPECT_EQ(link("va1").value("master", ""), "br-mkt");
  EXPECT_EQ(addresses_of("br-mkt"), "10.64.0.1/24 10.64.1.1/24");
  EXPECT_THAT(routes_to("default"), ElementsAre("via 10.0.0.9 dev va0 proto 150 metric 0"));
  EXPECT_THAT(routes_to("10.99.0.0/16"),
              ElementsAre("via 10.64.0.9 dev br-mkt proto 150 metric 0"));
  for (const auto& change : market_)
    EXPECT_EQ(value_of(change.field), change.after) << change.field;
}

TEST_F(KernelPartTest, TheSecondWriteSendsNothing) {
  netlink::Monitor monitor;
  ASSERT_EQ(write(market_), "");
  EXPECT_EQ(counting_->writes, static_cast<int>(market_.size()));
  const auto first = monitor.drain();
  for (const int type : {RTM_NEWLINK, RTM_NEWADDR, RTM_NEWROUTE}) {
    EXPECT_THAT(first, Contains(testing::Key(type))) << "the monitor is deaf";
  }
  const auto before = everything();
  counting_->writes = 0;
  ASSERT_EQ(write(market_), "");
  EXPECT_EQ(counting_->writes, 0);
  auto second = monitor.drain();
  for (const int type : {RTM_DELLINK, RTM_NEWADDR, RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE}) {
    EXPECT_EQ(second[type], 0) << type;
  }
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, UndoingGivesExactlyWhatWasThere) {
  ip("link add br-foreign type bridge");
  ip("route add 10.50.0.0/16 via 10.0.0.5 proto static metric 7");
  const auto before = everything();
  const auto fields = observed();
  ASSERT_EQ(write(market_), "");
  EXPECT_NE(changed_since(before), "");
  ASSERT_EQ(write(undo_of(market_)), "");
  EXPECT_EQ(changed_since(before), "");
  EXPECT_EQ(observed(), fields);
}

TEST_F(KernelPartTest, UndoingHalfAWriteGivesExactlyWhatWasThere) {
  const auto before = everything();
  auto broken = market_;
  broken.insert(broken.begin() + 5, {"address[nobody 10.1.0.1/24]", false, true});
  EXPECT_THAT(write(broken), HasSubstr("address[nobody 10.1.0.1/24] refused"));
  EXPECT_THAT(routes_to("default"), IsEmpty()) << "nothing behind the refusal is written";
  ASSERT_EQ(write(undo_of(market_)), "");
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, ReplacesItsOwnRouteAndBringsItBack) {
  ASSERT_EQ(write({{"route[default]", Absent{}, text("via 10.0.0.9 dev va0")}}), "");
  const auto before = everything();
  netlink::Monitor monitor;
  const std::vector<FieldChange> change{
      {"route[default]", text("via 10.0.0.9 dev va0"), text("via 10.0.0.8 dev va0")}};
  ASSERT_EQ(write(change), "");
  EXPECT_EQ(monitor.drain()[RTM_DELROUTE], 0) << "make before break";
  EXPECT_EQ(value_of("route[default]"), text("via 10.0.0.8 dev va0"));
  ASSERT_EQ(write(undo_of(change)), "");
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, AForeignRouteIsPresentWhenEqualAndRefusedWhenNot) {
  ip("route add default via 10.0.0.9 proto static");
  const auto before = everything();
  EXPECT_EQ(write({{"route[default]", Absent{}, text("via 10.0.0.9 dev va0")}}), "");
  const auto changed =
      write({{"route[default]", text("via 10.0.0.9 dev va0"), text("via 10.0.0.8 dev va0")}});
  EXPECT_THAT(changed, HasSubstr("route[default] refused"));
  EXPECT_THAT(changed, HasSubstr("foreign"));
  EXPECT_THAT(write({{"route[default]", text("via 10.0.0.9 dev va0"), Absent{}}}),
              HasSubstr("foreign"));
  EXPECT_EQ(changed_since(before), "");
  EXPECT_EQ(counting_->writes, 0);
}

TEST_F(KernelPartTest, ARouteWithSeveralNextHopsIsShownWholeAndLeftAlone) {
  ip("route add 10.9.0.0/16 proto 150 nexthop via 10.0.0.8 nexthop via 10.0.0.7");
  EXPECT_EQ(value_of("route[10.9.0.0/16]"), text("via 10.0.0.8 dev va0, via 10.0.0.7 dev va0"));
  EXPECT_THAT(write({{"route[10.9.0.0/16]", Absent{}, text("via 10.0.0.8 dev va0")}}),
              HasSubstr("several next hops"));
}

TEST_F(KernelPartTest, TheRouteOfTheLowestMetricIsTheOneThatCounts) {
  ip("route add default via 10.0.0.9 proto static metric 200");
  ip("route add default via 10.0.0.8 proto 150 metric 100");
  EXPECT_EQ(value_of("route[default]"), text("via 10.0.0.8 dev va0"));
}

TEST_F(KernelPartTest, DeletesOnlyLinksThatCarryItsTag) {
  ip("link add br-x type bridge");
  ip("link set br-x alias marketd:other");
  const auto refused = write({{"link[br-x].kind", text("bridge"), Absent{}}});
  EXPECT_THAT(refused, HasSubstr("link[br-x].kind refused"));
  EXPECT_THAT(refused, HasSubstr("foreign"));
  EXPECT_FALSE(link("br-x").is_null());
  ip("link set br-x alias marketd:test");
  EXPECT_EQ(write({{"link[br-x].kind", text("bridge"), Absent{}}}), "");
  EXPECT_TRUE(link("br-x").is_null());
  EXPECT_EQ(write({{"link[br-x].kind", text("bridge"), Absent{}}}), "") << "gone is gone";
}

TEST_F(KernelPartTest, DeletesALinkWhoseMakingWasInterrupted) {
  ip("link add br-x group 1835758692 type bridge");
  EXPECT_EQ(write({{"link[br-x].kind", text("bridge"), Absent{}}}), "");
  EXPECT_TRUE(link("br-x").is_null());
}

TEST_F(KernelPartTest, DoesNotDeleteABridgeThatSomebodyElseUses) {
  ASSERT_EQ(write({{"link[br-mkt].kind", Absent{}, text("bridge")}}), "");
  ip("link set va1 master br-mkt");
  EXPECT_THAT(write({{"link[br-mkt].kind", text("bridge"), Absent{}}}), HasSubstr("'va1'"));
  EXPECT_FALSE(link("br-mkt").is_null());
}

TEST_F(KernelPartTest, RefusesToTurnALinkIntoAnother) {
  EXPECT_THAT(write({{"link[va1].kind", Absent{}, text("bridge")}}), HasSubstr("veth"));
  EXPECT_EQ(link("va1").at("linkinfo").at("info_kind"), "veth");
  EXPECT_EQ(write({{"link[va1].kind", text("bridge"), Absent{}}}), "") << "no bridge to delete";
  EXPECT_FALSE(link("va1").is_null());
}

TEST_F(KernelPartTest, KeepsSecondaryAddressesWhenTheirPrimaryGoes) {
  std::system("echo 0 > /proc/sys/net/ipv4/conf/all/promote_secondaries");
  std::system("echo 0 > /proc/sys/net/ipv4/conf/va0/promote_secondaries");
  ip("addr add 10.0.0.2/24 dev va0");
  ip("addr add 10.0.0.3/24 dev va0");
  ASSERT_EQ(write({{"address[va0 10.0.0.1/24]", true, false}}), "");
  EXPECT_EQ(addresses_of("va0"), "10.0.0.2/24 10.0.0.3/24");
}

TEST_F(KernelPartTest, NamesTheFieldAndTheKernelsWordsWhenRefused) {
  const auto refused = write({{"route[10.9.0.0/16]", Absent{}, text("via 10.77.0.1 dev va0")}});
  EXPECT_THAT(refused, HasSubstr("route[10.9.0.0/16] refused"));
  EXPECT_THAT(refused, HasSubstr("Nexthop has invalid gateway"));
}

TEST_F(KernelPartTest, SetsTheMtuOfALinkAndGivesItBack) {
  const auto before = everything();
  ASSERT_EQ(value_of("link[va0].mtu"), FieldValue{std::int64_t{1500}});
  const std::vector<FieldChange> smaller{{"link[va0].mtu", std::int64_t{1500}, std::int64_t{1492}}};
  ASSERT_EQ(write(smaller), "");
  EXPECT_EQ(link("va0").value("mtu", 0), 1492);
  EXPECT_EQ(value_of("link[va0].mtu"), FieldValue{std::int64_t{1492}});
  const auto writes = counting_->writes;
  ASSERT_EQ(write(smaller), "");
  EXPECT_EQ(counting_->writes, writes);
  ASSERT_EQ(write(undo_of(smaller)), "");
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, RefusesValuesAndFieldsThatMakeNoSense) {
  const auto before = everything();
  const std::vector<FieldChange> senseless{
      {"port[3].pvid", Absent{}, std::int64_t{20}},
      {"link[va0].speed", Absent{}, std::int64_t{9000}},
      {"link[va0].mtu", Absent{}, text("1500")},
      {"link[va0].mtu", Absent{}, std::int64_t{0}},
      {"link[va0].mtu", Absent{}, std::int64_t{1} << 33},
      {"link[va0].up", true, text("yes")},
      {"link[va0].master", text(""), true},
      {"link[nobody].up", Absent{}, true},
      {"link[br-x].kind", Absent{}, text("bond")},
      {"link[br-x].kind", Absent{}, text("vlan 4095 on va0")},
      {"link[br-x].kind", Absent{}, text("vlan 20 on nobody")},
      {"link[br-x].kind", Absent{}, true},
      {"address[va0]", false, true},
      {"address[va0 10.0.0.0.1/24]", false, true},
      {"address[va0 10.0.0.7/24]", false, text("true")},
      {"route[default]", Absent{}, text("10.0.0.9")},
      {"route[default]", Absent{}, text("via 10.0.0.9")},
      {"route[default]", Absent{}, text("via 10.0.0.9 dev")},
      {"route[default]", Absent{}, text("via dev va0")},
      {"route[10.9.0.1/16]", Absent{}, text("dev va0")},
      {"route[default]", Absent{}, true},
      {"", Absent{}, true},
  };
  for (const auto& change : senseless) {
    EXPECT_THAT(write({change}), HasSubstr(change.field + " refused: ")) << to_string(change.after);
  }
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, MakesVlanLinksAndUndoesThem) {
  ip("link set va1 up");  // what is on top of a link cannot be up while it is down
  const auto before = everything();
  const std::vector<FieldChange> changes{
      {"link[va1.20].kind", Absent{}, text("vlan 20 on va1")},
      {"link[va1.20].up", Absent{}, true},
      {"address[va1.20 10.20.0.1/24]", false, true},
  };
  const auto refused = write(changes);
  if (refused.find("CONFIG_VLAN_8021Q") != std::string::npos) {
    EXPECT_THAT(refused, HasSubstr("link[va1.20].kind refused"));
    EXPECT_EQ(changed_since(before), "");
    GTEST_SKIP() << "NOT TESTED: VLAN links: " << refused;
  }
  ASSERT_EQ(refused, "");
  EXPECT_EQ(value_of("link[va1.20].kind"), text("vlan 20 on va1"));
  EXPECT_EQ(write(changes), "");
  EXPECT_THAT(write({{"link[va1.20].kind", Absent{}, text("vlan 30 on va1")}}),
              HasSubstr("cannot be changed"));
  ASSERT_EQ(write(undo_of(changes)), "");
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(KernelPartTest, KnowsWhetherABridgeCouldFilterVlansWithoutMakingOne) {
  const auto before = everything();
  const auto told = kernel_->can_filter_vlans();
  ASSERT_TRUE(told) << told.error().message;
  EXPECT_EQ(changed_since(before), "");
  const auto seen = driver_->observe();
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->unable.count("bridge-vlan"), *told ? 0U : 1U);
  ASSERT_EQ(write({{"link[br-mkt].kind", Absent{}, text("bridge")}}), "");
  const auto filter = write({{"link[br-mkt].vlan-filtering", false, true}});
  EXPECT_EQ(filter == "", *told) << filter << ": a bridge must do what was told of it";
  const auto then = driver_->observe();
  ASSERT_TRUE(then);
  EXPECT_EQ(then->unable.count("bridge-vlan"), *told ? 0U : 1U);
  EXPECT_EQ(then->fields.count("link[br-mkt].vlan-filtering"), *told ? 1U : 0U);
}

/// The VLANs of a bridge's ports as bridge(8) shows them: "va1 20", "va1 30 PVID Egress Untagged".
std::vector<std::string> memberships() {
  std::vector<std::string> all;
  FILE* pipe = popen("bridge -j vlan show", "r");
  std::string output;
  std::array<char, 4096> buffer{};
  while (const auto size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), size);
  }
  EXPECT_EQ(pclose(pipe), 0) << output;
  for (const auto& port : nlohmann::json::parse(output.empty() ? "[]" : output)) {
    for (const auto& vlan : port.at("vlans")) {
      auto line =
          port.at("ifname").get<std::string>() + " " + std::to_string(vlan.at("vlan").get<int>());
      for (const auto& flag : vlan.value("flags", nlohmann::json::array())) {
        line += " " + flag.get<std::string>();
      }
      all.push_back(line);
    }
  }
  return all;
}

class BridgeVlanTest : public KernelPartTest {
 protected:
  void SetUp() override {
    KernelPartTest::SetUp();
    if (!kernel_) return;  // skipped
    if (!kernel_->can_filter_vlans().value_or(false)) {
      GTEST_SKIP() << "NOT TESTED: this kernel's bridges cannot filter VLANs";
    }
  }
};

TEST_F(BridgeVlanTest, FiltersAndUndoesIt) {
  const auto before = everything();
  const std::vector<FieldChange> changes{
      {"link[br-mkt].kind", Absent{}, text("bridge")},
      {"link[va1].master", text(""), text("br-mkt")},
      {"link[va1].vlan[20]", text("none"), text("tagged")},
      {"link[va1].vlan[30]", text("none"), text("untagged pvid")},
      {"link[br-mkt].vlan[20]", text("none"), text("tagged")},
      {"link[br-mkt].vlan-filtering", false, true},
  };
  ASSERT_EQ(write(changes), "");
  EXPECT_EQ(link("br-mkt").at("linkinfo").at("info_data").at("vlan_filtering"), 1);
  EXPECT_EQ(link("br-mkt").at("linkinfo").at("info_data").at("vlan_default_pvid"), 0);
  EXPECT_THAT(memberships(),
              testing::UnorderedElementsAre("va1 20", "va1 30 PVID Egress Untagged", "br-mkt 20"));
  for (const auto& change : changes) {
    EXPECT_EQ(value_of(change.field), change.after) << change.field;
  }
  const auto seen = driver_->observe();
  ASSERT_TRUE(seen);
  EXPECT_TRUE(seen->ours.contains("link[va1].vlan[20]")) << "on a bridge that we made";
  EXPECT_FALSE(seen->ours.contains("link[va1].master"));
  counting_->writes = 0;
  ASSERT_EQ(write(changes), "");
  EXPECT_EQ(counting_->writes, 0);
  ASSERT_EQ(write(undo_of(changes)), "");
  EXPECT_EQ(changed_since(before), "");
}

TEST_F(BridgeVlanTest, ChangesHowAFrameLeavesInPlace) {
  ASSERT_EQ(write({{"link[br-mkt].kind", Absent{}, text("bridge")},
                   {"link[va1].master", text(""), text("br-mkt")},
                   {"link[va1].vlan[20]", text("none"), text("untagged pvid")}}),
            "");
  ASSERT_EQ(write({{"link[va1].vlan[20]", text("untagged pvid"), text("tagged")}}), "");
  EXPECT_THAT(memberships(), ElementsAre("va1 20"));
  ASSERT_EQ(write({{"link[va1].vlan[20]", text("tagged"), text("none")}}), "");
  EXPECT_THAT(memberships(), IsEmpty());
}

TEST_F(BridgeVlanTest, TakesAForeignBridgesDefaultPvidAndGivesItBack) {
  ip("link add br-x type bridge vlan_filtering 1");
  ip("link set va1 master br-x");
  const auto before = memberships();
  EXPECT_THAT(before, testing::UnorderedElementsAre("va1 1 PVID Egress Untagged",
                                                    "br-x 1 PVID Egress Untagged"));
  const std::vector<FieldChange> change{
      {"link[br-x].default-pvid", std::int64_t{1}, std::int64_t{0}}};
  ASSERT_EQ(write(change), "");
  EXPECT_THAT(memberships(), IsEmpty());
  EXPECT_EQ(value_of("link[br-x].vlan-filtering"), FieldValue{true});
  ASSERT_EQ(write(undo_of(change)), "");
  EXPECT_EQ(memberships(), before);
}

TEST_F(BridgeVlanTest, APortKeepsItsVlansWhenItMovesToAnotherBridge) {
  ASSERT_EQ(write({{"link[br-a].kind", Absent{}, text("bridge")},
                   {"link[br-b].kind", Absent{}, text("bridge")},
                   {"link[va1].master", text(""), text("br-a")},
                   {"link[va1].vlan[20]", text("none"), text("tagged")},
                   {"link[va1].master", text("br-a"), text("br-b")}}),
            "");
  EXPECT_EQ(link("va1").value("master", ""), "br-b");
  EXPECT_THAT(memberships(), ElementsAre("va1 20"));
}

TEST_F(BridgeVlanTest, RefusesValuesThatMakeNoSense) {
  ASSERT_EQ(write({{"link[br-mkt].kind", Absent{}, text("bridge")}}), "");
  const std::vector<FieldChange> senseless{
      {"link[br-mkt].vlan-filtering", false, text("yes")},
      {"link[br-mkt].default-pvid", std::int64_t{0}, std::int64_t{4095}},
      {"link[br-mkt].vlan[20]", text("none"), text("member")},
      {"link[br-mkt].vlan[4095]", text("none"), text("tagged")},
      {"link[va1].vlan[20]", text("none"), text("tagged")},
  };
  for (const auto& change : senseless) {
    EXPECT_THAT(write({change}), HasSubstr(change.field + " refused: ")) << to_string(change.after);
  }
  EXPECT_THAT(memberships(), IsEmpty());
}

TEST_F(KernelPartTest, KnowsTheMachineAndNeedsNoSaving) {
  EXPECT_TRUE(driver_->save());
  EXPECT_EQ(driver_->max_changes_per_write(), 8U);
  const auto identity = driver_->identity();
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_FALSE(identity->serial.empty());
}

}  // namespace
}  // namespace market::device
