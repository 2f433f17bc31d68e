#include "daemon/reconcile/desired.h"

#include <fmt/format.h>

#include "daemon/reconcile/desired_device.h"
#include "daemon/reconcile/impact.h"
#include "daemon/reconcile/utf8.h"

namespace market::reconcile {
namespace {

Result<const Profile*> profile_of(const ProfileSet& profiles, const std::string& id) {
  const auto* profile = profiles.find(id);
  if (profile == nullptr) {
    return fail(Errc::InvalidDesign, fmt::format("there is no profile '{}'", id));
  }
  return profile;
}

std::string context(std::string_view kind, const std::string& id, const SourcePosition& position) {
  return fmt::format("{}: {} '{}'", position.to_string(), kind, id);
}

}  // namespace

void FieldSink::serve(const SourcePosition& origin, std::string subject) {
  origin_ = origin;
  subject_ = std::move(subject);
}

const Attribute* FieldSink::attribute(std::string_view name) const {
  const auto found = profile_.attributes.find(std::string{name});
  return found == profile_.attributes.end() ? nullptr : &found->second;
}

bool FieldSink::can(std::string_view name) const {
  const auto* found = attribute(name);
  return found != nullptr && found->writable;
}

void FieldSink::want(std::string_view attribute, const std::string& field, FieldValue value) {
  if (can(attribute)) {
    device_.fields[field] = {std::move(value), origin_, subject_};
  } else {
    const auto words = profile_.manual.find(std::string{attribute});
    want_by_hand(field, std::move(value), words == profile_.manual.end() ? "" : words->second);
  }
}

void FieldSink::want_by_hand(const std::string& field, FieldValue value, std::string words) {
  const auto name = FieldName::split(field);
  const auto fill = [&words](std::string_view place, const std::string& with) {
    for (auto at = words.find(place); at != std::string::npos;
         at = words.find(place, at + with.size())) {
      words.replace(at, place.size(), with);
    }
  };
  fill("{key}", name.key);
  fill("{port}", name.subkey.empty() ? name.key : name.subkey);
  fill("{value}", std::holds_alternative<std::string>(value) ? std::get<std::string>(value)
                                                             : to_string(value));
  device_.manual[field] = {{std::move(value), origin_, subject_}, std::move(words)};
}

void FieldSink::want_cut(std::string_view name, const std::string& field, std::string_view text) {
  const auto* found = attribute(name);
  want(name, field, found == nullptr ? std::string{text} : cut_utf8(text, found->max_bytes));
}

Result<void> FieldSink::want_exact(std::string_view name, const std::string& field,
                                   const std::string& text) {
  if (!can(name)) {
    want(name, field, text);
    return {};
  }
  const auto& words = attribute(name)->values;
  if (!words.empty() && !words.contains(text)) {
    return fail(Errc::InvalidDesign,
                fmt::format("profile '{}' knows no {} '{}'", profile_.id, name, text));
  }
  if (const auto limit = attribute(name)->max_bytes; text.size() > limit) {
    return fail(Errc::InvalidDesign, fmt::format("{} '{}' has {} bytes, profile '{}' holds {}",
                                                 name, text, text.size(), profile_.id, limit));
  }
  want(name, field, text);
  return {};
}

Result<void> want_system(FieldSink& sink, const Design& design, const std::string& id,
                         const Place& place, const SystemTexts& texts) {
  const auto where = place.to_string();
  sink.want_cut("system.location", "system.location",
                texts.location.value_or(where.empty() ? id : where + " " + id));
  return sink.want_exact("system.name", "system.name",
                         texts.name.value_or(design.site.id + "-" + id));
}

Result<Desired> make_desired(const Design& design, const ProfileSet& profiles) {
  Desired desired;
  const auto paths = paths_of(design);
  auto behind = stalls_behind(design, paths);
  StallsById stalls;
  for (const auto& stall : design.stalls) stalls.emplace(stall.id, &stall);
  if (design.gateway) {
    const auto& gateway = *design.gateway;
    auto device = desired_gateway(design, gateway);
    if (!device) {
      return fail_within(std::move(device), context("gateway", gateway.id, gateway.position));
    }
    device->origin = gateway.position;
    desired.emplace(gateway.id, std::move(*device));
  }
  for (const auto& item : design.switches) {
    auto device = profile_of(profiles, item.profile).and_then([&](const Profile* profile) {
      return desired_switch(design, stalls, item, *profile, paths.at(item.id));
    });
    if (!device) return fail_within(std::move(device), context("switch", item.id, item.position));
    device->origin = item.position;
    desired.emplace(item.id, std::move(*device));
  }
  for (const auto& item : design.aps) {
    auto device = profile_of(profiles, item.profile).and_then([&](const Profile* profile) {
      return desired_ap(design, item, *profile, paths.at(item.id));
    });
    if (!device) return fail_within(std::move(device), context("AP", item.id, item.position));
    device->origin = item.position;
    desired.emplace(item.id, std::move(*device));
  }
  for (auto& [id, device] : desired) device.behind = std::move(behind[id]);
  return desired;
}

}  // namespace market::reconcile
