#include "daemon/reconcile/lockout.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "config/types/ip_prefix.h"
#include "daemon/reconcile/field_rules.h"
#include "daemon/reconcile/paths.h"

namespace market::reconcile {
namespace {

/// So many devices are named in a sentence.
constexpr std::size_t kNamed = 3;

using Ids = std::set<std::string, std::less<>>;

/// One end of our cables: who is reached through it.
struct End {
  Ids beyond;        ///< managed devices
  bool own = false;  ///< the device's own way to the gateway: with it the device itself is gone
  bool feeds = false;
};
using Ends = std::map<CableEnd, End>;

class EndsOfCables {
 public:
  EndsOfCables(const Ways& ways, Ends& ends) : ways_{ways}, ends_{ends} {}

  void add(const std::vector<Cable>& cables) {
    std::multimap<std::string_view, const Cable*> below;
    for (const auto& cable : cables) below.emplace(cable.upper.device, &cable);
    for (const auto& cable : cables) {
      const auto beyond = beyond_of(cable.lower.device, below);
      if (beyond.empty()) continue;
      auto& upper = ends_[cable.upper];
      upper.beyond.insert(beyond.begin(), beyond.end());
      const auto direct = ways_.managed.find(cable.lower.device);
      upper.feeds |= direct != ways_.managed.end() && direct->second.fed_by_port;
      auto& lower = ends_[cable.lower];
      lower.beyond.insert(beyond.begin(), beyond.end());
      lower.own = true;
    }
  }

 private:
  [[nodiscard]] Ids beyond_of(const std::string& device,
                              const std::multimap<std::string_view, const Cable*>& below) const {
    Ids passed{device};
    Ids managed;
    std::vector<std::string> waiting{device};
    while (!waiting.empty()) {
      const auto here = std::move(waiting.back());
      waiting.pop_back();
      if (ways_.managed.contains(here)) managed.insert(here);
      const auto [first, last] = below.equal_range(here);
      for (auto cable = first; cable != last; ++cable) {
        const auto& next = cable->second->lower.device;
        if (passed.insert(next).second) waiting.push_back(next);
      }
    }
    return managed;
  }

  const Ways& ways_;
  Ends& ends_;
};

std::string named(const Ids& devices) {
  std::vector<std::string> sorted(devices.begin(), devices.end());
  std::sort(sorted.begin(), sorted.end(), natural_less);
  const auto more = sorted.size() > kNamed ? sorted.size() - kNamed : 0;
  sorted.resize(sorted.size() - more);
  auto text = fmt::format("{}", fmt::join(sorted, ", "));
  if (more > 0) text += fmt::format(" and {} more", more);
  return text;
}

bool is_carried(const FieldValue& membership) {
  const auto* word = std::get_if<std::string>(&membership);
  return word != nullptr && *word != "none";
}

bool is_on(const FieldValue& value) { return value == FieldValue{true}; }

/// The gateway's addresses, by link, that are there and whose link is up.
class OwnAddresses {
 public:
  void learn(const std::string& field, const FieldValue& value) {
    const auto name = FieldName::split(field);
    if (name.group == "address") {
      const auto space = name.key.find(' ');
      auto parsed = InterfaceAddress::parse(std::string_view{name.key}.substr(space + 1));
      if (space == std::string::npos || !parsed) return;
      auto& of_link = addresses_[name.key.substr(0, space)];
      std::erase(of_link, *parsed);
      if (is_on(value)) of_link.push_back(*parsed);
    } else if (name.group == "link" && name.leaf == "up") {
      is_on(value) ? (void)down_.erase(name.key) : (void)down_.insert(name.key);
    } else if (name.group == "link" && name.leaf == "kind") {
      std::holds_alternative<Absent>(value) ? (void)gone_.insert(name.key)
                                            : (void)gone_.erase(name.key);
    }
  }
  [[nodiscard]] bool has(const IpAddress& address) const {
    return any([&](const InterfaceAddress& one) { return one.address() == address; });
  }
  [[nodiscard]] bool reaches(const IpAddress& address) const {
    return any([&](const InterfaceAddress& one) { return IpPrefix::of(one).contains(address); });
  }

