#include "probes/sweep/visits.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "config/profile/fact.h"
#include "probes/sweep/system_group.h"

namespace market::sweep {
namespace {

/// Rows of a fact's column that are looked at: a stack's first rows may be nameless containers.
constexpr std::size_t kFactRows = 16;
/// Of a maker's own tree, where no profile says what is where: scalars come first in most.
constexpr std::size_t kEnterpriseRows = 64;
/// One answer of that many objects fits a datagram.
constexpr std::size_t kRootsPerRequest = 20;

/// The first value of `bindings` at `oid`, or null.
const snmp::Value* value_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  for (const auto& binding : bindings) {
    if (binding.oid == oid && snmp::exists(binding.value)) return &binding.value;
  }
  return nullptr;
}

std::string text_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  const auto* value = value_at(bindings, oid);
  const auto* octets = value == nullptr ? nullptr : snmp::as_octets(*value);
  return octets == nullptr ? std::string{} : clean_text(*octets);
}

Oid oid_at(const std::vector<snmp::VarBind>& bindings, const Oid& oid) {
  const auto* value = value_at(bindings, oid);
  const auto* found = value == nullptr ? nullptr : std::get_if<Oid>(value);
  return found == nullptr ? Oid{} : *found;
}

void keep(std::vector<snmp::VarBind>& bindings, snmp::Outcome outcome) {
  auto* answer = std::get_if<snmp::Answer>(&outcome);
  if (answer == nullptr) return;  // a fact that is not told
  std::move(answer->bindings.begin(), answer->bindings.end(), std::back_inserter(bindings));
}

}  // namespace

struct Visits::Visit {
  Sighting sighting;
  std::size_t credentials = 0;
  std::vector<snmp::VarBind> bindings;  ///< all it has said
  std::vector<Oid> columns;             ///< asked for, perhaps instances
  std::size_t walks = 0;                ///< of columns, not over
  std::vector<Oid> roots;               ///< still to be looked into
  std::size_t judged = 0;               ///< of bindings, when it was identified last
};

snmp::Target Visits::target(const Visit& visit) const {
  return {visit.sighting.address, options_.port, options_.credentials[visit.credentials], {}};
}

snmp::Handler Visits::keeping(Flights::Ticket ticket, const Shared& visit, Then then) {
  return [this, ticket, visit, then](snmp::Outcome outcome) {
    flights_.land(ticket);
    keep(visit->bindings, std::move(outcome));
    (this->*then)(visit);
  };
}

void Visits::begin(const IpAddress& address, std::size_t credentials, snmp::Answer answer) {
  ++under_way_;
  const auto visit = std::make_shared<Visit>();
  visit->credentials = credentials;
  visit->bindings = std::move(answer.bindings);
  auto& sighting = visit->sighting;
  sighting.address = address;
  sighting.port = options_.port;
  sighting.credentials = options_.credentials[credentials].id;
  sighting.round_trip = answer.round_trip;
  sighting.sys_descr = text_at(visit->bindings, kSysDescr);
  sighting.sys_name = text_at(visit->bindings, kSysName);
  sighting.sys_location = text_at(visit->bindings, kSysLocation);
  sighting.sys_object_id = oid_at(visit->bindings, kSysObjectId);
  questions_.emplace_back([this, visit] { ask_facts(visit); });
}

bool Visits::send_next() {
  if (questions_.empty()) return false;
  const auto question = std::move(questions_.front());
  questions_.pop_front();
  question();
  return true;
}

const std::vector<Oid>& Visits::facts_of(const Sighting& sighting) {
  const auto* profile = profiles_.match(sighting.sys_object_id, sighting.sys_descr);
  const auto [known, is_new] = facts_.try_emplace(profile);
  if (is_new) known->second = fact_oids(profiles_, profile);
  return known->second;
}

void Visits::ask_facts(const Shared& visit) {
  auto oids = facts_of(visit->sighting);
  for (const auto& oid : oids) {
    if (oid.back() != 0) visit->columns.push_back(oid);
  }
  oids.push_back(kEngineId);
  flights_.launch([&](Flights::Ticket ticket) {
    return client_.get(target(*visit), oids, options_.patience,
                       keeping(ticket, visit, &Visits::ask_columns));
  });
}

/// Those that were no instances by themselves, all side by side: most devices have few of them.
void Visits::ask_columns(const Shared& visit) {
  std::erase_if(visit->columns,
                [&](const Oid& oid) { return value_at(visit->bindings, oid) != nullptr; });
  if (visit->columns.empty()) return end_columns(visit);
  ++visit->walks;
  questions_.emplace_back([this, visit] { walk_columns(visit, visit->columns); });
}

