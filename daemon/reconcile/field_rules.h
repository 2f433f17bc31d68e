// What field values mean when they are compared and sorted.
//
// A VLAN or a link that does not exist has no members, is not up and has no address: a driver may
// say so as Absent or as "none", false or "". For comparison both are the blank value of the field.
//
// Threads:  pure.
#pragma once

#include <string>
#include <string_view>

#include "config/types/field.h"

namespace market::reconcile {

/// "vlan[20].port[3]"
[[nodiscard]] bool is_membership(const FieldName& name);
/// "vlan[20].name" or "link[br-mkt].kind": absent means that the row or the link does not exist.
[[nodiscard]] bool is_existence(const FieldName& name);

/// A route, a queue, a part of the packet filter or of the names' server: absent means there is
/// none.
[[nodiscard]] bool is_object(const FieldName& name);
/// A link's root queue or one of its traffic classes.
[[nodiscard]] bool is_queue(const FieldName& name);
/// The link that the field is about: "eth0" of "class[eth0 20]" and "link[eth0].up"; else empty.
[[nodiscard]] std::string link_of(const FieldName& name);
/// Of the packet filter: a chain, a set or rules.
[[nodiscard]] bool is_firewall(const FieldName& name);

/// VLAN filtering of a bridge: "link[br-mkt].vlan-filtering", "link[eth1].vlan[20]".
[[nodiscard]] bool is_bridge_vlan(const FieldName& name);
/// The group of fields under which Observation::unable speaks of this one.
[[nodiscard]] std::string capability(const FieldName& name);

/// What `field` is while its VLAN or link does not exist: "none", false, "" or Absent.
[[nodiscard]] FieldValue blank_value(const std::string& field);
/// `value`, or the blank value when it is Absent.
[[nodiscard]] FieldValue canonical(const std::string& field, const FieldValue& value);
[[nodiscard]] bool same_value(const std::string& field, const FieldValue& a, const FieldValue& b);

/// The value of `field` in `fields`, blank when it is not there.
[[nodiscard]] FieldValue value_in(const FieldMap& fields, const std::string& field);

/// Order for people: runs of digits by their number, so that port[2] comes before port[10].
[[nodiscard]] bool natural_less(std::string_view a, std::string_view b);

}  // namespace market::reconcile