 private:
  template <class Is>
  [[nodiscard]] bool any(const Is& is) const {
    return std::any_of(addresses_.begin(), addresses_.end(), [&](const auto& of_link) {
      return !down_.contains(of_link.first) && !gone_.contains(of_link.first) &&
             std::any_of(of_link.second.begin(), of_link.second.end(), is);
    });
  }

  std::map<std::string, std::vector<InterfaceAddress>> addresses_;
  Ids down_, gone_;
};

class Search {
 public:
  Search(const Observed& observed, const Ways& ways) : observed_{observed}, ways_{ways} {
    EndsOfCables cables{ways, ends_};
    cables.add(ways.designed);
    cables.add(ways.seen);
  }

  std::vector<Lockout> run(const std::vector<Step>& steps) {
    for (const auto& step : steps) {
      for (const auto& change : step.changes) {
        const auto name = FieldName::split(change.field);
        if (auto why = cut_by(step.device, name, change)) {
          found_.push_back({step.device, change.field, *std::move(why)});
        }
      }
    }
    judge_gateway(steps);
    return std::move(found_);
  }

 private:
  [[nodiscard]] FieldValue before(const std::string& device, const std::string& field) const {
    const auto seen = observed_.find(device);
    return seen == observed_.end() ? FieldValue{} : value_in(seen->second.fields, field);
  }

  /// Why a change of a port cuts a way of ours; nothing = it does not.
  std::optional<std::string> cut_by(const std::string& device, const FieldName& name,
                                    const Change& change) {
    const bool member = is_membership(name);
    const bool bridge_port = name.group == "link" && name.leaf == "vlan";
    if (!member && name.group != "port" && name.group != "link") return std::nullopt;
    const auto& port = member ? name.subkey : name.key;
    const auto end = ends_.find(CableEnd{device, port});
    if (end == ends_.end()) return std::nullopt;
    if (name.leaf == "enabled" || (name.leaf == "up" && name.group == "link")) {
      if (is_on(change.after)) return std::nullopt;
      return told(end->second, fmt::format("port {} goes down", port));
    }
    if (name.leaf == "poe") {
      if (is_on(change.after) || !end->second.feeds) return std::nullopt;
      return told(end->second, fmt::format("port {} no longer feeds what is behind it", port));
    }
    if (member) return membership(end->second, name.key, port, change);
    if (bridge_port) return membership(end->second, name.subkey, port, change);
    if (name.leaf == "pvid") return untagged(end->second, device, port, change);
    return std::nullopt;
  }

  [[nodiscard]] bool is_needed(const End& end, std::int64_t vid) const {
    return std::any_of(end.beyond.begin(), end.beyond.end(), [&](const std::string& id) {
      return ways_.managed.find(id)->second.vid == vid;
    });
  }

  [[nodiscard]] std::optional<std::string> membership(const End& end, const std::string& vid,
                                                      const std::string& port,
                                                      const Change& change) const {
    if (!is_carried(change.before) || !is_needed(end, std::stoll("0" + vid))) return std::nullopt;
    const auto becomes = is_carried(change.after) ? std::get<std::string>(change.after) : "none";
    return told(end, fmt::format("port {} carries VLAN {} as {}, no longer as {}", port, vid,
                                 becomes, std::get<std::string>(change.before)));
  }

  [[nodiscard]] std::optional<std::string> untagged(const End& end, const std::string& device,
                                                    const std::string& port,
                                                    const Change& change) const {
    const auto* vid = std::get_if<std::int64_t>(&change.before);
    if (vid == nullptr || !is_needed(end, *vid)) return std::nullopt;
    const auto now = before(device, fmt::format("vlan[{}].port[{}]", *vid, port));
    if (now != FieldValue{std::string{"untagged"}}) return std::nullopt;
    return told(end,
                fmt::format("untagged frames of port {} are no longer of VLAN {}", port, *vid));
  }

  [[nodiscard]] static std::string told(const End& end, const std::string& what) {
    auto text = fmt::format("{}: the way to {}", what, named(end.beyond));
    text += end.own ? ". Nothing reaches it then to put it back but its power switch, which brings "
                      "what it has saved"
                    : ", which comes back by itself when it is not confirmed";
    return text;
  }

