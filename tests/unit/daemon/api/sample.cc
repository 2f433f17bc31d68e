#include "tests/unit/daemon/api/sample.h"

namespace market::api {
namespace {

/// 2026-11-23T06:53:00.123Z
constexpr std::int64_t kNow = 1'795'416'780'123;

health::DeviceView switch_a1() {
  health::DeviceView device;
  device.id = "sw-a1";
  device.device_class = "switch";
  device.in_design = true;
  device.address = "10.64.0.11";
  device.vendor = "MarketSim";
  device.model = "SW-24P";
  device.firmware = "5.10";
  device.serial = "SN-A1-0001";
  device.mac = "02:00:00:00:0a:01";
  device.sys_name = "sw-a1";
  device.profile = "sim-switch";
  device.parent = "gw1";
  device.port = "gw1/eth1";
  device.health = {health::DeviceState::Up, "", 0, kNow - 60'000, kNow - 1'500};
  device.round_trip_seconds = 0.0042;
  device.polls = 12;
  device.poll_failures = 1;
  device.uptime_ticks = 123'456;
  device.ports = {
      {"1", "uplink", true, true, 1'000, 2'000, 0, 0},
      {"3", "A-101 \xb4\xeb\xb1\xb8", true, false, 18'446'744'073'709'551'615U, 0, 1, 2}};
  return device;
}

health::DeviceView lost_ap() {
  health::DeviceView device;
  device.id = "ap-b1";
  device.device_class = "access-point";
  device.in_design = true;
  device.parent = "sw-b1";
  device.port = "sw-b1/2";
  device.health = {health::DeviceState::Unreachable, "sw-b1", 4, kNow - 30'000, 0};
  device.radios = {{"5G", 36, 1700, std::nullopt}};
  return device;
}

health::DeviceView stranger() {
  health::DeviceView device;
  device.id = "mac:02:00:00:00:ff:01";
  device.device_class = "unknown";
  device.sys_name = "</script><b>\"\n\\";
  return device;
}

std::vector<health::StallView> stalls() {
  using health::MethodState;
  return {
      {"A-101",
       "대구상회",
       "sw-a1/3",
       false,
       {"A-101",
        {{"card", MethodState::Available, "", "", ""},
         {"onnuri", MethodState::NotEnrolled, "", "", "the stall is not a member of onnuri"},
         {"qr", MethodState::Unverified, "service", "zeropay", "zeropay was never read"}}}},
      {"B/201 가",
       "영희분식",
       "sw-b1/3",
       false,
       {"B/201 가",
        {{"card", MethodState::Unavailable, "switch", "sw-b1", "switch sw-b1 does not answer"},
         {"transit", MethodState::Degraded, "service", "van-a", "slow"}}}},
      {"A-103", "빈점포", "", true, {"A-103", {}}},
  };
}

}  // namespace

health::Snapshot sample_snapshot() {
  health::Snapshot snapshot;
  snapshot.at_ms = kNow;
  snapshot.site_id = "dg-seomun1";
  snapshot.site_name = "서문시장 1지구";
  snapshot.design_file = "/etc/marketd/market.yaml";
  snapshot.design_digest = "abc123";
  snapshot.config_reload_ms = kNow - 3'600'000;
  snapshot.devices = {lost_ap(), stranger(), switch_a1()};
  snapshot.stalls = stalls();
  snapshot.services = {
      {"van-a", "van", {true, kNow - 2'000, "tcp 203.0.113.10:443 connected in 3 ms"}, 0.003},
      {"zeropay", "qr", {}, 0}};
  snapshot.incidents = {
      {"sw-b1", "switch sw-b1 does not answer", kNow - 30'000, {"ap-b1"}, {"B/201 가"}}};
  snapshot.events = {{kNow - 30'000, "sw-b1 went down"}, {kNow - 90'000, "started"}};
  snapshot.method_names = {{"card", "신용·체크카드"},
                           {"onnuri", "온누리상품권"},
                           {"qr", "제로페이 QR"},
                           {"transit", "교통카드"},
                           {"zz-unused", "안 쓰는 것"}};
  snapshot.store_error = "database or disk is full";
  snapshot.activity = "applying 12/80";
  snapshot.confirm_by_ms = snapshot.at_ms + 300'000;
  health::Drift drift;
  drift.looked_ms = snapshot.at_ms - 30'000;
  drift.rows = {{"sw-a1", "port", 2, {"port[3].pvid is 20, designed 10"}, snapshot.at_ms - 60'000}};
  drift.plan_id = "abc";
  drift.plan_json = R"({"id":"abc","steps":[]})";
  drift.note = "no change window is open now";
  snapshot.drift = std::make_shared<const health::Drift>(std::move(drift));
  snapshot.verdict = "drifted";
  snapshot.pending_changes = 3;
  return snapshot;
}

}  // namespace market::api
