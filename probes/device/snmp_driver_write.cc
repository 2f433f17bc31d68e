#include "probes/device/snmp_driver_write.h"

#include <algorithm>
#include <set>
#include <utility>

#include "probes/device/snmp_driver_cell.h"
#include "probes/device/snmp_driver_codec.h"

namespace market::device {
namespace {

using Vid = std::uint32_t;

tl::unexpected<Error> refused(const std::string& field, const std::string& reason) {
  return fail(Errc::Refused, field + " refused: " + reason);
}

struct MemberChange {
  std::string field;
  BasePort port;
  std::string word;  ///< "none", "tagged" or "untagged"
};

/// The two lists of a VLAN, as read and as they shall be.
struct Lists {
  PortList egress, untagged, forbidden;
};

std::string joined(const std::vector<MemberChange>& changes) {
  std::string text;
  for (const auto& change : changes) text += (text.empty() ? "" : ", ") + change.field;
  return text;
}

class BindingMaker {
 public:
  BindingMaker(Agent& agent, Indexes& indexes, const Profile& profile)
      : agent_{agent}, indexes_{indexes}, profile_{profile}, finder_{indexes, profile} {}

  Result<std::vector<Binding>> run(std::span<const FieldChange> changes) {
    changes_ = changes.size();
    auto values =
        read_confirmed(agent_, indexes_, [&](auto& witnesses) { return plan(changes, witnesses); });
    if (!values) return tl::make_unexpected(values.error());
    if (auto grown = octets_of_all_ports(); grown) {
      grown_octets_ = *grown;
    } else {
      return tl::make_unexpected(grown.error());
    }
    for (const auto& [vid, members] : members_) {
      if (destroyed_.contains(vid)) continue;  // gone with the row
      if (auto done = put_members(vid, members, *values); !done) {
        return tl::make_unexpected(done.error());
      }
    }
    auto all = std::move(first_);
    all.insert(all.end(), std::make_move_iterator(lists_.begin()),
               std::make_move_iterator(lists_.end()));
    all.insert(all.end(), std::make_move_iterator(last_.begin()),
               std::make_move_iterator(last_.end()));
    return all;
  }

 private:
  /// Sorts the changes into kinds; gives the port lists to read.
  Result<Planned> plan(std::span<const FieldChange> changes, std::vector<Witness>& witnesses) {
    first_.clear();
    last_.clear();
    members_.clear();
    created_.clear();
    destroyed_.clear();
    for (const auto& change : changes) {
      auto found = finder_.find(change.field);
      if (!found) return tl::make_unexpected(found.error());
      if (!found->cell) return refused(change.field, found->reason);
      const auto& more = found->cell->witnesses;
      witnesses.insert(witnesses.end(), more.begin(), more.end());
      if (auto done = sort_in(*found->cell, change); !done) {
        return tl::make_unexpected(done.error());
      }
    }
    Planned oids;
    for (const auto& [vid, members] : members_) {
      for (const auto* name : {"vlan.egress", "vlan.untagged", "vlan.forbidden"}) {
        const auto* attribute = finder_.attribute(name);
        if (attribute != nullptr) oids.push_back(attribute->oid.child(vid));
      }
    }
    return oids;
  }

  Result<void> sort_in(const Cell& cell, const FieldChange& change) {
    switch (cell.kind) {
      case Cell::Kind::VlanName:
        return put_vlan_row(cell, change);
      case Cell::Kind::Member:
        return sort_member(cell, change);
      case Cell::Kind::Value:
        break;
    }
    if (cell.attribute->request) return put_request(cell, change);
    auto varbind = encoded(*cell.attribute, cell.oid, change);
    if (!varbind) return tl::make_unexpected(varbind.error());
    last_.push_back({.varbind = *std::move(varbind), .fields = change.field});
    return {};
  }