/// An agent that stumbles over one column is asked for both halves, so that it tells the others.
void Visits::walk_columns(const Shared& visit, const std::vector<Oid>& columns) {
  flights_.launch([&](Flights::Ticket ticket) {
    return client_.walk_table(
        target(*visit), columns, kFactRows, options_.patience,
        [this, ticket, visit, columns](snmp::Outcome outcome) {
          flights_.land(ticket);
          const bool stumbled = std::holds_alternative<snmp::Refusal>(outcome) ||
                                std::holds_alternative<snmp::Garbled>(outcome);
          keep(visit->bindings, std::move(outcome));
          --visit->walks;
          if (stumbled && columns.size() > 1) {
            const auto middle = columns.begin() + static_cast<std::ptrdiff_t>(columns.size() / 2);
            for (const auto& half : {std::vector<Oid>{columns.begin(), middle},
                                     std::vector<Oid>{middle, columns.end()}}) {
              ++visit->walks;
              questions_.emplace_back([this, visit, half] { walk_columns(visit, half); });
            }
          }
          if (visit->walks == 0) end_columns(visit);
        });
  });
}

/// A device that its facts leave undecided is asked what it has: the first object below each of
/// the roots that tell classes and models apart, and the beginning of its maker's own tree.
void Visits::end_columns(const Shared& visit) {
  auto& sighting = visit->sighting;
  sighting.identification = identify(profiles_, visit->bindings);
  visit->judged = visit->bindings.size();
  visit->roots = telling_roots(profiles_, sighting.sys_object_id, sighting.identification);
  if (visit->roots.empty() || !enterprise_of(sighting.sys_object_id)) return ask_roots(visit);
  questions_.emplace_back([this, visit] { ask_enterprise(visit); });
}

void Visits::ask_enterprise(const Shared& visit) {
  flights_.launch([&](Flights::Ticket ticket) {
    return client_.walk(target(*visit), *enterprise_of(visit->sighting.sys_object_id),
                        kEnterpriseRows, options_.patience,
                        keeping(ticket, visit, &Visits::ask_roots));
  });
}

void Visits::ask_roots(const Shared& visit) {
  if (visit->roots.empty()) return try_default(visit, 0);
  questions_.emplace_back([this, visit] { send_roots(visit); });
}

void Visits::send_roots(const Shared& visit) {
  const auto count = std::min(kRootsPerRequest, visit->roots.size());
  const std::vector<Oid> roots(visit->roots.end() - static_cast<std::ptrdiff_t>(count),
                               visit->roots.end());
  visit->roots.resize(visit->roots.size() - count);
  flights_.launch([&](Flights::Ticket ticket) {
    return client_.next(target(*visit), roots, options_.patience,
                        keeping(ticket, visit, &Visits::ask_roots));
  });
}

/// Whether the community that is tried `turn`th works, then the next, then the end of the visit.
void Visits::try_default(const Shared& visit, std::size_t turn) {
  static const std::array<std::string, 2> kDefaults{"public", "private"};
  if (!options_.test_default_communities || turn == kDefaults.size()) return end(*visit);
  if (turn == 0) visit->sighting.default_communities.emplace();
  const auto& used = options_.credentials[visit->credentials];
  const auto& community = kDefaults[turn];
  if (used.version != snmp::Version::V3 && used.community.reveal() == community) {
    visit->sighting.default_communities->push_back(community);
    return try_default(visit, turn + 1);
  }
  questions_.emplace_back([this, visit, turn, community] {
    static const std::array kOne{kSysObjectId};
    snmp::Target door{visit->sighting.address, options_.port, {}, {}};
    door.credentials.id = "default-" + community;
    door.credentials.community = Secret{community};
    flights_.launch([&](Flights::Ticket ticket) {
      return client_.get(door, kOne, options_.patience,
                         [this, ticket, visit, turn, community](const snmp::Outcome& outcome) {
                           flights_.land(ticket);
                           if (std::holds_alternative<snmp::Answer>(outcome)) {
                             visit->sighting.default_communities->push_back(community);
                           }
                           try_default(visit, turn + 1);
                         });
    });
  });
}

void Visits::end(Visit& visit) {
  --under_way_;
  if (visit.bindings.size() != visit.judged) {
    visit.sighting.identification = identify(profiles_, visit.bindings);
  }
  ended_(std::move(visit.sighting));
}

}  // namespace market::sweep
