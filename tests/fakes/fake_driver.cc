#include "tests/fakes/fake_driver.h"

#include <algorithm>

namespace market::fakes {
namespace {

bool exists(const FieldMap& fields, const std::string& field) {
  const auto found = fields.find(field);
  return found != fields.end() && !std::holds_alternative<Absent>(found->second);
}

bool is_absent(const FieldValue& value) { return std::holds_alternative<Absent>(value); }

std::set<std::string> ports_of(const FieldMap& fields) {
  std::set<std::string> ports;
  for (const auto& [field, value] : fields) {
    const auto name = FieldName::split(field);
    if (name.group == "port") ports.insert(name.key);
  }
  return ports;
}

void erase_starting(FieldMap& fields, const std::string& prefix) {
  std::erase_if(fields, [&](const auto& entry) { return entry.first.starts_with(prefix); });
}

void make_vlan(FieldMap& fields, const std::string& vid, const FieldValue& name) {
  const auto row = "vlan[" + vid + "].";
  if (is_absent(name)) {
    erase_starting(fields, row);
    return;
  }
  if (!exists(fields, row + "name")) {
    for (const auto& port : ports_of(fields)) {
      fields[row + "port[" + port + "]"] = std::string{"none"};
    }
  }
  fields[row + "name"] = name;
}

void make_link(FieldMap& fields, const std::string& link, const FieldValue& kind) {
  const auto prefix = "link[" + link + "].";
  if (is_absent(kind)) {
    erase_starting(fields, prefix);
    erase_starting(fields, "address[" + link + " ");
    for (auto& [field, value] : fields) {
      const auto name = FieldName::split(field);
      if (name.group == "link" && name.leaf == "master" && value == FieldValue{link}) {
        value = std::string{};
      }
    }
    return;
  }
  fields[prefix + "kind"] = kind;
  fields[prefix + "up"] = false;
  fields[prefix + "master"] = std::string{};
  if (kind != FieldValue{std::string{"bridge"}}) return;
  fields[prefix + "vlan-filtering"] = false;
  fields[prefix + "default-pvid"] = std::int64_t{0};
}

/// The link that a VLAN interface "vlan 20 on br-mkt" needs; empty for other kinds.
std::string parent_of(const FieldValue& kind) {
  const auto* text = std::get_if<std::string>(&kind);
  if (text == nullptr || !text->starts_with("vlan ")) return {};
  return text->substr(text->find(" on ") + 4);
}

}  // namespace

FakeDriver::FakeDriver(FieldMap fields, device::Identity identity)
    : fields_{std::move(fields)}, startup_{fields_}, identity_{std::move(identity)} {}

Result<device::Observation> FakeDriver::observe() {
  if (silent()) return fail(Errc::Silent, "no answer within 4500 ms");
  return device::Observation{fields_, {}, {}};
}

Result<FieldMap> FakeDriver::read(std::span<const std::string> wanted) {
  ++reads;
  at("read");
  if (silent()) return fail(Errc::Silent, "no answer within 4500 ms");
  if (silent_reads > 0) {
    --silent_reads;
    return fail(Errc::Silent, "no answer within 4500 ms");
  }
  FieldMap values;
  for (const auto& field : wanted) {
    const auto found = fields_.find(field);
    values[field] = found == fields_.end() ? FieldValue{Absent{}} : found->second;
  }
  return values;
}

Result<device::Identity> FakeDriver::identity() {
  if (silent()) return fail(Errc::Silent, "no answer within 4500 ms");
  return identity_;
}

std::string FakeDriver::objection(const FieldMap& fields, const device::FieldChange& change) {
  const auto name = FieldName::split(change.field);
  if (name.group == "vlan" && name.leaf == "port") {
    if (!exists(fields, "vlan[" + name.key + "].name")) return "inconsistentName";
    return exists(fields, change.field) ? "" : "noSuchName";
  }
  if (name.group == "vlan" || name.group == "route") return "";
  if (name.group == "link" && name.leaf == "kind") {
    const auto parent = parent_of(change.after);
    if (is_absent(change.after) == !exists(fields, change.field)) return "exists or not";
    return parent.empty() || exists(fields, "link[" + parent + "].up") ? "" : "no parent";
  }
  if (name.group == "link" && name.leaf == "vlan") {
    return exists(fields, "link[" + name.key + "].up") ? "" : "no such link";
  }
  if (name.group == "address") {
    const auto link = name.key.substr(0, name.key.find(' '));
    return exists(fields, "link[" + link + "].up") ? "" : "no such link";
  }
  return exists(fields, change.field) && !is_absent(change.after) ? "" : "noSuchName";
}

void FakeDriver::make(FieldMap& fields, const std::string& field, const FieldValue& value) {
  const auto name = FieldName::split(field);
  if (name.group == "vlan" && name.leaf == "name") return make_vlan(fields, name.key, value);
  if (name.group == "link" && name.leaf == "kind") return make_link(fields, name.key, value);
  const bool gone = is_absent(value) || (name.group == "address" && value == FieldValue{false}) ||
                    (name.group == "link" && value == FieldValue{std::string{"none"}});
  if (gone) {
    fields.erase(field);
  } else {
    fields[field] = value;
  }
}

void FakeDriver::take_effect(const device::FieldChange& change) {
  const auto mangled = mangle.find(change.field);
  const auto& value = mangled == mangle.end() ? change.after : mangled->second;
  if (settle.count() == 0) {
    make(fields_, change.field, value);
  } else {
    late_.push_back({now_ + settle, {change.field, change.before, value}});
  }
}

device::WriteOutcome FakeDriver::write(std::span<const device::FieldChange> changes) {
  at("before-write");
  ++writes;
  const auto number = writes;
  const auto is_in = [number](const std::set<std::size_t>& set) { return set.contains(number); };
  if (silent() || is_in(lose_writes)) return device::WriteUnknown{"no answer"};
  if (is_in(forget_writes)) return device::Written{};
  if (is_in(refuse_writes)) return device::WriteRefused{"genErr"};
  if (refuses_big_writes && changes.size() > 1) return device::WriteRefused{"tooBig"};
  FieldMap trial = fields_;
  for (const auto& change : changes) {
    if (refuses_deletions && is_absent(change.after)) return device::WriteRefused{"notWritable"};
    if (const auto why = objection(trial, change); !why.empty()) {
      return device::WriteRefused{change.field + " refused: " + why};
    }
    make(trial, change.field, change.after);
  }
  const auto count = is_in(halve_writes) ? changes.size() / 2 : changes.size();
  for (const auto& change : changes.first(count)) take_effect(change);
  at("after-write");
  if (is_in(halve_writes)) return device::WriteRefused{"commitFailed"};
  if (is_in(lose_replies)) return device::WriteUnknown{"no answer"};
  return device::Written{};
}

void FakeDriver::advance(std::chrono::milliseconds step) {
  now_ += step;
  while (!late_.empty() && late_.front().due <= now_) {
    make(fields_, late_.front().change.field, late_.front().change.after);
    late_.pop_front();
  }
}

Result<void> FakeDriver::save() {
  at("before-save");
  if (silent()) return fail(Errc::Silent, "no answer within 4500 ms");
  if (!can_save) return fail(Errc::Unsupported, "the profile has no way to save");
  ++saves;
  startup_ = fields_;
  at("after-save");
  return {};
}

}  // namespace market::fakes
