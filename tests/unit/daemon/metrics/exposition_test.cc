#include "daemon/metrics/exposition.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

#include "tests/unit/daemon/metrics/sample_snapshots.h"

namespace market::metrics {
namespace {

using health::DeviceState;
using health::MethodState;
using test::rich_snapshot;
using test::small_self;
using test::small_snapshot;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::filesystem::path kHere =
    std::filesystem::path{MARKET_SOURCE_DIR} / "tests/unit/daemon/metrics";

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// The samples of one metric, "name{...} value".
std::vector<std::string> samples(const std::string& text, const std::string& metric) {
  std::vector<std::string> found;
  for (const auto& line : lines_of(text)) {
    if (line.starts_with(metric + "{") || line.starts_with(metric + " ")) found.push_back(line);
  }
  return found;
}

std::string rich() { return render(rich_snapshot(), small_self()); }

TEST(Exposition, OfASmallMarketIsWordForWordAsKept) {
  std::ifstream file{kHere / "small.prom"};
  std::ostringstream kept;
  kept << file.rdbuf();
  EXPECT_EQ(render(small_snapshot(), small_self()), kept.str());
}

TEST(Exposition, OfALargeMarketComesInPiecesOfWholeLines) {
  auto market = std::make_shared<health::Snapshot>(rich_snapshot());
  for (int i = 0; i < 5000; ++i) {
    health::DeviceView device;
    device.id = "T-" + std::to_string(i);
    market->devices.push_back(std::move(device));
    auto& stall = market->stalls.emplace_back();
    stall.id = "S-" + std::to_string(i);
    stall.readiness.methods.resize(2);
    stall.readiness.methods[0].method = "card";
    stall.readiness.methods[1].method = "qr";
  }
  Exposition exposition{market, small_self()};
  std::string text;
  int pieces = 0;
  for (; exposition.more(); ++pieces) {
    const auto piece = exposition.next();
    EXPECT_TRUE(piece.ends_with('\n'));
    text += piece;
  }
  EXPECT_GT(pieces, 1);
  EXPECT_EQ(text, render(*market, small_self()));
  const std::string states = "# HELP market_stall_payment_state ";
  EXPECT_EQ(text.find(states), text.rfind(states)) << "a family has one heading";
  const auto before = samples(rich(), "market_stall_payment_state").size();
  EXPECT_EQ(samples(text, "market_stall_payment_state").size(), before + 5000 * 2 * 6);
}

TEST(Exposition, IsTheSameEachTime) { EXPECT_EQ(rich(), rich()); }

TEST(Exposition, CountsFindingsByKindAndShowsNoneBeforeTheFirstLook) {
  const auto found = samples(render(rich_snapshot(), small_self()), "market_findings");
  EXPECT_EQ(found.size(), inventory::finding_kinds().size()) << "0 is an answer too";
  EXPECT_THAT(found, ::testing::Contains("market_findings{kind=\"wrong-port\"} 2"));
  EXPECT_THAT(found, ::testing::Contains("market_findings{kind=\"loop\"} 0"));
  EXPECT_THAT(samples(render(small_snapshot(), small_self()), "market_findings"), IsEmpty());
}

TEST(Exposition, ShowsEveryMetricOfTheCatalogueForARichMarket) {
  const auto text = rich();
  for (const auto& entry : catalogue()) {
    EXPECT_THAT(samples(text, entry.name), Not(IsEmpty())) << entry.name;
  }
}

TEST(Exposition, ShowsNothingThatIsNotInTheCatalogue) {
  std::map<std::string, CatalogueEntry> known;
  for (const auto& entry : catalogue()) known[entry.name] = entry;
  const std::regex sample{R"(([a-z_]+)(?:\{(.*)\})? \S+)"};
  const std::regex label{R"re(([a-z_]+)="(?:[^"\\]|\\.)*")re"};
  for (const auto& line : lines_of(rich())) {
    if (line.starts_with("#")) continue;
    std::smatch parts;
    ASSERT_TRUE(std::regex_match(line, parts, sample)) << line;
    ASSERT_TRUE(known.contains(parts[1])) << line;
    std::vector<std::string> labels;
    const std::string inside = parts[2];
    for (std::sregex_iterator it{inside.begin(), inside.end(), label}, end; it != end; ++it) {
      labels.push_back((*it)[1]);
    }
    EXPECT_EQ(labels, known[parts[1]].labels) << line;
  }
}

TEST(Exposition, HasNoSeriesTwice) {
  std::set<std::string> seen;
  for (const auto& line : lines_of(rich())) {
    const auto series = line.substr(0, line.rfind(' '));
    if (line.starts_with("#")) continue;
    EXPECT_TRUE(seen.insert(series).second) << line;
  }
}

TEST(Exposition, IsCleanForPromtool) {
  if (std::system("command -v promtool >/dev/null 2>&1") != 0) {
    GTEST_SKIP() << "promtool is missing (Debian package prometheus): metric names NOT linted";
  }
  const auto file = std::filesystem::path{testing::TempDir()} / "market_rich_snapshot.prom";
  std::ofstream{file} << rich();
  const auto command = "promtool check metrics < '" + file.string() + "' 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0);
  std::filesystem::remove(file);
}

TEST(Exposition, OfAnEmptyMarketShowsTheDaemonItself) {
  const auto text = render(health::Snapshot{}, SelfMetrics{});
  EXPECT_THAT(samples(text, "market_device_state"), IsEmpty());
  EXPECT_THAT(text, HasSubstr("market_verdict{state=\"unknown\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("marketd_snmp_requests_total 0\n"));
  EXPECT_THAT(samples(text, "market_snapshot_timestamp_seconds"), IsEmpty());
}

TEST(Exposition, NeverShowsAStallAsAvailableThatIsNotVerified) {
  const auto text = rich();
  EXPECT_THAT(samples(text, "market_stall_payment_available"),
              ElementsAre(R"(market_stall_payment_available{stall="A-101",method="card"} 1)",
                          R"(market_stall_payment_available{stall="A-102",method="card"} 0)",
                          R"(market_stall_payment_available{stall="A-102",method="qr"} 1)"));
  EXPECT_THAT(
      text,
      HasSubstr(R"(market_stall_payment_state{stall="A-101",method="qr",state="unverified"} 1)"));
}

TEST(Exposition, HasExactlyOneStatePerStallAndMethodAndPerDevice) {
  const auto text = rich();
  for (const auto* metric : {"market_stall_payment_state", "market_device_state"}) {
    std::map<std::string, int> states_of;
    for (const auto& line : samples(text, metric)) {
      states_of[line.substr(0, line.find("state=\""))] += line.back() - '0';
    }
    EXPECT_FALSE(states_of.empty());
    for (const auto& [series, count] : states_of) EXPECT_EQ(count, 1) << series;
  }
}

TEST(Exposition, CountsTheStallsOfEveryMethodInEveryState) {
  const auto text = rich();
  EXPECT_EQ(samples(text, "market_stalls_payment").size(), 4U * 6U);
  EXPECT_THAT(text, HasSubstr("market_stalls_payment{method=\"card\",state=\"available\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("market_stalls_payment{method=\"card\",state=\"unavailable\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("market_stalls_payment{method=\"onnuri\",state=\"available\"} 0\n"));
}

TEST(Exposition, IsUpOnlyWhenThatIsDecided) {
  EXPECT_THAT(samples(rich(), "market_device_up"),
              ElementsAre(R"(market_device_up{device="sw-1",class="switch"} 1)",
                          R"(market_device_up{device="sw-2",class="switch"} 0)",
                          R"(market_device_up{device="T-9001",class="payment-terminal"} 0)"));
}

TEST(Exposition, DoesNotRepeatOldReadingsOfASilentDevice) {
  const auto text = rich();
  for (const auto* metric :
       {"market_port_oper_up", "market_port_receive_bytes_total", "market_device_uptime_seconds",
        "market_device_poll_duration_seconds"}) {
    for (const auto& line : samples(text, metric)) EXPECT_THAT(line, Not(HasSubstr("sw-2")));
  }
  EXPECT_THAT(text, HasSubstr("market_device_polls_total{device=\"sw-2\",class=\"switch\"} 100"));
}

TEST(Exposition, KeepsTheRadiosOfASuspect) {
  const auto text = rich();
  EXPECT_THAT(text, HasSubstr("market_radio_tx_power_dbm{device=\"ap-1\",band=\"2G\",radio=\"2G\","
                              "access_point=\"\"} 14.5\n"));
  EXPECT_THAT(text, HasSubstr("market_radio_clients{device=\"ap-1\",band=\"5G\",radio=\"5G\","
                              "access_point=\"\"} 0\n"));
}

TEST(Exposition, TellsTheRadiosOfAControllersApsApart) {
  const auto text = rich();
  EXPECT_THAT(samples(text, "market_radio_channel_utilization_ratio"),
              ElementsAre(R"(market_radio_channel_utilization_ratio{device="wlc-1",band="5G",)"
                          R"(radio="0",access_point="ap-gate"} 0.42)"));
  EXPECT_THAT(samples(text, "market_radio_noise_dbm"),
              ElementsAre(R"(market_radio_noise_dbm{device="wlc-1",band="5G",radio="0",)"
                          R"(access_point="ap-gate"} -92)"));
  EXPECT_THAT(samples(text, "market_radio_channel_width_hertz"),
              ElementsAre(HasSubstr("} 80000000")));
  EXPECT_THAT(samples(text, "market_ssid_clients"),
              ElementsAre(R"(market_ssid_clients{device="wlc-1",access_point="ap-gate",)"
                          R"(ssid="pay"} 7)"));
  EXPECT_THAT(samples(text, "market_wireless_clients"),
              ElementsAre(R"(market_wireless_clients{device="wlc-1"} 7)"));
  EXPECT_THAT(samples(text, "market_access_points"),
              ElementsAre(R"(market_access_points{device="wlc-1",state="offline"} 0)",
                          R"(market_access_points{device="wlc-1",state="online"} 1)",
                          R"(market_access_points{device="wlc-1",state="unknown"} 0)"));
}

TEST(Exposition, LeavesOutMomentsThatNeverCame) {
  const auto text = render(small_snapshot(), small_self());
  EXPECT_THAT(samples(text, "market_sweep_last_timestamp_seconds"), IsEmpty());
  EXPECT_THAT(samples(text, "market_plan_pending_changes"), IsEmpty());
  for (const auto& line : lines_of(rich())) {
    if (line.starts_with("market_device_last_success")) {
      EXPECT_THAT(line, Not(HasSubstr("mac:")));
    }
  }
}

TEST(Exposition, TellsAServiceThatWasNeverProbedFromOneThatIsDown) {
  EXPECT_THAT(samples(rich(), "market_service_up"),
              ElementsAre(R"(market_service_up{service_id="van-a"} 1)",
                          R"(market_service_up{service_id="qrpay"} 0)"));
  EXPECT_THAT(samples(rich(), "market_service_connect_seconds"),
              ElementsAre(R"(market_service_connect_seconds{service_id="van-a"} 0.003)"));
}

TEST(Exposition, LosesASeriesWithItsDevice) {
  auto snapshot = rich_snapshot();
  health::Rows<health::DeviceView> others;
  for (const auto& device : snapshot.devices) {
    if (device.id != "sw-1") others.push_back(device);
  }
  snapshot.devices = others;
  const auto text = render(snapshot, small_self());
  EXPECT_THAT(text, Not(HasSubstr("device=\"sw-1\"")));
}

TEST(Exposition, EscapesWhatWouldEndALabel) {
  auto snapshot = small_snapshot();
  snapshot.devices.edit(0).sys_name = "a\"b\\c\nd";
  const auto text = render(snapshot, small_self());
  EXPECT_THAT(text, HasSubstr(R"(sys_name="a\"b\\c\nd")"));
}

TEST(Exposition, SurvivesAnAliasInAnotherEncoding) {
  auto snapshot = small_snapshot();
  snapshot.devices.edit(0).ports[0].alias = "\xb4\xeb";  // 대 in EUC-KR
  const auto text = render(snapshot, small_self());
  EXPECT_THAT(text, HasSubstr("alias=\"\xEF\xBF\xBD\xEF\xBF\xBD\""));
}

TEST(Exposition, KeepsTheFirstOfTwoPortsWithTheSameName) {
  auto snapshot = small_snapshot();
  auto& ports = snapshot.devices.edit(0).ports;
  ports.push_back(ports[0]);
  ports[1].oper_up = false;
  EXPECT_THAT(samples(render(snapshot, small_self()), "market_port_oper_up"),
              ElementsAre(R"(market_port_oper_up{device="sw-1",port="3"} 1)"));
}

TEST(Exposition, KeepsBigCountersExact) {
  auto snapshot = small_snapshot();
  snapshot.devices.edit(0).ports[0].in_octets = (1ULL << 53U) - 1;
  EXPECT_THAT(render(snapshot, small_self()), HasSubstr(" 9007199254740991\n"));
}

TEST(Catalogue, NamesFollowTheRules) {
  const std::regex shape{"marketd?(_[a-z]+)+"};
  const std::regex label{"[a-z]+(_[a-z]+)*"};
  const std::set<std::string> reserved{"type",     "region", "cluster", "service", "env",
                                       "instance", "job",    "le",      "quantile"};
  std::set<std::string> names;
  for (const auto& entry : catalogue()) {
    EXPECT_TRUE(std::regex_match(entry.name, shape)) << entry.name;
    EXPECT_TRUE(names.insert(entry.name).second) << entry.name << " is there twice";
    EXPECT_EQ(entry.counter, entry.name.ends_with("_total")) << entry.name;
    EXPECT_FALSE(entry.help.empty()) << entry.name;
    EXPECT_FALSE(entry.help.ends_with(".")) << entry.name;
    for (const auto& each : entry.labels) {
      EXPECT_TRUE(std::regex_match(each, label)) << entry.name << " " << each;
      EXPECT_FALSE(reserved.contains(each)) << entry.name << " " << each;
    }
  }
}

}  // namespace
}  // namespace market::metrics
