// The gateway's packet filter: what a design means by its zones and policy, and in which order.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/reconcile/desired.h"
#include "daemon/reconcile/plan.h"
#include "tests/unit/daemon/reconcile/zone.h"

namespace market::reconcile {
namespace {

using ::testing::HasSubstr;

PolicyRule policy(const char* id, const char* from) {
  PolicyRule rule;
  rule.id = id;
  rule.from_zone = from;
  rule.position = {"market.yaml", 90, 3};
  return rule;
}

Design design() {
  Design made;
  made.site.id = "dg";
  made.zones = {zone("mgmt", 10, "10.64.0.0/24", "10.64.0.1"),
                zone("payment", 20, "10.64.4.0/23", "10.64.4.1"),
                zone("guest", 40, "10.64.16.0/21", "10.64.16.1")};
  made.zones[0].trust = Trust::Infrastructure;
  made.zones[2].trust = Trust::Untrusted;
  made.services = {{.id = "van-a",
                    .type = "van",
                    .to = {"203.0.113.11", "203.0.113.2"},
                    .port = {Transport::Tcp, 443},
                    .probe = "tls",
                    .from = {"payment"},
                    .position = {"market.yaml", 80, 3}}};
  Gateway gateway;
  gateway.id = "gw1";
  gateway.uplink_interface = "eth0";
  gateway.bridge = "br";
  gateway.position = {"market.yaml", 50, 3};
  made.gateway = gateway;
  return made;
}

std::map<std::string, std::string> texts_of(const Design& made) {
  std::map<std::string, std::string> texts;
  const auto desired = make_desired(made, ProfileSet{});
  EXPECT_TRUE(desired) << desired.error().message;
  for (const auto& [field, want] : desired->at("gw1").fields) {
    if (const auto* text = std::get_if<std::string>(&want.value)) texts[field] = *text;
  }
  return texts;
}

TEST(Firewall, ClosesZonesToEachOtherAndToTheGateway) {
  const auto texts = texts_of(design());
  EXPECT_EQ(texts.at("chain[forward]"), "type filter hook forward priority filter; policy drop");
  EXPECT_EQ(texts.at("chain[input]"), "type filter hook input priority filter; policy drop");
  for (const auto& [field, text] : texts) {
    if (field.starts_with("rule[forward")) {
      EXPECT_EQ(field, "rule[forward base]");
    }
  }
  EXPECT_FALSE(texts.contains("rule[input zone guest]"));
  EXPECT_EQ(texts.at("rule[input zone payment]"),
            "iifname \"br.20\" ip saddr 10.64.4.0/23 udp dport 162 accept")
      << "traps";
  EXPECT_EQ(texts.at("rule[input zone mgmt]"), "iifname \"br.10\" ip saddr 10.64.0.0/24 accept");
}

TEST(Firewall, LeavesAGatewayAloneThatIsInNoZone) {
  auto made = design();
  for (auto& each : made.zones) each.gateway.reset();
  for (const auto& [field, text] : texts_of(made)) EXPECT_FALSE(field.starts_with("chain["));
}

TEST(Firewall, OpensAServiceByItsAddressesAndPort) {
  auto made = design();
  made.policy = {policy("pay-out", "payment")};
  made.policy[0].to_services = {"van-a"};
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("set[svc-van-a]"), "type ipv4_addr; elements = { 203.0.113.2, 203.0.113.11 }");
  EXPECT_EQ(
      texts.at("rule[forward pay-out van-a]"),
      "iifname \"br.20\" ip saddr 10.64.4.0/23 oifname \"eth0\" ip daddr @svc-van-a tcp dport "
      "443 accept");
  EXPECT_EQ(texts.at("rule[postrouting zone payment]"),
            "oifname \"eth0\" ip saddr 10.64.4.0/23 masquerade");
  EXPECT_FALSE(texts.contains("rule[postrouting zone guest]"));
}

TEST(Firewall, OpensPortsOfBothTransports) {
  auto made = design();
  made.policy = {policy("noc-in", "")};
  made.policy[0].from_prefix = *IpPrefix::parse("198.51.100.7/32");
  made.policy[0].to_zone = "mgmt";
  made.policy[0].ports = {{Transport::Udp, 161}, {Transport::Tcp, 443}, {Transport::Tcp, 22}};
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("rule[forward noc-in mgmt]"),
            "iifname \"eth0\" ip saddr 198.51.100.7 oifname \"br.10\" ip daddr 10.64.0.0/24 tcp "
            "dport { 22, 443 } accept; iifname \"eth0\" ip saddr 198.51.100.7 oifname \"br.10\" ip "
            "daddr 10.64.0.0/24 udp dport 161 accept");
  EXPECT_THAT(texts.at("rule[input noc-in mgmt]"), HasSubstr("ip daddr 10.64.0.1 udp dport 161"));
}

