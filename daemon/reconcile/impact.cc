#include "daemon/reconcile/impact.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "daemon/reconcile/field_rules.h"

namespace market::reconcile {
namespace {

/// So many stalls are named in a sentence.
constexpr std::size_t kNamed = 8;

struct Natural {
  bool operator()(const std::string& a, const std::string& b) const { return natural_less(a, b); }
};
using Stalls = std::set<std::string, Natural>;

/// What is behind each device, from the farthest inwards.
class Tree {
 public:
  Tree(const Design& design, const std::map<std::string, DevicePath>& paths) : paths_{paths} {
    std::vector<const Switch*> farthest_first;
    for (const auto& device : design.switches) farthest_first.push_back(&device);
    std::stable_sort(
        farthest_first.begin(), farthest_first.end(),
        [this](const Switch* a, const Switch* b) { return hops(a->id) > hops(b->id); });
    for (const auto* device : farthest_first) add(*device);
    if (!design.gateway) return;
    auto& all = behind_[design.gateway->id][""];
    for (const auto& stall : design.stalls) all.push_back(stall.id);
  }
  std::map<std::string, StallsBehind> take() { return std::move(behind_); }

 private:
  [[nodiscard]] std::size_t hops(const std::string& device) const {
    const auto path = paths_.find(device);
    return path == paths_.end() ? 0 : path->second.hops;
  }

  void add(const Switch& device) {
    StallsBehind own;
    auto& all = own[""];
    for (const auto& port : device.ports) {
      auto& here = own[port.name];
      if (!port.stall.empty()) here.push_back(port.stall);
      const auto other = behind_.find(peer_device(port.peer));
      if (other != behind_.end() && hops(other->first) > hops(device.id)) {
        here.insert(here.end(), other->second[""].begin(), other->second[""].end());
      }
      all.insert(all.end(), here.begin(), here.end());
    }
    for (const auto& port : paths_.at(device.id).uplinks) own[port] = all;
    behind_[device.id] = std::move(own);
  }

  const std::map<std::string, DevicePath>& paths_;
  std::map<std::string, StallsBehind> behind_;
};

/// The port whose users a field touches; "" = all of the device's. Nothing: nobody's.
std::optional<std::string> port_of(const FieldName& name) {
  if (is_membership(name)) return name.subkey;
  if (name.group == "port") return name.key;
  if (name.group == "vlan" || name.group == "system") return std::nullopt;
  return std::string{};
}

void add_stalls(const Step& step, const DesiredDevice& desired, Stalls& stalls) {
  for (const auto& change : step.changes) {
    const auto port = port_of(FieldName::split(change.field));
    const auto behind = port ? desired.behind.find(*port) : desired.behind.end();
    if (behind != desired.behind.end()) {
      stalls.insert(behind->second.begin(), behind->second.end());
    }
  }
}

std::string named(const std::vector<std::string>& stalls) {
  const auto count = std::min(stalls.size(), kNamed);
  const std::vector<std::string> first{stalls.begin(),
                                       stalls.begin() + static_cast<std::ptrdiff_t>(count)};
  auto text = fmt::format("{} {}", stalls.size() == 1 ? "stall" : "stalls", fmt::join(first, ", "));
  if (stalls.size() > count) text += fmt::format(" and {} more", stalls.size() - count);
  return text;
}

/// Empty: it hurts nobody that the design knows.
std::string words_of(const Impact& impact, const DesiredDevice& device) {
  const bool radio = device.kind == DeviceKind::AccessPoint;
  const auto who = !impact.stalls.empty() ? named(impact.stalls)
                   : radio                ? std::string{"wireless clients"}
                                          : std::string{};
  if (impact.risk == Risk::MgmtPath) {
    return "our own way to it changes, last of all" + (who.empty() ? "" : "; behind it: " + who) +
           (device.saves_at_once ? "; it saves every change at once: no power cycle takes it back"
                                 : "");
  }
  if (who.empty()) return {};
  return who + (impact.risk == Risk::DropsPort ? " may lose the link for seconds"
                                               : " may pause for seconds");
}

}  // namespace

std::map<std::string, StallsBehind> stalls_behind(const Design& design,
                                                  const std::map<std::string, DevicePath>& paths) {
  return Tree{design, paths}.take();
}

std::vector<Impact> impact_of(const std::vector<Step>& steps, const Desired& desired) {
  std::map<std::string, std::map<Risk, Stalls, std::greater<>>> hurt;
  for (const auto& step : steps) {
    const auto device = desired.find(step.device);
    if (step.risk == Risk::None || device == desired.end()) continue;
    add_stalls(step, device->second, hurt[step.device][step.risk]);
  }
  std::vector<Impact> all;
  for (const auto& [device, by_risk] : hurt) {
    Stalls told;
    for (const auto& [risk, stalls] : by_risk) {
      Impact impact{device, risk, {}, {}};
      for (const auto& stall : stalls) {
        if (told.insert(stall).second) impact.stalls.push_back(stall);
      }
      if (impact.stalls.empty() && !stalls.empty()) continue;
      impact.words = words_of(impact, desired.find(device)->second);
      if (!impact.words.empty()) all.push_back(std::move(impact));
    }
  }
  std::sort(all.begin(), all.end(), [](const Impact& a, const Impact& b) {
    if (a.risk != b.risk) return a.risk > b.risk;
    return natural_less(a.device, b.device);
  });
  return all;
}

}  // namespace market::reconcile
