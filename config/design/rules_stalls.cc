// D501, D503, D602..D604: can every stall take the payments it promises?
#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "config/design/rules.h"

namespace market::design {
namespace {

using yaml::Findings;

void check_ports_of_stalls(const Model& model, Findings& findings) {
  for (const Stall& stall : model.design().stalls) {
    if (stall.state == StallState::Vacant || !model.ports_to(stall.id).empty() ||
        model.damaged(stall.position)) {
      continue;
    }
    findings.error("D501", stall.position, fmt::format("stall '{}' has no switch port", stall.id),
                   fmt::format("give a port 'stall: {}', or the stall 'state: vacant'", stall.id));
  }
}

void check_terminal_zones(const Model& model, Findings& findings) {
  for (const Stall& stall : model.design().stalls) {
    const auto zones = model.zones_of(stall);
    if (zones.empty()) continue;
    for (const Terminal& terminal : stall.terminals) {
      if (!terminal.address) continue;
      const Zone* zone = model.zone_of(*terminal.address);
      if (zone != nullptr && zones.contains(zone)) continue;
      const PortView& view = *model.ports_to(stall.id).front();
      findings.error(
          "D501", model.place(terminal.position, "address"),
          fmt::format("terminal '{}' of stall '{}' has an address of {}, but its port '{}' is in "
                      "zone '{}'",
                      terminal.serial, stall.id,
                      zone == nullptr ? "no zone" : "zone '" + zone->id + "'", view.name(),
                      (*zones.begin())->id),
          "correct the address or the port's role", view.port->position);
    }
  }
}

/// Services that some open stall's methods rest on, and the first such stall.
std::map<const Service*, const Stall*> needed_services(const Model& model) {
  std::map<const Service*, const Stall*> needed;
  for (const Stall& stall : model.design().stalls) {
    if (stall.state == StallState::Vacant) continue;
    for (const std::string& accepted : stall.accepts) {
      const Method* method = model.method(accepted);
      if (method == nullptr) continue;
      for (const std::string& id : method->services) {
        if (const Service* service = model.service(id)) needed.try_emplace(service, &stall);
      }
    }
  }
  return needed;
}

void check_service_limits(const Model& model, Findings& findings) {
  for (const auto& [service, stall] : needed_services(model)) {
    if (model.design().acceptance.services.contains(service->id)) continue;
    findings.warning("D503", service->position,
                     fmt::format("service '{}', which stall '{}' needs, has no acceptance limit",
                                 service->id, stall->id),
                     fmt::format("add 'acceptance: service: {}: ...'", service->id),
                     stall->position);
  }
}

bool has_ability(const Stall& stall, const std::string& ability) {
  return std::any_of(stall.terminals.begin(), stall.terminals.end(), [&](const Terminal& one) {
    return std::find(one.abilities.begin(), one.abilities.end(), ability) != one.abilities.end();
  });
}

/// Calls `visit(stall, method)` for every known method that an open stall accepts.
template <class Visit>
void for_each_accepted(const Model& model, Visit visit) {
  for (const Stall& stall : model.design().stalls) {
    if (stall.state == StallState::Vacant) continue;
    for (const std::string& id : stall.accepts) {
      if (const Method* method = model.method(id)) visit(stall, *method);
    }
  }
}

void check_abilities(const Model& model, Findings& findings) {
  for_each_accepted(model, [&](const Stall& stall, const Method& method) {
    if (model.damaged(stall.position)) return;
    for (const std::string& ability : method.abilities) {
      if (has_ability(stall, ability)) continue;
      findings.error("D602", model.place(stall.position, "accepts=" + method.id),
                     fmt::format("stall '{}' accepts '{}', but none of its terminals has '{}'",
                                 stall.id, method.id, ability),
                     "add a terminal that has it, or remove the method",
                     model.place(method.position, "abilities=" + ability));
    }
  });
}

void check_method_services(const Model& model, Findings& findings) {
  std::map<std::pair<const Service*, const Zone*>, bool> judged;  // many stalls, few questions
  std::set<std::pair<const Method*, const Service*>> reported;    // once, not for each stall
  const auto passes = [&](const Service& service, const Zone& zone) {
    const auto [known, fresh] = judged.try_emplace({&service, &zone}, false);
    if (fresh) known->second = model.reaches(zone, service);
    return known->second;
  };
  for_each_accepted(model, [&](const Stall& stall, const Method& method) {
    if (method.customer_side) return;
    for (const Zone* zone : model.zones_of(stall)) {
      for (const std::string& id : method.services) {
        const Service* service = model.service(id);
        if (service == nullptr || passes(*service, *zone)) continue;
        if (!reported.emplace(&method, service).second) continue;
        findings.error("D603", model.place(method.position, "services=" + id),
                       fmt::format("method '{}' needs service '{}', which no policy lets zone '{}' "
                                   "of stall '{}' reach",
                                   method.id, id, zone->id, stall.id),
                       fmt::format("add '{}' to a policy from '{}'", id, zone->id), stall.position);
      }
    }
  });
}

void check_memberships(const Model& model, Findings& findings) {
  for_each_accepted(model, [&](const Stall& stall, const Method& method) {
    const auto& enrolled = stall.membership;
    if (method.membership.empty() || model.damaged(stall.position) ||
        std::find(enrolled.begin(), enrolled.end(), method.membership) != enrolled.end()) {
      return;
    }
    findings.warning("D604", model.place(stall.position, "accepts=" + method.id),
                     fmt::format("stall '{}' accepts '{}' but is not enrolled in '{}'", stall.id,
                                 method.id, method.membership),
                     fmt::format("add 'membership: [{}]' when it is", method.membership),
                     method.position);
  });
}

constexpr std::array kStallsRules{
    Rule{"D501", check_ports_of_stalls, {Part::Switches}},
    Rule{"D501", check_terminal_zones, {Part::Zones}},
    Rule{"D503", check_service_limits, {Part::Acceptance}},
    Rule{"D602", check_abilities, {}},
    Rule{"D603", check_method_services, {Part::Policy, Part::Zones, Part::Services}},
    Rule{"D604", check_memberships, {}},
};

}  // namespace

std::span<const Rule> stall_rules() { return kStallsRules; }

}  // namespace market::design