TEST(Firewall, PacesEachHostBothWaysBeforeAnythingIsLetThrough) {
  auto made = design();
  made.policy = {policy("guest-out", "guest")};
  made.policy[0].to_zone = "internet";
  made.policy[0].per_host_limit = BitsPerSecond{8'192'000};
  const auto texts = texts_of(made);
  EXPECT_THAT(texts.at("chain[pace]"), HasSubstr("priority filter - 10"));
  EXPECT_EQ(texts.at("rule[pace guest-out]"),
            "iifname \"br.40\" ip saddr 10.64.16.0/21 update @up-guest-out { ip saddr limit rate "
            "over 1000 kbytes/second burst 100 kbytes } drop; oifname \"br.40\" ip daddr "
            "10.64.16.0/21 update @down-guest-out { ip daddr limit rate over 1000 kbytes/second "
            "burst 100 kbytes } drop");
}

TEST(Names, OfAServiceAreOpenedByTheSetThatTheServerOfNamesFills) {
  auto made = design();
  made.services[0].to = {"pay.example.kr"};
  made.policy = {policy("pay-out", "payment")};
  made.policy[0].to_services = {"van-a"};
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("set[svc-van-a-names]"), "type ipv4_addr; size 65535; flags dynamic");
  EXPECT_EQ(texts.at("rule[forward pay-out van-a names]"),
            "iifname \"br.20\" ip saddr 10.64.4.0/23 oifname \"eth0\" ip daddr "
            "@svc-van-a-names tcp dport 443 accept");
  EXPECT_EQ(texts.at("dnsmasq[names van-a]"),
            "nftset=/pay.example.kr/4#inet#marketd#svc-van-a-names");
  EXPECT_EQ(texts.at("dnsmasq[zone payment]"), "interface=br.20; no-dhcp-interface=br.20");
  EXPECT_THAT(texts.at("rule[prerouting zone payment]"), HasSubstr("udp dport 53 redirect"));
  EXPECT_THAT(texts.at("rule[input zone payment]"), HasSubstr("udp dport 53 accept"));
  EXPECT_FALSE(texts.contains("dnsmasq[zone guest]"));
  EXPECT_FALSE(texts.contains("rule[prerouting zone guest]"));
}

TEST(Names, AreAskedOfTheDesignsOwnServers) {
  auto made = design();
  made.zones[2].dhcp_range = *IpRange::parse("10.64.16.10-10.64.16.99");
  EXPECT_EQ(texts_of(made).at("dnsmasq[upstream]"), "resolv-file=/etc/resolv.conf");
  auto dns = made.services[0];
  dns.id = "dns";
  dns.type = "dns";
  dns.to = {"192.0.2.53", "192.0.2.54"};
  dns.port = {Transport::Udp, 53};
  made.services.push_back(dns);
  EXPECT_EQ(texts_of(made).at("dnsmasq[upstream]"),
            "no-resolv; server=192.0.2.53; server=192.0.2.54");
}

TEST(Addresses, AreLeasedWithTheGatewayAsRouterAndServerOfNames) {
  auto made = design();
  made.zones[2].dhcp_range = *IpRange::parse("10.64.16.10-10.64.16.99");
  const auto texts = texts_of(made);
  EXPECT_EQ(texts.at("dnsmasq[zone guest]"),
            "interface=br.40; dhcp-range=set:guest,10.64.16.10,10.64.16.99,255.255.248.0,12h; "
            "dhcp-option=tag:guest,option:router,10.64.16.1; "
            "dhcp-option=tag:guest,option:dns-server,10.64.16.1");
  EXPECT_THAT(texts.at("rule[input zone guest]"), HasSubstr("udp dport 67 accept"));
}

