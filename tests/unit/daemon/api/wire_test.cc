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

TEST(Wire, ErrorsAreEscaped) { EXPECT_EQ(error_json("no \"x\"\n"), R"({"error":"no \"x\"\n"})"); }

}  // namespace
}  // namespace market::api
