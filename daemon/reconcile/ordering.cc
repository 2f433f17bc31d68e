#include "daemon/reconcile/ordering.h"

#include <algorithm>
#include <array>
#include <compare>
#include <utility>

#include "daemon/reconcile/field_rules.h"

namespace market::reconcile {
namespace {

struct Placing {
  Phase phase;
  Risk risk;
};

bool is_text(const FieldValue& value, std::string_view text) {
  const auto* seen = std::get_if<std::string>(&value);
  return seen != nullptr && *seen == text;
}

bool is_absent(const FieldValue& value) { return std::holds_alternative<Absent>(value); }

/// tagged to untagged adds a way for frames to leave; untagged to tagged takes it away.
Placing place_membership(const Change& change) {
  if (is_text(change.before, "none")) return {Phase::Attach, Risk::Blip};
  if (is_text(change.before, "tagged") && is_text(change.after, "untagged")) {
    return {Phase::Attach, Risk::DropsPort};
  }
  return {Phase::Detach, Risk::DropsPort};
}

Placing place_switching(const Change& change) {
  if (change.after == FieldValue{true}) return {Phase::Enable, Risk::Blip};
  return {Phase::Disable, Risk::DropsPort};
}

Placing place_port(const FieldName& name, const Change& change) {
  if (name.leaf == "label") return {Phase::Names, Risk::None};
  if (name.leaf == "enabled" || name.leaf == "poe") return place_switching(change);
  if (name.leaf == "pvid") return {Phase::Pvid, Risk::DropsPort};
  return {Phase::Tune, Risk::Blip};
}

/// Members first; then the bridge begins to filter, last of all: behind it are all the others.
Placing place_bridge_vlan(const FieldName& name, const Change& change) {
  if (name.leaf == "default-pvid") return {Phase::Delete, Risk::DropsPort};
  if (name.leaf == "vlan-filtering") {
    return change.after == FieldValue{true} ? Placing{Phase::OwnPath, Risk::MgmtPath}
                                            : Placing{Phase::Detach, Risk::DropsPort};
  }
  if (is_text(change.after, "none")) return {Phase::Detach, Risk::DropsPort};
  const bool adds = is_text(change.before, "none") && is_text(change.after, "tagged");
  return adds ? Placing{Phase::Attach, Risk::None} : Placing{Phase::Pvid, Risk::DropsPort};
}

Placing place_link(const FieldName& name, const Change& change) {
  if (name.leaf == "kind" && is_absent(change.after)) return {Phase::Delete, Risk::Blip};
  if (name.leaf == "kind") return {Phase::Create, Risk::None};
  if (name.leaf == "up") return place_switching(change);
  if (name.leaf == "forwarding") {
    return change.after == FieldValue{true} ? Placing{Phase::Route, Risk::None}
                                            : Placing{Phase::Detach, Risk::DropsPort};
  }
  if (is_bridge_vlan(name)) return place_bridge_vlan(name, change);
  if (name.leaf == "mtu") return {Phase::Tune, Risk::Blip};
  return {Phase::Attach, Risk::DropsPort};
}

/// What tells packets their class comes when there is one, and goes before it.
Placing place_mark(const FieldName& name, const Change& change) {
  const bool goes = is_absent(change.after) && name.group == "rule";
  return {goes ? Phase::Close : Phase::Open, Risk::None};
}

/// First what closes, last what opens: at no time between the steps is more open than before and
/// after. Who may talk to the gateway itself is settled at once.
Placing place_firewall(const FieldName& name, const Change& change) {
  if (name.key == "classes" || name.key.starts_with("classes ")) return place_mark(name, change);
  const bool forward = name.key.starts_with("forward") || name.key.starts_with("postrouting");
  const bool base = name.group == "chain" || name.key.ends_with(" base");
  if (name.group == "chain" && is_absent(change.after)) return {Phase::Open, Risk::Blip};
  if (name.group == "rule" && forward && !base && is_absent(change.before)) {
    return {Phase::Open, Risk::None};
  }
  const bool adds = is_absent(change.before) && !base;
  return {Phase::Close, adds || name.group == "set" ? Risk::None : Risk::Blip};
}

Placing place(const FieldName& name, const Change& change) {
  if (is_firewall(name)) return place_firewall(name, change);
  if (is_membership(name)) return place_membership(change);
  if (name.group == "vlan") {
    return {is_absent(change.before) ? Phase::Create : Phase::Names, Risk::None};
  }
  if (name.group == "system") return {Phase::Names, Risk::None};
  if (name.group == "port") return place_port(name, change);
  if (name.group == "link") return place_link(name, change);
  if (name.group == "address") {
    if (change.after == FieldValue{false}) return {Phase::Disable, Risk::DropsPort};
    return {Phase::Address, Risk::Blip};
  }
  if (name.group == "dnsmasq") return {Phase::Route, Risk::None};
  if (is_queue(name)) {
    return {is_absent(change.after) ? Phase::Detach : Phase::Tune, Risk::Blip};
  }
  if (name.group == "route-rule") {
    return {is_absent(change.after) ? Phase::Detach : Phase::Route, Risk::Blip};
  }
  if (name.group == "route") {
    if (is_absent(change.after)) return {Phase::Detach, Risk::DropsPort};
    if (is_absent(change.before)) return {Phase::Route, Risk::Blip};
    return {Phase::OwnPath, Risk::MgmtPath};
  }
  if (name.group == "ssid" && name.leaf == "enabled") return place_switching(change);
  return {Phase::Tune, Risk::Blip};
}

/// Adding to our own port, naming it or switching it on cannot cut us off; the rest can.
bool can_cut_us_off(const DesiredDevice& desired, const FieldName& name, Phase phase) {
  const std::string& port = is_membership(name) ? name.subkey : name.key;
  if (name.group != "port" && !is_membership(name)) return false;
  if (std::find(desired.uplink_ports.begin(), desired.uplink_ports.end(), port) ==
      desired.uplink_ports.end()) {
    return false;
  }
  if (phase == Phase::Pvid || phase == Phase::Detach) return true;
  return name.leaf == "ingress-filter" || name.leaf == "frames" ||
         (name.leaf == "enabled" && phase == Phase::Disable);
}

std::string unit_of(const FieldName& name) {
  if (name.group == "system") return name.group;
  if (is_firewall(name)) return "firewall";
  if (name.group == "dnsmasq") return name.group;
  if (is_queue(name)) return "queue[" + link_of(name) + "]";
  return name.group + "[" + name.key + "]";
}

/// Within a unit: a network's protection before its VLAN, a link before the VLAN links on it.
std::size_t rank_of(const OrderedChange& ordered) {
  static constexpr std::array kLeaves{"security", "isolate", "name", "vlan"};
  const auto name = FieldName::split(ordered.change.field);
  if (name.group == "ssid") {
    return static_cast<std::size_t>(std::find(kLeaves.begin(), kLeaves.end(), name.leaf) -
                                    kLeaves.begin());
  }
  if (name.group == "link" && name.leaf == "up") return ordered.on_top ? 1 : 0;
  if (name.group == "link" && name.leaf == "kind") {
    const bool bridge = is_text(ordered.change.after, "bridge");
    if (is_absent(ordered.change.after)) return is_text(ordered.change.before, "bridge") ? 1 : 0;
    return bridge ? 0 : 1;
  }
  if (is_queue(name)) {
    const std::size_t below = name.group == "qdisc" ? 0 : name.key.ends_with(" all") ? 1 : 2;
    return is_absent(ordered.change.after) ? 2 - below : below;
  }
  return 0;
}

std::strong_ordering natural(const std::string& a, const std::string& b) {
  if (natural_less(a, b)) return std::strong_ordering::less;
  return natural_less(b, a) ? std::strong_ordering::greater : std::strong_ordering::equal;
}

std::strong_ordering compare(const OrderedChange& a, const OrderedChange& b) {
  const bool a_moves = a.phase >= Phase::Pvid;
  const bool b_moves = b.phase >= Phase::Pvid;
  if (a_moves != b_moves) return a_moves <=> b_moves;
  if (a.hops != b.hops) return a_moves ? b.hops <=> a.hops : a.hops <=> b.hops;
  if (const auto order = natural(a.device, b.device); order != 0) return order;
  if (a.phase != b.phase) return a.phase <=> b.phase;
  if (a.own_phase != b.own_phase) return a.own_phase <=> b.own_phase;
  const bool creates = a.phase == Phase::Create || a.phase == Phase::Delete;
  if (creates && rank_of(a) != rank_of(b)) return rank_of(a) <=> rank_of(b);
  if (const auto order = natural(a.unit, b.unit); order != 0) return order;
  if (rank_of(a) != rank_of(b)) return rank_of(a) <=> rank_of(b);
  return natural(a.change.field, b.change.field);
}

/// Collects units into steps.
class Grouping {
 public:
  explicit Grouping(const std::map<std::string, std::size_t>& limits) : limits_{limits} {}

