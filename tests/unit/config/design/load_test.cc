// config/design: what a valid design becomes, and what must hold for any text at all.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "config/design/load.h"
#include "config/yaml/document.h"

namespace market {
namespace {

const std::string kExample = MARKET_SOURCE_DIR "/config/share/examples/market-small.yaml";

std::string problems_of(const LoadedDesign& loaded) {
  std::string lines;
  for (const Diagnostic& problem : loaded.problems) lines += problem.to_string() + "\n";
  return lines;
}

/// A design without problems; otherwise the test has failed and says why.
Design checked(const std::string& path) {
  LoadedDesign loaded = load_design(path);
  EXPECT_EQ(problems_of(loaded), "");
  return loaded.design ? std::move(*loaded.design) : Design{};
}

TEST(Design, OfTheExampleHoldsEveryPartOfIt) {
  const Design design = checked(kExample);
  EXPECT_EQ(design.file, kExample);
  EXPECT_EQ(design.site.id, "small-market");
  EXPECT_EQ(design.site.work.at("contract"), "2026-0001");
  EXPECT_EQ(design.supernet->to_string(), "10.64.0.0/19");
  EXPECT_EQ(design.allow_v2c_write, "simulated devices on the bench have no SNMPv3 user");
  ASSERT_NE(design.zone("payment"), nullptr);
  EXPECT_EQ(design.zone("payment")->vid.number(), 20);
  EXPECT_EQ(design.zone("payment")->trust, Trust::Cardholder);
  EXPECT_EQ(design.zone("payment")->interface, "br-mkt");
  EXPECT_TRUE(design.zone("payment")->isolate_hosts);
  EXPECT_EQ(design.zone("guest")->dhcp_range->count(), 2033U);
  EXPECT_FALSE(design.zone("parking")->prefix);
  EXPECT_EQ(design.service("dns")->port.to_string(), "udp/53");
  EXPECT_TRUE(design.method("qr")->customer_side);
  EXPECT_TRUE(design.method("transit")->settles_later);
  EXPECT_EQ(design.policy.at(1).per_host_limit->count(), 10'000'000);
  EXPECT_EQ(design.policy.at(2).from_prefix->to_string(), "198.51.100.0/28");
  EXPECT_EQ(design.policy.at(2).ports.at(1).to_string(), "udp/161");
  EXPECT_EQ(design.gateway->uplink_routes.at(0).via.to_string(), "198.18.0.1");
  EXPECT_EQ(design.gateway->qos.at(1).max->count(), 200'000'000);
  EXPECT_EQ(design.port_role("ap")->poe->draw.count(), 15'400);
  EXPECT_FALSE(design.port_role("unused")->enabled);
  EXPECT_FALSE(design.port_role("trunk")->poe);
  EXPECT_EQ(design.switch_("sw-a1")->firmware_min, "5.04");
  EXPECT_EQ(design.ap("ap-a1")->radios.at(1).tx_power.count(), 1700);
  EXPECT_EQ(design.ap("ap-a1")->place.x, 12.5);
  EXPECT_EQ(design.ssid("guest")->name, "Small_Market_WiFi");
  EXPECT_EQ(design.hours->open.count(), 540);
  EXPECT_EQ(design.hours->closed_weekdays, std::set<unsigned>{1});
  EXPECT_EQ(design.stall("A-102")->terminals.at(0).tcp_port, 9100);
  EXPECT_TRUE(design.stall("A-101")->terminals.at(0).snmp);
  EXPECT_EQ(design.stall("B-103")->state, StallState::Vacant);
  EXPECT_EQ(design.acceptance.wired_errors_max->count(), 1);
  EXPECT_EQ(design.acceptance.services.at("van-a").samples_min, 200);
  EXPECT_EQ(design.acceptance.segmentation_leaks_max, 0);
  EXPECT_EQ(design.acceptance.soak, std::chrono::hours{24});
}

TEST(Design, ExpandsPortRangesInTheFilesOrder) {
  const Design design = checked(kExample);
  const auto& ports = design.switch_("sw-a1")->ports;
  ASSERT_EQ(ports.size(), 24U);
  for (std::size_t i = 0; i < ports.size(); ++i) EXPECT_EQ(ports[i].name, std::to_string(i + 1));
  EXPECT_EQ(ports[7].role, "unused");
  EXPECT_EQ(ports[22].position, ports[7].position);
}

TEST(Design, KeepsTextsOfDevicesToTheLetter) {
  const auto loaded = parse_design(R"(
schema: 1
kind: market-design
site: { id: xy }
zones: [{ id: pay, vid: 20, trust: none }, { id: mgmt, vid: 10, prefix: 10.0.0.0/24, trust: none }]
port-roles: { t: { mode: access, untagged: pay, ingress-filter: false } }
switches:
  - { id: a, profile: p, address: 10.0.0.2, sys-name: "", sys-location: "방재실 # 1", vlan-names: { pay: "" },
      ports: { "1": { role: t, label: "" }, "2": { role: t, label: "010" }, "3": { role: t } } }
)",
                                   "x.yaml");
  ASSERT_TRUE(loaded.design) << problems_of(loaded);
  const auto& device = loaded.design->switches.at(0);
  EXPECT_EQ(device.system.name, "");
  EXPECT_EQ(device.system.location, "방재실 # 1");
  EXPECT_EQ(device.vlan_names, (std::map<std::string, std::string>{{"pay", ""}}));
  EXPECT_EQ(device.ports.at(0).label, "");
  EXPECT_EQ(device.ports.at(1).label, "010");
  EXPECT_EQ(device.ports.at(2).label, std::nullopt);
  EXPECT_FALSE(loaded.design->port_roles.at(0).ingress_filter);
}

TEST(Design, TakesAPortByTheNameThatTheSwitchGivesIt) {
  const auto design_with = [](const std::string& port) {
    return parse_design(
        "schema: 1\nkind: market-design\nsite: { id: xy }\n"
        "zones: [{ id: pay, vid: 20, trust: none }]\n"
        "port-roles: { t: { mode: access, untagged: pay, enabled: false } }\n"
        "switches: [{ id: a, profile: p, address: 10.0.0.2, ports: { \"" +
            port + "\": { role: t } } }]\n",
        "x.yaml");
  };
  for (const auto* good : {"7", "gi1/0/7", "gigabitEthernet 1/0/18", "Ethernet1.1"}) {
    const auto loaded = design_with(good);
    ASSERT_TRUE(loaded.design) << good << problems_of(loaded);
    EXPECT_EQ(loaded.design->switches.at(0).ports.at(0).name, good);
  }
  for (const auto* bad : {"", " 7", "7 ", "p[7]"}) EXPECT_FALSE(design_with(bad).design) << bad;
}

TEST(Design, KnowsWhereAStallIsPluggedIn) {
  const Design design = checked(kExample);
  const auto drops = design.drops_of("B-101");
  ASSERT_EQ(drops.size(), 1U);
  EXPECT_EQ(drops[0].switch_id + "/" + drops[0].port, "sw-b1/2");
  EXPECT_TRUE(design.drops_of("B-103").empty());
  EXPECT_TRUE(design.drops_of("").empty());
  EXPECT_EQ(design.stall("nobody"), nullptr);
}

TEST(Design, KeepsThePlaceThatAskedForEachObject) {
  const Design design = checked(kExample);
  const auto text = *yaml::read_file(kExample);
  const auto line_of = [&text](std::string_view what) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
    return static_cast<std::uint32_t>(std::count(text.begin(), end, '\n')) + 1;
  };
  EXPECT_EQ(design.stall("A-102")->position.line, line_of("{ id: A-102"));
  EXPECT_EQ(design.switch_("sw-b1")->position.line, line_of("id: sw-b1"));
  EXPECT_EQ(design.port_role("terminal")->position.line, line_of("  terminal:   {"));
}

TEST(Design, HasTheDigestOfItsBytes) {
  // sha256sum of exactly this text.
  const LoadedDesign loaded =
      parse_design("schema: 1\nkind: market-design\nsite: { id: m1 }\n", "m.yaml");
  ASSERT_TRUE(loaded.design) << problems_of(loaded);
  EXPECT_EQ(loaded.design->digest,
            "1f6b9c1d05dbfa99751e77e31edb25650840f608de42fb462d23917949e4b39a");
}

TEST(Place, PrintsAsPeopleSayIt) {
  EXPECT_EQ((Place{"A", "1", "통신함1", {}, {}}.to_string()), "A동 1층 통신함1");
  EXPECT_EQ((Place{"본관", "B1", "", {}, {}}.to_string()), "본관 B1층");
  EXPECT_EQ((Place{"", "", "북문", {}, {}}.to_string()), "북문");
  EXPECT_EQ(Place{}.to_string(), "");
}
TEST(Trust, PrintsTheWordOfTheDesign) {
  EXPECT_EQ(to_string(Trust::None), "none");
  EXPECT_EQ(to_string(Trust::Cardholder), "cardholder");
  EXPECT_EQ(to_string(Trust::Untrusted), "untrusted");
}

TEST(LoadDesign, OfAFileThatIsNotThereIsOneError) {
  const LoadedDesign loaded = load_design("/nonexistent/market.yaml");
  EXPECT_FALSE(loaded.design);
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].rule, "D001");
  EXPECT_EQ(loaded.problems[0].position.line, 0U);
}

