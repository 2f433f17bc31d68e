// The wireless part of a poll: which map fits the device, and what its answers are to the snapshot.
//
// Threads:  pure. Errors: none; a device without a map has no wireless facts.
#pragma once

#include <string>
#include <vector>

#include "config/profile/profile.h"
#include "daemon/schedule/poller.h"
#include "probes/wireless/facts.h"

namespace market::schedule {

/// False for what is known to be no radio's home: a printer is not asked for its SSIDs.
[[nodiscard]] bool may_have_radios(const Profile* profile);
/// sysObjectID and sysDescr, by which a map is chosen.
[[nodiscard]] const std::vector<Oid>& identity_oids();
/// The map for the device that answered `bindings` to these, or null.
[[nodiscard]] const WirelessMap* map_for(const ProfileSet& profiles, const Profile* profile,
                                         const std::vector<snmp::VarBind>& bindings);

/// Every radio, each with its own access_point and id.
[[nodiscard]] std::vector<health::RadioSample> radio_samples(const wireless::WirelessFacts& facts);
/// Reads the answers into `result`. Radios that the profile's attributes told already stay.
void tell_wireless(const WirelessMap& map, const std::vector<std::vector<snmp::VarBind>>& answers,
                   const std::string& client_key, PollResult& result);

}  // namespace market::schedule
