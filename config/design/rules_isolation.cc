// D401..D404: who must not reach whom, as far as the zones and the policy decide it. Zones are
// closed to each other by default; every rule of the policy is an edge of a graph.
#include <array>
#include <deque>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

struct Edge {
  const Zone* to;
  const PolicyRule* rule;
};
using Edges = std::map<const Zone*, std::vector<Edge>>;

/// At most one edge for each pair of zones: the first rule that opens it.
Edges edges_of(const Model& model) {
  Edges edges;
  std::set<std::pair<const Zone*, const Zone*>> seen;
  for (const PolicyRule& rule : model.design().policy) {
    for (const Zone* from : model.sources(rule)) {
      for (const Zone* to : model.targets(rule)) {
        if (from != to && seen.emplace(from, to).second) edges[from].push_back({to, &rule});
      }
    }
  }
  return edges;
}

/// Zones whose hosts somebody else may hold in his hands.
bool is_hostile(const Zone& zone) {
  return zone.trust == Trust::Untrusted || zone.trust == Trust::Internal ||
         zone.trust == Trust::Device;
}

struct Path {
  std::vector<const Zone*> zones;
  std::vector<const PolicyRule*> rules;
};

/// The shortest way from `start` to a cardholder zone that does not lead through a zone which has
/// a finding of its own; empty = none.
Path way_to_cards(const Edges& edges, const Zone& start) {
  std::map<const Zone*, Path> found{{&start, {{&start}, {}}}};
  std::deque<const Zone*> waiting{&start};
  while (!waiting.empty()) {
    const Zone* here = waiting.front();
    waiting.pop_front();
    const auto out = edges.find(here);
    if (out == edges.end()) continue;
    for (const Edge& edge : out->second) {
      if (found.contains(edge.to) || is_hostile(*edge.to)) continue;
      Path path = found[here];
      path.zones.push_back(edge.to);
      path.rules.push_back(edge.rule);
      if (edge.to->trust == Trust::Cardholder) return path;
      found.emplace(edge.to, std::move(path));
      waiting.push_back(edge.to);
    }
  }
  return {};
}

void check_paths_to_cards(const Model& model, Findings& findings) {
  const Edges edges = edges_of(model);
  for (const Zone& zone : model.design().zones) {
    if (!is_hostile(zone)) continue;
    const Path path = way_to_cards(edges, zone);
    if (path.rules.empty()) continue;
    std::string way = zone.id;
    for (std::size_t i = 0; i < path.rules.size(); ++i) {
      way += fmt::format(" -> {} (policy '{}')", path.zones[i + 1]->id, path.rules[i]->id);
    }
    const PolicyRule& last = *path.rules.back();
    findings.error("D401", model.place(path.rules.front()->position, "to"),
                   fmt::format("zone '{}' of trust '{}' can reach the cardholder zone '{}': {}",
                               zone.id, to_string(zone.trust), path.zones.back()->id, way),
                   "remove the policy, or name services outside the market",
                   path.rules.size() > 1 ? last.position : path.zones.back()->position);
  }
}

void check_cards_to_internet(const Model& model, Findings& findings) {
  for (const PolicyRule& rule : model.design().policy) {
    if (rule.to_zone != "internet") continue;
    for (const Zone* zone : model.sources(rule)) {
      if (zone->trust != Trust::Cardholder) continue;
      findings.error("D402", model.place(rule.position, "to"),
                     fmt::format("policy '{}' lets the cardholder zone '{}' reach all of the "
                                 "internet",
                                 rule.id, zone->id),
                     "name the services it needs: to: { services: [...] }", zone->position);
    }
  }
}

void check_management_reach(const Model& model, Findings& findings) {
  for (const auto& [from, edges] : edges_of(model)) {
    if (from->trust != Trust::Untrusted && from->trust != Trust::Device) continue;
    for (const Edge& edge : edges) {
      if (edge.to->trust != Trust::Infrastructure) continue;
      findings.error("D403", model.place(edge.rule->position, "to"),
                     fmt::format("policy '{}' lets zone '{}' of trust '{}' reach the management "
                                 "zone '{}'",
                                 edge.rule->id, from->id, to_string(from->trust), edge.to->id),
                     "manage from the management zone or from outside only", edge.to->position);
    }
  }
}

