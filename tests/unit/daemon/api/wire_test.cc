// daemon/api/wire: the messages, byte by byte against golden/*.json (UPDATE_GOLDEN=1 writes them
// anew), and what must hold for any snapshot.
#include "daemon/api/wire.h"

#include <gtest/gtest.h>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "tests/unit/daemon/api/sample.h"

namespace market::api {
namespace {

using Json = nlohmann::ordered_json;

/// Same fields, same order, same values; laid out over lines so that a person can review them.
void expect_golden(const std::string& name, const std::string& json) {
  const auto file = std::string{MARKET_SOURCE_DIR "/tests/unit/daemon/api/golden/"} + name;
  const auto text = Json::parse(json).dump(2) + "\n";
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream{file} << text;
  std::ifstream stream{file};
  ASSERT_TRUE(stream) << file;
  EXPECT_EQ(text, (std::string{std::istreambuf_iterator<char>{stream}, {}})) << file;
}

TEST(Wire, StatusIsAsRecorded) { expect_golden("status.json", status_json(sample_snapshot())); }
TEST(Wire, DriftIsAsRecordedWithItsPlan) {
  expect_golden("drift.json", drift_json(sample_snapshot()));
}
TEST(Wire, DevicesAreAsRecorded) { expect_golden("devices.json", devices_json(sample_snapshot())); }
TEST(Wire, OneDeviceIsAsRecorded) {
  expect_golden("device.json", device_json(sample_snapshot(), "sw-a1").value());
}
TEST(Wire, StallsAreAsRecorded) { expect_golden("stalls.json", stalls_json(sample_snapshot())); }
TEST(Wire, OneStallIsAsRecorded) {
  expect_golden("stall.json", stall_json(sample_snapshot(), "B/201 가").value());
}
TEST(Wire, IncidentsAreAsRecorded) {
  expect_golden("incidents.json", incidents_json(sample_snapshot()));
}
TEST(Wire, EventsAreAsRecorded) { expect_golden("events.json", events_json(sample_snapshot())); }

/// A silent terminal of the design, and a stranger that nobody designed, on sw-a1.
health::Snapshot with_picture() {
  auto snapshot = sample_snapshot();
  auto picture = std::make_shared<inventory::Picture>();
  picture->at_ms = snapshot.at_ms;
  inventory::DeviceRecord stranger;
  stranger.key = "mac:02:00:00:00:0c:99";
  stranger.silent = true;
  stranger.macs = {*MacAddress::parse("02:00:00:00:0c:99")};
  stranger.address = *IpAddress::parse("10.64.20.99");
  stranger.addresses = {{stranger.address, 1, 2}};
  stranger.claims = {{{inventory::SourceKind::Fdb, "engine:80a1"},
                      stranger.macs[0],
                      {},
                      "7",
                      *VlanId::from(20),
                      {},
                      1,
                      snapshot.at_ms - 4'000}};
  inventory::DeviceRecord item;
  item.key = "engine:80a1";
  item.design_id = "sw-a1";
  picture->devices =
      inventory::DevicesById{std::make_shared<const std::vector<inventory::DeviceRecord>>(
          std::vector<inventory::DeviceRecord>{stranger, item})};
  auto& place = picture->places[stranger.key];
  place.at = {"sw-a1", "7"};
  place.stall = "A-102";
  place.at_ms = snapshot.at_ms - 4'000;
  picture->nodes = {{stranger.key, inventory::Node::Kind::Device},
                    {"sw-a1", inventory::Node::Kind::Switch}};
  picture->edges = {{{"sw-a1", "7"}, {stranger.key, ""}, 0.95, place.at_ms, stranger.claims}};
  picture->findings = {{"unknown-device",
                        stranger.key,
                        inventory::Severity::Warning,
                        "it is on sw-a1/7",
                        {"fdb of sw-a1"},
                        1,
                        2,
                        {stranger.key}}};
  snapshot.picture = std::move(picture);
  return snapshot;
}

TEST(Wire, FindsASilentDeviceByMacOrAddressAndSaysWhereItIsAndWhoSaysSo) {
  for (const auto* asked : {"mac:02:00:00:00:0c:99", "0200.0000.0c99", "10.64.20.99"}) {
    const auto text = device_json(with_picture(), asked);
    ASSERT_TRUE(text) << asked;
    const auto json = Json::parse(*text);
    EXPECT_EQ(json["silent"], true);
    EXPECT_EQ(json["place"]["device"], "sw-a1");
    EXPECT_EQ(json["place"]["stall"], "A-102");
    EXPECT_EQ(json["findings"][0], "unknown-device:mac:02:00:00:00:0c:99");
    EXPECT_EQ(json["evidence"][0]["by"], "sw-a1") << "people read ids, not keys";
    EXPECT_EQ(json["evidence"][0]["says"], "02:00:00:00:0c:99, port 7, VLAN 20");
    EXPECT_EQ(json["evidence"][0]["age_seconds"], 4.0);
  }
  EXPECT_FALSE(device_json(with_picture(), "10.64.20.98"));
  const auto all = Json::parse(devices_json(with_picture()));
  EXPECT_EQ(all["devices"].size(), sample_snapshot().devices.size() + 1);
}

TEST(Wire, DrawsTheTopologyWithAPortAndEvidenceOnEachEdge) {
  const auto json = Json::parse(topology_json(with_picture()));
  EXPECT_EQ(json["nodes"].size(), 2U);
  ASSERT_EQ(json["edges"].size(), 1U);
  EXPECT_EQ(json["edges"][0]["upper"]["port"], "7");
  EXPECT_TRUE(json["edges"][0]["lower"]["port"].is_null());
  EXPECT_EQ(json["edges"][0]["evidence"][0]["source"], "fdb");
  EXPECT_EQ(json["edges"][0]["age_seconds"], 4.0);
  EXPECT_TRUE(Json::parse(topology_json(sample_snapshot()))["edges"].empty()) << "none drawn yet";
}

TEST(Wire, ListsFindingsWithWhatTheyRestOn) {
  const auto json = Json::parse(findings_json(with_picture()));
  ASSERT_EQ(json["findings"].size(), 1U);
  EXPECT_EQ(json["findings"][0]["severity"], "warning");
  EXPECT_EQ(json["findings"][0]["evidence"][0], "fdb of sw-a1");
  EXPECT_EQ(json["findings"][0]["first_seen_ms"], 1);
}

TEST(Wire, KnowsNoDeviceAndNoStallThatIsNotThere) {
  EXPECT_FALSE(device_json(sample_snapshot(), "sw-a"));
  EXPECT_FALSE(device_json(sample_snapshot(), ""));
  EXPECT_FALSE(stall_json(sample_snapshot(), "A-10"));
}

TEST(Wire, StaysUtf8WhateverBytesADeviceCallsItself) {
  const auto json = device_json(sample_snapshot(), "sw-a1").value();
  EXPECT_TRUE(Json::accept(json));
  EXPECT_NE(json.find("\xEF\xBF\xBD"), std::string::npos) << "U+FFFD stands for what is not UTF-8";
}

TEST(Wire, IsOneLineSoThatItFitsAnEventStream) {
  for (const auto& json : {status_json(sample_snapshot()), devices_json(sample_snapshot())}) {
    EXPECT_EQ(json.find('\n'), std::string::npos);
  }
}

TEST(Wire, SaysNeverAsNullAndNotAs1970) {
  const auto json = Json::parse(status_json(health::Snapshot{}));
  EXPECT_TRUE(json["sweep"]["last"].is_null());
  EXPECT_TRUE(json["sweep"]["last_ms"].is_null());
  EXPECT_TRUE(json["sweep"]["age_seconds"].is_null());
  EXPECT_TRUE(json["verdict"].is_null());
}

TEST(Wire, CountsEveryStallOncePerMethod) {
  const auto json = Json::parse(status_json(sample_snapshot()));
  const auto& card = json["methods"][0];
  EXPECT_EQ(card["id"], "card");
  EXPECT_EQ(card["available"], 1);
  EXPECT_EQ(card["unavailable"], 1);
  EXPECT_EQ(json["stalls"]["vacant"], 1);
}

TEST(Wire, AgeIsNeverNegativeWhenAClockWasSetBack) {
  auto snapshot = sample_snapshot();
  snapshot.last_sweep_ms = snapshot.at_ms + 5'000;
  EXPECT_EQ(Json::parse(status_json(snapshot))["sweep"]["age_seconds"], 0.0);
}

TEST(Wire, HowFarASweepIsAndHowLongItWillTake) {
  auto snapshot = sample_snapshot();
  EXPECT_EQ(Json::parse(status_json(snapshot))["sweep"]["running"], false);
  snapshot.sweep = {100, 400, 7, 30};
  const auto sweep = Json::parse(status_json(snapshot))["sweep"];
  EXPECT_EQ(sweep["running"], true);
  EXPECT_EQ(sweep["asked"], 100);
  EXPECT_EQ(sweep["total"], 400);
  EXPECT_EQ(sweep["answered"], 7);
  EXPECT_EQ(sweep["remaining_seconds"], 30.0);
}

TEST(Wire, ErrorsAreEscaped) { EXPECT_EQ(error_json("no \"x\"\n"), R"({"error":"no \"x\"\n"})"); }

}  // namespace
}  // namespace market::api