  /// The row and the value first: an agent that works through them one by one knows them then.
  Result<void> put_request(const Cell& cell, const FieldChange& change) {
    const auto& recipe = *cell.attribute->request;
    if (changes_ > 1) return refused(change.field, "a request is made alone");
    const auto put = [&](snmp::VarBind varbind) {
      last_.push_back({.varbind = std::move(varbind), .fields = change.field, .request = &recipe});
    };
    if (recipe.key) put({*recipe.key, snmp::Integer{static_cast<std::int32_t>(cell.oid.back())}});
    auto value = encoded(*cell.attribute, recipe.value, change);
    if (!value) return tl::make_unexpected(value.error());
    put(*std::move(value));
    put({recipe.oid, snmp::Integer{static_cast<std::int32_t>(recipe.request)}});
    return {};
  }

  static Result<snmp::VarBind> encoded(const Attribute& attribute, const Oid& oid,
                                       const FieldChange& change) {
    if (!attribute.writable) return refused(change.field, "its profile says it is read-only");
    auto value = encode(attribute, change.after);
    if (!value) return refused(change.field, value.error());
    return snmp::VarBind{oid, *std::move(value)};
  }

  Result<void> sort_member(const Cell& cell, const FieldChange& change) {
    const auto* text = std::get_if<std::string>(&change.after);
    // Absent: what was before the VLAN existed, so an undo before the row itself goes.
    const bool absent = std::holds_alternative<Absent>(change.after);
    if (!absent &&
        (text == nullptr || (*text != "none" && *text != "tagged" && *text != "untagged"))) {
      return refused(change.field, to_string(change.after) + " is no membership");
    }
    if (cell.port > PortList::kMaxPort) return refused(change.field, "its base port is too high");
    members_[cell.vid].push_back({change.field, cell.port, absent ? "none" : *text});
    return {};
  }

  Result<void> put_vlan_row(const Cell& cell, const FieldChange& change) {
    const bool was = !std::holds_alternative<Absent>(change.before);
    const bool shall_be = !std::holds_alternative<Absent>(change.after);
    if (!was && !shall_be) return {};
    if (was != shall_be) {
      if (!profile_.vlan_row_status) {
        return refused(change.field, "this device's VLANs cannot be created or deleted");
      }
      const snmp::Integer status{shall_be ? kCreateAndGo : kDestroy};
      auto& bindings = shall_be ? first_ : last_;
      bindings.push_back(
          {.varbind = {profile_.vlan_row_status->child(cell.vid), status}, .fields = change.field});
      (shall_be ? created_ : destroyed_).insert(cell.vid);
    }
    if (!shall_be || cell.attribute == nullptr) return {};
    auto name = encoded(*cell.attribute, cell.oid, change);
    if (!name) return tl::make_unexpected(name.error());
    first_.push_back({.varbind = *std::move(name), .fields = change.field});
    return {};
  }

  /// Octets that a list of every port of this bridge has: the length of a list that must grow.
  Result<std::size_t> octets_of_all_ports() {
    if (members_.empty()) return std::size_t{0};
    const auto ports = indexes_.base_ports();
    if (!ports) return tl::make_unexpected(ports.error());
    std::size_t octets = 0;
    for (const auto& [name, port] : *ports) {
      if (port <= PortList::kMaxPort) octets = std::max(octets, PortList::octets_for(port));
    }
    return octets;
  }

  Result<PortList> list_in(const char* name, Vid vid, const Values& values) const {
    const auto* attribute = finder_.attribute(name);
    if (attribute == nullptr) return PortList{};
    const auto found = values.find(attribute->oid.child(vid));
    if (found == values.end()) return PortList{};  // a row that this very SET creates
    auto list = decode_port_list(*attribute, found->second);
    if (!list) {
      return fail(Errc::Refused, "vlan[" + std::to_string(vid) + "]: the device answers " +
                                     snmp::to_string(found->second) + " as a port list");
    }
    return *std::move(list);
  }

  Result<void> put_members(Vid vid, const std::vector<MemberChange>& changes,
                           const Values& values) {
    auto egress = list_in("vlan.egress", vid, values);
    if (!egress) return tl::make_unexpected(egress.error());
    auto untagged = list_in("vlan.untagged", vid, values);
    if (!untagged) return tl::make_unexpected(untagged.error());
    auto forbidden = list_in("vlan.forbidden", vid, values);
    if (!forbidden) return tl::make_unexpected(forbidden.error());
    if (!created_.contains(vid) &&
        !values.contains(finder_.attribute("vlan.egress")->oid.child(vid))) {
      return without_row(changes);
    }
    const Lists before{*egress, *untagged, *forbidden};
    Lists after = before;
    for (const auto& change : changes) {
      if (change.word != "none" && before.forbidden.contains(change.port)) {
        return refused(change.field, "the port is forbidden in this VLAN");
      }
      change_port(after, change);
    }
    return put_lists(vid, before, after, changes);
  }

