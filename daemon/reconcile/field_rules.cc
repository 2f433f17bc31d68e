#include "daemon/reconcile/field_rules.h"

#include <algorithm>
#include <compare>

namespace market::reconcile {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Cuts a run of digits off the front of `text`, leading zeros dropped.
std::string_view take_number(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  std::string_view digits = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(digits.size());
  digits.remove_prefix(std::min(digits.find_first_not_of('0'), digits.size()));
  return digits;
}

}  // namespace

bool is_membership(const FieldName& name) { return name.group == "vlan" && name.leaf == "port"; }

bool is_existence(const FieldName& name) {
  return (name.group == "vlan" && name.leaf == "name") ||
         (name.group == "link" && name.leaf == "kind");
}

bool is_firewall(const FieldName& name) {
  return name.group == "rule" || name.group == "chain" || name.group == "set";
}

bool is_queue(const FieldName& name) { return name.group == "qdisc" || name.group == "class"; }

std::string link_of(const FieldName& name) {
  if (name.group != "link" && name.group != "address" && !is_queue(name)) return {};
  return name.key.substr(0, name.key.find(' '));
}

bool is_object(const FieldName& name) {
  return name.group == "route" || name.group == "route-rule" || name.group == "dnsmasq" ||
         is_queue(name) || is_firewall(name);
}

bool is_bridge_vlan(const FieldName& name) {
  return name.group == "link" &&
         (name.leaf == "vlan" || name.leaf == "vlan-filtering" || name.leaf == "default-pvid");
}

std::string capability(const FieldName& name) {
  return is_bridge_vlan(name) ? "bridge-vlan" : name.group;
}

FieldValue blank_value(const std::string& field) {
  const auto name = FieldName::split(field);
  if (is_bridge_vlan(name)) {
    if (name.leaf == "vlan") return std::string{"none"};
    return name.leaf == "vlan-filtering" ? FieldValue{false} : FieldValue{std::int64_t{0}};
  }
  if (is_membership(name)) return std::string{"none"};
  if (name.group == "address") return false;
  if (name.group == "link" && (name.leaf == "up" || name.leaf == "forwarding")) return false;
  if (name.group == "link" && name.leaf == "master") return std::string{};
  return Absent{};
}

FieldValue canonical(const std::string& field, const FieldValue& value) {
  return std::holds_alternative<Absent>(value) ? blank_value(field) : value;
}

bool same_value(const std::string& field, const FieldValue& a, const FieldValue& b) {
  return a == b || canonical(field, a) == canonical(field, b);
}

FieldValue value_in(const FieldMap& fields, const std::string& field) {
  const auto found = fields.find(field);
  return found == fields.end() ? blank_value(field) : canonical(field, found->second);
}

bool natural_less(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const auto left = take_number(a);
      const auto right = take_number(b);
      if (left.size() != right.size()) return left.size() < right.size();
      if (left != right) return left < right;
      continue;
    }
    if (a.front() != b.front()) return a.front() < b.front();
    a.remove_prefix(1);
    b.remove_prefix(1);
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;
}

}  // namespace market::reconcile
