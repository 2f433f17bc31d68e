// make_desired: what a design means for each device.
#include "daemon/reconcile/desired.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "daemon/reconcile/paths.h"
#include "daemon/reconcile/plan.h"
#include "tests/unit/daemon/reconcile/values.h"

namespace market::reconcile {
namespace {

Attribute attribute(std::size_t max_bytes = 255) {
  Attribute made;
  made.max_bytes = max_bytes;
  return made;
}

Profile switch_profile() {
  Profile profile;
  profile.id = "sw";
  for (const auto* name :
       {"system.name", "system.location", "port.enabled", "port.pvid", "port.ingress-filter",
        "port.poe", "vlan.name", "vlan.egress", "vlan.untagged"}) {
    profile.attributes[name] = attribute();
  }
  profile.attributes["port.label"] = attribute(17);
  profile.attributes["port.poe-priority"] = attribute();
  profile.attributes["port.poe-priority"].values = {{"critical", 1}, {"high", 2}, {"low", 3}};
  profile.vlan_row_status = Oid{1, 3};
  return profile;
}

Profile ap_profile() {
  Profile profile;
  profile.id = "ap";
  for (const auto* name :
       {"system.name", "system.location", "radio.channel", "radio.channel-width", "radio.tx-power",
        "ssid.name", "ssid.vlan", "ssid.security", "ssid.isolate", "ssid.enabled"}) {
    profile.attributes[name] = attribute();
  }
  profile.attributes["radio.tx-power"].scale = 100;
  profile.attributes["ssid.name"].max_bytes = 32;
  profile.attributes["ssid.security"].values = {{"open", 1}, {"wpa3-personal", 4}};
  profile.indexes["radio"].keys = {{"2G", 1}, {"5G", 2}};
  profile.limits.ssid_slots = 3;
  return profile;
}

ProfileSet profiles() {
  ProfileSet set;
  set.profiles_ = {ap_profile(), switch_profile()};
  return set;
}

SourcePosition line(std::uint32_t number) { return {"market.yaml", number, 3}; }

Zone zone(const char* id, std::uint32_t vid, const char* prefix, const char* gateway) {
  Zone made{.id = id,
            .vid = *VlanId::from(vid),
            .prefix = {},
            .gateway = {},
            .interface = {},
            .trust = Trust::None,
            .isolate_hosts = false,
            .dhcp_range = {},
            .position = line(vid)};
  if (*prefix != '\0') made.prefix = *IpPrefix::parse(prefix);
  if (*gateway != '\0') made.gateway = *IpAddress::parse(gateway);
  return made;
}

SwitchPort port(const char* name, const char* role, const char* stall, const char* peer,
                std::uint32_t at) {
  return {name, role, stall, peer, {}, line(at)};
}

PortRole role(const char* id, const char* untagged, std::vector<std::string> tagged) {
  PortRole made;
  made.id = id;
  made.untagged = untagged;
  made.tagged = std::move(tagged);
  return made;
}

Switch a_switch(const char* id, std::vector<SwitchPort> ports) {
  return {.id = id,
          .profile = "sw",
          .serial = {},
          .mac = {},
          .address = IpAddress::v4(0x0a40000b),
          .place = {},
          .poe_budget = {},
          .firmware_min = {},
          .ports = std::move(ports),
          .position = line(60)};
}

/// gw1/eth1 - 1:sw-a1:2 - 1:sw-a2, an AP on sw-a1, stalls on both.
Design design() {
  Design made;
  made.site.id = "dg";
  made.zones = {zone("mgmt", 10, "10.64.0.0/24", "10.64.0.1"),
                zone("payment", 20, "10.64.4.0/23", "10.64.4.1"), zone("parking", 999, "", "")};
  auto ap = role("ap", "mgmt", {"payment"});
  ap.poe = PoeDemand{true, Milliwatts{15'400}, "high"};
  auto unused = role("unused", "parking", {});
  unused.enabled = false;
  made.port_roles = {role("trunk", "parking", {"mgmt", "payment"}), ap,
                     role("terminal", "payment", {}), unused};
  made.switches = {
      a_switch("sw-a1",
               {port("1", "trunk", "", "gw1/eth1", 71), port("2", "trunk", "", "sw-a2/1", 72),
                port("3", "ap", "", "ap-a1", 73), port("4", "terminal", "A-101", "", 74),
                port("5", "unused", "", "", 75), port("6", "terminal", "", "", 76)}),
      a_switch("sw-a2",
               {port("1", "trunk", "", "sw-a1/2", 81), port("2", "terminal", "A-102", "", 82)})};
  Stall stall;
  stall.id = "A-101";
  stall.name = "대구상회";
  made.stalls.push_back(stall);
  stall.id = "A-102";
  stall.name = "";
  made.stalls.push_back(stall);
  AccessPoint point{.id = "ap-a1",
                    .profile = "ap",
                    .serial = {},
                    .mac = {},
                    .address = IpAddress::v4(0x0a40001f),
                    .place = {},
                    .radios = {},
                    .ssids = {"guest"},
                    .position = line(90)};
  point.radios = {{"2G", 1, 20, CentiDbm{1400}, line(91)}};
  made.aps.push_back(point);
  made.ssids = {{"guest", "Free_WiFi", "payment", "open", "", true, line(95)}};
  Gateway gateway;
  gateway.id = "gw1";
  gateway.uplink_interface = "eth0";
  gateway.uplink_addresses = {*InterfaceAddress::parse("198.18.0.2/30")};
  gateway.uplink_routes = {{"default", *IpAddress::parse("198.18.0.1"), line(51)}};
  gateway.bridge = "br-mkt";
  gateway.interfaces = {"eth1"};
  gateway.position = line(50);
  made.gateway = gateway;
  return made;
}

Desired desired_of(const Design& made) {
  auto desired = make_desired(made, profiles());
  EXPECT_TRUE(desired) << desired.error().message;
  return desired ? *desired : Desired{};
}

FieldValue value(const Desired& desired, const std::string& device, const std::string& field) {
  const auto& fields = desired.at(device).fields;
  const auto found = fields.find(field);
  return found == fields.end() ? text("(nothing)") : found->second.value;
}

TEST(DesiredSwitch, NamesItselfAfterTheSite) {
  auto made = design();
  made.switches[0].place.building = "A";
  const auto desired = desired_of(made);
  EXPECT_EQ(value(desired, "sw-a1", "system.name"), text("dg-sw-a1"));
  EXPECT_EQ(value(desired, "sw-a1", "system.location"),
            FieldValue{made.switches[0].place.to_string() + " sw-a1"});
  EXPECT_EQ(value(desired, "sw-a2", "system.location"), text("sw-a2"));
}

TEST(DesiredSwitch, LabelsPortsByWhomTheyServe) {
  const auto desired = desired_of(design());
  EXPECT_EQ(value(desired, "sw-a1", "port[1].label"), text("gw1/eth1"));
  EXPECT_EQ(value(desired, "sw-a1", "port[5].label"), text(""));
  EXPECT_EQ(value(desired, "sw-a1", "port[6].label"), text("terminal"));
  EXPECT_EQ(value(desired, "sw-a2", "port[2].label"), text("A-102"));
}

TEST(DesiredSwitch, CutsALabelBetweenSyllables) {
  EXPECT_EQ(value(desired_of(design()), "sw-a1", "port[4].label"), text("A-101 대구상"));
}

TEST(DesiredSwitch, PutsEveryPortIntoEveryVlanOfTheSwitchOrOutOfIt) {
  const auto desired = desired_of(design());
  EXPECT_EQ(value(desired, "sw-a1", "vlan[10].port[1]"), text("tagged"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[999].port[1]"), text("untagged"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[10].port[3]"), text("untagged"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[20].port[4]"), text("untagged"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[10].port[4]"), text("none"));
  std::size_t memberships = 0;
  for (const auto& [field, want] : desired.at("sw-a1").fields) {
    if (field.find(".port[") == std::string::npos) continue;
    ++memberships;
    if (field.starts_with("vlan[1].")) {
      EXPECT_EQ(want.value, text("none")) << field;
    }
  }
  EXPECT_EQ(memberships, 4U * 6U);
}

TEST(DesiredSwitch, SetsPortsAsTheirRolesSay) {
  const auto desired = desired_of(design());
  EXPECT_EQ(value(desired, "sw-a1", "port[4].pvid"), number(20));
  EXPECT_EQ(value(desired, "sw-a1", "port[4].enabled"), FieldValue{true});
  EXPECT_EQ(value(desired, "sw-a1", "port[5].enabled"), FieldValue{false});
  EXPECT_EQ(value(desired, "sw-a1", "port[4].ingress-filter"), FieldValue{true});
  EXPECT_EQ(value(desired, "sw-a1", "port[3].poe"), FieldValue{true});
  EXPECT_EQ(value(desired, "sw-a1", "port[3].poe-priority"), text("high"));
  EXPECT_EQ(value(desired, "sw-a1", "port[4].poe"), text("(nothing)"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[20].name"), text("payment"));
}

TEST(DesiredSwitch, KeepsTextsThatTheDesignSaysToTheLetter) {
  auto made = design();
  auto& device = made.switches[0];
  device.system = {"Core switch", ""};
  device.vlan_names["payment"] = "VLAN 20";
  device.ports[3].label = "";
  const auto desired = desired_of(made);
  EXPECT_EQ(value(desired, "sw-a1", "system.name"), text("Core switch"));
  EXPECT_EQ(value(desired, "sw-a1", "system.location"), text(""));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[20].name"), text("VLAN 20"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[10].name"), text("mgmt"));
  EXPECT_EQ(value(desired, "sw-a1", "port[4].label"), text(""));
}

TEST(DesiredSwitch, LetsForeignVlansInWhereTheRoleSaysSo) {
  auto made = design();
  for (auto& role : made.port_roles) role.ingress_filter = false;
  EXPECT_EQ(value(desired_of(made), "sw-a1", "port[4].ingress-filter"), FieldValue{false});
}

TEST(DesiredSwitch, LeavesPvidOutWithoutAnUntaggedZone) {
  auto made = design();
  made.port_roles[0].untagged = "";
  const auto desired = desired_of(made);
  EXPECT_EQ(value(desired, "sw-a1", "port[1].pvid"), text("(nothing)"));
  EXPECT_EQ(value(desired, "sw-a1", "vlan[10].port[1]"), text("tagged"));
}

TEST(DesiredSwitch, WhatItsProfileDoesNotHaveOrCannotWriteIsForAPerson) {
  auto set = profiles();
  auto& profile = set.profiles_[1];
  profile.attributes.erase("port.ingress-filter");
  profile.attributes["port.label"].writable = false;
  profile.attributes.erase("vlan.egress");
  profile.attributes.erase("vlan.untagged");
  profile.vlan_row_status.reset();
  profile.manual["port.ingress-filter"] = "interface {port} ingress {value}";
  profile.manual["vlan.egress"] = "vlan {key} {value} {port}";
  const auto desired = make_desired(design(), set);
  ASSERT_TRUE(desired);
  const auto& device = desired->at("sw-a1");
  for (const auto& [field, want] : device.fields) {
    const auto name = FieldName::split(field);
    EXPECT_NE(name.group, "vlan") << field;
    EXPECT_NE(name.leaf, "label") << field;
    EXPECT_NE(name.leaf, "ingress-filter") << field;
  }
  EXPECT_EQ(device.manual.at("port[4].label").want.value, FieldValue{std::string{"A-101 대구상"}})
      << "cut to what the attribute holds";
  EXPECT_EQ(device.manual.at("port[4].label").want.subject, "stall A-101 대구상회");
  EXPECT_EQ(device.manual.at("port[4].ingress-filter").words, "interface 4 ingress true");
  EXPECT_EQ(device.manual.at("vlan[20].port[4]").words, "vlan 20 untagged 4");
  EXPECT_EQ(device.manual.at("vlan[20].name").want.value, FieldValue{std::string{"payment"}});
  EXPECT_FALSE(device.manual.contains("vlan[1].port[4]")) << "nobody has to do nothing";
}

TEST(DesiredSwitch, RemembersWhichLineAskedAndForWhom) {
  const auto desired = desired_of(design());
  const auto& fields = desired.at("sw-a1").fields;
  EXPECT_EQ(fields.at("port[4].pvid").origin, line(74));
  EXPECT_EQ(fields.at("port[4].pvid").subject, "stall A-101 대구상회");
  EXPECT_EQ(fields.at("vlan[20].port[4]").origin, line(74));
  EXPECT_EQ(fields.at("vlan[20].name").origin, line(20));
  EXPECT_EQ(fields.at("vlan[20].name").subject, "zone payment");
  EXPECT_EQ(fields.at("port[1].label").subject, "uplink to gw1");
  EXPECT_EQ(fields.at("port[2].label").subject, "link to sw-a2");
  EXPECT_EQ(fields.at("port[3].label").subject, "AP ap-a1");
  EXPECT_EQ(fields.at("port[5].label").subject, "role unused");
  EXPECT_EQ(desired.at("sw-a2").fields.at("port[1].label").subject, "uplink to sw-a1");
}

TEST(DesiredSwitch, KnowsItsWayToTheGateway) {
  const auto desired = desired_of(design());
  EXPECT_EQ(desired.at("gw1").hops, 0U);
  EXPECT_EQ(desired.at("sw-a1").hops, 1U);
  EXPECT_EQ(desired.at("sw-a2").hops, 2U);
  EXPECT_EQ(desired.at("ap-a1").hops, 2U);
  EXPECT_EQ(desired.at("sw-a1").uplink_ports, (std::vector<std::string>{"1"}));
  EXPECT_EQ(desired.at("sw-a2").uplink_ports, (std::vector<std::string>{"1"}));
}

TEST(DesiredSwitch, FindsItsWayWhicheverEndNamesTheLink) {
  auto made = design();
  made.switches[1].ports[0].peer = "";
  const auto desired = desired_of(made);
  EXPECT_EQ(desired.at("sw-a2").uplink_ports, (std::vector<std::string>{"1"}));
  EXPECT_EQ(desired.at("sw-a2").hops, 2U);
}

TEST(DesiredSwitch, CountsBothPortsOfADoubledUplink) {
  auto made = design();
  made.switches[1].ports.push_back(port("3", "trunk", "", "sw-a1/6", 83));
  EXPECT_EQ(desired_of(made).at("sw-a2").uplink_ports, (std::vector<std::string>{"1", "3"}));
}

TEST(DesiredSwitch, TreatsEveryLinkAsItsPathWhenTheGatewayIsNotFound) {
  auto made = design();
  made.gateway.reset();
  const auto desired = desired_of(made);
  EXPECT_EQ(desired.at("sw-a1").uplink_ports, (std::vector<std::string>{"1", "2", "3"}));
}

TEST(DesiredAp, GetsItsRadiosAndSsidsAndClosesTheOtherSlots) {
  const auto desired = desired_of(design());
  EXPECT_EQ(value(desired, "ap-a1", "system.name"), text("dg-ap-a1"));
  EXPECT_EQ(value(desired, "ap-a1", "radio[2G].channel"), number(1));
  EXPECT_EQ(value(desired, "ap-a1", "radio[2G].channel-width"), number(20));
  EXPECT_EQ(value(desired, "ap-a1", "radio[2G].tx-power"), number(1400));
  EXPECT_EQ(value(desired, "ap-a1", "ssid[1].name"), text("Free_WiFi"));
  EXPECT_EQ(value(desired, "ap-a1", "ssid[1].vlan"), number(20));
  EXPECT_EQ(value(desired, "ap-a1", "ssid[1].security"), text("open"));
  EXPECT_EQ(value(desired, "ap-a1", "ssid[1].isolate"), FieldValue{true});
  EXPECT_EQ(value(desired, "ap-a1", "ssid[1].enabled"), FieldValue{true});
  EXPECT_EQ(value(desired, "ap-a1", "ssid[2].enabled"), FieldValue{false});
  EXPECT_EQ(value(desired, "ap-a1", "ssid[3].enabled"), FieldValue{false});
  EXPECT_EQ(value(desired, "ap-a1", "ssid[4].enabled"), text("(nothing)"));
  EXPECT_EQ(value(desired, "ap-a1", "ssid[2].name"), text("(nothing)"));
}

TEST(DesiredGateway, HasUplinkBridgeAndALinkForEachRoutedZone) {
  auto made = design();
  made.zones[0].interface = "eth1";
  const auto desired = desired_of(made);
  EXPECT_EQ(value(desired, "gw1", "link[eth0].up"), FieldValue{true});
  EXPECT_EQ(value(desired, "gw1", "address[eth0 198.18.0.2/30]"), FieldValue{true});
  EXPECT_EQ(value(desired, "gw1", "route[default]"), text("via 198.18.0.1 dev eth0"));
  EXPECT_EQ(value(desired, "gw1", "link[br-mkt].kind"), text("bridge"));
  EXPECT_EQ(value(desired, "gw1", "link[eth1].master"), text("br-mkt"));
  EXPECT_EQ(value(desired, "gw1", "address[eth1 10.64.0.1/24]"), FieldValue{true});
  EXPECT_EQ(value(desired, "gw1", "link[br-mkt.20].kind"), text("vlan 20 on br-mkt"));
  EXPECT_EQ(value(desired, "gw1", "link[br-mkt.20].up"), FieldValue{true});
  EXPECT_EQ(value(desired, "gw1", "address[br-mkt.20 10.64.4.1/23]"), FieldValue{true});
  for (const auto& [field, want] : desired.at("gw1").fields) {
    EXPECT_EQ(field.find("999"), std::string::npos) << "a zone without prefix is not routed";
  }
}

struct Refusal {
  void (*edit)(Design&, ProfileSet&);
  const char* complaint;
};

TEST(Desired, RefusesWhatAProfileCannotDo) {
  const std::vector<Refusal> refusals{
      {[](Design& d, ProfileSet&) { d.switches[0].profile = "x"; }, "there is no profile 'x'"},
      {[](Design& d, ProfileSet&) { d.switches[0].ports[0].role = "x"; }, "unknown role 'x'"},
      {[](Design& d, ProfileSet&) { d.port_roles[1].poe->priority = "vip"; }, "poe-priority 'vip'"},
      {[](Design&, ProfileSet& p) { p.profiles_[1].attributes["system.name"].max_bytes = 7; },
       "has 8 bytes"},
      {[](Design&, ProfileSet& p) { p.profiles_[1].attributes["vlan.name"].max_bytes = 4; },
       "vlan.name 'payment'"},
      {[](Design& d, ProfileSet&) { d.aps[0].radios[0].band = "6G"; }, "radio '6G'"},
      {[](Design& d, ProfileSet&) { d.aps[0].radios[0].tx_power = CentiDbm{1450}; },
       "counts in steps of 1dBm"},
      {[](Design& d, ProfileSet&) { d.ssids[0].security = "wpa3-enterprise"; },
       "ssid.security 'wpa3-enterprise'"},
      {[](Design& d, ProfileSet&) { d.ssids[0].name = std::string(33, 'x'); }, "has 33 bytes"},
      {[](Design& d, ProfileSet&) { d.ssids[0].zone = "x"; }, "no zone 'x'"},
      {[](Design& d, ProfileSet&) { d.aps[0].ssids = {"x"}; }, "no SSID 'x'"},
      {[](Design& d, ProfileSet&) { d.gateway->bridge = ""; }, "neither a LAN bridge"},
      {[](Design& d, ProfileSet&) { d.gateway->bridge = "br-a-long-name"; }, "more than 15"},
  };
  for (const auto& refusal : refusals) {
    auto made = design();
    auto set = profiles();
    refusal.edit(made, set);
    const auto desired = make_desired(made, set);
    ASSERT_FALSE(desired) << refusal.complaint;
    EXPECT_EQ(desired.error().code, Errc::InvalidDesign);
    EXPECT_NE(desired.error().message.find(refusal.complaint), std::string::npos)
        << desired.error().message;
    EXPECT_TRUE(desired.error().message.starts_with("market.yaml:")) << desired.error().message;
  }
}

TEST(Desired, GivesOnePlanWhateverTheOrderOfTheDesign) {
  auto made = design();
  Observed observed;
  for (const auto* id : {"gw1", "sw-a1", "sw-a2", "ap-a1"}) observed[id].reached = true;
  for (int i = 1; i <= 6; ++i) {
    observed["sw-a1"].fields["port[" + std::to_string(i) + "].pvid"] = number(1);
  }
  const auto id = make_plan(desired_of(made), observed, "d").id;
  std::reverse(made.switches.begin(), made.switches.end());
  std::reverse(made.zones.begin(), made.zones.end());
  std::reverse(made.port_roles.begin(), made.port_roles.end());
  std::reverse(made.stalls.begin(), made.stalls.end());
  for (auto& item : made.switches) std::reverse(item.ports.begin(), item.ports.end());
  EXPECT_EQ(make_plan(desired_of(made), observed, "d").id, id);
}

}  // namespace
}  // namespace market::reconcile
