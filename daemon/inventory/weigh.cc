// What a silent device is, by the signs it gives.
#include <algorithm>

#include <fmt/format.h>

#include "daemon/inventory/inventory.h"

namespace market::inventory {
namespace {

struct PaymentZones {
  std::set<VlanId> vlans;
  std::vector<const Zone*> zones;
};
PaymentZones payment_zones(const Design& design) {
  PaymentZones payment;
  for (const auto& zone : design.zones) {
    if (zone.trust != Trust::Cardholder) continue;
    payment.vlans.insert(zone.vid);
    payment.zones.push_back(&zone);
  }
  return payment;
}

/// "VLAN 20", "10.64.4.17 in zone payment"; empty = nowhere near payment, as far as anybody told.
std::string payment_place(const DeviceRecord& record, const Tellers& tellers,
                          const PaymentZones& payment) {
  for (const auto& mac : record.macs) {
    for (const auto* teller : tellers.of(mac)) {
      const auto stays = teller->second.forwarding.find(mac);
      if (stays == teller->second.forwarding.end()) continue;
      const auto& vlan = stays->second.back().vlan;
      if (vlan && payment.vlans.contains(*vlan)) return fmt::format("VLAN {}", vlan->number());
    }
  }
  for (const auto* zone : payment.zones) {
    if (zone->prefix && zone->prefix->contains(record.address)) {
      return fmt::format("{} in zone {}", record.address.to_string(), zone->id);
    }
  }
  return {};
}

TerminalSigns signs_of(const DeviceRecord& record, const Observations& observations,
                       const Tellers& tellers, const PaymentZones& payment,
                       const TerminalHints& hints) {
  TerminalSigns signs;
  for (const auto& mac : record.macs) {
    if (!signs.vendor) signs.vendor = hints.vendors.lookup(mac);
    const auto shown = observations.shown().find(mac);
    if (shown == observations.shown().end()) continue;
    const auto& is = shown->second;
    signs.dhcp = hints.fingerprints.lookup(is.dhcp_options, is.dhcp_vendor_class);
    signs.open_ports.assign(is.open_ports.begin(), is.open_ports.end());
  }
  signs.payment_place = payment_place(record, tellers, payment);
  return signs;
}

void weigh(const TerminalSigns& signs, sweep::Identification& is) {
  auto evidence = terminal_evidence(signs);
  if (signs.vendor) {
    is.vendor = signs.vendor->payment ? signs.vendor->payment->maker : signs.vendor->organisation;
  }
  if (evidence.confidence < is.confidence) return;
  is.evidence = std::move(evidence.based_on);
  if (signs.vendor && !signs.vendor->payment) {
    is.evidence.push_back(
        fmt::format("MAC of {} ({})", signs.vendor->organisation, signs.vendor->registry));
  }
  if (!evidence.is_terminal()) return;
  is.device_class = DeviceClass::PaymentTerminal;
  is.confidence = evidence.confidence;
}

}  // namespace

/// The same MAC is the same device: what was evident once is so after a restart, too.
void Inventory::weigh_silent(const Observations& observations, const Design& design,
                             const TerminalHints& hints) {
  const auto payment = payment_zones(design);
  const Tellers tellers{observations.told()};
  for (auto& record : records_) {
    if (!record.silent) continue;
    const auto signs = signs_of(record, observations, tellers, payment, hints);
    record.identification.change([&](sweep::Identification& is) { weigh(signs, is); });
  }
}

}  // namespace market::inventory
