#include "tests/browser/market.h"

#include <fmt/format.h>
#include <array>

namespace market::browser {
namespace {

using health::DeviceState;
using health::MethodState;

constexpr std::array kNames{"대구상회",   "영희분식", "서문칼국수", "동성어물",
                            "중앙건어물", "할매떡집", "큰시장정육", "봄이네과일",
                            "미자한복",   "청운포목", "삼덕그릇",   "계성신발"};
constexpr int kStalls = 24;

class Builder {
 public:
  Builder(std::string scenario, std::int64_t now_ms)
      : scenario_{std::move(scenario)}, now_ms_{now_ms} {}

  void drift() {
    health::Drift found;
    found.looked_ms = now_ms_ - 30'000;
    if (!is("perfect")) {
      found.rows = {{"sw-a1", "port", 2, {"port[3].pvid is 20, designed 10"}, now_ms_ - 240'000},
                    {"gw1", "firewall", 1, {"rule[forward pay-out] is absent"}, now_ms_ - 60'000}};
    }
    snapshot_.drift = std::make_shared<const health::Drift>(std::move(found));
  }

  health::Snapshot build() && {
    snapshot_.at_ms = now_ms_;
    snapshot_.site_id = "dg-seomun1";
    snapshot_.site_name = "서문시장 1지구";
    snapshot_.design_file = "/etc/marketd/market.yaml";
    snapshot_.design_digest = "9f2c61d4a7b8e35c0d1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f";
    snapshot_.config_reload_ms = now_ms_ - 86'400'000;
    snapshot_.last_sweep_ms = now_ms_ - 900'000;
    snapshot_.verdict = is("perfect") ? "converged" : "drifted";
    snapshot_.pending_changes = is("perfect") ? 0 : 3;
    drift();
    if (is("awaiting")) snapshot_.confirm_by_ms = snapshot_.at_ms + 300'000;
    if (is("store-full")) snapshot_.store_error = "market.db: database or disk is full";
    snapshot_.method_names = {{"card", "신용·체크카드"},  {"mobile", "모바일카드"},
                              {"onnuri", "온누리상품권"}, {"qr", "제로페이 QR"},
                              {"transit", "교통카드"},    {"unionpay", "은련카드"}};
    devices();
    stalls();
    services();
    snapshot_.incidents = health::incidents_of(snapshot_);
    events();
    picture();
    return std::move(snapshot_);
  }

 private:
  [[nodiscard]] bool is(const char* scenario) const { return scenario_ == scenario; }
  [[nodiscard]] bool behind_broken(int stall) const { return is("switch-down") && stall > 12; }
  static std::string stall_id(int stall) {
    return fmt::format("{}-{}", stall <= 12 ? 'A' : 'B', 100 + stall);
  }
  static std::string switch_of(int stall) { return stall <= 12 ? "sw-a1" : "sw-b1"; }
  static int port_of(int stall) { return (stall - 1) % 12 + 3; }

  void device(const std::string& id, const std::string& device_class, const std::string& parent,
              DeviceState state, const std::string& cause) {
    health::DeviceView view;
    view.id = id;
    view.device_class = device_class;
    view.in_design = true;
    view.parent = parent;
    view.address = fmt::format("10.64.0.{}", 10 + snapshot_.devices.size());
    view.vendor = "MarketSim";
    view.model = device_class == "switch" ? "SW-24P" : "PT-10";
    view.firmware = "5.10";
    const bool answers = state == DeviceState::Up;
    view.health = {state, cause, answers ? 0 : 4, now_ms_ - (answers ? 86'400'000 : 754'000),
                   state == DeviceState::Unknown ? 0 : now_ms_ - (answers ? 2'300 : 770'000)};
    snapshot_.devices.push_back(std::move(view));
  }

  void devices() {
    const auto behind = is("switch-down") ? DeviceState::Unreachable : DeviceState::Up;
    const std::string cause = is("switch-down") ? "sw-b1" : "";
    device("ap-a1", "access-point", "sw-a1", DeviceState::Up, "");
    device("ap-b1", "access-point", "sw-b1", behind, cause);
    device("gw1", "gateway", "", DeviceState::Up, "");
    device("sw-a1", "switch", "gw1", DeviceState::Up, "");
    device("sw-b1", "switch", "gw1", is("switch-down") ? DeviceState::Down : DeviceState::Up,
           cause);
    for (int stall = 1; stall < kStalls; ++stall) {
      auto state = behind_broken(stall) ? DeviceState::Unreachable : DeviceState::Up;
      if (stall == 5 && !is("perfect")) state = DeviceState::Unknown;
      device(fmt::format("T-{}", 9000 + stall), "payment-terminal", switch_of(stall), state,
             state == DeviceState::Unreachable ? cause : "");
      auto& terminal = snapshot_.devices.edit(snapshot_.devices.size() - 1);
      terminal.stall = stall_id(stall);
      terminal.port = fmt::format("{}/{}", switch_of(stall), port_of(stall));
    }
    health::DeviceView stranger;
    stranger.id = "mac:02:00:00:00:ff:01";
    stranger.device_class = "unknown";
    stranger.sys_name = "<img src=x onerror=document.title='owned'>";
    stranger.model = stranger.sys_name;
    stranger.address = "10.64.0.250";
    snapshot_.devices.push_back(stranger);
  }

  /// T-9001 hangs on the port of the fourth stall, and somebody plugged in a terminal of his own.
  void picture() {
    auto picture = std::make_shared<inventory::Picture>();
    picture->at_ms = now_ms_;
    if (!is("perfect")) {
      inventory::Place place;
      place.at = {"sw-a1", "6"};
      place.stall = "A-104";
      place.confidence = 0.95;
      place.at_ms = now_ms_ - 5'000;
      place.expected = {{"sw-a1", "3"}};
      place.expected_stall = "A-101";
      place.agreement = inventory::Agreement::WrongPort;
      picture->places["T-9001"] = place;
      picture->findings.push_back({"wrong-port",
                                   "T-9001",
                                   inventory::Severity::Warning,
                                   inventory::words_of("T-9001", place),
                                   {},
                                   now_ms_ - 60'000,
                                   now_ms_,
                                   {"T-9001"}});
      picture->findings.push_back({"default-community",
                                   "public",
                                   inventory::Severity::Warning,
                                   "the default community 'public' works at 24 devices",
                                   {},
                                   now_ms_ - 86'400'000,
                                   now_ms_,
                                   {}});
    }
    snapshot_.picture = std::move(picture);
  }

  health::MethodReadiness method(int stall, const std::string& id) const {
    const auto port = fmt::format("{}/{}", switch_of(stall), port_of(stall));
    const bool qr = id == "qr";
    if (id == "onnuri" && stall % 4 == 0) {
      return {id, MethodState::NotEnrolled, "", "", "the stall is not enrolled in onnuri"};
    }
    if (qr) return {id, MethodState::Available, "", "", ""};
    if (behind_broken(stall)) {
      return {id, MethodState::Unavailable, "switch", "sw-b1", "switch sw-b1 does not answer"};
    }
    if (is("service-down") && id != "onnuri") {
      return {id, MethodState::Unavailable, "service", "van-a",
              "service van-a: tcp 203.0.113.10:443 timed out after 1500 ms"};
    }
    if (is("perfect")) return {id, MethodState::Available, "", "", ""};
    if (stall == 2) {
      return {id, MethodState::Unavailable, "port", port, "port " + port + " has no link"};
    }
    if (stall == 3) {
      return {id, MethodState::Unavailable, "vlan", port, "port " + port + " has pvid 1, not 20"};
    }
    if (stall == 5) {
      return {id, MethodState::Unverified, "terminal", "T-9005", "terminal T-9005 was never seen"};
    }
    if (stall == 7 && id == "card") {
      return {id, MethodState::Degraded, "switch", "sw-a1", "switch sw-a1 answers slowly"};
    }
    if (stall == 8) return {id, MethodState::Closed, "port", port, "outside trading hours"};
    return {id, MethodState::Available, "", "", ""};
  }

  void stalls() {
    for (int stall = 1; stall <= kStalls; ++stall) {
      health::StallView view;
      view.id = stall_id(stall);
      view.name = kNames.at(static_cast<std::size_t>((stall - 1) % 12));
      view.readiness.stall = view.id;
      if (stall == kStalls) {
        view.vacant = true;
        view.name = "빈점포";
      } else {
        view.zone_port = fmt::format("{}/{}", switch_of(stall), port_of(stall));
        for (const auto* id : {"card", "mobile", "onnuri", "qr"}) {
          view.readiness.methods.push_back(method(stall, id));
        }
        if (stall % 3 == 0) view.readiness.methods.push_back(method(stall, "transit"));
      }
      snapshot_.stalls.push_back(std::move(view));
    }
    if (is("perfect") || is("switch-down")) return;
    auto& hostile = snapshot_.stalls.edit(10);
    hostile.id = "가/11 <b>";
    hostile.name = "<script>document.title='owned'</script>";
    hostile.readiness.stall = hostile.id;
  }

  void services() {
    const bool down = is("service-down");
    snapshot_.services = {
        {"van-a",
         "van",
         {!down, now_ms_ - 2'000,
          down ? "tcp 203.0.113.10:443 timed out after 1500 ms"
               : "tcp 203.0.113.10:443 connected in 3 ms"},
         0.003},
        {"zeropay", "qr", {true, now_ms_ - 4'000, "tcp 198.51.100.9:443 connected in 8 ms"}, 0.008},
        {"dns", "dns", {}, 0}};
    if (is("perfect")) snapshot_.services.back().reading = {true, now_ms_ - 1'000, "answered"};
  }

  void events() {
    snapshot_.events = {{now_ms_ - 900'000, "sweep: 29 devices, 1 not in the design"},
                        {now_ms_ - 86'400'000, "design loaded: 2 switches, 24 stalls"}};
    if (is("switch-down")) {
      snapshot_.events.insert(snapshot_.events.begin(), {now_ms_ - 754'000, "sw-b1 went down"});
    }
  }

  std::string scenario_;
  std::int64_t now_ms_;
  health::Snapshot snapshot_;
};

}  // namespace

health::Snapshot market_in(const std::string& scenario, std::int64_t now_ms) {
  return Builder{scenario, now_ms}.build();
}

std::string audit_answer(std::int64_t now_ms) {
  std::string items =
      R"({"device":"mac:02:00:00:00:ff:01","field":"","verdict":"extra","designed":"","built":"unknown device at 10.64.0.250","origin":"","reason":""},)"
      R"({"device":"sw-a1","field":"port[5].pvid","verdict":"changed","designed":"20","built":"1","origin":"market.yaml:62:7","reason":""},)"
      R"({"device":"sw-a1","field":"vlan[50].name","verdict":"missing","designed":"'cctv'","built":"absent","origin":"market.yaml:18:5","reason":""},)"
      R"({"device":"sw-b1","field":"","verdict":"not-verified","designed":"","built":"","origin":"market.yaml:80:5","reason":"no answer within 4500 ms"})";
  for (int port = 1; port <= 40; ++port) {
    items += fmt::format(
        R"(,{{"device":"sw-a1","field":"port[{}].enabled","verdict":"same","designed":"true","built":"true","origin":"market.yaml:{}:7","reason":""}})",
        port, 100 + port);
  }
  return fmt::format(
      R"({{"site":"dg-seomun1","design_digest":"9f2c61d4a7b8e35c0d1f2a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f","design_file":"/etc/marketd/market.yaml","read_at_ms":{},"items":[{}],"stalls":[]}})",
      now_ms, items);
}

}  // namespace market::browser
