// The plan: what would change on each device, in which order, and how to undo it.
//
//   Design --make_desired--> Desired --.
//                                       +--make_plan--> Plan --apply--> Report --verify--> Verdict
//   Driver --observe-------> Observed --'
//
// Pure data and pure functions: no clock, no socket, no log. `marketctl plan` prints exactly the
// object that `marketctl apply` executes; the journal keeps its id.
//
// Promises, checked in make_plan and relied on by the executor:
//   1. Same inputs, same plan: steps are totally ordered and the id is a digest of them.
//   2. A converged device contributes no step, so a converged market gives an empty plan.
//   3. Make before break: VLAN rows, then memberships added, then PVIDs, then memberships
//      removed; on each device the step that could cut our own path to it comes last.
//   4. Every change names its undo: writing `before` back. Undoing runs the steps in reverse.
//   5. A field the design does not mention, or that the device was not seen to have, is left alone.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "config/types/diagnostic.h"
#include "config/types/field.h"
#include "config/types/result.h"

namespace market::reconcile {

/// How much a step can hurt if it goes wrong. Ordered.
enum class Risk : std::uint8_t {
  None,       ///< a name or a label
  Blip,       ///< clients of this port or radio may drop for seconds
  DropsPort,  ///< the port loses link or leaves its VLAN
  MgmtPath,   ///< may cut our own way to the device
};
[[nodiscard]] std::string to_string(Risk risk);

struct DesiredField {
  FieldValue value;
  SourcePosition origin;  ///< the line of the design that asks for it
  std::string subject;    ///< whom it serves: "stall A-101", "uplink to gw1"; may be empty
  friend bool operator==(const DesiredField&, const DesiredField&) = default;
};

enum class DeviceKind : std::uint8_t { Gateway, Switch, AccessPoint };

/// Port -> the stalls that lose the network with it; "" = with the device itself.
using StallsBehind = std::map<std::string, std::vector<std::string>, std::less<>>;

/// What the design asks for and this device cannot be told by SNMP: a person does it.
struct ManualField {
  DesiredField want;
  std::string words;  ///< what to type, from the profile; empty = it has none
};

struct DesiredDevice {
  DeviceKind kind = DeviceKind::Switch;
  SourcePosition origin;  ///< where the design names the device
  std::map<std::string, DesiredField, std::less<>> fields;
  std::map<std::string, ManualField, std::less<>> manual;
  std::vector<std::string> uplink_ports;  ///< port names on our own path to the device
  /// Ports of one zone: they leave every VLAN that the design does not give them, whoever made it.
  /// Trunks stay in what somebody else made.
  std::set<std::string, std::less<>> access_ports;
  /// Links between the gateway (0) and this device by design: additions are made nearest first,
  /// removals farthest first.
  std::size_t hops = 0;
  bool saves_at_once = false;  ///< a power cycle does not bring back what was before a change
  StallsBehind behind;
};
/// By device id.
using Desired = std::map<std::string, DesiredDevice, std::less<>>;

struct ObservedDevice {
  bool reached = false;
  std::string reason;  ///< why not, when not reached
  FieldMap fields;
  std::set<std::string> ours;  ///< of the fields: ours to take away when no design asks for them
  std::map<std::string, std::string> unable;  ///< group of fields -> why there can be none
  std::string engine_id, serial, mac;         ///< who answered
  std::size_t max_changes_per_write = 16;
};
using Observed = std::map<std::string, ObservedDevice, std::less<>>;

struct Change {
  std::string field;
  FieldValue before;  ///< as observed when planning; also the undo
  FieldValue after;
  SourcePosition origin;
  std::string subject;
};

/// One write to one device: a single SNMP PDU or netlink transaction, journalled as one.
struct Step {
  std::size_t number = 0;  ///< 1-based, in execution order
  std::string device;
  std::vector<Change> changes;
  Risk risk = Risk::None;
};

struct Skipped {
  std::string device;
  std::string field;   ///< empty = the whole device
  std::string reason;  ///< "no answer within 4500 ms", "this device has no such field"
};

/// Something a person has to do on the device. It is in every plan until a reading proves it.
struct ManualStep {
  std::string device;
  std::string field;
  FieldValue reading;  ///< what the device says; of no meaning unless `readable`
  FieldValue wanted;
  bool readable = false;  ///< false: no reading will ever prove it, and it stays not verified
  std::string words;      ///< what to type or do
  SourcePosition origin;
  std::string subject;
};

/// Whom the steps on a device may hurt while they are taken.
struct Impact {
  std::string device;
  Risk risk = Risk::Blip;
  std::vector<std::string> stalls;  ///< in natural order; empty = none
  std::string words;                ///< "stalls A-101, A-102 may lose the link for seconds"
};

/// A change that would cut us off from devices, or somebody from the gateway (lockout.h).
struct Lockout {
  std::string device;
  std::string field;
  std::string words;  ///< what goes, who is cut off, and what brings it back
};

struct Ways;

struct Plan {
  std::string id;  ///< hex SHA-256 of everything else here, as canonical JSON
  std::string design_digest;
  std::vector<Step> steps;
  std::vector<Impact> impact;      ///< the worst first; a plan that hurts nobody has none
  std::vector<Skipped> skipped;    ///< what the design asks for and this plan cannot bring
  std::vector<ManualStep> manual;  ///< what only a person can bring
  std::vector<Lockout> lockouts;   ///< why it is applied only when forced; empty = it is not
  std::map<std::string, std::string> identities;  ///< device -> engine id, serial, mac as planned
  std::map<std::string, std::string> reads;       ///< device -> reads_digest() as planned
  [[nodiscard]] bool empty() const { return steps.empty(); }
  /// Manual steps that a reading shows not to be done.
  [[nodiscard]] std::size_t manual_open() const;
  [[nodiscard]] std::size_t change_count() const;
};

/// Who answered, as Plan::identities keeps it; a part that was not told is left out.
[[nodiscard]] std::string identity_text(const std::string& engine_id, const std::string& serial,
                                        const std::string& mac);

/// SHA-256 of what was read of everything the design asks of a device, whether it changes or not: a
/// plan is of the device as it was then.
[[nodiscard]] std::string reads_digest(const DesiredDevice& desired,
                                       const ObservedDevice& observed);

/// Two passes. First what only adds - names, VLAN rows, links, memberships, settings, addresses,
/// routes - the device nearest to the gateway first, so that a VLAN is on the trunk before an edge
/// port uses it. Then what moves or takes away - PVIDs, memberships removed, ports and SSIDs
/// switched off - the farthest device first and our own path to it last, so that no device loses
/// its path before its turn. Around both: the packet filter closes first and opens last. VLAN rows
/// are created, never deleted; on the gateway, what carries our mark and left the design goes.
/// Without `ways` nobody is asked whom it cuts off.
[[nodiscard]] Plan make_plan(const Desired& desired, const Observed& observed,
                             const std::string& design_digest, const Ways* ways = nullptr);

/// Canonical JSON and back: parse(print(p)) == p, and the id is recomputed and compared.
/// A field value is null (absent), a boolean, a number, a string, or {"bytes": "<hex>"} for text
/// that is not UTF-8: a device's own bytes must survive, since they are the undo.
/// InvalidValue with the place in the JSON for anything unknown, missing, doubled or mistyped.
[[nodiscard]] std::string plan_to_json(const Plan& plan);
[[nodiscard]] Result<Plan> plan_from_json(std::string_view text);

}  // namespace market::reconcile
