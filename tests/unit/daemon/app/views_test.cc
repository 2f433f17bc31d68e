// daemon/app/views: the rows of a snapshot say what an evaluation of everything says.
#include "daemon/app/views.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "tests/unit/daemon/health/small_market.h"

namespace market::app {
namespace {

constexpr std::chrono::seconds kInterval{15};
constexpr std::int64_t kNow = 1'795'489'200'000;  ///< 2026-11-24 12:00 in Seoul

std::shared_ptr<const Model> model() {
  auto made = std::make_shared<Model>();
  made->settings.poll_interval = kInterval;
  made->design = test::small_market();
  auto& design = made->design;
  design.zones.push_back({.id = "payment",
                          .vid = *VlanId::from(20),
                          .prefix = {},
                          .gateway = {},
                          .interface = {},
                          .dhcp_range = {},
                          .position = {}});
  PortRole role;
  role.id = "terminal";
  role.untagged = "payment";
  design.port_roles.push_back(role);
  for (auto& item : design.switches) {
    for (auto& port : item.ports) port.role = port.stall.empty() ? "" : "terminal";
  }
  std::uint8_t number = 0;
  for (auto& stall : design.stalls) {
    for (auto& terminal : stall.terminals) {
      const std::array<std::uint8_t, MacAddress::kOctets> octets{2, 0, 0, 0, 0x0c, ++number};
      terminal.mac = *MacAddress::from(octets);
      terminal.address = IpAddress::v4(0x0a400100U + number);
      terminal.snmp = number != 2;  // T-2 is known by its MAC alone
    }
  }
  made->topology = health::topology_of(design);
  return made;
}

/// Polls as they come: each device answers or does not, and says what is so or something else.
class Polls {
 public:
  explicit Polls(unsigned seed) : random_{seed} {
    views_.fill([](const auto&) { return false; }, {}, tracker_.devices());
  }

  void next() {
    now_ms_ += upto(2'000);
    if (upto(60) == 0) now_ms_ += upto(1) == 0 ? 90'000 : -10'000;
    switch (upto(3)) {
      case 0:
        return poll_switch(upto(1) == 0 ? "sw-1" : "sw-2");
      case 1:
        return poll_service();
      default:
        return poll_terminal("T-" + std::to_string(1 + upto(2)));
    }
  }

  void expect_the_same(int turn) {
    views_.follow(tracker_, evidence_);
    const auto& rows = views_.stalls(evidence_, now_ms_);
    auto readings = evidence_.readings();
    readings.devices = tracker_.devices();
    const auto whole =
        health::evaluate(model_->design, model_->topology, readings, now_ms_,
                         4 * model_->settings.poll_interval + std::chrono::seconds{5});
    ASSERT_EQ(rows.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      ASSERT_EQ(rows[i].readiness, whole[i]) << whole[i].stall << ", turn " << turn;
    }
    for (const auto& view : views_.devices()) {
      const auto health = tracker_.devices().find(view.id);
      if (health == tracker_.devices().end()) continue;
      ASSERT_EQ(view.health, health->second) << view.id << ", turn " << turn;
    }
  }

 private:
  unsigned upto(unsigned most) { return std::uniform_int_distribution<unsigned>{0, most}(random_); }
  bool mostly() { return upto(9) != 0; }

  void heard(const std::string& id, bool answered) {
    const auto events =
        answered ? tracker_.on_reply(id, now_ms_) : tracker_.on_silence(id, now_ms_);
    for (const auto& event : events) {
      if (event.to == health::DeviceState::Down) evidence_.on_down(event.device, now_ms_);
    }
  }

  /// Outages last: who is silent stays so for a while.
  bool answers(const std::string& id) {
    auto& silent = silent_[id];
    if (upto(silent ? 8 : 25) == 0) silent = !silent;
    return !silent;
  }

  void poll_switch(const std::string& id) {
    schedule::PollResult result;
    result.replied = answers(id);
    if (result.replied) {
      const auto& ports = model_->design.switch_(id)->ports;
      for (const auto& port : ports) {
        auto& sample = result.ports.emplace_back();
        sample.name = port.name;
        sample.oper_up = mostly();
        result.pvids[port.name] = mostly() ? 20 : 1;
        const auto* stall = model_->design.stall(port.stall);
        if (stall == nullptr || !mostly()) continue;
        result.forwarding.emplace(*stall->terminals.front().mac, mostly() ? port.name : "9");
      }
      evidence_.on_switch(id, result, now_ms_);
    }
    heard(id, result.replied);
  }

  void poll_terminal(const std::string& serial) {
    schedule::PollResult result;
    result.replied = answers(serial);
    result.serial = mostly() ? serial : "T-666";
    if (result.replied) evidence_.on_terminal(serial, result, now_ms_);
    heard(serial, result.replied);
  }

  void poll_service() {
    const auto* id = std::array{"van", "dns", "qrpay"}.at(upto(2));
    const bool ok = answers(id);
    evidence_.on_service(
        id, {.ok = ok, .at_ms = now_ms_, .detail = "took " + std::to_string(upto(9)) + " ms"});
  }

  ModelPtr model_ = model();
  health::HealthTracker tracker_{model_->topology};
  Evidence evidence_{model_->design};
  Views views_{model_};
  std::mt19937 random_;
  std::map<std::string, bool> silent_;
  std::int64_t now_ms_ = kNow;
};

TEST(Views, SayWhatAnEvaluationOfEverythingSays) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(seed);
    Polls polls{seed};
    for (int turn = 0; turn < 1500; ++turn) {
      polls.next();
      polls.expect_the_same(turn);
      if (HasFatalFailure()) return;
    }
  }
}

TEST(Views, ShareTheRowsThatStayedTheSame) {
  Views views{model()};
  health::HealthTracker tracker{model()->topology};
  views.fill([](const auto&) { return false; }, {}, tracker.devices());
  const auto before = views.devices();
  views.fill([](const auto&) { return false; }, {}, tracker.devices());
  views.edit("T-1").polls = 7;
  const auto after = views.devices();
  ASSERT_EQ(after.size(), before.size());
  std::size_t copied = 0;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (after.shared(i) != before.shared(i)) ++copied;
  }
  EXPECT_EQ(copied, 1U);
}

TEST(Views, ADeviceThatIsNotItselfAnyMoreHasNoModel) {
  health::HealthTracker tracker{health::topology_of(test::small_market())};
  Views views{model()};
  const auto is_subject = [](const auto&) { return true; };
  inventory::DeviceRecord record;
  record.key = "mac:02:00:00:00:0c:01";
  record.design_id = "T-1";
  record.identification.change([](auto& is) {
    is.model = "POS-1";
    is.vendor = "Acme";
  });
  views.fill(is_subject, {record}, tracker.devices());
  const auto model_of = [&views](const std::string& id) {
    for (const auto& row : views.devices()) {
      if (row.id == id) return row.model;
    }
    return std::string{"no row"};
  };
  EXPECT_EQ(model_of("T-1"), "POS-1");
  record.design_id.clear();  // it contradicts the design: somebody else is there
  views.fill(is_subject, {record}, tracker.devices());
  EXPECT_EQ(model_of("T-1"), "");
  EXPECT_EQ(model_of(record.key), "POS-1");
}

}  // namespace
}  // namespace market::app