  /// The steps together: an address may move from one link to another.
  void judge_gateway(const std::vector<Step>& steps) {
    const auto seen = observed_.find(ways_.gateway);
    if (seen == observed_.end()) return;
    OwnAddresses was;
    for (const auto& [field, value] : seen->second.fields) was.learn(field, value);
    auto is = was;
    auto routes = seen->second.fields;
    const Change* last = nullptr;
    for (const auto& step : steps) {
      if (step.device != ways_.gateway) continue;
      for (const auto& change : step.changes) {
        is.learn(change.field, change.after);
        routes[change.field] = change.after;
        const auto group = FieldName::split(change.field).group;
        if (group == "address" || group == "link" || group == "route") last = &change;
      }
    }
    if (last == nullptr) return;
    judge_networks(was, is, *last);
    judge_sessions(was, is, {seen->second.fields, routes}, *last);
  }

  void judge_networks(const OwnAddresses& was, const OwnAddresses& is, const Change& last) {
    Ids lost;
    for (const auto& [id, device] : ways_.managed) {
      if (was.reaches(device.address) && !is.reaches(device.address)) lost.insert(id);
    }
    if (lost.empty()) return;
    found_.push_back({ways_.gateway, last.field,
                      fmt::format("the gateway leaves the network of {}, and comes back by itself "
                                  "when that is not confirmed",
                                  named(lost))});
  }

  /// The routes before and after, among other fields.
  using Routes = std::pair<const FieldMap&, const FieldMap&>;

  static bool leads_to(const FieldMap& routes, const IpAddress& address) {
    return std::any_of(routes.begin(), routes.end(), [&](const auto& each) {
      const auto name = FieldName::split(each.first);
      if (name.group != "route" || std::holds_alternative<Absent>(each.second)) return false;
      const auto prefix = IpPrefix::parse(name.key);
      return name.key == "default" || (prefix && prefix->contains(address));
    });
  }

  void judge_sessions(const OwnAddresses& was, const OwnAddresses& is, const Routes& routes,
                      const Change& last) {
    for (const auto& session : ways_.sessions) {
      if (!was.has(session.local)) continue;  // of another kind: loopback, or not ours to know
      const bool stays = is.has(session.local);
      const bool led = was.reaches(session.remote) || leads_to(routes.first, session.remote);
      const bool leads = is.reaches(session.remote) || leads_to(routes.second, session.remote);
      if (stays && (leads || !led)) continue;
      found_.push_back(
          {ways_.gateway, last.field,
           fmt::format("{} is connected to {} port {}, and {}; it comes back by itself when that "
                       "is not confirmed",
                       session.remote.to_string(), session.local.to_string(), session.port,
                       stays ? "no route leads there any more" : "that address goes")});
    }
  }

  const Observed& observed_;
  const Ways& ways_;
  Ends ends_;
  std::vector<Lockout> found_;
};

}  // namespace

Ways ways_of(const Design& design) {
  Ways ways;
  const auto paths = paths_of(design);
  const auto add = [&](const auto& device, bool fed_by_port) {
    const auto zone = std::find_if(design.zones.begin(), design.zones.end(), [&](const Zone& one) {
      return one.prefix && one.prefix->contains(device.address);
    });
    const std::uint16_t vid = zone == design.zones.end() ? 0 : zone->vid.number();
    ways.managed.insert_or_assign(device.id, Ways::Managed{vid, device.address, fed_by_port});
  };
  if (design.gateway) ways.gateway = design.gateway->id;
  for (const auto& ap : design.aps) add(ap, true);
  for (const auto& device : design.switches) {
    add(device, false);
    const auto& path = paths.at(device.id);
    for (const auto& port : device.ports) {
      if (port.peer.empty()) continue;
      const CableEnd here{device.id, port.name};
      const CableEnd there{peer_device(port.peer), peer_port(port.peer)};
      const auto other = paths.find(there.device);
      const bool is_nearer = other != paths.end() && other->second.hops > path.hops;
      ways.designed.push_back(is_nearer ? Cable{here, there} : Cable{there, here});
    }
  }
  return ways;
}

std::vector<Lockout> lockouts_of(const std::vector<Step>& steps, const Observed& observed,
                                 const Ways& ways) {
  return Search{observed, ways}.run(steps);
}

}  // namespace market::reconcile