TEST(LoadDesign, OfAnEmptyFileSaysWhatItShouldBe) {
  const LoadedDesign loaded = parse_design("", "m.yaml");
  EXPECT_FALSE(loaded.design);
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems[0].to_string(),
            "m.yaml:1:1: error: D004: the design must be a map, not nothing; write 'key: value' "
            "lines or '{ key: value }'");
}

// The reference vocabulary lies beside the source tree and is not part of it.
TEST(LoadDesign, ReadsTheReferenceExampleWithoutItsStandard) {
  const char* given = std::getenv("MARKET_SHARED");
  const std::filesystem::path shared =
      given != nullptr ? given : std::filesystem::path{MARKET_SOURCE_DIR} / "../shared";
  const auto path = shared / "design/market.example.yaml";
  const auto text = yaml::read_file(path.string());
  if (!text) GTEST_SKIP() << "NOT TESTED: the reference example is not at " << path;
  std::string without = *text;
  const auto line = without.find("extends:");
  ASSERT_NE(line, std::string::npos);
  without.insert(line, "# ");
  const LoadedDesign loaded = parse_design(without, "market.example.yaml");
  ASSERT_TRUE(loaded.design) << problems_of(loaded);
  EXPECT_EQ(loaded.design->zones.size(), 6U);
  EXPECT_EQ(loaded.design->switches.at(0).ports.size(), 24U);

  const LoadedDesign whole = parse_design(*text, "market.example.yaml");
  EXPECT_FALSE(whole.design);
  ASSERT_FALSE(whole.problems.empty());
  EXPECT_EQ(whole.problems[0].rule, "D006") << "the standard it rests on is not there";
}

}  // namespace
}  // namespace market