  /// `unit`: changes that agree in device, phase and unit.
  void add(std::vector<OrderedChange> unit) {
    std::size_t limit = limit_of(unit.front().device);
    if (unit.front().whole) limit = std::max(limit, unit.size());
    if (!joins(unit, limit)) open(unit.front());
    for (auto& ordered : unit) {
      if (steps_.back().changes.size() >= limit) open(ordered);
      steps_.back().risk = std::max(steps_.back().risk, ordered.risk);
      steps_.back().changes.push_back(std::move(ordered.change));
    }
  }

  std::vector<Step> take() { return std::move(steps_); }

 private:
  [[nodiscard]] std::size_t limit_of(const std::string& device) const {
    const auto found = limits_.find(device);
    return found == limits_.end() ? 1 : std::max<std::size_t>(found->second, 1);
  }

  [[nodiscard]] bool joins(const std::vector<OrderedChange>& unit, std::size_t limit) const {
    const auto& first = unit.front();
    return !steps_.empty() && steps_.back().device == first.device && phase_ == first.phase &&
           own_phase_ == first.own_phase && !exclusive_ && !first.exclusive &&
           steps_.back().changes.size() + unit.size() <= limit;
  }

  void open(const OrderedChange& first) {
    Step step;
    step.number = steps_.size() + 1;
    step.device = first.device;
    steps_.push_back(std::move(step));
    phase_ = first.phase;
    own_phase_ = first.own_phase;
    exclusive_ = first.exclusive;
  }

