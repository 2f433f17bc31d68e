// take_over() is held against make_desired() and make_plan(): what comes out must want what is
// there.
#include "daemon/takeover/takeover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "config/design/load.h"
#include "daemon/reconcile/desired.h"

namespace market::takeover {
namespace {

const std::string kExample = MARKET_SOURCE_DIR "/config/share/examples/market-small.yaml";

const ProfileSet& profiles() {
  static const auto kLoaded =
      load_profiles(MARKET_SOURCE_DIR "/config/share/profiles", Expressions::OnUse);
  return *kLoaded.profiles;
}

Design example() {
  auto loaded = load_design(kExample);
  EXPECT_TRUE(loaded.design);
  return std::move(*loaded.design);
}

/// A device that has all that a design wants of it.
template <class Device>
FoundDevice as_built(const Device& device, DeviceClass what, const reconcile::Desired& desired) {
  FoundDevice found;
  for (const auto& [field, want] : desired.at(device.id).fields) {
    found.observed.fields[field] = want.value;
  }
  found.observed.reached = true;
  found.profile = device.profile;
  auto& sighting = found.sighting;
  sighting.address = device.address;
  sighting.sys_name = std::get<std::string>(found.observed.fields.at("system.name"));
  sighting.identification.device_class = what;
  return found;
}

class Market {
 public:
  Market() : Market{example()} {}
  explicit Market(const Design& design) {
    const auto desired = *reconcile::make_desired(design, profiles());
    for (const auto& each : design.switches) add(each, DeviceClass::Switch, desired);
    for (const auto& each : design.aps) add(each, DeviceClass::AccessPoint, desired);
    for (const auto& device : design.switches) {
      for (const auto& port : device.ports) wire(design, device, port);
    }
    std::sort(found.devices.begin(), found.devices.end(),
              [](const auto& a, const auto& b) { return a.sighting.address < b.sighting.address; });
  }

  FieldMap& fields(const std::string& address) { return device(address).observed.fields; }
  FoundDevice& device(const std::string& address) {
    return *std::find_if(found.devices.begin(), found.devices.end(), [&](const auto& each) {
      return each.sighting.address.to_string() == address;
    });
  }

  [[nodiscard]] TakenOver taken(const Words& words = {}) const {
    auto with_day = words;
    with_day.waive_until = std::chrono::year{2027} / 1 / 31;
    auto result = take_over(found, profiles(), with_day);
    EXPECT_TRUE(result) << result.error().message;
    return result.value_or(TakenOver{});
  }

  /// What a plan from this design would do, and cannot.
  [[nodiscard]] std::vector<std::string> plan_of(const std::string& text) const {
    std::vector<std::string> lines;
    const auto loaded =
        parse_design(text, "import.yaml", {.today = {}, .families = profiles().families()});
    for (const auto& problem : loaded.problems) {
      if (problem.severity == Severity::Error) lines.push_back(problem.to_string());
    }
    if (!loaded.design) return lines;
    reconcile::Observed observed;
    const auto note = [&](const auto& device) {
      for (const auto& each : found.devices) {
        if (each.sighting.address == device.address) observed[device.id] = each.observed;
      }
    };
    for (const auto& each : loaded.design->switches) note(each);
    for (const auto& each : loaded.design->aps) note(each);
    if (loaded.design->gateway) observed[loaded.design->gateway->id] = found.gateway->observed;
    const auto desired = reconcile::make_desired(*loaded.design, profiles());
    EXPECT_TRUE(desired) << desired.error().message;
    const auto plan = reconcile::make_plan(*desired, observed, "");
    for (const auto& step : plan.steps) {
      for (const auto& change : step.changes) lines.push_back(step.device + " " + change.field);
    }
    for (const auto& each : plan.manual) {
      if (each.readable) lines.push_back(each.device + " " + each.field);
    }
    for (const auto& each : plan.skipped) lines.push_back(each.device + " " + each.field);
    return lines;
  }

  Found found;

 private:
  template <class Device>
  void add(const Device& device, DeviceClass what, const reconcile::Desired& desired) {
    auto made = as_built(device, what, desired);
    made.sighting.identification.mac = device.mac->to_string();
    made.sighting.identification.serial = device.serial;
    made.survey.bridge_address = device.mac;
    made.survey.lldp_chassis = device.mac;
    if constexpr (requires { device.ports; }) {
      for (const auto& port : device.ports) {
        made.survey.interfaces.push_back(
            {static_cast<std::uint32_t>(std::stoul(port.name)), port.name, "", 6, {}, true});
      }
    }
    found.devices.push_back(std::move(made));
  }

