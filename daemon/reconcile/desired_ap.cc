#include <fmt/format.h>

#include "daemon/reconcile/desired_device.h"

namespace market::reconcile {
namespace {

Result<void> add_radio(FieldSink& sink, const Profile& profile, const Radio& radio) {
  const auto index = profile.indexes.find("radio");
  if (index != profile.indexes.end() && !index->second.keys.empty() &&
      !index->second.keys.contains(radio.band)) {
    return fail(Errc::InvalidDesign, fmt::format("profile '{}' has no such radio", profile.id));
  }
  const auto* power = sink.attribute("radio.tx-power");
  if (power != nullptr && power->scale > 1 && radio.tx_power.count() % power->scale != 0) {
    return fail(
        Errc::InvalidDesign,
        fmt::format("tx-power {}: profile '{}' counts in steps of {}", to_string(radio.tx_power),
                    profile.id, to_string(CentiDbm{static_cast<std::int32_t>(power->scale)})));
  }
  const auto field = [&radio](std::string_view leaf) {
    return fmt::format("radio[{}].{}", radio.band, leaf);
  };
  sink.want("radio.channel", field("channel"), std::int64_t{radio.channel});
  sink.want("radio.channel-width", field("channel-width"), std::int64_t{radio.channel_width});
  sink.want("radio.tx-power", field("tx-power"), std::int64_t{radio.tx_power.count()});
  return {};
}

Result<void> add_ssid(FieldSink& sink, const Design& design, const Ssid& ssid, std::size_t slot) {
  const auto field = [slot](std::string_view leaf) {
    return fmt::format("ssid[{}].{}", slot, leaf);
  };
  const auto* zone = design.zone(ssid.zone);
  if (zone == nullptr) {
    return fail(Errc::InvalidDesign, fmt::format("there is no zone '{}'", ssid.zone));
  }
  if (auto done = sink.want_exact("ssid.name", field("name"), ssid.name); !done) return done;
  if (auto done = sink.want_exact("ssid.security", field("security"), ssid.security); !done) {
    return done;
  }
  if (!ssid.psk_secret.empty()) {
    sink.want("ssid.psk", field("psk"), "secret " + ssid.psk_secret);
  }
  sink.want("ssid.vlan", field("vlan"), std::int64_t{zone->vid.number()});
  sink.want("ssid.isolate", field("isolate"), ssid.isolate_clients);
  sink.want("ssid.enabled", field("enabled"), true);
  return {};
}

Result<void> add_ssids(FieldSink& sink, const Design& design, const AccessPoint& ap,
                       const Profile& profile) {
  std::size_t slot = 0;
  for (const auto& id : ap.ssids) {
    const auto* ssid = design.ssid(id);
    if (ssid == nullptr) {
      return fail(Errc::InvalidDesign, fmt::format("there is no SSID '{}'", id));
    }
    sink.serve(ssid->position, "SSID " + id);
    if (auto done = add_ssid(sink, design, *ssid, ++slot); !done) {
      return fail_within(std::move(done), fmt::format("SSID '{}'", id));
    }
  }
  sink.serve(ap.position, "unused SSID slot");
  while (slot < profile.limits.ssid_slots) {
    sink.want("ssid.enabled", fmt::format("ssid[{}].enabled", ++slot), false);
  }
  return {};
}

}  // namespace

Result<DesiredDevice> desired_ap(const Design& design, const AccessPoint& ap,
                                 const Profile& profile, const DevicePath& path) {
  DesiredDevice device;
  device.kind = DeviceKind::AccessPoint;
  device.hops = path.hops;
  FieldSink sink{device, profile};
  sink.serve(ap.position, "AP " + ap.id);
  if (auto done = want_system(sink, design, ap.id, ap.place, ap.system); !done) {
    return tl::make_unexpected(std::move(done.error()));
  }
  for (const auto& radio : ap.radios) {
    sink.serve(radio.position, "AP " + ap.id);
    if (auto done = add_radio(sink, profile, radio); !done) {
      return fail_within(std::move(done), fmt::format("radio '{}'", radio.band));
    }
  }
  if (auto done = add_ssids(sink, design, ap, profile); !done) {
    return tl::make_unexpected(std::move(done.error()));
  }
  return device;
}

}  // namespace market::reconcile
