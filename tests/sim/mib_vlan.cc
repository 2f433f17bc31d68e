// Q-BRIDGE-MIB: dot1qBase, dot1qVlanCurrentTable, dot1qVlanStaticTable, dot1qPortVlanTable.
//
// What this agent insists on, beyond types and bounds:
//   - a PortList has exactly ceil(ports / 8) octets (wrongLength) and names no port beyond the last
//     one (wrongValue);
//   - a row is made by createAndGo or createAndWait before, or in the same SET as, its columns
//     (inconsistentName), and not twice (inconsistentValue);
//   - a forbidden port is no member (inconsistentValue);
//   - a PVID names an active VLAN, and the VLAN of a PVID stays (inconsistentValue);
//   - VLAN 1 stays (inconsistentValue); there are at most 256 VLANs (resourceUnavailable).

#include "tests/sim/mibs.h"
#include "tests/sim/ports.h"
#include "tests/sim/vendor.h"

namespace market::sim {
namespace {

constexpr std::uint32_t kMaxVlanId = 4094;
constexpr std::size_t kMaxVlans = 256;
constexpr std::uint32_t kName = 1, kEgress = 2, kForbidden = 3, kUntagged = 4, kStatus = 5;
constexpr Writable kPortList{Tag::Octets, 0, 512, Writable::Show::Hex};
constexpr std::int64_t kActive = 1, kNotInService = 2, kNotReady = 3, kCreateAndGo = 4,
                       kCreateAndWait = 5, kDestroy = 6;

class Base : public Scalars {
 public:
  Base()
      : Scalars{{1, 3, 6, 1, 2, 1, 17, 7, 1, 1}, {{1, {}}, {2, {}}, {3, {}}, {4, {}}, {5, {}}}} {}

 protected:
  [[nodiscard]] Value scalar(const View& view, std::uint32_t column) const override {
    switch (column) {
      case 1:
        return Value::integer(1);  // version1
      case 2:
        return Value::integer(kMaxVlanId);
      case 3:
        return Value::gauge(kMaxVlans);
      case 4:
        return Value::gauge(static_cast<std::uint32_t>(view.settings->vlans.size()));
      default:
        return Value::integer(2);  // no GVRP
    }
  }
};

std::string intersection(std::string left, const std::string& right) {
  for (std::size_t i = 0; i < left.size() && i < right.size(); ++i) {
    left[i] = static_cast<char>(static_cast<unsigned char>(left[i]) &
                                static_cast<unsigned char>(right[i]));
  }
  return left;
}

/// Rows are TimeMark 0 and the vid, of active VLANs.
class Current : public Table {
 public:
  Current()
      : Table{{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 2, 1},
              {{3, {}}, {4, {}}, {5, {}}, {6, {}}, {7, {}}}} {}

  [[nodiscard]] bool next_row(const View& view, Name& row) const override {
    if (!row.empty() && row[0] > 0) return false;
    const std::uint32_t after = row.size() > 1 ? row[1] : 0;
    for (const auto& [vid, vlan] : view.settings->vlans) {
      if (vid <= after || vlan.state != RowState::Active) continue;
      row = {0, vid};
      return true;
    }
    return false;
  }

  [[nodiscard]] Value get(const View& view, std::uint32_t column, NameView row) const override {
    if (row.size() != 2 || row[0] != 0 || row[1] > kMaxVlanId) {
      return Value::missing(Tag::NoSuchInstance);
    }
    const auto found = view.settings->vlans.find(static_cast<std::uint16_t>(row[1]));
    if (found == view.settings->vlans.end() || found->second.state != RowState::Active) {
      return Value::missing(Tag::NoSuchInstance);
    }
    switch (column) {
      case 3:
        return Value::gauge(row[1]);  // the FDB of a VLAN has the VLAN's number
      case 4:
        return Value::text(found->second.egress);
      case 5:
        return Value::text(intersection(found->second.untagged, found->second.egress));
      case 6:
        return Value::integer(2);  // permanent
      default:
        return Value::ticks(0);
    }
  }
};

class Static : public NumberedTable {
 public:
  Static()
      : NumberedTable{{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 3, 1},
                      {{kName, Writable{Tag::Octets, 0, 32}},
                       {kEgress, kPortList},
                       {kForbidden, kPortList},
                       {kUntagged, kPortList},
                       {kStatus, Writable{Tag::Integer, 1, 6}}}} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    if (change.row.size() != 1 || change.row[0] == 0 || change.row[0] > kMaxVlanId) {
      return ErrorStatus::NoCreation;
    }
    const auto vid = static_cast<std::uint16_t>(change.row[0]);
    if (change.column == kStatus) return change_status(draft.settings, stage, vid, change.value);
    if (stage == Stage::Write) return write(draft.settings, vid, change);
    return stage == Stage::Finish ? check_members(draft.settings, vid) : ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] std::optional<std::uint32_t> row_from(const View& view,
                                                      std::uint32_t at_least) const override {
    if (at_least > kMaxVlanId) return std::nullopt;
    const auto found = view.settings->vlans.lower_bound(static_cast<std::uint16_t>(at_least));
    if (found == view.settings->vlans.end()) return std::nullopt;
    return found->first;
  }

  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const VlanSettings& vlan = view.settings->vlans.at(static_cast<std::uint16_t>(row));
    switch (column) {
      case kName:
        return Value::text(vlan.name);
      case kEgress:
        return Value::text(vlan.egress);
      case kForbidden:
        return Value::text(vlan.forbidden);
      case kUntagged:
        return Value::text(vlan.untagged);
      default:
        return Value::integer(static_cast<std::int64_t>(vlan.state));
    }
  }

