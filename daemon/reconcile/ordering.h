// When a change may be made, relative to the others, and how much it can hurt (pure).
#pragma once

#include <string>
#include <vector>

#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// In execution order. Up to Route a phase only adds; from Pvid on, phases move or take away.
enum class Phase : std::uint8_t {
  Close,    ///< the packet filter: what closes, and all of it that opens no way between zones
  Names,    ///< system.*, labels, names of VLAN rows that exist
  Create,   ///< VLAN rows, links
  Attach,   ///< memberships added, links made ports of a bridge
  Tune,     ///< settings of ports, radios and SSIDs
  Enable,   ///< ports, PoE, SSIDs and links switched on
  Address,  ///< gateway addresses
  Route,    ///< routes that were not there
  Pvid,     ///< where untagged frames go
  Detach,   ///< memberships removed
  Disable,  ///< ports, PoE, SSIDs and links switched off
  Delete,   ///< links that are not in the design
  Open,     ///< the packet filter: ways between zones
  OwnPath,  ///< whatever could cut our own way to the device
};

/// A change with its place in the order.
struct OrderedChange {
  Change change;
  std::string device;
  std::size_t hops = 0;
  Phase phase = Phase::Tune;
  Phase own_phase = Phase::Tune;  ///< what it would be were it not on our own path
  Risk risk = Risk::None;
  std::string unit;        ///< changes that belong into one write: "vlan[20]", "ssid[1]"
  bool on_top = false;     ///< of a VLAN link, which needs the link that it is on
  bool exclusive = false;  ///< its step holds no other unit: a row, a VLAN's memberships
  bool whole = false;      ///< its unit is never split over two steps: one transaction
};

[[nodiscard]] OrderedChange classify(const std::string& device, const DesiredDevice& desired,
                                     Change change);
/// A strict total order of changes of different fields: execution order.
[[nodiscard]] bool earlier(const OrderedChange& a, const OrderedChange& b);

/// Sorts and groups into steps. `limits`: changes per write by device.
[[nodiscard]] std::vector<Step> to_steps(std::vector<OrderedChange> changes,
                                         const std::map<std::string, std::size_t>& limits);

}  // namespace market::reconcile
