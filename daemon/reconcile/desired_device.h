// Desired fields of one device: what make_desired is made of.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/design/design.h"
#include "config/profile/profile.h"
#include "daemon/reconcile/paths.h"
#include "daemon/reconcile/plan.h"

namespace market::reconcile {

/// Collects fields; an attribute that the profile does not have or cannot write is for a person.
class FieldSink {
 public:
  FieldSink(DesiredDevice& device, const Profile& profile) : device_{device}, profile_{profile} {}

  /// Whom the fields that follow serve, and which line asks for them.
  void serve(const SourcePosition& origin, std::string subject);
  [[nodiscard]] bool can(std::string_view attribute) const;
  /// `field` holds `value`, by SNMP when the profile can write `attribute`, else by hand.
  void want(std::string_view attribute, const std::string& field, FieldValue value);
  /// Text cut to what the attribute holds, between characters.
  void want_cut(std::string_view attribute, const std::string& field, std::string_view text);
  /// InvalidDesign when the text has more bytes than the attribute holds, or is none of its words.
  [[nodiscard]] Result<void> want_exact(std::string_view attribute, const std::string& field,
                                        const std::string& text);
  [[nodiscard]] const Attribute* attribute(std::string_view name) const;

  /// `field` is to hold `value`, and no profile can bring that.
  /// `words` may hold {port}, {key} (of the row: vid, band, slot) and {value}.
  void want_by_hand(const std::string& field, FieldValue value, std::string words);

 private:
  DesiredDevice& device_;
  const Profile& profile_;
  SourcePosition origin_;
  std::string subject_;
};

/// Of one design, by id: every port asks for its stall, and both are tens of thousands.
using StallsById = std::unordered_map<std::string_view, const Stall*>;

[[nodiscard]] Result<DesiredDevice> desired_switch(const Design& design, const StallsById& stalls,
                                                   const Switch& device, const Profile& profile,
                                                   const DevicePath& path);
[[nodiscard]] Result<DesiredDevice> desired_ap(const Design& design, const AccessPoint& ap,
                                               const Profile& profile, const DevicePath& path);
[[nodiscard]] Result<DesiredDevice> desired_gateway(const Design& design, const Gateway& gateway);

/// The gateway's link that carries a zone untagged; empty = the design gives it none.
[[nodiscard]] std::string zone_link(const Gateway& gateway, const Zone& zone);
/// Chains, rules and sets of the gateway's packet filter.
void add_firewall(const Design& design, const Gateway& gateway, DesiredDevice& device);
/// Its traffic classes, and the chain that tells packets their class.
void add_queues(const Design& design, const Gateway& gateway, DesiredDevice& device);
/// What its server of addresses and names is told.
void add_names(const Design& design, const Gateway& gateway, DesiredDevice& device);

/// Whether a service is known by a name, not by addresses alone.
[[nodiscard]] bool has_names(const Service& service);
/// The set of the packet filter that holds the addresses of its names.
[[nodiscard]] std::string names_set(const Service& service);
/// Whether a policy lets the zone reach a service that is known by name.
[[nodiscard]] bool asks_for_names(const Design& design, const Zone& zone);

/// system.name "<site>-<id>" and system.location "<place> <id>", where `texts` say nothing else.
[[nodiscard]] Result<void> want_system(FieldSink& sink, const Design& design, const std::string& id,
                                       const Place& place, const SystemTexts& texts);

}  // namespace market::reconcile
