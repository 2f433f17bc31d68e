// Three devices in memory with a plan that touches all of them: a gateway, a core switch and an
// edge switch behind it. Factory-fresh at first, as designed after the plan.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/reconcile/executor.h"
#include "daemon/reconcile/plan.h"
#include "tests/fakes/fake_driver.h"
#include "tests/fakes/memory_journal.h"
#include "tests/unit/daemon/reconcile/values.h"

namespace market::reconcile {

using State = std::map<std::string, FieldMap>;

inline const BootTime kNow{"boot-1", 1'000'000};
inline BootTime later(std::int64_t seconds) { return {kNow.boot, kNow.ms + seconds * 1'000}; }

/// Thrown by a hook: the program ends here, the devices and the journal remain.
struct Killed {};

/// Counts the points of a run; kills at one of them.
class KillSwitch {
 public:
  explicit KillSwitch(std::size_t at = 0) : at_{at} {}
  void operator()() {
    if (++seen_ == at_) throw Killed{};
  }
  [[nodiscard]] std::size_t seen() const { return seen_; }

 private:
  std::size_t at_;  ///< 1 = the first point; 0 = never
  std::size_t seen_ = 0;
};

struct Lab {
  fakes::MemoryJournal journal;
  std::map<std::string, std::unique_ptr<fakes::FakeDriver>> devices;
  std::set<std::string> unplugged;
  Desired desired;
  std::vector<std::string> progress;
  std::function<void()> on_pause;

  Lab() {
    add_gateway();
    add_switch("sw-a1", 1, {"1", "2", "3", "4"});
    add_switch("sw-a2", 2, {"1", "2", "3"});
  }

  fakes::FakeDriver& device(const std::string& id) { return *devices.at(id); }

  [[nodiscard]] Observed observe() const {
    Observed observed;
    for (const auto& [id, driver] : devices) {
      auto& seen = observed[id];
      auto look = driver->observe();
      const auto identity = driver->identity();
      seen.reached = look.has_value();
      if (!look) continue;
      seen.fields = std::move(look->fields);
      seen.engine_id = identity->engine_id;
      seen.serial = identity->serial;
      seen.mac = identity->mac;
      seen.max_changes_per_write = driver->max_changes_per_write();
      if (id == "gw1") seen.ours.insert("route[default]");
    }
    return observed;
  }
  [[nodiscard]] Plan plan() const { return make_plan(desired, observe(), "digest"); }
  [[nodiscard]] State state() const {
    State state;
    for (const auto& [id, driver] : devices) state[id] = driver->fields();
    return state;
  }
  [[nodiscard]] std::size_t writes() const {
    std::size_t count = 0;
    for (const auto& [id, driver] : devices) count += driver->writes;
    return count;
  }
  [[nodiscard]] std::size_t saves() const {
    std::size_t count = 0;
    for (const auto& [id, driver] : devices) count += driver->saves;
    return count;
  }

  Executor executor() {
    return Executor{
        journal,
        [this](const std::string& id) -> device::Driver* {
          const auto found = devices.find(id);
          if (found == devices.end() || unplugged.contains(id)) return nullptr;
          return found->second.get();
        },
        [this](std::chrono::milliseconds pause) {
          for (auto& [id, driver] : devices) driver->advance(pause);
          if (on_pause) on_pause();
        },
        [this](std::size_t step, std::size_t of, const std::string& what) {
          progress.push_back(std::to_string(step) + "/" + std::to_string(of) + " " + what);
        }};
  }

  void arm(KillSwitch& kill) {
    const auto hook = [&kill](const std::string&) { kill(); };
    journal.hook = hook;
    for (auto& [id, driver] : devices) driver->hook = hook;
  }
  void disarm() {
    journal.hook = nullptr;
    for (auto& [id, driver] : devices) driver->hook = nullptr;
  }

 private:
  static DesiredField want(FieldValue value) { return {std::move(value), {"m.yaml", 1, 1}, ""}; }

  void add_gateway() {
    devices["gw1"] = std::make_unique<fakes::FakeDriver>(
        FieldMap{{"link[eth0].up", true},
                 {"link[eth0].master", text("")},
                 {"link[eth1].up", false},
                 {"link[eth1].master", text("")},
                 {"route[default]", text("via 198.18.0.9 dev eth0")}},
        device::Identity{});
    auto& gateway = desired["gw1"];
    gateway.kind = DeviceKind::Gateway;
    gateway.fields = {{"link[br].kind", want(text("bridge"))},
                      {"link[br].up", want(true)},
                      {"link[br.20].kind", want(text("vlan 20 on br"))},
                      {"link[br.20].up", want(true)},
                      {"link[eth1].master", want(text("br"))},
                      {"link[eth1].up", want(true)},
                      {"address[br.20 10.64.4.1/23]", want(true)},
                      {"route[10.9.0.0/16]", want(text("via 198.18.0.1 dev eth0"))},
                      {"route[default]", want(text("via 198.18.0.1 dev eth0"))}};
  }

  void add_switch(const std::string& id, std::size_t hops, const std::vector<std::string>& ports) {
    FieldMap fields{{"system.name", text("switch")}, {"vlan[1].name", text("default")}};
    auto& wanted = desired[id];
    wanted.hops = hops;
    wanted.uplink_ports = {"1"};
    wanted.fields = {{"system.name", want("dg-" + id)}, {"vlan[20].name", want(text("payment"))}};
    for (const auto& port : ports) {
      const auto prefix = "port[" + port + "].";
      fields[prefix + "label"] = text("");
      fields[prefix + "enabled"] = true;
      fields[prefix + "pvid"] = number(1);
      fields["vlan[1].port[" + port + "]"] = text("untagged");
      const bool last = port == ports.back();
      wanted.fields[prefix + "label"] = want("label " + port);
      wanted.fields[prefix + "enabled"] = want(!last);
      wanted.fields[prefix + "pvid"] = want(number(20));
      wanted.fields["vlan[1].port[" + port + "]"] = want(text("none"));
      wanted.fields["vlan[20].port[" + port + "]"] = want(text("untagged"));
    }
    devices[id] = std::make_unique<fakes::FakeDriver>(
        fields, device::Identity{"8000" + id, "SN-" + id, "02:00:00:00:0a:01"});
  }
};

}  // namespace market::reconcile
