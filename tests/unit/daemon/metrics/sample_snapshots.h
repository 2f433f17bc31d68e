// Two snapshots to write an exposition from: a small one, kept word for word in small.prom, and a
// rich one that shows every metric of the catalogue.
#pragma once

#include <string>

#include "daemon/health/snapshot.h"
#include "daemon/metrics/exposition.h"

namespace market::test {

constexpr std::int64_t kNow = 1'795'489'200'000;  ///< 2026-11-24 12:00 in Seoul

inline health::DeviceView& add_device(health::Snapshot& snapshot, const std::string& id,
                                      const std::string& device_class, health::DeviceState state) {
  auto& device = snapshot.devices.emplace_back();
  device.id = id;
  device.device_class = device_class;
  device.in_design = true;
  device.health.state = state;
  device.health.since_ms = kNow - 60'000;
  device.health.last_success_ms = kNow - 61'500;
  device.polls = 100;
  device.poll_failures = 3;
  return device;
}

inline health::MethodReadiness method_is(const std::string& method, health::MethodState state) {
  return {.method = method, .state = state, .hop = "", .cause = "", .reason = ""};
}

inline health::StallView& add_stall(health::Snapshot& snapshot, const std::string& id,
                                    const std::string& name) {
  auto& stall = snapshot.stalls.emplace_back();
  stall.id = id;
  stall.name = name;
  stall.readiness.stall = id;
  return stall;
}

/// One switch that is up, one stall that takes cards and is not verified for QR.
inline health::Snapshot small_snapshot() {
  using health::DeviceState;
  using health::MethodState;
  health::Snapshot snapshot;
  snapshot.at_ms = kNow;
  snapshot.site_id = "small";
  snapshot.site_name = "작은시장";
  snapshot.design_file = "market.yaml";
  snapshot.design_digest = "c0ffee";
  snapshot.config_reload_ms = kNow - 3'600'000;
  auto& device = add_device(snapshot, "sw-1", "switch", DeviceState::Up);
  device.vendor = "MarketSim";
  device.model = "SW-24P";
  device.address = "10.64.0.11";
  device.parent = "gw1";
  device.port = "gw1/eth1";
  device.round_trip_seconds = 0.0025;
  device.uptime_ticks = 123'456;
  auto& port = device.ports.emplace_back();
  port.name = "3";
  port.alias = "A-101 \"대구상회\"";
  port.admin_up = true;
  port.oper_up = true;
  port.in_octets = 123'456'789'012;
  port.out_octets = 42;
  auto& stall = add_stall(snapshot, "A-101", "대구상회");
  stall.zone_port = "sw-1/3";
  stall.readiness.methods = {method_is("card", MethodState::Available),
                             method_is("qr", MethodState::Unverified)};
  snapshot.method_names = {{"card", "신용카드"}, {"qr", "제로페이 QR"}};
  return snapshot;
}

inline metrics::SelfMetrics small_self() {
  metrics::SelfMetrics self;
  self.version = "0.1.0";
  self.snmp = {.requests_sent = 10,
               .retries = 2,
               .timeouts = 1,
               .replies = 7,
               .strays = 4,
               .garbled = 5,
               .receive_drops = 6};
  self.started_ms = kNow - 7'200'000;
  self.poll_lag_seconds = 0.25;
  self.loop_stall_seconds = 0.5;
  self.http_requests = 12;
  return self;
}

inline health::Snapshot rich_snapshot() {
  using health::DeviceState;
  using health::MethodState;
  auto snapshot = small_snapshot();
  auto& ap = add_device(snapshot, "ap-1", "access-point", DeviceState::Suspect);
  ap.radios = {{.band = "2G", .channel = 1, .tx_power_centidbm = 1450, .stations = 12},
               {.band = "5G", .channel = 36, .tx_power_centidbm = 1700, .stations = 0}};
  auto& controller = add_device(snapshot, "wlc-1", "wlan-controller", DeviceState::Suspect);
  health::RadioSample radio{.band = "5G", .channel = 36, .tx_power_centidbm = 2000, .stations = 7};
  radio.access_point = "ap-gate";
  radio.id = "0";
  radio.width_mhz = 80;
  radio.centre_mhz = 5210;
  radio.noise_dbm = -92;
  radio.utilisation = 0.42;
  radio.utilisation_tx = 0.2;
  radio.utilisation_rx = 0.1;
  radio.utilisation_other = 0.12;
  radio.retries = 0.125;
  radio.tx_frames = 1000;
  radio.tx_retries = 125;
  controller.radios = {radio};
  wireless::WirelessFacts facts;
  facts.clients.count = 7;
  wireless::AccessPoint point;
  point.name = "ap-gate";
  point.online = true;
  point.ssids = {{.ssid = "pay", .radio = "0", .clients = 3},
                 {.ssid = "pay", .radio = "1", .clients = 4}};
  facts.access_points = {point};
  controller.wireless = std::make_shared<const wireless::WirelessFacts>(std::move(facts));
  auto& dead = add_device(snapshot, "sw-2", "switch", DeviceState::Down);
  dead.health.cause = "sw-2";
  dead.ports.emplace_back().name = "1";
  dead.uptime_ticks = 1;
  dead.round_trip_seconds = 1;
  add_device(snapshot, "T-9001", "payment-terminal", DeviceState::Unreachable).stall = "A-102";
  auto& stranger = add_device(snapshot, "mac:02:00:00:00:00:09", "unknown", DeviceState::Unknown);
  stranger.in_design = false;
  stranger.health = {};
  auto& second = add_stall(snapshot, "A-102", "영희분식");
  second.readiness.methods = {
      method_is("card", MethodState::Unavailable), method_is("qr", MethodState::Degraded),
      method_is("onnuri", MethodState::NotEnrolled), method_is("transit", MethodState::Closed)};
  add_stall(snapshot, "A-103", "빈점포").vacant = true;
  snapshot.method_names["onnuri"] = "온누리상품권";
  snapshot.method_names["transit"] = "교통카드";
  snapshot.services = {{.id = "van-a",
                        .type = "van",
                        .reading = {.ok = true, .at_ms = kNow - 5'000, .detail = "tcp"},
                        .connect_seconds = 0.003},
                       {.id = "qrpay",
                        .type = "qr",
                        .reading = {.ok = false, .at_ms = kNow - 5'000, .detail = "refused"},
                        .connect_seconds = 0},
                       {.id = "dns", .type = "dns", .reading = {}, .connect_seconds = 0}};
  health::Drift drift;
  drift.looked_ms = kNow - 30'000;
  drift.rows = {{"sw-2", "port", 2, {"port[3].pvid is 20, designed 10"}, kNow - 60'000}};
  snapshot.drift = std::make_shared<const health::Drift>(std::move(drift));
  snapshot.incidents = {{.cause = "sw-2",
                         .text = "switch sw-2 does not answer",
                         .since_ms = kNow - 60'000,
                         .devices = {"T-9001"},
                         .stalls = {"A-102"}}};
  snapshot.last_sweep_ms = kNow - 600'000;
  snapshot.verdict = "drifted";
  snapshot.pending_changes = 4;
  auto picture = std::make_shared<inventory::Picture>();
  picture->findings = {{"wrong-port", "T-1", inventory::Severity::Warning, "", {}, 1, 2, {}},
                       {"wrong-port", "T-2", inventory::Severity::Warning, "", {}, 1, 2, {}}};
  snapshot.picture = std::move(picture);
  return snapshot;
}

}  // namespace market::test
