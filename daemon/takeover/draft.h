// The Design that is made of a running market, while it is made.
//
// Threads:  pure. Private to this room.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "config/design/design.h"
#include "daemon/takeover/takeover.h"
#include "daemon/takeover/wiring.h"

namespace market::takeover {

struct Draft {
  Design design;
  std::map<std::string, const FoundDevice*> found;  ///< by id
  std::map<std::string, const Profile*> profiles;   ///< likewise
  std::vector<std::string> left_out, to_decide;
  std::vector<std::string> remarks;  ///< of what is neither: "a printer answers at 10.64.0.9"
};

/// Site, ids, serials, MACs, addresses and places; of the gateway its id alone. No ports yet.
[[nodiscard]] Draft draft_devices(const Found& found, const ProfileSet& profiles,
                                  const Words& words);
/// Zones, port roles, ports and VLAN names.
void draft_ports(const Wiring& wiring, Draft& draft);
/// Radios and networks; zones that only they use.
void draft_wireless(Draft& draft);
/// What is plugged in at ports that lead to people: stalls by the ports' labels and by terminals.
/// `zones` are final.
void draft_stalls(const Wiring& wiring, Draft& draft);
/// Links, addresses and routes of the gateway, and which zone each is in.
void draft_gateway(const FoundGateway& gateway, const Wiring& wiring, Draft& draft);
/// Drops peers gw1/eth1 where the design has no such link; then labels that are not what would be
/// derived. Last, for each form of the gateway.
void draft_ends(Draft& draft);

/// The text in a field; nothing when it is not there or no text.
[[nodiscard]] std::optional<std::string> text_in(const FieldMap& fields, const std::string& field);
[[nodiscard]] std::optional<std::int64_t> number_in(const FieldMap& fields,
                                                    const std::string& field);
[[nodiscard]] std::optional<bool> flag_in(const FieldMap& fields, const std::string& field);
/// The zone of a VLAN, made where there is none.
Zone& zone_for(std::uint16_t vid, Draft& draft);

}  // namespace market::takeover