  const std::map<std::string, std::size_t>& limits_;
  std::vector<Step> steps_;
  Phase phase_ = Phase::Names;
  Phase own_phase_ = Phase::Names;
  bool exclusive_ = false;
};

/// The link that a VLAN link of the design is on; empty for other fields.
std::string base_of(const DesiredDevice& desired, const FieldName& name) {
  static constexpr std::string_view kOn = " on ";  // "vlan 20 on br-mkt"
  if (name.group != "link") return {};
  const auto kind = desired.fields.find("link[" + name.key + "].kind");
  const auto* text =
      kind == desired.fields.end() ? nullptr : std::get_if<std::string>(&kind->second.value);
  const auto at = text == nullptr ? std::string::npos : text->find(kOn);
  return at == std::string::npos ? std::string{} : text->substr(at + kOn.size());
}

bool same_unit(const OrderedChange& a, const OrderedChange& b) {
  return a.device == b.device && a.phase == b.phase && a.own_phase == b.own_phase &&
         a.unit == b.unit;
}

}  // namespace

OrderedChange classify(const std::string& device, const DesiredDevice& desired, Change change) {
  const auto name = FieldName::split(change.field);
  const auto placing = place(name, change);
  OrderedChange ordered;
  ordered.device = device;
  ordered.hops = desired.hops;
  ordered.own_phase = placing.phase;
  ordered.phase = placing.phase;
  ordered.risk = placing.risk;
  if (can_cut_us_off(desired, name, placing.phase)) {
    ordered.phase = Phase::OwnPath;
    ordered.risk = Risk::MgmtPath;
  }
  ordered.unit = unit_of(name);
  ordered.whole = is_firewall(name) || is_queue(name) || name.group == "dnsmasq";
  // A link that comes up takes the VLAN links on it along: to be one step.
  if (const auto base = base_of(desired, name); name.leaf == "up") {
    ordered.whole = true;
    ordered.on_top = !base.empty();
    if (ordered.on_top) ordered.unit = "link[" + base + "]";
  }
  ordered.exclusive = is_firewall(name) || is_queue(name) || name.group == "dnsmasq" ||
                      is_membership(name) || placing.phase == Phase::Create;
  ordered.change = std::move(change);
  return ordered;
}

bool earlier(const OrderedChange& a, const OrderedChange& b) { return compare(a, b) < 0; }

std::vector<Step> to_steps(std::vector<OrderedChange> changes,
                           const std::map<std::string, std::size_t>& limits) {
  std::sort(changes.begin(), changes.end(), earlier);
  Grouping grouping{limits};
  auto first = changes.begin();
  while (first != changes.end()) {
    const auto last = std::find_if_not(
        first, changes.end(), [&](const OrderedChange& other) { return same_unit(*first, other); });
    grouping.add({std::make_move_iterator(first), std::make_move_iterator(last)});
    first = last;
  }
  return grouping.take();
}

}  // namespace market::reconcile