  /// In a VLAN that does not exist every port is no member, and none can become one.
  static Result<void> without_row(const std::vector<MemberChange>& changes) {
    for (const auto& change : changes) {
      if (change.word != "none") return refused(change.field, "the VLAN does not exist");
    }
    return {};
  }

  void change_port(Lists& lists, const MemberChange& change) const {
    if (change.word == "none") {
      lists.egress.remove(change.port);
    } else {
      lists.egress.add(change.port, grown_octets_);
    }
    if (change.word == "untagged") {
      lists.untagged.add(change.port, grown_octets_);
    } else {
      lists.untagged.remove(change.port);
    }
  }

  Result<void> put_lists(Vid vid, const Lists& before, const Lists& after,
                         const std::vector<MemberChange>& changes) {
    const auto fields = joined(changes);
    std::set<BasePort> ours;
    for (const auto& change : changes) ours.insert(change.port);
    const auto put = [&](const char* name, const PortList& was,
                         const PortList& is) -> Result<void> {
      if (was == is) return {};
      const auto* attribute = finder_.attribute(name);
      if (!attribute->writable) return refused(fields, "its profile says it is read-only");
      lists_.push_back({.varbind = {attribute->oid.child(vid), snmp::Octets{is.octets()}},
                        .fields = fields,
                        .shared = Binding::Shared{attribute, was, ours}});
      return {};
    };
    // Untagged must stay inside egress at every moment: egress grows first and shrinks last.
    const auto was = before.egress.ports();
    const auto is = after.egress.ports();
    const bool only_shrinks = std::includes(was.begin(), was.end(), is.begin(), is.end());
    if (only_shrinks) {
      if (auto done = put("vlan.untagged", before.untagged, after.untagged); !done) return done;
      return put("vlan.egress", before.egress, after.egress);
    }
    if (auto done = put("vlan.egress", before.egress, after.egress); !done) return done;
    return put("vlan.untagged", before.untagged, after.untagged);
  }

  Agent& agent_;
  Indexes& indexes_;
  const Profile& profile_;
  CellFinder finder_;
  std::vector<Binding> first_;  ///< VLAN rows that come, and names
  std::vector<Binding> lists_;
  std::vector<Binding> last_;  ///< all other values, and VLAN rows that go
  std::map<Vid, std::vector<MemberChange>> members_;
  std::set<Vid> created_, destroyed_;
  std::size_t grown_octets_ = 0;
  std::size_t changes_ = 0;  ///< in all
};

}  // namespace

std::string disturbed_ports(const std::vector<Binding>& bindings, const Values& now) {
  std::string text;
  for (const auto& binding : bindings) {
    if (!binding.shared) continue;
    const auto& [attribute, before, ours] = *binding.shared;
    const auto found = now.find(binding.varbind.oid);
    if (found == now.end()) continue;  // the row went, or is told by nobody: the read-back judges
    const auto list = decode_port_list(*attribute, found->second);
    if (!list) continue;
    std::set<BasePort> other;
    for (const auto& ports : {before.ports(), list->ports()}) {
      for (const auto port : ports) {
        if (!ours.contains(port) && before.contains(port) != list->contains(port)) {
          other.insert(port);
        }
      }
    }
    for (const auto port : other) {
      text += (text.empty() ? "" : ", ") + binding.varbind.oid.to_string() + " bit " +
              std::to_string(port);
    }
  }
  return text;
}

Result<std::vector<Binding>> make_bindings(Agent& agent, Indexes& indexes, const Profile& profile,
                                           std::span<const FieldChange> changes) {
  return BindingMaker{agent, indexes, profile}.run(changes);
}

}  // namespace market::device