  /// LLDP where a device is, the forwarding table where a terminal is.
  void wire(const Design& design, const Switch& near, const SwitchPort& port) {
    auto& survey = device(near.address.to_string()).survey;
    const auto slash = port.peer.find('/');
    const auto id = port.peer.substr(0, slash);
    if (const auto* far = design.switch_(id)) {
      survey.links.push_back(neighbour(port.name, *far->mac, port.peer.substr(slash + 1)));
      survey.links.back().is_bridge = true;
    } else if (const auto* ap = design.ap(id)) {
      survey.links.push_back(neighbour(port.name, *ap->mac, "eth0"));
      survey.links.back().is_access_point = true;
    } else if (!id.empty()) {
      survey.links.push_back(neighbour(port.name, *MacAddress::parse("02:47:57:00:00:01"),
                                       port.peer.substr(slash + 1)));
      survey.links.back().sys_name = id;
    }
    const auto* stall = design.stall(port.stall);
    if (stall == nullptr) return;
    for (const auto& terminal : stall->terminals) {
      survey.forwarding.push_back({*terminal.mac, port.name, *VlanId::from(20)});
    }
  }

  static survey::LinkNeighbor neighbour(const std::string& local, const MacAddress& mac,
                                        const std::string& port) {
    survey::LinkNeighbor neighbour;
    neighbour.local_port = local;
    neighbour.chassis = mac;
    neighbour.port_id = port;
    return neighbour;
  }
};

using Lines = std::vector<std::string>;

Design design_of(const std::string& text) {
  auto loaded = parse_design(text, "import.yaml", {.today = {}, .families = profiles().families()});
  EXPECT_TRUE(loaded.design) << text;
  return std::move(*loaded.design);
}

TEST(TakeOver, GivesBackTheDesignThatAMarketWasBuiltBy) {
  const auto design = example();
  const Market market;
  const auto taken = market.taken();
  EXPECT_EQ(taken.left_out, Lines{});
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  const auto wanted = *reconcile::make_desired(design, profiles());
  const auto again = *reconcile::make_desired(design_of(taken.text), profiles());
  for (const auto& [id, device] : wanted) {
    if (device.kind == reconcile::DeviceKind::Gateway) continue;
    ASSERT_TRUE(again.contains(id)) << taken.text;
    FieldMap before, after;
    for (const auto& [field, want] : device.fields) before[field] = want.value;
    for (const auto& [field, want] : again.at(id).fields) after[field] = want.value;
    EXPECT_EQ(before, after) << id;
  }
}

TEST(TakeOver, NamesAndWiresWhatItFound) {
  const auto design = design_of(Market{}.taken().text);
  EXPECT_EQ(design.site.id, "small-market");
  ASSERT_NE(design.switch_("sw-b1"), nullptr);
  const auto& ports = design.switch_("sw-b1")->ports;
  EXPECT_EQ(ports.front().peer, "ap-b1");
  EXPECT_EQ(ports.back().peer, "sw-a1/24");
  EXPECT_EQ(ports.at(1).stall, "B-101");
  EXPECT_EQ(design.stall("B-101")->name, "할매국밥");
  EXPECT_EQ(design.stall("B-101")->terminals.at(0).mac->to_string(), "02:00:00:00:0c:04");
  EXPECT_EQ(design.zone("guest")->trust, Trust::Untrusted) << "it has an open network";
  EXPECT_EQ(design.zone("payment")->vid.number(), 20);
  EXPECT_FALSE(ports.at(1).label) << "the stall says it";
}

TEST(TakeOver, GivesTheSameTextForTheSameMarket) {
  EXPECT_EQ(Market{}.taken().text, Market{}.taken().text);
}

TEST(TakeOver, KeepsTextsThatPeopleWroteOnTheDevices) {
  Market market;
  auto& fields = market.fields("10.64.0.11");
  fields["system.name"] = std::string{"core switch"};
  fields["system.location"] = std::string{};
  fields["port[5].label"] = std::string{"yes: \"quoted\" # not a comment"};
  fields["port[6].label"] = std::string{};
  fields["port[9].label"] = std::string{"010"};
  fields["vlan[20].name"] = std::string{"VLAN 0020"};
  fields["vlan[40].name"] = std::string{};
  const auto taken = market.taken();
  EXPECT_EQ(taken.left_out, Lines{});
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
}

TEST(TakeOver, MakesRolesOfPortsThatAreSetByHand) {
  Market market;
  auto& fields = market.fields("10.64.0.12");
  fields["port[2].ingress-filter"] = false;
  fields["port[3].enabled"] = false;
  fields["port[1].poe"] = false;
  fields["port[4].frames"] = std::string{"tagged-only"};
  fields["vlan[999].port[24]"] = std::string{"none"};  // a trunk that takes untagged frames
  fields["vlan[20].port[9]"] = std::string{"tagged"};
  const auto taken = market.taken();
  EXPECT_EQ(taken.left_out, Lines{});
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
}

TEST(TakeOver, TakesPortsByTheNamesThatASwitchGivesThem) {
  Market market;
  auto& fields = market.fields("10.64.0.12");
  FieldMap renamed;
  for (const auto& [field, value] : fields) {
    auto name = field;
    if (const auto at = name.find("port[9]"); at != std::string::npos) {
      name.replace(at, 7, "port[gigabitEthernet 1/0/9]");
    }
    renamed[name] = value;
  }
  fields = renamed;
  const auto taken = market.taken();
  EXPECT_EQ(taken.left_out, Lines{});
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
}

TEST(TakeOver, LeavesOutAPortThatADesignCannotSay) {
  Market market;
  market.fields("10.64.0.12")["vlan[40].port[9]"] = std::string{"untagged"};
  market.fields("10.64.0.12")["port[10].pvid"] = std::int64_t{40};
  market.fields("10.64.0.12")["port[11].label"] = std::string{"\xb0\xa1\xb3\xaa"};  // EUC-KR
  market.fields("10.64.0.12")["vlan[999].port[12]"] = std::string{"none"};
  const auto taken = market.taken();
  ASSERT_EQ(taken.left_out.size(), 4U);
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  for (const auto* port : {"sw-b1/9", "sw-b1/10", "sw-b1/11", "sw-b1/12"}) {
    EXPECT_NE(taken.text.find(std::string{"#   "} + port), std::string::npos) << port;
  }
}

TEST(TakeOver, WaivesWhatBreaksARuleAsItRuns) {
  Market market;
  market.fields("10.64.0.12")["vlan[999].port[9]"] = std::string{"none"};
  market.fields("10.64.0.12")["vlan[1].port[9]"] = std::string{"untagged"};
  market.fields("10.64.0.12")["vlan[1].name"] = std::string{"default"};
  market.fields("10.64.0.12")["port[9].pvid"] = std::int64_t{1};
  const auto taken = market.taken();
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  const auto design = design_of(taken.text);
  ASSERT_EQ(design.waivers.size(), 1U);
  EXPECT_EQ(design.waivers[0].rule, "D108");
  EXPECT_EQ(design.waivers[0].at, "default");
  EXPECT_EQ(taken.to_decide.size(), 1U);
}

TEST(TakeOver, TellsOfWhoCouldNotBeRead) {
  Market market;
  auto& silent = market.device("10.64.0.32");
  silent.observed = {};
  silent.observed.reason = "no answer within 1000 ms";
  const auto taken = market.taken();
  ASSERT_EQ(taken.left_out.size(), 1U);
  EXPECT_NE(taken.left_out[0].find("10.64.0.32"), std::string::npos);
  EXPECT_NE(taken.left_out[0].find("no answer"), std::string::npos);
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
}

TEST(TakeOver, TellsOfWhoDidNotAnswerButIsAnnounced) {
  Market market;
  std::erase_if(market.found.devices,
                [](const auto& each) { return each.sighting.address.to_string() == "10.64.0.12"; });
  const auto taken = market.taken();
  ASSERT_EQ(taken.left_out.size(), 1U);
  EXPECT_NE(taken.left_out[0].find("switch '' (no MAC) at sw-a1/24: it did not answer"),
            std::string::npos)
      << taken.left_out[0];
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
}

TEST(TakeOver, TellsOfANetworkThatADesignCannotSay) {
  Market market;
  market.fields("10.64.0.31")["ssid[1].vlan"] = std::int64_t{0};
  const auto taken = market.taken();
  EXPECT_FALSE(taken.left_out.empty());
  EXPECT_NE(taken.left_out[0].find("slot 1 of ap-a1"), std::string::npos);
}

TEST(TakeOver, FindsNoDesignWhereNothingCanBeRead) {
  const auto taken = take_over({}, profiles(), {});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Errc::NotFound);
}

netlink::Link link(int index, const char* name, const char* kind, const char* master = "") {
  netlink::Link made;
  made.index = index;
  made.name = name;
  made.kind = kind;
  made.master = master;
  made.up = true;
  return made;
}

/// As a technician has set it up: no packet filter of ours.
FoundGateway gateway() {
  FoundGateway made;
  made.links = {link(1, "eth0", ""), link(2, "eth1", ""), link(3, "br-mkt", "bridge"),
                link(4, "eth2", "", "br-mkt"), link(5, "eth3", "")};
  auto& observed = made.observed;
  observed.reached = true;
  for (const auto& each : made.links) {
    observed.fields["link[" + each.name + "].up"] = true;
    observed.fields["link[" + each.name + "].master"] = each.master;
    observed.fields["link[" + each.name + "].forwarding"] = true;
  }
  observed.fields["link[br-mkt].kind"] = std::string{"bridge"};
  for (const auto* each :
       {"eth0 198.18.0.2/30", "eth1 10.64.0.1/24", "br-mkt 10.64.4.1/23", "eth3 10.64.16.1/21"}) {
    observed.fields[std::string{"address["} + each + "]"] = true;
  }
  observed.fields["route[default]"] = std::string{"via 198.18.0.1 dev eth0"};
  return made;
}

TEST(TakeOver, DescribesAGatewayWithoutTouchingIt) {
  Market market;
  market.found.gateway = gateway();
  const auto taken = market.taken();
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  const auto design = design_of(taken.text);
  ASSERT_TRUE(design.gateway) << taken.text;
  EXPECT_EQ(design.gateway->bridge, "br-mkt");
  EXPECT_EQ(design.gateway->uplink_routes.at(0).via.to_string(), "198.18.0.1");
  EXPECT_EQ(design.zone("mgmt")->prefix->to_string(), "10.64.0.0/24");
  EXPECT_EQ(design.zone("mgmt")->trust, Trust::Infrastructure);
  EXPECT_EQ(design.zone("payment")->interface, "br-mkt");
  EXPECT_EQ(design.switch_("sw-a1")->ports.at(0).peer, "gw1/eth1");
  ASSERT_EQ(taken.left_out.size(), 1U);
  EXPECT_NE(taken.left_out[0].find("mgmt 10.64.0.1, payment 10.64.4.1, guest 10.64.16.1"),
            std::string::npos);
}

TEST(TakeOver, LeavesOutAGatewayThatItWouldTakeThingsFrom) {
  Market market;
  market.found.gateway = gateway();
  const std::string rule = "rule[forward pay-out van-a]";
  market.found.gateway->observed.fields[rule] = std::string{"accept"};
  market.found.gateway->observed.ours.insert(rule);
  const auto taken = market.taken();
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  EXPECT_FALSE(design_of(taken.text).gateway);
  ASSERT_EQ(taken.left_out.size(), 1U);
  EXPECT_NE(taken.left_out[0].find(rule), std::string::npos);
}

TEST(TakeOver, LeavesOutAGatewayThatNobodyIsKnownToReach) {
  Market market;
  market.found.gateway = gateway();
  for (auto& each : market.found.devices) {
    std::erase_if(each.survey.links, [](const auto& one) { return one.sys_name == "gw1"; });
    for (const auto* port : {"1", "2", "3"}) {
      each.observed.fields["port[" + std::string{port} + "].label"] = std::string{"gateway"};
    }
  }
  const auto taken = market.taken();
  EXPECT_EQ(market.plan_of(taken.text), Lines{}) << taken.text;
  EXPECT_FALSE(design_of(taken.text).gateway);
  EXPECT_FALSE(taken.left_out.empty());
}

/// Whatever is done to a market by hand: what is not in the design is named, and nothing else is
/// ever planned.
TEST(TakeOver, LosesNothingSilentlyWhateverIsDoneByHand) {
  const std::vector<std::string> texts{
      "",     "x",   "A-7 새이름",         "trunk",    "off",      "\xff", "1",
      "null", " a ", std::string(64, 'y'), "sw-a1/24", "gw1/eth1", "a\tb"};
  for (unsigned seed = 1; seed <= 40; ++seed) {
    std::mt19937 dice{seed};
    const auto roll = [&dice](std::size_t sides) {
      return std::uniform_int_distribution<std::size_t>{0, sides - 1}(dice);
    };
    Market market;
    for (int change = 0; change < 12; ++change) {
      auto& fields = market.found.devices[roll(market.found.devices.size())].observed.fields;
      auto field = fields.begin();
      std::advance(field, static_cast<std::ptrdiff_t>(roll(fields.size())));
      const auto name = FieldName::split(field->first);
      auto& value = field->second;
      if (name.leaf == "port") {
        value = std::vector<std::string>{"none", "tagged", "untagged"}[roll(3)];
      } else if (name.leaf == "frames") {
        value = std::vector<std::string>{"all", "tagged-only"}[roll(2)];
      } else if (auto* flag = std::get_if<bool>(&value)) {
        *flag = !*flag;
      } else if (auto* number = std::get_if<std::int64_t>(&value)) {
        *number = std::vector<std::int64_t>{0, 1, 20, 36, 40, 80, 300, 1400}[roll(8)];
      } else if (name.leaf != "security" && name.leaf != "poe-priority") {
        value = texts[roll(texts.size())];
      }
    }
    const auto taken = market.taken();
    for (const auto& line : market.plan_of(taken.text)) {
      const bool named = std::any_of(taken.left_out.begin(), taken.left_out.end(),
                                     [&](const auto& one) { return one.starts_with(line); });
      EXPECT_TRUE(named) << "seed " << seed << ": " << line;
    }
    EXPECT_EQ(market.taken().text, taken.text);
  }
}

}  // namespace
}  // namespace market::takeover
