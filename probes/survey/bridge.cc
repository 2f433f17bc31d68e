// Forwarding tables: which MAC was learned behind which port.
#include <set>
#include <tuple>

#include "probes/survey/oids.h"
#include "probes/survey/parts.h"

namespace market::survey {
namespace {

constexpr std::uint32_t kLearned = 3;  // dot1dTpFdbStatus, dot1qTpFdbStatus

/// FDB id -> its VLAN, where there is just one (independent learning, IEEE 802.1Q).
class FdbVlans {
 public:
  FdbVlans(const Rows& rows, Skipped& skipped) {
    for (const auto& row : rows.column(oids::kDot1qVlanFdbId)) {
      // dot1qVlanTimeMark, dot1qVlanIndex; some agents leave the time mark out.
      const auto fdb = number_of(row.value);
      if (row.index.empty() || row.index.size() > 2 || !fdb) {
        skipped.count("dot1qVlanFdbId", "malformed row");
        continue;
      }
      if (const auto vlan = VlanId::from(row.index.back())) vlans_[*fdb].insert(*vlan);
    }
  }

  [[nodiscard]] std::optional<VlanId> of(std::uint32_t fdb) const {
    const auto known = vlans_.find(fdb);
    if (known != vlans_.end()) {
      if (known->second.size() != 1) return std::nullopt;  // shared learning
      return *known->second.begin();
    }
    // Agents that number FDBs otherwise say so in dot1qVlanFdbId; the others use the VLAN's.
    const auto same = VlanId::from(fdb);
    if (!same) return std::nullopt;
    return *same;
  }

 private:
  std::map<std::uint32_t, std::set<VlanId>> vlans_;
};

/// Takes the rows of one table; what is not learned, or has no port, is not an entry.
class Table {
 public:
  Table(const Rows& rows, const Ports& ports, DeviceSurvey& survey)
      : rows_{rows}, ports_{ports}, survey_{survey} {}

  void add(const MacAddress& mac, const Rows::Row& row, const Oid& states,
           std::optional<VlanId> vlan) {
    const auto port = number_of(row.value);
    if (!port || *port == 0 || is_group(mac)) return;
    const auto* state = rows_.at(states, row.index);
    // Without a status the table may hold the bridge's own addresses, which nobody learned.
    const bool own = ports_.owns(mac) || survey_.bridge_address == mac;
    if (state == nullptr ? own : number_of(state) != kLearned) return;
    if (known_.emplace(mac, *port, vlan).second) entries_.emplace_back(mac, *port, vlan);
  }

  /// When all rows are there: how the ports are numbered shows in the whole table only.
  void finish() {
    std::set<std::uint32_t> numbers;
    for (const auto& [mac, port, vlan] : entries_) numbers.insert(port);
    const auto numbering = ports_.numbering_of(numbers);
    for (const auto& [mac, port, vlan] : entries_) {
      survey_.forwarding.push_back({mac, ports_.name_of_bridge_port(port, numbering), vlan});
    }
  }

 private:
  using Entry = std::tuple<MacAddress, std::uint32_t, std::optional<VlanId>>;

  const Rows& rows_;
  const Ports& ports_;
  DeviceSurvey& survey_;
  std::vector<Entry> entries_;
  std::set<Entry> known_;
};

void read_dot1q(const Rows& rows, const Ports& ports, DeviceSurvey& survey, Skipped& skipped) {
  const FdbVlans vlans{rows, skipped};
  Table table{rows, ports, survey};
  for (const auto& row : rows.column(oids::kDot1qTpFdbPort)) {
    const auto mac = row.index.empty() ? std::nullopt : mac_of(row.index.subspan(1));
    if (!mac) {
      skipped.count("dot1qTpFdbPort", "malformed index");
      continue;
    }
    table.add(*mac, row, oids::kDot1qTpFdbStatus, vlans.of(row.index.front()));
  }
  table.finish();
}

void read_dot1d(const Rows& rows, const Ports& ports, std::optional<VlanId> vlan,
                DeviceSurvey& survey, Skipped& skipped) {
  Table table{rows, ports, survey};
  for (const auto& row : rows.column(oids::kDot1dTpFdbPort)) {
    auto mac = mac_of(row.index);
    // Some agents count their rows and tell the address in its own column only.
    if (!mac) mac = mac_of(rows.at(oids::kDot1dTpFdbAddress, row.index));
    if (!mac) {
      skipped.count("dot1dTpFdbPort", "malformed index");
      continue;
    }
    table.add(*mac, row, oids::kDot1dTpFdbStatus, vlan);
  }
  table.finish();
}

/// A context has the bridge ports of its VLAN, and often no other table.
void read_context(const VlanContext& context, const Ports& ports, DeviceSurvey& survey,
                  Skipped& skipped) {
  const Rows rows{context.rows};
  Ports here{ports};
  here.add_base_ports(rows, skipped);
  read_dot1d(rows, here, context.vlan, survey, skipped);
}

}  // namespace

void read_forwarding(const Rows& rows, const Ports& ports, std::span<const VlanContext> contexts,
                     DeviceSurvey& survey, Skipped& skipped) {
  survey.bridge_address = mac_of(rows.at(oids::kDot1dBaseBridgeAddress));
  read_dot1q(rows, ports, survey, skipped);
  if (survey.forwarding.empty()) {
    for (const auto& context : contexts) read_context(context, ports, survey, skipped);
  }
  if (survey.forwarding.empty()) read_dot1d(rows, ports, std::nullopt, survey, skipped);
  if (!survey.forwarding.empty() && contexts.empty() && ports.guesses_base_ports()) {
    survey.gaps.emplace_back("dot1dBasePortIfIndex: empty, bridge ports are taken for ifIndexes");
  }
}

}  // namespace market::survey
