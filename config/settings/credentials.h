// `snmp: read` and `snmp: write`: one way to prove who we are. Private to this room.
#pragma once

#include <optional>
#include <string>

#include "config/settings/secret_file.h"
#include "config/settings/settings.h"
#include "config/yaml/reader.h"

namespace market {

/// `what` names it in messages. Without an `id` of its own it is called `fallback_id`; empty = it
/// needs one. Nothing when it is no good; the reasons are in the findings.
[[nodiscard]] std::optional<CredentialSettings> read_credential(const yaml::Node& node,
                                                                const std::string& what,
                                                                const std::string& fallback_id,
                                                                const SecretPlaces& places,
                                                                yaml::Findings& findings);

}  // namespace market