/// Services needed at stalls, by the zone their terminals are in.
using Needs = std::map<std::pair<const Service*, const Zone*>, const Stall*>;

Needs needs_of(const Model& model) {
  Needs needs;
  for (const Stall& stall : model.design().stalls) {
    if (stall.state == StallState::Vacant) continue;
    const auto zones = model.zones_of(stall);
    for (const std::string& accepted : stall.accepts) {
      const Method* method = model.method(accepted);
      if (method == nullptr || method->customer_side) continue;
      for (const std::string& id : method->services) {
        const Service* service = model.service(id);
        if (service == nullptr) continue;
        for (const Zone* zone : zones) needs.try_emplace({service, zone}, &stall);
      }
    }
  }
  return needs;
}

bool lists(const Service& service, const Zone& zone) {
  for (const std::string& id : service.from) {
    if (id == zone.id) return true;
  }
  return false;
}

/// A stall's terminals stand in a zone for which the service is not meant at all. Where it is
/// meant, but the policy does not pass it, D603 speaks.
void check_needed_services(const Model& model, Findings& findings) {
  for (const auto& [need, stall] : needs_of(model)) {
    const auto& [service, zone] = need;
    if (service->from.empty() || lists(*service, *zone)) continue;
    findings.error("D404", model.place(service->position, "from"),
                   fmt::format("service '{}' is not for zone '{}', where stall '{}' needs it",
                               service->id, zone->id, stall->id),
                   fmt::format("add '{}' to 'from' of the service", zone->id), stall->position);
  }
}

/// A service promised to a zone that the policy does not let reach it.
void check_promised_services(const Model& model, Findings& findings) {
  const Needs needs = needs_of(model);
  for (const Service& service : model.design().services) {
    for (const std::string& id : service.from) {
      const Zone* zone = model.zone(id);
      if (zone == nullptr || needs.contains({&service, zone}) || model.reaches(*zone, service)) {
        continue;  // where a stall needs it, D603 speaks
      }
      findings.error(
          "D404", model.place(service.position, "from=" + id),
          fmt::format("no policy lets zone '{}' reach service '{}', which is meant for "
                      "it",
                      id, service.id),
          fmt::format("add a policy from '{}' to it, or remove '{}' from 'from'", id, id),
          zone->position);
    }
  }
}

/// A hole that nothing uses is a hole.
void check_unneeded_services(const Model& model, Findings& findings) {
  const Needs needs = needs_of(model);
  for (const PolicyRule& rule : model.design().policy) {
    const auto sources = model.sources(rule);
    for (const std::string& id : rule.to_services) {
      const Service* service = model.service(id);
      if (service == nullptr || sources.empty()) continue;
      const bool needed = std::any_of(sources.begin(), sources.end(), [&](const Zone* zone) {
        return needs.contains({service, zone}) || lists(*service, *zone);
      });
      if (needed) continue;
      findings.warning("D405", rule.position,
                       fmt::format("policy '{}' lets zone '{}' reach service '{}', which nobody "
                                   "there needs",
                                   rule.id, sources.front()->id, id),
                       "remove it from the policy, or name the zone in the service's 'from'",
                       service->position);
    }
  }
}

constexpr std::array kIsolationRules{
    Rule{"D401", check_paths_to_cards, {}},
    Rule{"D402", check_cards_to_internet, {}},
    Rule{"D403", check_management_reach, {}},
    Rule{"D404", check_needed_services, {Part::Services, Part::Zones}},
    Rule{"D404",
         check_promised_services,
         {Part::Policy, Part::Services, Part::Zones, Part::Switches, Part::Roles, Part::Stalls,
          Part::Methods}},
    Rule{"D405",
         check_unneeded_services,
         {Part::Services, Part::Zones, Part::Switches, Part::Roles, Part::Stalls, Part::Methods}},
};

}  // namespace

std::span<const Rule> isolation_rules() { return kIsolationRules; }

}  // namespace market::design