TEST(Firewall, ClosesBeforeAnyOtherChangeAndOpensAfterIt) {
  auto made = design();
  made.policy = {policy("staff-out", "guest"), policy("new-out", "payment")};
  made.policy[0].to_zone = made.policy[1].to_zone = "internet";
  const auto desired = *make_desired(made, ProfileSet{});
  Observed observed;
  auto& seen = observed["gw1"];
  seen.reached = true;
  for (const auto* link : {"br", "eth0"}) {
    seen.fields["link[" + std::string{link} + "].up"] = false;
  }
  const std::string gone = "rule[forward old-out internet]";
  for (const auto* field : {"chain[forward]", "rule[forward staff-out internet]"}) {
    seen.fields[field] = desired.at("gw1").fields.at(field).value;
  }
  seen.fields["rule[forward staff-out internet]"] = std::string{"accept"};
  seen.fields[gone] = std::string{"accept"};
  seen.ours.insert(gone);
  seen.max_changes_per_write = 2;
  const auto plan = make_plan(desired, observed, "digest");
  const auto step_of = [&plan](const std::string& field) {
    for (const auto& step : plan.steps) {
      for (const auto& change : step.changes) {
        if (change.field == field) return step.number;
      }
    }
    return std::size_t{0};
  };
  EXPECT_EQ(step_of(gone), 1U);
  EXPECT_EQ(step_of("rule[forward staff-out internet]"), 1U) << "what was wider closes first";
  EXPECT_EQ(step_of("chain[input]"), 1U);
  EXPECT_EQ(step_of("rule[input zone mgmt]"), 1U) << "the management zone is not locked out";
  EXPECT_EQ(step_of("rule[forward new-out internet]"), plan.steps.size());
  EXPECT_GT(plan.steps.size(), 3U);
  EXPECT_GT(plan.steps.front().changes.size(), 2U) << "one transaction, whatever the limit";
}

TEST(Firewall, IsSkippedWithItsReasonWhereThereIsNoNft) {
  const auto desired = *make_desired(design(), ProfileSet{});
  Observed observed;
  observed["gw1"].reached = true;
  for (const auto* group : {"rule", "chain", "set"}) {
    observed["gw1"].unable[group] = "'nft' is not installed: apt-get install nftables";
  }
  const auto plan = make_plan(desired, observed, "digest");
  const auto skipped = std::find_if(plan.skipped.begin(), plan.skipped.end(), [](const auto& each) {
    return each.field == "chain[forward]";
  });
  ASSERT_NE(skipped, plan.skipped.end());
  EXPECT_THAT(skipped->reason, HasSubstr("apt-get install nftables"));
}

TEST(Firewall, NothingIsForwardedWhereItCannotBe) {
  const auto desired = *make_desired(design(), ProfileSet{});
  Observed observed;
  auto& seen = observed["gw1"];
  seen.reached = true;
  seen.fields["link[eth0].up"] = true;
  seen.unable["chain"] = "'nft' is not installed";
  const auto forwards = [&] {
    for (const auto& step : make_plan(desired, observed, "digest").steps) {
      for (const auto& change : step.changes) {
        if (change.field == "link[eth0].forwarding") return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(forwards());
  seen.unable.clear();
  EXPECT_TRUE(forwards());
}

struct Leftovers : ::testing::Test {
  Leftovers() {
    desired["gw1"].fields["link[br].kind"] = {std::string{"bridge"}, {}, ""};
    auto& seen = observed["gw1"];
    seen.reached = true;
    add("link[br].kind", "bridge", true);
    add("link[br.30].kind", "vlan 30 on br", true);
    add("link[br.30].master", "", true);
    add("link[old].kind", "bridge", true);
    add("link[docker0].kind", "bridge", false);
    add("route[10.9.0.0/16]", "via 10.64.9.1 dev br.30", true);
    add("route[10.8.0.0/16]", "via 10.64.9.1 dev br.30", false);
    seen.fields["link[br.30].up"] = true;
    seen.ours.insert("link[br.30].up");
    seen.fields["address[br.30 10.64.9.1/24]"] = true;
    seen.ours.insert("address[br.30 10.64.9.1/24]");
  }
  void add(const std::string& field, const std::string& value, bool ours) {
    observed["gw1"].fields[field] = value;
    if (ours) observed["gw1"].ours.insert(field);
  }
  [[nodiscard]] std::vector<std::string> changed() const {
    std::vector<std::string> fields;
    for (const auto& step : make_plan(desired, observed, "digest").steps) {
      for (const auto& change : step.changes) fields.push_back(change.field);
    }
    return fields;
  }
  Desired desired;
  Observed observed;
};

TEST_F(Leftovers, OfOursGoFromTheTopDownAndForeignOnesStay) {
  EXPECT_THAT(changed(),
              ::testing::ElementsAre("route[10.9.0.0/16]", "address[br.30 10.64.9.1/24]",
                                     "link[br.30].up", "link[br.30].kind", "link[old].kind"));
}

TEST_F(Leftovers, StayWhileSomethingHangsOnThem) {
  add("link[eth7].master", "old", false);
  EXPECT_THAT(changed(), ::testing::Not(::testing::Contains("link[old].kind")));
  const auto plan = make_plan(desired, observed, "digest");
  ASSERT_EQ(plan.skipped.size(), 1U);
  EXPECT_EQ(plan.skipped[0].reason, "not in the design, but 'eth7' uses it");
}

}  // namespace
}  // namespace market::reconcile