 private:
  static ErrorStatus create(Settings& settings, std::uint16_t vid, RowState state) {
    if (settings.vlans.count(vid) != 0) return ErrorStatus::InconsistentValue;
    if (settings.vlans.size() >= kMaxVlans) return ErrorStatus::ResourceUnavailable;
    const std::string none(port_list_size(settings.ports.size()), '\0');
    settings.vlans.emplace(vid, VlanSettings{state, "", none, none, none});
    return ErrorStatus::NoError;
  }

  static bool is_pvid(const Settings& settings, std::uint16_t vid) {
    return std::any_of(settings.ports.begin(), settings.ports.end(),
                       [vid](const PortSettings& port) { return port.pvid == vid; });
  }

  /// active, notInService and destroy: the row exists, or `destroy` has nothing to do.
  static ErrorStatus move(Settings& settings, std::uint16_t vid, std::int64_t status) {
    const auto found = settings.vlans.find(vid);
    const bool exists = found != settings.vlans.end();
    if (status == kActive && exists) {
      found->second.state = RowState::Active;
      return ErrorStatus::NoError;
    }
    if (status == kDestroy && !exists) return ErrorStatus::NoError;
    if (!exists || vid == 1 || is_pvid(settings, vid)) return ErrorStatus::InconsistentValue;
    if (status == kDestroy) {
      settings.vlans.erase(found);
    } else {
      found->second.state = RowState::NotInService;
    }
    return ErrorStatus::NoError;
  }

  static ErrorStatus change_status(Settings& settings, Stage stage, std::uint16_t vid,
                                   const Value& value) {
    switch (value.number) {
      case kCreateAndGo:
      case kCreateAndWait:
        if (stage != Stage::Create) return ErrorStatus::NoError;
        return create(settings, vid,
                      value.number == kCreateAndGo ? RowState::Active : RowState::NotInService);
      case kActive:
      case kNotInService:
      case kDestroy:
        return stage == Stage::Finish ? move(settings, vid, value.number) : ErrorStatus::NoError;
      case kNotReady:
      default:
        return ErrorStatus::WrongValue;
    }
  }

  static ErrorStatus check_list(const Settings& settings, const std::string& list) {
    if (list.size() != port_list_size(settings.ports.size())) return ErrorStatus::WrongLength;
    for (std::size_t i = settings.ports.size(); i < 8 * list.size(); ++i) {
      if (has_port(list, i)) return ErrorStatus::WrongValue;
    }
    return ErrorStatus::NoError;
  }

  static ErrorStatus write(Settings& settings, std::uint16_t vid, const Change& change) {
    if (change.column != kName) {
      const ErrorStatus status = check_list(settings, change.value.octets);
      if (status != ErrorStatus::NoError) return status;
    }
    const auto found = settings.vlans.find(vid);
    if (found == settings.vlans.end()) return ErrorStatus::InconsistentName;
    VlanSettings& vlan = found->second;
    if (change.column == kName) vlan.name = change.value.octets;
    if (change.column == kEgress) vlan.egress = change.value.octets;
    if (change.column == kForbidden) vlan.forbidden = change.value.octets;
    if (change.column == kUntagged) vlan.untagged = change.value.octets;
    return ErrorStatus::NoError;
  }

  static ErrorStatus check_members(const Settings& settings, std::uint16_t vid) {
    const auto found = settings.vlans.find(vid);
    if (found == settings.vlans.end()) return ErrorStatus::NoError;  // destroyed in the same SET
    const std::string both = intersection(found->second.egress, found->second.forbidden);
    const bool clash = both.find_first_not_of('\0') != std::string::npos;
    return clash ? ErrorStatus::InconsistentValue : ErrorStatus::NoError;
  }
};

class PortVlan : public PortTable {
 public:
  PortVlan()
      : PortTable{{1, 3, 6, 1, 2, 1, 17, 7, 1, 4, 5, 1},
                  {{1, Writable{Tag::Unsigned32, 1, kMaxVlanId}},
                   {2, Writable{Tag::Integer, 1, 2}},
                   {3, Writable{Tag::Integer, 1, 2}},
                   {4, {}},
                   {5, {}}}} {}

  [[nodiscard]] ErrorStatus change(Draft& draft, Stage stage, const Change& change) const override {
    PortSettings* const settings = port(draft, change);
    if (settings == nullptr) return ErrorStatus::NoCreation;
    if (stage == Stage::Write) {
      if (change.column == 1) settings->pvid = static_cast<std::uint16_t>(change.value.number);
      if (change.column == 2) settings->frames = change.value.number;
      if (change.column == 3) settings->ingress_filter = change.value.number == 1;
    }
    if (stage == Stage::Finish && change.column == 1) {
      const auto vlan = draft.settings.vlans.find(settings->pvid);
      const bool active =
          vlan != draft.settings.vlans.end() && vlan->second.state == RowState::Active;
      if (!active) return ErrorStatus::InconsistentValue;
    }
    return ErrorStatus::NoError;
  }

 protected:
  [[nodiscard]] Value cell(const View& view, std::uint32_t column,
                           std::uint32_t row) const override {
    const PortSettings& settings = view.settings->ports[row - 1];
    switch (column) {
      case 1:
        return Value::gauge(settings.pvid);
      case 2:
        return Value::integer(settings.frames);
      case 3:
        return truth(settings.ingress_filter);
      case 4:
        return Value::integer(2);  // no GVRP
      default:
        return Value::counter32(0);
    }
  }
};

}  // namespace

void add_vlan_mib(Tables& tables) {
  tables.push_back(std::make_unique<Base>());
  tables.push_back(std::make_unique<Current>());
  tables.push_back(std::make_unique<Static>());
  tables.push_back(std::make_unique<PortVlan>());
}

}  // namespace market::sim
